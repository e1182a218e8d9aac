"""Decisions about who does the works: the direction, and a contractor's answer to its offer."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, update

from models.case_queries import award_in_force, live_offer
from models.tables.prices import Award, Offer
from rules.decisions import AnswerOffer, Direct
from rules.errors import NotPermittedError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from rules.people import Role
from rules.tenders.routes import Route
from services.cases.effect import Context, Effect
from services.competitions.competition import direct_one
from services.tenders.capacity import check_capacity

_AWARD: Final = update(Award).where(Award.id == bindparam("row_id"))
_ANSWER: Final = update(Offer).where(Offer.id == bindparam("row_id"), Offer.status == "offered")


def direct(context: Context, decision: Direct) -> Effect:
    """Record the s.2(2)(b) direction on the award; without quotes it closes the gate."""
    award_row = award_in_force(context.conn, case_id=context.case.id)
    if award_row.route == Route.QUOTES:
        return direct_one(context, decision)
    words = (
        f"Directed by {context.actor.name} on {context.today:%-d %B %Y}, in this particular case, "
        f"that one price is enough: {context.reason}"
    )
    context.conn.execute(_AWARD, {"row_id": award_row.id, "direction": words})
    return Effect(to=StepStatus.READY, closes=True, outcome="directed")


def answer_offer(context: Context, decision: AnswerOffer) -> Effect:
    """Record a contractor's one answer; accepting reserves its capacity."""
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
    if decision.accepted:
        check_capacity(context.conn, offer=offer)
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
    facts = {"contractor": offer.contractor}
    if decision.accepted:
        return Effect(to=StepStatus.DONE, closes=True, outcome="accepted", facts=facts)
    return Effect(to=StepStatus.READY, facts=facts)
