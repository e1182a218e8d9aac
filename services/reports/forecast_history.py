"""The history of step and contract clocks: how long each ran, in controllable working days.

Read in one query however many there are, and counted as it is read. A clock that was cut short, as
when its case left the pathway, never came to its end, and counts for as long as it ran.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, Final

from dateutil.relativedelta import relativedelta
from sqlalchemy import Connection, Select, Text, and_, bindparam, case, cast, func, not_, select

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.clocks import Clock, Pause
from models.tables.prices import Offer
from rules.clocks.clock_names import CLOCKS, ClockKind
from rules.clocks.pauses import PausedTime, between, merged
from rules.clocks.workdays import Calendar
from rules.parties import Party
from rules.pathway import StepStatus
from rules.reports.forecast import HISTORY_MONTHS, NONE, Lasted, Like, nearest_first
from services.cases.case_steps import STOPPED_BY

FORECAST: Final = tuple(
    spec.name for spec in CLOCKS.values() if spec.kind in {ClockKind.STEP, ClockKind.CONTRACT}
)
"""The clocks that are forecast: of steps, and of what somebody is to answer or deliver."""

AT_A_TIME: Final = 5_000
"""Rows held at once while the history is counted."""


def _held_by(party: Party) -> tuple[str, ...]:
    return tuple(name for name in FORECAST if CLOCKS[name].holder is party)


# Whose clock it is: the contractor of the offer that it is about, or of the one that is live.
_OFFER: Final = and_(
    Offer.case_id == Clock.case_id,
    Clock.name.in_(_held_by(Party.CONTRACTOR)),
    case(
        (Clock.name == "answer_offer", cast(Offer.id, Text) == Clock.subject),
        else_=Offer.status.in_(("offered", "accepted")),
    ),
)
PARTY: Final = case(
    (Clock.name.in_(_held_by(Party.CONTRACTOR)), func.coalesce(Offer.contractor, "")),
    (Clock.name.in_(_held_by(Party.LANDLORD)), Case.landlord),
    else_="",
)
_CUT_SHORT: Final = frozenset(
    {
        *(STOPPED_BY[status] for status in (StepStatus.ENDED, StepStatus.NOT_NEEDED)),
        *("opened again", "the deadline has passed", "the competition was cancelled"),
        *("lapsed", "told anew", "queried", "corrected", "withdrawn", "rejected"),
    }
)
"""Why a clock stopped without what it waited for having come."""


def select_clocks(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Return the query of clocks that are forecast, each with its case and its live offer.

    Args:
        columns: What to read of them.
    """
    return (
        select(*columns)
        .select_from(Clock)
        .join(Case, Case.id == Clock.case_id)
        .outerjoin(Offer, _OFFER)
        .where(Clock.name.in_(bindparam("names", expanding=True)))
    )


_SINCE: Final = Clock.opened_on.between(bindparam("since"), bindparam("today"))
_LIKE: Final = (Clock.name, PARTY.label("party"), Case.authority, Case.work_type)
_RAN: Final = (Clock.case_id, Clock.opened_on, Clock.stopped_on, Clock.stopped_why)
HISTORY: Final = select_clocks(*_LIKE, *_RAN).where(_SINCE)
_PAUSES: Final = (
    select(Pause.case_id, Pause.started_on, Pause.ended_on)
    .where(not_(Pause.withdrawn))
    .order_by(Pause.case_id, Pause.started_on, Pause.id)
)


class Pauses(dict[int, tuple[PausedTime, ...]]):
    """The pauses of every case that has any, merged, by the case's row id."""

    def __init__(self, conn: Connection) -> None:
        super().__init__()
        held: defaultdict[int, list[PausedTime]] = defaultdict(list)
        for case_id, started_on, ended_on in conn.execute(_PAUSES):
            held[case_id].append(PausedTime(started_on, ended_on))
        self.update((case_id, merged(pauses)) for case_id, pauses in held.items())

    def of(self, clock: str, case_id: int) -> tuple[PausedTime, ...]:
        """Return the pauses that move a clock of a case, by the clock's name."""
        return self.get(case_id, ()) if CLOCKS[clock].pauses else ()


_Counts = tuple[Counter[int], Counter[int]]
"""How many clocks came to an end after so many days, and how many were seen for so many."""


class History:
    """How long clocks of every group have lasted, as known on a day.

    Args:
        today: Today's London date.
        names: The clocks to read, such as ``works``.
        calendars: The working days of each authority.
        pauses: The pauses.
        months: Clocks opened longer ago are left out.
    """

    def __init__(
        self,
        conn: Connection,
        *,
        today: date,
        names: Collection[str],
        calendars: Mapping[str, Calendar],
        pauses: Pauses,
        months: int = HISTORY_MONTHS,
    ) -> None:
        narrowest: defaultdict[tuple[str, ...], _Counts] = defaultdict(_none)
        rows = history_rows(conn, HISTORY, today=today, names=names, months=months)
        for clock, party, authority, work_type, case_id, opened_on, stopped_on, why in rows:
            paused = pauses.of(clock, case_id) if case_id in pauses else ()
            days = between(calendars[authority], opened_on, stopped_on or today, paused)
            ended, unended = narrowest[clock, party, authority, work_type]
            (ended if finished(stopped_on, why) else unended)[days] += 1
        groups: defaultdict[Like, _Counts] = defaultdict(_none)
        for like, (ended, unended) in narrowest.items():
            for group in nearest_first(Like(*like)):
                groups[group][0].update(ended)
                groups[group][1].update(unended)
        self._groups = {group: Lasted(*counted) for group, counted in groups.items()}

    def lasted(self, group: Like) -> Lasted:
        """Return how long the clocks of a group lasted."""
        return self._groups.get(group, NONE)


def _none() -> _Counts:
    return Counter(), Counter()


def history_rows(
    conn: Connection,
    query: Select[*tuple[Any, ...]],
    *,
    today: date,
    names: Collection[str],
    months: int,
) -> Iterator[AnyRow]:
    """Yield the clocks of a query that opened in the months before today, held a few at a time."""
    since = today - relativedelta(months=months)
    given = {"names": list(names), "since": since, "today": today}
    yield from conn.execute(query, given, execution_options={"yield_per": AT_A_TIME})


def finished(stopped_on: date | None, why: str) -> bool:
    """Say whether a clock stopped because what it waited for had come."""
    return stopped_on is not None and why not in _CUT_SHORT
