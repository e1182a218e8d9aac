"""A contractor hands in photographs, certificates and servicing instructions of its works.

They may come before the claim of completion, with it, or after it where something is missing.
"""

from collections.abc import Mapping
from typing import Final

from models.base import AnyRow
from models.case_queries import live_order
from models.findings import refused_on
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import AlreadyDecidedError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from services.cases import Context, Effect, applies
from services.orders.handed import handed_words, keep_handed, problems_of
from services.orders.shows import certificate_files, photographs
from services.orders.works import own_order

OPEN: Final = ("sent", "complete")
"""The statuses of an order of which something may be handed in."""


@decided("hand-in", at=None, by=OFFICERS | {Role.CONTRACTOR}, any_time=True)
class HandIn(BaseDecision):
    """Photographs, certificates and servicing instructions of the works are handed in."""

    before: Mapping[int, str] = photographs("before", example="2=doc:4")
    after: Mapping[int, str] = photographs("after", example="2=doc:5")
    certificates: Mapping[str, str] = certificate_files()
    servicing: str = particular(
        "Instructions for servicing: doc:7.",
        default="",
        evidence=True,
        label="Instructions for servicing",
        hint="Of a lift or a hoist.",
        seldom=True,
    )

    def problems(self) -> tuple[str, ...]:
        """Return what is nothing, and entries without a file."""
        return problems_of(self.before, self.after, self.certificates, self.servicing) or (
            ()
            if self.before or self.after or self.certificates or self.servicing
            else ("Say what is handed in.",)
        )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was handed in, and of which lines."""
        return f"Handed in{known(' of {}', facts['order'])}: {handed_words(facts) or 'nothing'}."


def check_hand_in(context: Context) -> AnyRow:
    """Return the order that something may be handed in of: it is sent, and not signed off."""
    if live_order(context.conn, case_id=context.case.id) is None:
        raise StepNotOpenError(
            f"No order of {context.case.reference} is sent yet; nothing is handed in of it.",
            next_step="Hand it in once the order is sent.",
        )
    order = own_order(context)
    if order.status not in OPEN:
        raise StepNotOpenError(
            f"{order.number} is {order.status}; nothing is handed in of it now.",
            next_step="Send it to the officer.",
        )
    return order


@applies(HandIn, check=check_hand_in)
def hand_in(context: Context, decision: HandIn, order: AnyRow) -> Effect:
    """Keep what each document shows; what is there already is not kept twice."""
    wanted = bool(decision.certificates or refused_on(context.conn, order_id=order.id))
    kept = keep_handed(
        context,
        order,
        before=decision.before,
        after=decision.after,
        certificates=decision.certificates,
        servicing=decision.servicing,
    )
    if not kept:
        raise AlreadyDecidedError(
            f"All of it is handed in of {order.number} already.", next_step="Nothing was changed."
        )
    if wanted and context.case.step_status(StepName.SIGN_OFF) is StepStatus.WAITING:
        context.case.move(StepName.SIGN_OFF, StepStatus.READY)
    return Effect(to=None, facts={"order": order.number})
