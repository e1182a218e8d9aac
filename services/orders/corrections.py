"""Corrections of the works on site: the day on which they began."""

from datetime import date
from typing import Final

from models.base import AnyRow
from models.case_queries import approval_in_force
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, changed
from rules.errors import InvalidDecisionError
from rules.pathway import StepName
from rules.people import OFFICERS
from services.cases.corrections import before_and_after
from services.cases.effect import Context, Effect, applies
from services.orders.works import StartWorks, change_order, check_begun_on, own_order

_PAID: Final = {
    "release": "The works are paid on these dates; write what is right to the client and the "
    "contractor, and file it with the case."
}


@decided("correct-start", at=StepName.WORKS, by=OFFICERS, corrects=StartWorks, rests=_PAID)
class CorrectStart(BaseDecision):
    """The day on which works began was recorded wrongly."""

    started_on: date = particular("Works began on this day.", "--start")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was corrected, from what to what."""
        return f"The start is corrected: {changed(facts)}."


def check_correct_start(context: Context) -> AnyRow:
    """Return the order whose works began."""
    return own_order(context)


@applies(CorrectStart, check=check_correct_start)
def correct_start(context: Context, decision: CorrectStart, order: AnyRow) -> Effect:
    """Put the day right: as recording it asks (s.29), and not after the works were complete."""
    approval = approval_in_force(context.conn, case_id=context.case.id)
    check_begun_on(context, decision.started_on, approval=approval)
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
