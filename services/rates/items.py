"""Schedule items by their codes: which is in force on a day, which are two at once, which no more.

A code prices works on a day when a version in force has it, and only when every schedule that has
it says the same of it: otherwise somebody would have to guess. A code that cannot price says why,
with the version that had it last and the items in force that are most like it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Date, Select, and_, bindparam, or_, select

from models.asked import lasting
from models.base import AnyRow
from models.tables.schedules import ScheduleItem, ScheduleVersion
from rules.clocks.workdays import in_words
from rules.numbers import written
from rules.pricing.works import rate_words
from rules.rates.lookup import Index, Item

BATCH: Final = 1_000
_DAY: Final = bindparam("on", type_=Date)
IN_FORCE: Final = and_(
    ScheduleVersion.valid_from <= _DAY,
    or_(ScheduleVersion.valid_to.is_(None), ScheduleVersion.valid_to >= _DAY),
)
"""A schedule version in force on the day bound as ``on``."""

WITH_VERSION: Final[Select[*tuple[Any, ...]]] = select(
    *ScheduleItem.__table__.c,
    *(ScheduleVersion.schedule, ScheduleVersion.valid_from),
    *(ScheduleVersion.valid_to, ScheduleVersion.index_percent),
).join(ScheduleVersion, ScheduleVersion.id == ScheduleItem.version_id)
"""Items, each with its schedule, its version's days and its indexation."""

_CODED: Final = WITH_VERSION.where(ScheduleItem.code.in_(bindparam("codes", expanding=True)))
_ITEMS: Final = _CODED.where(IN_FORCE).order_by(ScheduleVersion.schedule, ScheduleItem.id)
_HISTORY: Final = _CODED.order_by(
    ScheduleItem.code, ScheduleVersion.valid_from, ScheduleVersion.schedule
)
_LOOKED_UP: Final[Select[*tuple[Any, ...]]] = (
    select(
        ScheduleItem.id,
        *(ScheduleItem.__table__.c[name] for name in Item._fields[1:-1]),
        ScheduleVersion.schedule,
    )
    .join(ScheduleVersion, ScheduleVersion.id == ScheduleItem.version_id)
    .where(IN_FORCE)
    .order_by(ScheduleItem.version_id, ScheduleItem.code)  # as its index has them
)
_OF_SCHEDULE: Final = _LOOKED_UP.where(ScheduleVersion.schedule == bindparam("schedule"))
_ITEM_ITSELF: Final = tuple(
    column.name for column in ScheduleItem.__table__.c if column.name not in ("id", "version_id")
)


@dataclass(frozen=True, slots=True)
class InForce:
    """The items of some codes that are in force on a day.

    Args:
        items: By code: the item with its schedule, its version's days and its indexation.
        ambiguous: Codes of which schedules in force say different things, and what each says.
    """

    items: Mapping[str, AnyRow]
    ambiguous: Mapping[str, tuple[AnyRow, ...]]

    def has(self, code: str) -> bool:
        """Say whether any schedule in force has a code, whatever they say of it."""
        return code in self.items or code in self.ambiguous


def in_force(conn: Connection, *, codes: Iterable[str], on: date) -> InForce:
    """Return the items of some codes in force on a day."""
    found = _by_code(conn, _ITEMS, codes, on=on)
    differing = {code for code, rows in found.items() if len(rows) > 1 and not _agree(rows)}
    return InForce(
        items={code: rows[0] for code, rows in found.items() if code not in differing},
        ambiguous={code: tuple(found[code]) for code in sorted(differing)},
    )


def _agree(rows: list[AnyRow]) -> bool:
    first, *others = ([*(getattr(r, c) for c in _ITEM_ITSELF), r.index_percent] for r in rows)
    return all(other == first for other in others)


def histories(conn: Connection, *, codes: Iterable[str]) -> dict[str, list[AnyRow]]:
    """Return every version's item of some codes, the oldest first; unknown codes are left out."""
    return _by_code(conn, _HISTORY, codes)


def _by_code(
    conn: Connection, query: Select[*tuple[Any, ...]], codes: Iterable[str], **values: object
) -> dict[str, list[AnyRow]]:
    known: dict[str, list[AnyRow]] = lasting(conn, (query, *values.values()), dict)
    wanted = sorted(set(codes))
    missing = [code for code in wanted if code not in known]
    for start in range(0, len(missing), BATCH):
        asked = missing[start : start + BATCH]
        found: dict[str, list[AnyRow]] = {code: [] for code in asked}
        for row in conn.execute(query, values | {"codes": asked}):
            found[row.code].append(row)
        known |= found
    return {code: known[code] for code in wanted if known[code]}


def index_on(conn: Connection, *, on: date, schedule: str = "") -> Index:
    """Return the items in force on a day, ready to be looked up.

    Args:
        schedule: Only the items of this schedule, if given.
    """
    query = _OF_SCHEDULE if schedule else _LOOKED_UP
    return Index(map(Item._make, conn.execute(query, {"on": on, "schedule": schedule})))


def why_not_in_force(conn: Connection, *, codes: Iterable[str], on: date) -> dict[str, str]:
    """Return why each of some codes cannot price works on a day: its last version, and the nearest.

    Args:
        codes: Codes that no schedule in force on the day has.

    Returns:
        By code, sentences: ``BASE had it until 30 June 2026. Nearest in force: TRAY-2 (Tray)``.
    """
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    held, index = histories(conn, codes=wanted), index_on(conn, on=on)
    return {
        code: f"{_past_and_future(rows, on)} {nearest_words(code, rows, index)}"
        for code in wanted
        for rows in (held.get(code, []),)
    }


def _past_and_future(held: list[AnyRow], on: date) -> str:
    said = []
    gone = [row for row in held if row.valid_to is not None and row.valid_to < on]
    if gone:
        last = max(gone, key=lambda row: row.valid_to)
        since = f" (from {in_words(last.valid_from)})"
        said.append(f"{last.schedule}{since} had it until {in_words(last.valid_to)}.")
    to_come = [row for row in held if row.valid_from > on]
    if to_come:
        said.append(f"{to_come[0].schedule} has it only from {in_words(to_come[0].valid_from)} on.")
    return " ".join(said) or "No schedule has ever had it."


def nearest_words(code: str, held: list[AnyRow], index: Index) -> str:
    """Return the items in force that are most like a code that is not, in words.

    Args:
        held: What versions have said of it, the newest last.
        index: The items in force.
    """
    description = held[-1].short_description if held else ""
    near = index.nearest(code=code, description=description)
    if not near:
        return "Nothing in force is like it."
    named = ", ".join(dict.fromkeys(f"{item.code} ({item.short_description})" for item in near))
    return f"Nearest in force: {named}."


def ambiguous_words(rows: Iterable[AnyRow]) -> str:
    """Return what schedules in force at once say of one code, in words."""
    return " and ".join(
        f"{version_words(row)} ({rate_words(row.rate)}, unit {row.unit}, indexation "
        f"{written(row.index_percent)} %)"
        for row in rows
    )


def version_words(row: AnyRow) -> str:
    """Return which version of which schedule a row is of: ``BASE from 1 April 2026``.

    Args:
        row: A row with ``schedule`` and ``valid_from``.
    """
    return f"{row.schedule} from {in_words(row.valid_from)}"
