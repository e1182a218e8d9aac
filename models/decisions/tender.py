"""Decisions about who does the works: direction, quotes, award, and a contractor's answer."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, insert, update

from models.base import AnyRow
from models.capacity import check_capacity
from models.case_queries import award_in_force, live_offer, quotes_for, works_lines
from models.decisions.effect import Context, Effect
from models.prices import Award, Offer, Quote
from rules.decisions import AnswerOffer, AwardQuote, Direct, RecordQuote
from rules.errors import InvalidDecisionError, NotPermittedError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from rules.people import Role
from rules.routes import Route

_AWARD: Final = update(Award).where(Award.id == bindparam("row_id"))
_KEEP_QUOTE: Final = insert(Quote)
_ANSWER: Final = update(Offer).where(Offer.id == bindparam("row_id"), Offer.status == "offered")


def direct(context: Context, decision: Direct) -> Effect:  # noqa: ARG001 - it has no particulars
    """Record the s.2(2)(b) direction on the award and close the tender."""
    award_row = award_in_force(context.conn, case_id=context.case.id)
    if award_row.route == Route.QUOTES:
        raise InvalidDecisionError(
            f"{context.case.reference} goes to quotes; a direction does not replace them.",
            next_step="Record the quotes, then award to one of them.",
        )
    words = (
        f"Directed by {context.actor.name} on {context.today:%-d %B %Y}, in this particular case, "
        f"that one price is enough: {context.reason}"
    )
    context.conn.execute(_AWARD, {"row_id": award_row.id, "direction": words})
    return Effect(to=StepStatus.DONE, closes=True, outcome=award_row.route)


def quote(context: Context, decision: RecordQuote) -> Effect:
    """Record one contractor's quote, line by line; a contractor quotes once."""
    award_row = _competition(context)
    invited = [place["contractor"] for place in award_row.placings if not place["reasons"]]
    lines = {line.line for line in works_lines(context.conn, case_id=context.case.id)}
    held = {row.contractor for row in quotes_for(context.conn, award_id=award_row.id)}
    problems = []
    if decision.contractor not in invited:
        problems.append(
            f"{decision.contractor} was not invited; invited were {', '.join(invited)}."
        )
    if decision.contractor in held:
        problems.append(f"{decision.contractor} has quoted already.")
    if set(decision.line_net_pence) != lines:
        problems.append(f"A quote prices every line: {', '.join(map(str, sorted(lines)))}.")
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")
    context.conn.execute(
        _KEEP_QUOTE,
        {
            "award_id": award_row.id,
            "contractor": decision.contractor,
            "net_pence": sum(decision.line_net_pence.values()),
            "line_net_pence": {str(n): p for n, p in decision.line_net_pence.items()},
            "received_at": context.now,
        },
    )
    count = len(held) + 1
    return Effect(
        to=StepStatus.WAITING,
        waiting_for=f"officer awards the mini-competition ({count} of {len(invited)} quotes in)",
    )


def award(context: Context, decision: AwardQuote) -> Effect:
    """Award the mini-competition; with fewer than two quotes the reason is the direction."""
    award_row = _competition(context)
    quotes = {row.contractor for row in quotes_for(context.conn, award_id=award_row.id)}
    if decision.contractor not in quotes:
        raise InvalidDecisionError(
            f"{decision.contractor} has not quoted for {context.case.reference}.",
            next_step=f"Quotes are held from {', '.join(sorted(quotes)) or 'nobody yet'}.",
        )
    direction = ""
    if len(quotes) == 1:
        direction = (
            f"Directed by {context.actor.name} on {context.today:%-d %B %Y}, in this particular "
            f"case, that the one quote received is enough: {context.reason}"
        )
    chosen = {"contractor": decision.contractor, "direction": direction}
    context.conn.execute(_AWARD, {"row_id": award_row.id, **chosen})
    return Effect(to=StepStatus.READY, closes=True, outcome="awarded")


def _competition(context: Context) -> AnyRow:
    row = award_in_force(context.conn, case_id=context.case.id)
    if row.route != Route.QUOTES:
        raise InvalidDecisionError(
            f"{context.case.reference} is priced {row.route.replace('_', ' ')}, without quotes.",
            next_step="Record the s.2(2)(b) direction instead.",
        )
    return row


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
    facts = {"contractor": offer.contractor}
    if decision.accepted:
        return Effect(to=StepStatus.DONE, closes=True, outcome="accepted", facts=facts)
    return Effect(to=StepStatus.READY, facts=facts)
