"""What lapses and has no successor: contractors' documents, pre-permissions and lots.

Managers are told twenty working days before, and again the day after. A document is followed by
one of the same kind that runs on; a pre-permission or a lot by one for the same works.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, not_, select
from sqlalchemy.engine import Connection

from models.tables.contractors import Contractor, ContractorDocument, Lot
from models.tables.reference import Permission, Provider
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from services.alerts.raising import Raised
from services.alerts.without_clock import Wanted, live_subjects, reconcile
from services.cases.clocks.calendar import EVERYBODY, calendar_for

WARN_DAYS: Final = 20
"""Working days before something lapses at which managers are told; not verified."""

SORTS: Final = ("document", "permission", "lot")

_LONG_GONE: Final = timedelta(days=28)  # what lapsed earlier and was never told of is history
_DAY: Final = timedelta(days=1)

_DOCUMENTS: Final = (
    select(
        ContractorDocument.id,
        ContractorDocument.contractor,
        ContractorDocument.document,
        ContractorDocument.valid_from,
        ContractorDocument.valid_to,
        Contractor.name,
        Contractor.authorities,
    )
    .join(Contractor, Contractor.code == ContractorDocument.contractor)
    .where(not_(Contractor.suspended))
    .order_by(ContractorDocument.id)
)
_PERMISSIONS: Final = (
    select(*Permission.__table__.c, Provider.name)
    .join(Provider, Provider.code == Permission.provider)
    .order_by(Permission.id)
)
_LOTS: Final = select(*Lot.__table__.c).order_by(Lot.code)


@dataclass(frozen=True, slots=True)
class _Lapse:
    """Something that lapses and is not followed."""

    subject: str
    words: str
    authority: str
    valid_to: date


def sweep_lapses(conn: Connection, *, now: datetime) -> Raised:
    """Raise and clear the alerts of what lapses.

    Args:
        now: The present instant; its London date decides.

    Raises:
        NoBankHolidayDataError: The working days ahead are outside the years known.
    """
    today = london_date(now)
    until = calendar_for(conn, authority=EVERYBODY).add(today, WARN_DAYS)
    live = live_subjects(conn, kind="lapse", sorts=SORTS)
    wanted = [
        Wanted(lapse.subject, rung, lapse.words, lapse.authority, due_on=lapse.valid_to)
        for lapse in _lapsing(conn, today)
        if lapse.valid_to <= until
        and (lapse.valid_to >= today - _LONG_GONE or lapse.subject in live)
        for rung in ((1, 2) if lapse.valid_to < today else (1,))
    ]
    raised, cleared = reconcile(
        conn, kind="lapse", sorts=SORTS, wanted=wanted, now=now, why="renewed, or needed no longer"
    )
    return Raised(len(raised), cleared)


def _lapsing(conn: Connection, today: date) -> Iterator[_Lapse]:
    """Yield what ends some day and is not followed, with what there is to say of it."""
    for row in _last_of(conn, _DOCUMENTS, today, ("contractor", "document"), _same_paper):
        what = f"{row.document.replace('_', ' ')} of {row.name} ({row.contractor})"
        area = _one(row.authorities)
        yield _Lapse(f"document:{row.id}", _ends(what, row), area, row.valid_to)
    for row in _last_of(conn, _PERMISSIONS, today, ("provider",), _same_works):
        what = f"the pre-permission of {row.name} for {_works(row)}"
        yield _Lapse(f"permission:{row.id}", _ends(what, row), EVERYBODY, row.valid_to)
    for row in _last_of(conn, _LOTS, today, (), _same_area):
        what = f"lot {row.code} ({row.title}) for {_works(row)}"
        yield _Lapse(f"lot:{row.code}", _ends(what, row), _one(row.authorities), row.valid_to)


def _last_of(
    conn: Connection,
    query: Select[*tuple[Any, ...]],
    today: date,
    alike: tuple[str, ...],
    follows: Callable[[Any, Any], bool],
) -> Iterator[Any]:
    """Yield the rows that no other one follows without a gap, or has followed by today."""
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in conn.execute(query):
        groups.setdefault(tuple(getattr(row, name) for name in alike), []).append(row)
    for rows in groups.values():
        for row in rows:
            soonest = max(row.valid_to + _DAY, today)
            if not any(
                one.valid_to > row.valid_to and one.valid_from <= soonest and follows(row, one)
                for one in rows
            ):
                yield row


def _same_paper(_row: Any, _one: Any) -> bool:
    return True  # of one contractor and one kind


def _same_works(row: Any, one: Any) -> bool:
    return set(row.work_types) <= set(one.work_types)


def _same_area(row: Any, one: Any) -> bool:
    return _same_works(row, one) and set(row.authorities) <= set(one.authorities)


def _ends(what: str, row: Any) -> str:
    return f"{what[0].upper()}{what[1:]}: its last day is {in_words(row.valid_to)}."


def _works(row: Any) -> str:
    return ", ".join(name.replace("_", " ") for name in row.work_types)


def _one(authorities: Sequence[str]) -> str:
    """Return the one authority that something concerns, or an empty string for several."""
    return authorities[0] if len(authorities) == 1 else EVERYBODY
