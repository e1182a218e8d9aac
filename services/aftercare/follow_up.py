"""Aftercare: the survey sent and reminded of, what is awaited said, and the case closed at its end.

What time alone brings is done by the sweep: it looks at a case on the day that stands in
``aftercare_look``, also once the case is closed, as servicing goes on.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import bindparam, select

from adapters import clock
from models.audit import AUTOMATIC
from models.base import AnyRow
from models.case_queries import order_in_force
from models.contacts import client_of
from models.tables.aftercare import AftercareLook
from models.tables.cases import Case
from rules.aftercare.defects import State
from rules.aftercare.lapses import (
    LAPSES,
    SURVEY,
    Awaited,
    awaited,
    confirmation_lapses_on,
    next_look,
    survey_lapses_on,
)
from rules.clocks.dates import london_date
from rules.pathway import CaseStatus, StepName, StepStatus
from rules.people import Role
from services.aftercare.held import defects_on, keep_step
from services.aftercare.servicing import next_reminder, remind
from services.aftercare.standing import REMINDER, look_again_on, standing_of, told_on
from services.cases import CaseInHand, at_step, tell, working_days_on
from services.cases.unit import in_hand
from services.links.links import make_case_link
from services.session import reading

_SURVEY: Final = "survey_to_client"
_DUE: Final = (
    select(Case.reference)
    .join(AftercareLook, AftercareLook.case_id == Case.id)
    .where(AftercareLook.due_on <= bindparam("today"))
    .order_by(Case.id)
)


def follow_up(case_ref: str) -> None:
    """Send the client HEART's six questions, and say what the case still waits for."""
    with at_step(case_ref, StepName.AFTERCARE) as case:
        if case is not None:
            _look(case)


def cases_to_look_at() -> tuple[str, ...]:
    """Return the cases whose day to be looked at in aftercare has come, by reference."""
    with reading() as conn:
        today = london_date(clock.now())
        return tuple(conn.execute(_DUE, {"today": today}).scalars())


def look_at(case_ref: str) -> None:
    """Do what time alone brings on a case in aftercare, or closed since."""
    with in_hand(case_ref) as case:
        if case.step_status(StepName.AFTERCARE) is StepStatus.WAITING:
            _look(case)
        elif case.status in (CaseStatus.PAID, CaseStatus.CLOSED):
            remind(case, on=london_date(case.now))
            look_again_on(case.conn, case_id=case.id, day=_next_reminder(case))
        else:
            look_again_on(case.conn, case_id=case.id, day=None)


def _look(case: CaseInHand) -> None:
    order = order_in_force(case.conn, case_id=case.id)
    today = london_date(case.now)
    case.start_clock("defects_period", due_on=order.defects_until)
    _lapse_confirmations(case)
    remind(case, on=today)
    known = standing_of(case.conn, case=case.row)
    asked = _ask(case, order)
    reminds_on = case.calendar.add(asked, case.days("answer_survey") + 1)
    if not known.answered and known.reminded_on is None and reminds_on <= today:
        _send(case, REMINDER, order, survey_lapses_on(reminded_on=today))
        known = replace(known, reminded_on=today)
    left = list(awaited(known, on=today))
    if not known.answered and not any(one.what == SURVEY for one in left):
        case.stop_clock("answer_survey", why="lapsed")
    if left:
        _wait(case, left, holders=[holder for _, holder in known.defects])
    else:
        _close(case)
    days = (next_look(known, on=today), reminds_on, _next_reminder(case), *_confirmations(case))
    coming = min((day for day in days if day is not None and day > today), default=None)
    look_again_on(case.conn, case_id=case.id, day=coming)


def _wait(case: CaseInHand, left: list[Awaited], *, holders: list[str]) -> None:
    case.move(
        StepName.AFTERCARE,
        StepStatus.WAITING,
        owner=next(iter(holders), "technical officer"),
        waiting_for="; ".join(one.what for one in left),
    )


def _close(case: CaseInHand) -> None:
    """Close a case of which everything is answered, or has lapsed by its rule."""
    rules = " ".join(rule.words for rule in LAPSES.values())
    case.note(
        actor=AUTOMATIC,
        action="aftercare: closed",
        reason=f"the defects period is over, and everything is answered or has lapsed. {rules}",
    )
    case.set(status=CaseStatus.CLOSED, ended_at=case.now)
    case.move(StepName.AFTERCARE, StepStatus.DONE, outcome="closed")


def _ask(case: CaseInHand, order: AnyRow) -> date:
    """Send the survey, once; return the day on which it was sent."""
    asked = told_on(case.conn, case=case.row, kind=_SURVEY, once_for=order.number)
    if asked is None:
        _send(case, _SURVEY, order, working_days_on(case, case.days("answer_survey")))
        case.start_clock("answer_survey")
    return asked or london_date(case.now)


def _send(case: CaseInHand, kind: str, order: AnyRow, reply_by: date) -> None:
    page = make_case_link(case.conn, case_id=case.id, role=Role.CLIENT, now=case.now)
    tell(
        case,
        kind=kind,
        once_for=order.number,
        to=client_of(case.row),
        context={"reply_by": reply_by, "page": page},
    )


def _lapse_confirmations(case: CaseInHand) -> None:
    """Let the client's word on a recall lapse that they were asked for and did not give."""
    today = london_date(case.now)
    for held in defects_on(case.conn, case_id=case.id):
        found = held.steps[-1]
        if held.state is State.PASSED and confirmation_lapses_on(inspected_on=found.day) <= today:
            keep_step(
                case.conn,
                case_id=case.id,
                defect_id=held.row_id,
                state=State.LAPSED,
                day=today,
                by=AUTOMATIC,
                now=case.now,
            )
            rule = LAPSES["confirmation"].words
            case.note(actor=AUTOMATIC, action=f"aftercare: {held.recall} lapsed", reason=rule)


def _confirmations(case: CaseInHand) -> Iterator[date]:
    for held in defects_on(case.conn, case_id=case.id):
        if held.state is State.PASSED:
            yield confirmation_lapses_on(inspected_on=held.steps[-1].day)


def _next_reminder(case: CaseInHand) -> date | None:
    return next_reminder(case.conn, case=case.row, on=london_date(case.now))
