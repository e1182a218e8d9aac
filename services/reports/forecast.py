"""What is to be expected of running clocks, for whoever shows it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.clocks import Clock
from models.tables.contractors import Contractor
from models.tables.reference import Authority, Provider
from rules.clocks.clock_names import CLOCKS
from rules.clocks.pauses import add, between
from rules.parties import Party
from rules.reports.forecast import Forecast, Like, Outlook, as_decimal, group_words, nearest
from services.cases.clocks.calendar import ByAuthority, calendar_for
from services.cases.clocks.rows import in_parts
from services.reports.forecast_history import FORECAST, PARTY, History, Pauses, select_clocks

_RUNNING: Final = (
    select_clocks(PARTY.label("party"), Case.reference, Case.authority, Case.work_type)
    .add_columns(Clock.id, Clock.case_id, Clock.name, Clock.holder)
    .add_columns(Clock.opened_on, Clock.due_on, Clock.target_days, Clock.promised_on)
    .where(Clock.stopped_on.is_(None), Clock.due_on.is_not(None))
    .order_by(Clock.id)
)
_THESE: Final = _RUNNING.where(Clock.id.in_(bindparam("clock_ids", expanding=True)))
_OF_AUTHORITY: Final = _RUNNING.where(Case.authority == bindparam("authority"))
_NAMES: Final = {
    Party.COUNCIL: select(Authority.code, Authority.name),
    Party.CONTRACTOR: select(Contractor.code, Contractor.name),
    Party.LANDLORD: select(Provider.code, Provider.name),
}


_AS_STORED: Final = ("authority", "holder", "opened_on", "due_on")


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list: a running clock that is not late, and its chance to be.

    Args:
        case: The case's reference.
        authority: The authority's code.
        clock: The clock's name.
        title: What officers call it.
        holder: The party whose clock it is.
        opened_on: Since when it runs.
        due_on: When it is due.
        elapsed: Controllable working days that it has run.
        target: Working days that it is given.
        chance: The chance that it breaks its due date, 0 to 1, to three places.
        likely_on: The likely date of its end, or None where too many are still running to say.
        comparable: How many clocks that rests on.
        past: How many of them went past the target.
        sentence: All of it in words.
    """

    case: str
    authority: str
    clock: str
    title: str
    holder: str
    opened_on: date
    due_on: date
    elapsed: int
    target: int
    chance: Decimal
    likely_on: date | None
    comparable: int
    past: int
    sentence: str


@dataclass(frozen=True, slots=True)
class ForecastList:
    """The running clocks by chance, and how many are left out of the list.

    Args:
        clocks: The likeliest to be late first; then by due date and case.
        more: How many more have a forecast.
        late: How many are late already.
        silent: For how many too little is known.
    """

    clocks: tuple[Listed, ...]
    more: int
    late: int
    silent: int


def forecasts(
    conn: Connection,
    *,
    today: date,
    clock_ids: Collection[int] | None = None,
    authority: str | None = None,
) -> dict[int, Forecast]:
    """Return what is to be expected of running clocks of steps and contracts that have a due date.

    Args:
        today: Today's London date.
        clock_ids: The clocks' row ids, or None for all; others than such clocks are left out.
        authority: Only those of this authority, by its code, if given.

    Returns:
        The forecast of each, by the clock's row id. Where too little is known, it says so.
    """
    rows = _running(conn, clock_ids=clock_ids, authority=authority)
    return _forecast(conn, rows, today=today)


def forecast_list(
    conn: Connection,
    *,
    today: date,
    authority: str = "",
    authorities: Collection[str] = (),
    limit: int = 50,
) -> ForecastList:
    """Return the running clocks that are not late, those likeliest to be first.

    Args:
        today: Today's London date.
        authority: An authority's code, or an empty string for all.
        authorities: Only those of these authorities; empty for all.
        limit: How many to list.
    """
    rows = _running(conn, clock_ids=None, authority=authority or None)
    rows = [row for row in rows if not authorities or row.authority in authorities]
    found = _forecast(conn, rows, today=today)
    told = [row for row in rows if not found[row.id].late and found[row.id].outlook.enough]
    told.sort(key=lambda row: (-found[row.id].outlook.chance, row.due_on, row.reference, row.id))
    late = sum(1 for one in found.values() if one.late)
    return ForecastList(
        clocks=tuple(_listed(row, found[row.id]) for row in told[:limit]),
        more=max(0, len(told) - limit),
        late=late,
        silent=len(rows) - late - len(told),
    )


def _running(
    conn: Connection, *, clock_ids: Collection[int] | None, authority: str | None
) -> list[AnyRow]:
    given: dict[str, Any] = {"names": list(FORECAST)}
    if clock_ids is None:
        if authority is None:
            return list(conn.execute(_RUNNING, given))
        return list(conn.execute(_OF_AUTHORITY, given | {"authority": authority}))
    found: list[AnyRow] = []
    for part in in_parts(sorted(clock_ids)):
        found += conn.execute(_THESE, given | {"clock_ids": part})
    return [row for row in found if authority in (None, row.authority)]


def _forecast(conn: Connection, rows: Sequence[AnyRow], *, today: date) -> dict[int, Forecast]:
    """Return the forecast of each clock by its row id; clocks that are alike are reckoned once."""
    calendars, pauses = ByAuthority(conn, calendar_for), Pauses(conn)
    names = {row.name for row in rows}
    history = History(conn, today=today, names=names, calendars=calendars, pauses=pauses)
    called = {party: dict(conn.execute(query).all()) for party, query in _NAMES.items()}

    @cache
    def outlook(like: Like, elapsed: int, target: int) -> tuple[Like, Outlook]:
        return nearest(history.lasted, like=like, elapsed=elapsed, target=target)

    @cache
    def among(group: Like) -> str:
        party = called.get(CLOCKS[group.clock].holder, {}).get(group.party, group.party)
        authority = called[Party.COUNCIL].get(group.authority, group.authority)
        return group_words(group, authority=authority, party=party)

    def one(row: AnyRow) -> Forecast:
        calendar = calendars[row.authority]
        paused = pauses.of(row.name, row.case_id)
        elapsed = max(0, between(calendar, row.opened_on, today, paused))
        target = row.target_days
        if target is None:
            target = calendar.between(row.opened_on, max(row.opened_on, row.promised_on))
        late = today > row.due_on
        like = Like(row.name, row.party, row.authority, row.work_type)
        group, found = outlook(like, elapsed, min(target, elapsed - 1) if late else target)
        likely_on = None
        if found.enough and found.half_by is not None:
            likely_on = max(today, add(calendar, row.opened_on, found.half_by, paused))
        return Forecast(row.name, group, among(group), elapsed, target, late, found, likely_on)

    return {row.id: one(row) for row in rows}


def _listed(row: AnyRow, found: Forecast) -> Listed:
    return Listed(
        **{name: getattr(row, name) for name in _AS_STORED},
        case=row.reference,
        clock=row.name,
        title=CLOCKS[row.name].title,
        elapsed=found.elapsed,
        target=found.target,
        chance=as_decimal(found.outlook.chance),
        likely_on=found.likely_on,
        comparable=found.outlook.comparable,
        past=found.outlook.past,
        sentence=found.sentence,
    )
