"""An order ended with what was done: the works stop, are valued line by line, and are payable."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import insert

from models.base import AnyRow
from models.case_queries import approval_in_force, ending_of, live_order, price_by_id, price_lines
from models.contacts import client_of, contractor_of
from models.order_account import order_account
from models.tables.works import OrderEnding, ValuedLine
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.documents.items import item_of, item_words, typed_item
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StatuteError, StepNotOpenError
from rules.money import pounds
from rules.orders import (
    GROUNDS,
    EndGround,
    Ground,
    OrderedLine,
    Parts,
    Valued,
    Valuing,
    parts_of,
    value,
    wrongly_valued,
)
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from services.cases import CaseInHand, Context, Effect, applies, tell
from services.cases.ending import leave_pathway
from services.clocks.pausing import end_open_pauses
from services.grants.budgets import release_grant
from services.grants.payers import cover_left
from services.orders.done import done_in_full, done_in_part, not_done
from services.orders.variations import check_no_open
from services.orders.visits import cancel_visits
from services.orders.works import change_order

_END: Final = insert(OrderEnding)
_VALUE: Final = insert(ValuedLine)


@decided(
    "end-order",
    at=None,
    by=OFFICERS | {Role.MANAGER},
    plan="Whether works that stopped are paid for, and how far, is discretionary (ss.41, 56).",
)
class EndOrder(BaseDecision):
    """Works that had begun stop: what was done is valued line by line, paid, and the case ends."""

    ground: EndGround = particular("Why the works stop.")
    done: tuple[str, ...] = done_in_full(
        "Of each line or item: done in full, in part, or not at all."
    )
    part: Mapping[str, int] = done_in_part()
    not_done: tuple[str, ...] = not_done()
    others_pay_pence: int | None = particular(
        "Of it with VAT, what others pay the contractor directly; in proportion if left out.",
        "--others-pay",
        unit="pounds",
        default=None,
        label="What others pay directly",
    )

    @property
    def needs_plan(self) -> bool:
        """Whether the Act leaves it to the authority; under s.40 payment ceases."""
        return GROUNDS[self.ground].grant_pays

    def problems(self) -> tuple[str, ...]:
        """Return a sum below zero, and a line given twice in two spellings."""
        found = []
        if self.others_pay_pence is not None and self.others_pay_pence < 0:
            found.append("What others pay cannot be below zero.")
        if len({typed_item(one) for one in self.part}) < len(self.part):
            found.append("Give each line once.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        ground = GROUNDS[EndGround(facts["ground"])] if facts["ground"] else None
        why = f": {ground.words} ({ground.section})" if ground else ""
        done = known(" What was done comes to {} with VAT.", facts.pounds("total_pence"))
        return f"The works stop{why}.{done}"


def check_end_order(context: Context) -> AnyRow:
    """Return the order whose works have begun, are not signed off and not invoiced."""
    order = live_order(context.conn, case_id=context.case.id)
    reference = context.case.reference
    if order is None or order.started_on is None:
        raise StepNotOpenError(
            f"No works have begun on {reference}.",
            why="There is nothing to value.",
            next_step=f"A case ends before its works by `handrail decide {reference} exit`.",
        )
    ending = ending_of(context.conn, order_id=order.id)
    if ending is not None:
        raise AlreadyDecidedError(
            f"{order.number} was ended on {ending.ended_on:%-d %B %Y}.",
            next_step="Nothing was changed.",
        )
    if order.certified_on is not None:
        raise StepNotOpenError(
            f"{order.number} was signed off on {order.certified_on:%-d %B %Y}.",
            why="Its works are complete and payable in full.",
            next_step="Pay the contractor's invoice.",
        )
    check_no_open(context.conn, order=order, reference=reference)
    return order


@applies(EndOrder, check=check_end_order)
def end_order(context: Context, decision: EndOrder, order: AnyRow) -> Effect:
    """Value what was done, tell everyone, and let it be invoiced; nothing done ends the case."""
    case, ground = context.case, GROUNDS[decision.ground]
    by_line = valued_lines(context, decision, order)
    valued = tuple(by_line.values())
    parts = parts_paid(context, decision, order, valued, ground=ground)
    ending = keep_ending(context, decision, order, by_line, parts)
    change_order(context.conn, order_id=order.id, status="complete")
    why = f"the works stopped: {ground.words}"
    cancel_visits(case, why=why, tell_client=decision.ground is not EndGround.OCCUPANT_DIED)
    end_open_pauses(case, why=why, clocks_go_on=True)
    _tell(context, decision, order, valued, parts)
    if ending["total_pence"]:
        _let_it_be_invoiced(case)
    else:
        close_ended(case, order=order)
    facts = {"section": ground.section, **totals(valued), "grant_pence": parts.grant_pence}
    return Effect(to=None, closes=True, facts=facts)


def keep_ending(
    context: Context, decision: Valuing, order: AnyRow, by_line: Mapping[int, Valued], parts: Parts
) -> dict[str, Any]:
    """Keep how an order ended with what was done of each line, and return what is kept of it."""
    ending = {
        "order_id": order.id,
        "ended_on": context.today,
        "ended_by": context.actor.identity,
        **ending_columns(decision, tuple(by_line.values()), parts),
    }
    context.conn.execute(_END, ending)
    context.conn.execute(_VALUE, [_columns(order.id, line, one) for line, one in by_line.items()])
    return ending


def ending_columns(decision: Valuing, valued: tuple[Valued, ...], parts: Parts) -> dict[str, Any]:
    """Return what is on record of what was done: the ground, what it comes to, and who pays."""
    return {
        "ground": decision.ground,
        **totals(valued),
        "direct_pence": parts.direct_pence,
        "grant_pence": parts.grant_pence,
    }


def valued_lines(
    context: Context, decision: Valuing, order: AnyRow, *, also: Sequence[str] = ()
) -> dict[int, Valued]:
    """Return each line of the order's price, by its place, with what was done of it.

    Args:
        also: What else is wrong with the decision, to be said with it.
    """
    lines = price_lines(context.conn, price_id=order.price_id)
    ordered = [
        OrderedLine(
            item_of(line=row.line, covers=row.covers), row.net_pence, row.vat_pence, row.vat_rate
        )
        for row in lines
    ]
    done, not_done = (
        [typed_item(one) for one in said] for said in (decision.done, decision.not_done)
    )
    part = {typed_item(one): pence for one, pence in decision.part.items()}
    wrong = tuple(wrongly_valued(ordered, done=done, part=part, not_done=not_done))
    wrong = wrong or tuple(_below_invoiced(context, order, value(ordered, done=done, part=part)))
    if wrong or also:
        raise InvalidDecisionError(
            " ".join((*wrong, *also)),
            why=f"Every line of {order.number} is valued once." if wrong else "",
            next_step="Give each line by --done, --part or --not-done; nothing was recorded."
            if wrong
            else "Nothing was recorded.",
        )
    valued = value(ordered, done=done, part=part)
    return {row.line: one for row, one in zip(lines, valued, strict=True)}


def _below_invoiced(context: Context, order: AnyRow, valued: Sequence[Valued]) -> Iterator[str]:
    """Yield each line that is invoiced, in instalments, for more than was done of it."""
    account = order_account(context.conn, order=order)
    for one in valued:
        charged = account.invoiced(one.item).net_pence
        if charged > one.net_pence >= 0:
            yield (
                f"{item_words(one.item)} is invoiced at {pounds(charged)} already: withdraw or "
                "credit what was not done of it first."
            )


def parts_paid(
    context: Context,
    decision: Valuing,
    order: AnyRow,
    valued: tuple[Valued, ...],
    *,
    ground: Ground,
) -> Parts:
    """Return who pays for it; refused where somebody's part is not covered."""
    ordered = price_by_id(context.conn, price_id=order.price_id).total_pence
    total = totals(valued)["total_pence"]
    approval = approval_in_force(context.conn, case_id=context.case.id)
    parts = parts_of(
        total,
        ordered_pence=ordered,
        cover=cover_left(context.conn, approval=approval, works_pence=ordered),
        grant_pays=ground.grant_pays,
        direct_pence=decision.others_pay_pence,
    )
    if parts.direct_pence > total:
        raise InvalidDecisionError(
            f"What was done comes to {pounds(total)} with VAT, and others would pay "
            f"{pounds(parts.direct_pence)} of it.",
            next_step="Check the amount; nothing was recorded.",
        )
    if parts.short_pence:
        raise StatuteError(
            f"{pounds(parts.short_pence)} of the {pounds(total)} done on {order.number} would be "
            "paid by nobody.",
            why="The grant pays no more once the applicant is not entitled to it."
            if not ground.grant_pays
            else "The grant and what else we hold do not meet it.",
            section=ground.section,
            next_step="Say what others pay the contractor directly (--others-pay), or have "
            f"finance record what was received: `handrail decide {context.case.reference} payers`.",
        )
    return parts


def totals(valued: tuple[Valued, ...]) -> dict[str, int]:
    """Return what was done in pence: net, VAT, and both."""
    net, vat = sum(one.net_pence for one in valued), sum(one.vat_pence for one in valued)
    return {"net_pence": net, "vat_pence": vat, "total_pence": net + vat}


def _columns(order_id: int, line: int, one: Valued) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "line": line,
        "ordered_pence": one.ordered_pence,
        "net_pence": one.net_pence,
        "vat_pence": one.vat_pence,
    }


def _tell(
    context: Context, decision: EndOrder, order: AnyRow, valued: tuple[Valued, ...], parts: Parts
) -> None:
    """Tell the contractor to stop, what counts as done and who pays it; tell the client or family.

    A death is not told to whom it befell: the letter goes to the family.
    """
    case, ground = context.case, GROUNDS[decision.ground]
    total = totals(valued)["total_pence"]
    this_time = f"{order.number}:{case.revision}"
    told = {"order_number": order.number, "ended_on": context.today, "total_pence": total}
    tell(
        case,
        kind="order_ended_to_contractor",
        once_for=this_time,
        to=contractor_of(case.conn, code=order.contractor),
        context=told
        | {"valued": [one.words() for one in valued], "direct_pence": parts.direct_pence},
    )
    client = client_of(case.row)
    tell(
        case,
        kind="order_ended_to_client",
        once_for=this_time,
        to=client,
        context=told
        | addressed(decision, client_name=client.name)
        | {"ground": ground.words, "section": ground.section, "direct_pence": parts.direct_pence},
    )


def addressed(decision: EndOrder, *, client_name: str) -> dict[str, Any]:
    """Return to whom the home is written: the client, or the family of a client who died."""
    died = decision.ground is EndGround.OCCUPANT_DIED
    return {"recipient_name": f"Family of {client_name}" if died else client_name, "died": died}


def _let_it_be_invoiced(case: CaseInHand) -> None:
    """Close the steps of works that nobody goes on with; the valuation stands for the sign-off."""
    if case.step_status(StepName.WORKS) is StepStatus.WAITING:
        case.move(StepName.WORKS, StepStatus.DONE, outcome="ended")
        case.open_steps()
    case.move(StepName.SIGN_OFF, StepStatus.NOT_NEEDED, outcome="ended")
    case.open_steps()


def close_ended(case: CaseInHand, *, order: AnyRow) -> None:
    """End the case of an order that was ended, once what was done is paid or was nothing.

    What the grant paid stays committed in its budget; the rest is given back.
    """
    ending = ending_of(case.conn, order_id=order.id)
    if ending is None:
        return
    ground = GROUNDS[EndGround(ending.ground)]
    release_grant(case.conn, case=case.row)
    leave_pathway(
        case,
        outcome=ground.outcome,
        stage=StepName.WORKS,
        reason=f"{order.number} ended with what was done: {ground.words} ({ground.section}).",
    )
