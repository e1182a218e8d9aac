"""Corrections of the works on site: the days on which they began and were complete."""

from datetime import date
from typing import Final

from models.base import AnyRow
from rules.decisions import BaseDecision, Facts, changed, decided, particular
from rules.errors import InvalidDecisionError
from rules.pathway import StepName
from rules.people import OFFICERS
from services.cases import Context, Effect, applies
from services.cases.corrections import before_and_after
from services.orders.works import (
    CompleteWorks,
    StartWorks,
    change_order,
    check_begun_on,
    check_completed_on,
    own_order,
)

_PAID: Final = {
    "release": "The works are paid on these dates; write what is right to the client and the "
    "contractor, and file it with the case."
}


@decided("correct-start", at=StepName.WORKS, by=OFFICERS, corrects=StartWorks, rests=_PAID)
class CorrectStart(BaseDecision):
    """The day on which works began was recorded wrongly."""

    started_on: date = particular("Works began on this day.", "--start", label="Date works began")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was corrected, from what to what."""
        return f"The start is corrected: {changed(facts)}."


@decided("correct-complete", at=StepName.WORKS, by=OFFICERS, corrects=CompleteWorks, rests=_PAID)
class CorrectComplete(BaseDecision):
    """The day on which the works were complete was recorded wrongly."""

    completed_on: date = particular("Works were complete on this day.", "--complete")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was corrected, from what to what."""
        return f"The completion is corrected: {changed(facts)}."


def check_own_order(context: Context) -> AnyRow:
    """Return the order whose days are put right."""
    return own_order(context)


@applies(CorrectStart, check=check_own_order)
def correct_start(context: Context, decision: CorrectStart, order: AnyRow) -> Effect:
    """Put the day right: as recording it asks (s.29), and not after the works were complete."""
    check_begun_on(context, decision.started_on)
    if order.completed_on is not None and decision.started_on > order.completed_on:
        raise InvalidDecisionError(
            f"Works cannot have begun on {decision.started_on:%-d %B %Y}.",
            why=f"They were complete on {order.completed_on:%-d %B %Y}.",
            next_step="Check both dates with the contractor.",
        )
    facts = before_and_after(
        {"started_on": str(order.started_on)},
        {"started_on": str(decision.started_on)},
        what=f"The start of {order.number}",
    )
    change_order(context.conn, order_id=order.id, started_on=decision.started_on)
    return Effect(to=None, facts=facts)


@applies(CorrectComplete, check=check_own_order)
def correct_complete(context: Context, decision: CorrectComplete, order: AnyRow) -> Effect:
    """Put the day right: as recording it asks, and not after the works were signed off."""
    check_completed_on(context, decision.completed_on, order=order)
    if order.certified_on is not None and decision.completed_on > order.certified_on:
        raise InvalidDecisionError(
            f"Works cannot have been complete on {decision.completed_on:%-d %B %Y}.",
            why=f"They were signed off on {order.certified_on:%-d %B %Y}.",
            next_step="Check the date with the contractor.",
        )
    facts = before_and_after(
        {"completed_on": str(order.completed_on)},
        {"completed_on": str(decision.completed_on)},
        what=f"The completion of {order.number}",
    )
    change_order(context.conn, order_id=order.id, completed_on=decision.completed_on)
    return Effect(to=None, facts=facts)
