"""Another contractor: what the one before did is valued and payable, and the rest is carried on.

The works lines of the case stay what they are. What is left of them is tendered, offered, ordered
and inspected from now on, and an order stands beside those that it takes the place of.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import insert

from models.case_queries import ending_of, live_offer, live_order
from models.contacts import contractor_of
from models.tables.replacements import Replacement
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.documents.items import typed_item
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StepNotOpenError
from rules.orders import Valued
from rules.people import OFFICERS, Role
from rules.replacements import NEXT_WORDS, REPLACED, WORDS, NextBy, ReplaceGround, left_words
from services.assignment.offers import replace_offer
from services.cases import Context, Effect, applies
from services.links.links import revoke_links
from services.orders import ended, going_over
from services.orders.done import done_in_full, done_in_part, not_done
from services.orders.going_over import Going
from services.orders.leaving import covers_of, left_by, problems_with, varied_on, works_of
from services.orders.variations import check_no_open
from services.orders.visits import cancel_visits
from services.orders.works import change_order

_KEEP: Final = insert(Replacement)


@decided(
    "replace-contractor",
    at=None,
    by=OFFICERS | {Role.MANAGER},
    plan="That another contractor does the works is a direction in the particular case (s.38(1)).",
)
class ReplaceContractor(BaseDecision):
    """A contractor fails: what it did is valued line by line, and another does the rest."""

    ground: ReplaceGround = particular("Why another contractor takes over.", label="Why")
    next_by: NextBy = particular(
        "How the next contractor is found.",
        "--next",
        label="The next contractor",
        hint="By the award’s order, or by quotes for what is left.",
    )
    done: tuple[str, ...] = done_in_full(
        "Once works have begun, of each line or item: in full, in part, or not at all."
    )
    part: Mapping[str, int] = done_in_part()
    not_done: tuple[str, ...] = not_done()
    left: Mapping[int, Decimal] = particular(
        "How much is left to do of a works line that was done in part.",
        default_factory=dict,
        entry="LINE=QUANTITY",
        label="Left to do of lines done in part",
        hint="In the line’s own unit; 0 where nothing is left of it.",
        offers="lines",
    )
    inspected_on: date | None = particular(
        "What was done was inspected on this day; nothing is paid before.",
        default=None,
        label="Date what was done was inspected",
    )
    others_pay_pence: int | None = particular(
        "Of it with VAT, what others pay the contractor directly; in proportion if left out.",
        "--others-pay",
        unit="pounds",
        default=None,
        label="What others pay directly",
        seldom=True,
    )

    def problems(self) -> tuple[str, ...]:
        """Return a sum below zero, a line given twice, and what was done without its inspection."""
        found = []
        if self.others_pay_pence is not None and self.others_pay_pence < 0:
            found.append("What others pay cannot be below zero.")
        if len({typed_item(one) for one in self.part}) < len(self.part):
            found.append("Give each line once.")
        if (self.done or self.part) and self.inspected_on is None:
            found.append("Say on which day what was done was inspected (--inspected-on).")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        who = facts["contractor"] or "The contractor"
        why = known(": {}", WORDS[ReplaceGround(facts["ground"])] if facts["ground"] else None)
        done = known(" What it did comes to {} with VAT.", facts.pounds("total_pence"))
        left = known(" Left to do: {}.", facts["left_words"])
        how = known(
            " Next: {}.", NEXT_WORDS[NextBy(facts["next_by"])] if facts["next_by"] else None
        )
        return f"Another contractor takes over from {who} (s.38(1)){why}.{done}{left}{how}"


def check_replace(context: Context) -> Going:
    """Return what the contractor holds: accepted or ordered, and not signed off."""
    reference = context.case.reference
    offer = live_offer(context.conn, case_id=context.case.id)
    if offer is None or offer.status != "accepted":
        raise StepNotOpenError(
            f"No contractor has accepted the works of {reference}.",
            why="There is nobody to replace.",
            next_step="An offer that is out is answered, or lapses, and goes on to the next.",
        )
    order = live_order(context.conn, case_id=context.case.id)
    if order is not None and order.status == "raised":
        raise StepNotOpenError(
            f"{order.number} is being written and sent.",
            next_step="Replace the contractor once it has left; `handrail up` must be running.",
        )
    if order is not None and order.certified_on is not None:
        raise StepNotOpenError(
            f"{order.number} was signed off on {order.certified_on:%-d %B %Y}.",
            why="Its works are complete and payable in full.",
            next_step="Pay the contractor's invoice; a defect is for it to put right.",
        )
    if order is not None and ending_of(context.conn, order_id=order.id) is not None:
        raise AlreadyDecidedError(
            f"{order.number} was ended with what was done, and the case with it.",
            next_step="Nothing was changed; where that was a mistake: `handrail decide "
            f"{reference} withdraw-end-order`.",
        )
    if order is not None:
        check_no_open(context.conn, order=order, reference=reference)
    return Going(offer, order)


@applies(ReplaceContractor, check=check_replace)
def replace_contractor(context: Context, decision: ReplaceContractor, going: Going) -> Effect:
    """Value what was done, direct under s.38(1) that another does the rest, and tell everyone."""
    case, works = context.case, works_of(context)
    by_line = _valued(context, decision, going)
    left = works
    if going.order is not None and going.begun:
        left = left_by(context, decision, going.order, works)
    if decision.next_by is NextBy.BY_RULE:
        whole = left == works and not varied_on(context)
        going_over.find_next(case, going, left=left, whole=whole, ground=decision.ground)
    valued = tuple(by_line.values())
    direct_pence = _end(context, decision, going, by_line)
    replace_offer(context.conn, offer_id=going.offer.id)
    revoke_links(context.conn, case_id=case.id, now=context.now)
    cancel_visits(case, why=f"another contractor takes over: {WORDS[decision.ground]}")
    direction = _direction(context, decision, going)
    _keep(context, decision, going, left=left, direction=direction)
    why = f"{going.called}, {WORDS[decision.ground]}"
    going_over.open_again(case, by=decision.next_by, why=why)
    sums = ended.totals(valued)
    total = sums["total_pence"]
    going_over.tell_replaced(
        case, going, valued=valued, total_pence=total, direct_pence=direct_pence
    )
    facts = {
        "contractor": going.offer.contractor,
        "order": going.order.number if going.order else None,
        **sums,
        "left_words": left_words(left),
        "direction": direction,
    }
    return Effect(to=None, facts=facts)


def _direction(context: Context, decision: ReplaceContractor, going: Going) -> str:
    """Return the direction of s.38(1) as it is printed."""
    firm = contractor_of(context.conn, code=going.offer.contractor).name
    reason = context.reason.strip()
    stop = "" if reason.endswith((".", "!", "?")) else "."
    return (
        f"Directed by {context.actor.name} on {context.today:%-d %B %Y} under section 38(1), in "
        "this particular case, that the works are carried out by another contractor than "
        f"{firm}, because {WORDS[decision.ground]}. {reason}{stop}"
    )


def _end(
    context: Context, decision: ReplaceContractor, going: Going, by_line: Mapping[int, Valued]
) -> int:
    """End the order with what was done, if there is one; return what others pay of it directly."""
    order = going.order
    if order is None:
        return 0
    valued = tuple(by_line.values())
    parts = ended.parts_paid(context, decision, order, valued, ground=REPLACED)
    ended.keep_ending(context, decision, order, by_line, parts)
    change_order(context.conn, order_id=order.id, status="replaced")
    return parts.direct_pence


def _valued(context: Context, decision: ReplaceContractor, going: Going) -> dict[int, Valued]:
    """Return each line of the order with what was done of it: nothing, where nothing began."""
    order = going.order
    if order is not None and going.begun:
        problems = problems_with(context, decision, order)
        return ended.valued_lines(context, decision, order, also=problems)
    if decision.done or decision.part or decision.left:
        raise InvalidDecisionError(
            f"No works have begun on {going.called}.",
            why="There is nothing to value, and all of the works are left.",
            next_step="Record the start first where they have, or leave out what was done.",
        )
    if order is None:
        return {}
    nothing = tuple(map(str, covers_of(context, order)))
    return ended.valued_lines(context, replace(decision, not_done=nothing), order)


def _keep(
    context: Context,
    decision: ReplaceContractor,
    going: Going,
    *,
    left: Mapping[int, Decimal],
    direction: str,
) -> None:
    values: dict[str, Any] = {
        "case_id": context.case.id,
        "offer_id": going.offer.id,
        "order_id": going.order.id if going.order else None,
        "ground": decision.ground,
        "next": decision.next_by,
        "direction": direction,
        "left": {str(line): f"{much:f}" for line, much in left.items()},
        "inspected_on": decision.inspected_on,
        "replaced_on": context.today,
        "replaced_by": context.actor.identity,
    }
    context.conn.execute(_KEEP, values)
