"""How long clients have waited, and whose each day of it was: one case, or thousands at once.

Read from the dates of the cases, the openings of their steps with who held them, and their pauses;
what is counted, and how, is ``rules.clocks.waits``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select

from models.asked import rows
from models.base import AnyRow
from models.case_queries import case_row
from models.tables.cases import Case, CaseStep
from models.tables.clocks import Clock, ClockChange, Holding
from models.tables.works import ORDER_IN_FORCE, WorkOrder
from rules.clocks.clock_names import CLOCKS
from rules.clocks.dates import london_date
from rules.clocks.waits import (
    Held,
    Opening,
    Share,
    Stretch,
    Totals,
    WaitDates,
    attribute,
    by_party,
    totals,
)
from rules.clocks.workdays import Calendar
from rules.errors import NoBankHolidayDataError
from rules.parties import Party
from rules.pathway import StepName
from services.cases.clocks.calendar import ByAuthority, calendar_for
from services.cases.clocks.rows import in_parts
from services.clocks.pauses import PauseOnCase, pauses_of

_IDS: Final[BindParameter[Any]] = bindparam("case_ids", expanding=True)
_CERTIFIED: Final = (
    select(func.max(WorkOrder.certified_on))
    .where(WorkOrder.case_id == Case.id, ORDER_IN_FORCE)
    .scalar_subquery()
)
_CASES: Final = (
    select(Case.id, Case.reference, Case.authority, Case.status, Case.ended_at)
    .add_columns(Case.contact_on, Case.recommended_on, Case.applied_on)
    .add_columns(_CERTIFIED.label("certified_on"))
    .where(Case.id.in_(_IDS))
    .order_by(Case.reference)
)
_OPENINGS: Final = (
    select(CaseStep.case_id, CaseStep.step, CaseStep.revision, CaseStep.owner, CaseStep.due_on)
    .add_columns(CaseStep.held_since, CaseStep.opened_at, CaseStep.closed_at)
    .where(CaseStep.case_id.in_(_IDS))
    .order_by(CaseStep.case_id, CaseStep.id)
)
_HOLDINGS: Final = (
    select(Holding.case_id, Holding.step, Holding.step_revision, Holding.owner, Holding.held_from)
    .where(Holding.case_id.in_(_IDS))
    .order_by(Holding.case_id, Holding.held_from, Holding.id)
)
OF_CASE: Final = (
    select(CaseStep.case_id, CaseStep.step, CaseStep.revision, CaseStep.owner, CaseStep.due_on)
    .add_columns(CaseStep.held_since, CaseStep.opened_at, CaseStep.closed_at)
    .where(CaseStep.case_id == bindparam("case_id"))
    .order_by(CaseStep.id),
    select(Holding.case_id, Holding.step, Holding.step_revision, Holding.owner, Holding.held_from)
    .where(Holding.case_id == bindparam("case_id"))
    .order_by(Holding.held_from, Holding.id),
)
"""The openings of the steps of one case, and who held them before: asked by ``case_id``."""

_MOVES: Final = (
    select(Clock.name, Clock.subject, ClockChange.at, ClockChange.from_due)
    .add_columns(ClockChange.to_due, ClockChange.why)
    .join(Clock, Clock.id == ClockChange.clock_id)
    .where(Clock.case_id == bindparam("case_id"))
    .order_by(ClockChange.at, ClockChange.id)
)


@dataclass(frozen=True, slots=True)
class Wait:
    """One client's wait.

    Args:
        authority: Code of its authority.
        status: Where the case stands.
        totals: The client's real wait and our controllable time.
        stretches: Whose the days were, in order; they add up to the real wait.
        shares: The same by party.
        pauses: Every pause by number, those withdrawn as well.
    """

    case_id: int
    reference: str
    authority: str
    status: str
    totals: Totals
    stretches: tuple[Stretch, ...]
    shares: Mapping[Party, Share]
    pauses: tuple[PauseOnCase, ...]


@dataclass(frozen=True, slots=True)
class MovedDueDate:
    """A due date of a case that moved.

    Args:
        clock: The clock's name.
        title: What an officer calls it.
        subject: Which of several, such as a pause's number, or an empty string.
        at: When it moved, UTC.
        from_due: What it was, or None where it stood still.
        to_due: What it became, or None where it then stood still.
        why: Why.
    """

    clock: str
    title: str
    subject: str
    at: datetime
    from_due: date | None
    to_due: date | None
    why: str


def wait_of(conn: Connection, *, reference: str, today: date) -> Wait:
    """Return one client's wait.

    Raises:
        UnknownReferenceError: There is no such case.
        NoBankHolidayDataError: A date of it is in a year whose bank holidays are not held.
    """
    case = case_row(conn, reference=reference)
    (found,) = waits(conn, case_ids=[case.id], today=today)
    return found


def waits(
    conn: Connection, *, case_ids: Iterable[int], today: date, skip_unknown: bool = False
) -> Iterator[Wait]:
    """Yield the waits of many cases, by reference within each thousand of them.

    Args:
        case_ids: The cases' row ids.
        skip_unknown: Leave out a case whose dates lie in years nobody loaded, rather than refuse.

    Raises:
        NoBankHolidayDataError: A date is in a year whose bank holidays are not held.
    """
    calendars = ByAuthority(conn, calendar_for)
    for ids in in_parts(case_ids):
        opened, held = _by_case(conn, _OPENINGS, ids), _by_case(conn, _HOLDINGS, ids)
        pauses = pauses_of(conn, case_ids=ids)
        for case in conn.execute(_CASES, {"case_ids": ids}).all():
            openings = _openings(opened.get(case.id, ()), held.get(case.id, ()))
            calendar = calendars[case.authority]
            try:
                yield _wait(
                    *(case, case.certified_on, openings, pauses.get(case.id, ())), calendar, today
                )
            except NoBankHolidayDataError:
                if not skip_unknown:
                    raise


def wait_on(
    conn: Connection,
    *,
    case: AnyRow,
    certified_on: date | None,
    pauses: Sequence[PauseOnCase],
    calendar: Calendar,
    today: date,
) -> Wait:
    """Return the wait of a case that is at hand, as ``wait_of`` does of one by its reference.

    Args:
        certified_on: When its works were certified, if they were.
        pauses: Every pause of it, by number.

    Raises:
        NoBankHolidayDataError: A date of it is in a year whose bank holidays are not held.
    """
    opened, held = (rows(conn, question, case_id=case.id) for question in OF_CASE)
    return _wait(case, certified_on, _openings(opened, held), pauses, calendar, today)


def due_dates_moved(conn: Connection, *, case_id: int) -> list[MovedDueDate]:
    """Return every due date of a case that moved, oldest first."""
    return [
        MovedDueDate(name, CLOCKS[name].title, *others)
        for name, *others in conn.execute(_MOVES, {"case_id": case_id})
    ]


def _by_case(
    conn: Connection, statement: Select[*tuple[Any, ...]], ids: Sequence[int]
) -> dict[int, list[AnyRow]]:
    rows = conn.execute(statement, {"case_ids": ids})
    return {case_id: list(found) for case_id, found in groupby(rows, lambda row: row.case_id)}


def _wait(
    case: AnyRow,
    certified_on: date | None,
    openings: Sequence[Opening],
    pauses: Sequence[PauseOnCase],
    calendar: Calendar,
    today: date,
) -> Wait:
    """Return a wait up to the certified works, or the end of the case without them."""
    ended = certified_on or (london_date(case.ended_at) if case.ended_at else None)
    dates = WaitDates(case.contact_on, case.recommended_on, case.applied_on, ended)
    counted = [pause for pause in pauses if not pause.withdrawn]
    times = [pause.time for pause in counted]
    stretches = attribute(
        dates=dates,
        openings=openings,
        pauses=[pause.owned for pause in counted],
        calendar=calendar,
        today=today,
    )
    return Wait(
        case_id=case.id,
        reference=case.reference,
        authority=case.authority,
        status=case.status,
        totals=totals(dates=dates, pauses=times, calendar=calendar, today=today),
        stretches=stretches,
        shares=by_party(stretches),
        pauses=tuple(pauses),
    )


def _openings(opened: Sequence[AnyRow], holdings: Sequence[AnyRow]) -> list[Opening]:
    held: dict[tuple[str, int], list[Held]] = {}
    for row in holdings:
        earlier = held.setdefault((row.step, row.step_revision), [])
        earlier.append(Held(row.owner, london_date(row.held_from)))
    return [
        Opening(
            step=StepName(row.step),
            revision=row.revision,
            opened_on=london_date(row.opened_at),
            closed_on=london_date(row.closed_at) if row.closed_at else None,
            due_on=row.due_on,
            held=(
                *held.get((row.step, row.revision), ()),
                Held(row.owner, london_date(row.held_since)),
            ),
        )
        for row in opened
    ]
