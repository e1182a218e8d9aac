"""The decision on an offer: a contractor accepts or declines."""

from typing import Final

from sqlalchemy import bindparam, update

from models.base import AnyRow, word
from models.case_queries import live_offer
from models.tables.prices import Offer
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, known
from rules.errors import NotPermittedError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from services.cases.effect import Context, Effect, applies
from services.tenders.capacity import beyond_capacity

_ANSWER: Final = update(Offer).where(
    Offer.id == bindparam("row_id"), Offer.status == word("offered")
)


@decided("answer-offer", at=StepName.ASSIGN, by=OFFICERS | {Role.CONTRACTOR}, command="assign")
class AnswerOffer(BaseDecision):
    """The contractor accepts or declines the works it was offered."""

    accepted: bool = particular(
        "The answer, one of the two.",
        "--accept/--decline",
        label="The contractor’s answer",
        hint="As the contractor gave it.",
        answers=("Accepts the works", "Declines them"),
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        answer = "accepts" if facts["accepted"] else "declines"
        sum_ = known(" at {} net", facts.pounds("net_pence"))
        return f"{facts['contractor'] or 'The contractor'} {answer} the works it was offered{sum_}."


def check_answer_offer(context: Context) -> AnyRow:
    """Return the offer that is out; a contractor answers its own only."""
    offer = live_offer(context.conn, case_id=context.case.id)
    if offer is None or offer.status != "offered":
        raise StepNotOpenError(
            f"No offer is out on {context.case.reference}.",
            why=f"It waits for {context.case.steps[StepName.ASSIGN].waiting_for}.",
            next_step="The offer goes out by itself once that is settled.",
        )
    if context.actor.role is Role.CONTRACTOR and context.actor.identity != offer.contractor:
        raise NotPermittedError(
            f"The works on {context.case.reference} are not offered to {context.actor.name}.",
            next_step="A contractor answers its own offers only.",
        )
    return offer


@applies(AnswerOffer, check=check_answer_offer)
def answer_offer(context: Context, decision: AnswerOffer, offer: AnyRow) -> Effect:
    """Record a contractor's one answer; the offer has counted on its capacity since it was made."""
    context.conn.execute(
        _ANSWER,
        {
            "row_id": offer.id,
            "status": "accepted" if decision.accepted else "declined",
            "answered_at": context.now,
            "reason": context.reason,
        },
    )
    context.case.stop_clock("answer_offer", subject=str(offer.id), why="answered")
    facts = {"contractor": offer.contractor, "net_pence": offer.net_pence}
    if decision.accepted:
        over = beyond_capacity(context.conn, contractors=[offer.contractor])
        return Effect(
            to=StepStatus.DONE,
            closes=True,
            outcome="accepted",
            facts=facts,
            notice=over.get(offer.contractor, ""),
        )
    return Effect(to=StepStatus.READY, facts=facts)
