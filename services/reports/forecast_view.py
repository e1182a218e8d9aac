"""What is to be expected of running clocks, for whoever shows it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.clocks import Clock
from models.tables.contractors import Contractor
from models.tables.reference import Authority, Provider
from rules.clocks.clock_names import CLOCKS
from rules.clocks.pauses import PausedTime, add, between
from rules.clocks.workdays import Calendar
from rules.parties import Party
from rules.reports.forecast import Forecast, Like, Outlook, as_decimal, group_words, nearest
from services.cases.clocks.calendar import ByAuthority, calendar_for
from services.cases.clocks.rows import in_parts
from services.reports.forecast_history import (
    FORECAST,
    PARTY,
    History,
    Pauses,
    select_clocks,
)

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
    return _Forecaster(conn, today=today, names={row.name for row in rows}).of(rows)


def forecast_list(
    conn: Connection, *, today: date, authority: str = "", limit: int = 50
) -> ForecastList:
    """Return the running clocks that are not late, those likeliest to be first.

    Args:
        today: Today's London date.
        authority: An authority's code, or an empty string for all.
        limit: How many to list.
    """
    rows = _running(conn, clock_ids=None, authority=authority or None)
    found = _Forecaster(conn, today=today, names={row.name for row in rows}).of(rows)
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


class _Forecaster:
    """Forecasts clocks one after the other; clocks that are alike are reckoned once."""

    def __init__(self, conn: Connection, *, today: date, names: Collection[str]) -> None:
        self._today = today
        self._calendars = ByAuthority(conn, calendar_for)
        self._pauses = Pauses(conn)
        self._history = History(
            conn, today=today, names=names, calendars=self._calendars, pauses=self._pauses
        )
        self._called = {party: dict(conn.execute(query).all()) for party, query in _NAMES.items()}
        self._reckoned: dict[tuple[Like, int, int], tuple[Like, Outlook]] = {}
        self._words: dict[Like, str] = {}

    def of(self, rows: Sequence[AnyRow]) -> dict[int, Forecast]:
        """Return the forecast of each clock, by its row id."""
        return {row.id: self._one(row) for row in rows}

    def _one(self, row: AnyRow) -> Forecast:
        calendar = self._calendars[row.authority]
        pauses = self._pauses.of(row.name, row.case_id)
        elapsed = max(0, between(calendar, row.opened_on, self._today, pauses))
        target = row.target_days
        if target is None:
            target = calendar.between(row.opened_on, max(row.opened_on, row.promised_on))
        late = self._today > row.due_on
        like = Like(row.name, row.party, row.authority, row.work_type)
        group, found = self._nearest(like, elapsed, min(target, elapsed - 1) if late else target)
        return Forecast(
            clock=row.name,
            group=group,
            among=self._among(group),
            elapsed=elapsed,
            target=target,
            late=late,
            outlook=found,
            likely_on=self._likely(row.opened_on, found, calendar, pauses),
        )

    def _nearest(self, like: Like, elapsed: int, target: int) -> tuple[Like, Outlook]:
        wanted = (like, elapsed, target)
        found = self._reckoned.get(wanted)
        if found is None:
            found = nearest(self._history.lasted, like=like, elapsed=elapsed, target=target)
            self._reckoned[wanted] = found
        return found

    def _likely(
        self, opened_on: date, found: Outlook, calendar: Calendar, pauses: Sequence[PausedTime]
    ) -> date | None:
        if not found.enough or found.half_by is None:
            return None
        return max(self._today, add(calendar, opened_on, found.half_by, pauses))

    def _among(self, group: Like) -> str:
        words = self._words.get(group)
        if words is None:
            holder = CLOCKS[group.clock].holder
            party = self._called.get(holder, {}).get(group.party, group.party)
            authority = self._called[Party.COUNCIL].get(group.authority, group.authority)
            words = self._words[group] = group_words(group, authority=authority, party=party)
        return words


def _listed(row: AnyRow, found: Forecast) -> Listed:
    return Listed(
        case=row.reference,
        authority=row.authority,
        clock=row.name,
        title=CLOCKS[row.name].title,
        holder=row.holder,
        opened_on=row.opened_on,
        due_on=row.due_on,
        elapsed=found.elapsed,
        target=found.target,
        chance=as_decimal(found.outlook.chance),
        likely_on=found.likely_on,
        comparable=found.outlook.comparable,
        past=found.outlook.past,
        sentence=found.sentence,
    )
