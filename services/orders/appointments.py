"""Decisions on visits to the home: agreed, moved, cancelled."""

from datetime import date
from typing import Any, Final

from models.base import AnyRow
from models.case_queries import live_order
from models.site_queries import appointments_on
from rules.appointments import Purpose, Window, read_time, when_words
from rules.decisions import BaseDecision, Facts, decided, from_to, known, particular
from rules.errors import InvalidDecisionError, StepNotOpenError, UnknownReferenceError
from rules.people import OFFICERS, Role
from rules.sentences import spoken
from services.cases import Context, Effect, applies
from services.orders.visits import (
    beside_words,
    change_visit,
    fresh_uid,
    make_visit,
    tell_of_visit,
    untold_words,
    visits_to_come,
)
from services.orders.works import own_order

_BY: Final = OFFICERS | {Role.CONTRACTOR}
_FROM: Final = "When it begins, London time, such as 09:30."
_TO: Final = "When it ends, such as 11:00."
_CLOSED: Final = "It is meant to be on a closed day."


@decided("make-appointment", at=None, by=_BY, any_time=True)
class Appoint(BaseDecision):
    """A visit to the home is agreed; client, contractor and officer get it in their calendars."""

    purpose: Purpose = particular(
        "What it is for.",
        "--for",
        choices={one.value: one for one in Purpose},
        label="What the visit is for",
    )
    on: date = particular("The day of the visit.", label="Date of the visit")
    begins: str = particular(_FROM, "--from", reads=read_time, label="From", example="09:30")
    ends: str = particular(_TO, "--to", reads=read_time, label="To", example="11:00")
    closed_day: bool = particular(_CLOSED, default=False, seldom=True)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        return f"{_visit(facts)} is agreed: {_purpose(facts)}{known(', {}', facts['when'])}."


@decided("move-appointment", at=None, by=_BY, any_time=True)
class MoveAppointment(BaseDecision):
    """A visit is moved to another time; whoever has it in a calendar gets it there."""

    number: int = particular("Which visit of the case.", label="Which visit", offers="appointments")
    on: date = particular("The new day of the visit.", label="New date")
    begins: str = particular(_FROM, "--from", reads=read_time, label="From", example="09:30")
    ends: str = particular(_TO, "--to", reads=read_time, label="To", example="11:00")
    closed_day: bool = particular(_CLOSED, default=False, seldom=True)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        moved = from_to(facts.before("when"), facts["when"])
        return f"{_visit(facts)}, {_purpose(facts)}, is moved {moved}."


@decided("cancel-appointment", at=None, by=_BY, any_time=True)
class CancelAppointment(BaseDecision):
    """A visit does not take place; it is taken out of everybody's calendar."""

    number: int = particular("Which visit of the case.", label="Which visit", offers="appointments")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        return f"{_visit(facts)} is cancelled: {_purpose(facts)}{known(', {}', facts['when'])}."


def _visit(facts: Facts) -> str:
    return f"Visit{known(' {}', facts['number'])}"


def _purpose(facts: Facts) -> str:
    return Purpose(facts["purpose"]).words if facts["purpose"] else "a visit"


def check_visits(context: Context) -> AnyRow | None:
    """Return the order in force, if any; a contractor speaks of its own alone."""
    if live_order(context.conn, case_id=context.case.id) is not None:
        return own_order(context)
    if context.actor.role is Role.CONTRACTOR:
        raise StepNotOpenError(
            f"There is no order on {context.case.reference}.",
            why="A contractor makes appointments for the works that are ordered from it.",
        )
    return None


def check_to_come(context: Context) -> list[AnyRow]:
    """Return the visits to come that may be moved or cancelled; a contractor's are its own."""
    check_visits(context)
    found = visits_to_come(context.case)
    if context.actor.role is Role.CONTRACTOR:
        found = [row for row in found if row.contractor == context.actor.identity]
    if not found:
        raise InvalidDecisionError(
            f"No visit to come is agreed on {context.case.reference}.",
            next_step="Agree one with `make-appointment`.",
        )
    return found


@applies(Appoint, check=check_visits)
def appoint(context: Context, decision: Appoint, order: AnyRow | None) -> Effect:
    """Put the visit on record and into the calendars."""
    window, case = _window(context, decision), context.case
    number = len(appointments_on(context.conn, case_id=case.id)) + 1
    row = {
        "number": number,
        "uid": fresh_uid(case, number=number),
        "sequence": 0,
        "purpose": decision.purpose,
        "status": "booked",
        "contractor": order.contractor if order is not None else None,
        "starts_at": window.starts_at,
        "ends_at": window.ends_at,
    }
    beside = beside_words(context.conn, row)
    make_visit(case, row, by=context.actor.identity)
    untold = tell_of_visit(case, row)
    return Effect(to=None, facts=_facts(row), notice=_notice(beside, untold_words(untold)))


@applies(MoveAppointment, check=check_to_come)
def move_appointment(context: Context, decision: MoveAppointment, to_come: list[AnyRow]) -> Effect:
    """Move the visit, under the next sequence of what calendars know it by."""
    held, window = _of(context, decision.number, to_come), _window(context, decision)
    earlier = when_words(held.starts_at, held.ends_at)
    if (window.starts_at, window.ends_at) == (held.starts_at, held.ends_at):
        raise InvalidDecisionError(
            f"Visit {held.number} is {earlier} already.", next_step="Nothing was changed."
        )
    moved = {"starts_at": window.starts_at, "ends_at": window.ends_at}
    beside = beside_words(context.conn, {**held._mapping, **moved}, but=held.id)
    row = change_visit(context.case, held, **moved)
    untold = tell_of_visit(context.case, row, earlier=earlier)
    facts = _facts(row) | {"before": {"when": earlier}}
    return Effect(to=None, facts=facts, notice=_notice(beside, untold_words(untold)))


@applies(CancelAppointment, check=check_to_come)
def cancel_appointment(
    context: Context, decision: CancelAppointment, to_come: list[AnyRow]
) -> Effect:
    """Cancel the visit, and take it out of the calendars."""
    held = _of(context, decision.number, to_come)
    row = change_visit(context.case, held, status="cancelled")
    untold = tell_of_visit(context.case, row)
    return Effect(to=None, facts=_facts(row), notice=untold_words(untold))


def _window(context: Context, decision: Appoint | MoveAppointment) -> Window:
    """Return when a visit is to be.

    Raises:
        InvalidDecisionError: It cannot be then; everything wrong with it is said.
    """
    window = Window(decision.on, decision.begins, decision.ends)
    problems = window.problems(
        now=context.now, calendar=context.case.calendar, closed_day=decision.closed_day
    )
    if problems:
        raise InvalidDecisionError(
            " ".join(problems), next_step="Nothing was recorded; give another time."
        )
    return window


def _of(context: Context, number: int, to_come: list[AnyRow]) -> AnyRow:
    found = next((row for row in to_come if row.number == number), None)
    if found is None:
        raise UnknownReferenceError(
            f"There is no visit {number} to come on {context.case.reference}.",
            why=f"To come: {spoken([f'visit {row.number}' for row in to_come])}.",
            next_step="Nothing was changed.",
        )
    return found


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    when = when_words(row["starts_at"], row["ends_at"])
    return {"number": row["number"], "purpose": str(row["purpose"]), "when": when}


def _notice(*said: str) -> str:
    return " ".join(filter(None, said))
