"""An end of works put right: what was done is valued anew, or the order goes on after all."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, update

from models.base import AnyRow
from models.case_queries import ending_of, live_order, valued_lines
from models.contacts import client_of, contractor_of
from models.order_account import order_account
from models.tables.works import OrderEnding, ValuedLine
from rules.decisions import BaseDecision, Facts, changed, decided
from rules.errors import InvalidDecisionError, StepNotOpenError
from rules.orders import GROUNDS, Parts, Valued
from rules.pathway import OVER, StepName, StepStatus
from rules.people import OFFICERS, Role
from services.cases import CaseInHand, Context, Effect, applies, tell
from services.cases.corrections import before_and_after
from services.orders import ended
from services.orders.ended import EndOrder
from services.orders.works import change_order

_ENDING: Final = update(OrderEnding).where(OrderEnding.order_id == bindparam("of_order"))
_LINE: Final = update(ValuedLine).where(
    ValuedLine.order_id == bindparam("of_order"), ValuedLine.line == bindparam("of_line")
)
PAID: Final = {
    "release": "What was done is paid as it was valued, and the case ended with that. Ask the "
    "contractor for a credit note or a further invoice, and settle it in the authority's own "
    "ledger."
}


@decided(
    "correct-end-order",
    at=None,
    by=OFFICERS | {Role.MANAGER},
    plan="Whether works that stopped are paid for, and how far, is discretionary (ss.41, 56).",
    corrects=EndOrder,
    rests=PAID,
)
class CorrectEndOrder(EndOrder):
    """What was done of works that stopped was valued wrongly: all of its lines are given anew."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was corrected, from what to what."""
        return f"What was done is corrected: {changed(facts)}."


def check_correct_end_order(context: Context) -> tuple[AnyRow, AnyRow]:
    """Return the order that was ended, and its ending; nothing that was invoiced rests on it."""
    reference = context.case.reference
    order = live_order(context.conn, case_id=context.case.id)
    ending = None if order is None else ending_of(context.conn, order_id=order.id)
    if order is None or ending is None:
        raise StepNotOpenError(
            f"The works of {reference} go on: their end was withdrawn.",
            next_step="There is nothing to correct.",
        )
    account = order_account(context.conn, order=order)
    invoice = next((one for one in account.invoices if one.unpaid), None)
    if invoice is not None:
        raise InvalidDecisionError(
            f"Invoice {invoice.number} stands for {order.number} as it was valued.",
            next_step=f"Withdraw or reject it first (`handrail decide {reference} pay "
            "--withdraw-invoice` or `--reject-invoice`); once the works are valued anew, the "
            "contractor's invoice is recorded anew.",
        )
    return order, ending


@applies(CorrectEndOrder, check=check_correct_end_order)
def correct_end_order(
    context: Context, decision: CorrectEndOrder, found: tuple[AnyRow, AnyRow]
) -> Effect:
    """Value it anew, and tell everyone what is right; nothing done after all ends the case."""
    order, ending = found
    by_line = ended.valued_lines(context, decision, order)
    valued = tuple(by_line.values())
    ground = GROUNDS[decision.ground]
    parts = ended.parts_paid(context, decision, order, valued, ground=ground)
    columns = ended.ending_columns(decision, valued, parts)
    held = {row.line: row for row in valued_lines(context.conn, order_id=order.id)}
    facts = before_and_after(
        plain_ending(ending._asdict(), {line: row.net_pence for line, row in held.items()}),
        plain_ending(columns, {line: one.net_pence for line, one in by_line.items()}),
        what=f"The end of {order.number}",
    )
    context.conn.execute(_ENDING, {"of_order": order.id, **columns})
    context.conn.execute(_LINE, [_line(order.id, line, one) for line, one in by_line.items()])
    _tell(context, decision, (order, ending), valued, parts)
    if not columns["total_pence"]:
        ended.close_ended(context.case, order=order)
    return Effect(to=None, facts=facts)


def _line(order_id: int, line: int, one: Valued) -> dict[str, Any]:
    sums = {"net_pence": one.net_pence, "vat_pence": one.vat_pence}
    return {"of_order": order_id, "of_line": line, **sums}


def plain_ending(ending: Mapping[str, Any], nets: Mapping[int, int]) -> dict[str, Any]:
    """Return how an order ended in plain values: the ground, each line, and who pays."""
    lines = {f"line_{line}_pence": pence for line, pence in sorted(nets.items())}
    sums = {name: ending[name] for name in ("total_pence", "direct_pence", "grant_pence")}
    return {"ground": str(ending["ground"]), **lines, **sums}


def _tell(
    context: Context,
    decision: CorrectEndOrder,
    found: tuple[AnyRow, AnyRow],
    valued: tuple[Valued, ...],
    parts: Parts,
) -> None:
    """Tell the contractor and the home that what they were told first had a mistake in it."""
    case, (order, ending) = context.case, found
    told = {
        "order_number": order.number,
        "ended_on": ending.ended_on,
        "total_pence": ended.totals(valued)["total_pence"],
        "direct_pence": parts.direct_pence,
    }
    this_time = f"{order.number}:{case.revision}"
    tell(
        case,
        kind="valuation_corrected_to_contractor",
        once_for=this_time,
        to=contractor_of(case.conn, code=order.contractor),
        context=told | {"valued": [one.words() for one in valued]},
    )
    client = client_of(case.row)
    tell(
        case,
        kind="valuation_corrected_to_client",
        once_for=this_time,
        to=client,
        context=told
        | ended.addressed(decision, client_name=client.name)
        | {"ground": GROUNDS[decision.ground].words},
    )


_UNVALUE: Final = delete(ValuedLine).where(ValuedLine.order_id == bindparam("of_order"))
_UNEND: Final = delete(OrderEnding).where(OrderEnding.order_id == bindparam("of_order"))


@decided("withdraw-end-order", at=None, by=OFFICERS | {Role.MANAGER}, corrects=EndOrder, rests=PAID)
class WithdrawEndOrder(BaseDecision):
    """Works were ended by mistake, as on the wrong case: the order goes on as it was."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was corrected, from what to what."""
        return f"The works do not stop after all: {changed(facts)}."


@applies(WithdrawEndOrder, check=check_correct_end_order)
def withdraw_end_order(
    context: Context, _: WithdrawEndOrder, found: tuple[AnyRow, AnyRow]
) -> Effect:
    """Take back what was valued, open the steps that it closed, and tell whoever was told."""
    case, (order, ending) = context.case, found
    nets = {row.line: row.net_pence for row in valued_lines(context.conn, order_id=order.id)}
    held = plain_ending(ending._asdict(), nets)
    facts = before_and_after(held, dict.fromkeys(held), what=f"The end of {order.number}")
    unend(context.conn, order_id=order.id)
    status = "sent" if order.completed_on is None else "complete"
    change_order(context.conn, order_id=order.id, status=status)
    _open_again(case, order)
    told = {"order_number": order.number, "ended_on": ending.ended_on}
    this_time = f"{order.number}:{case.revision}"
    tell(
        case,
        kind="order_goes_on_to_contractor",
        once_for=this_time,
        to=contractor_of(case.conn, code=order.contractor),
        context=told | {"complete_by": order.complete_by},
    )
    tell(
        case,
        kind="order_goes_on_to_client",
        once_for=this_time,
        to=client_of(case.row),
        context={"ended_on": ending.ended_on},
    )
    return Effect(
        to=None,
        facts=facts,
        notice="A pause that was under way ended with the works; record it again if it goes on.",
    )


def unend(conn: Connection, *, order_id: int) -> None:
    """Take back what was valued of an order."""
    for statement in (_UNVALUE, _UNEND):
        conn.execute(statement, {"of_order": order_id})


def _open_again(case: CaseInHand, order: AnyRow) -> None:
    """Open what the end of the works closed; nothing is invoiced before they are signed off."""
    why = f"{order.number} goes on: its end was recorded by mistake"
    for step in (StepName.WORKS, StepName.SIGN_OFF):
        row = case.steps[step]
        if row.status in OVER and row.outcome == "ended":
            case.reopen(step, reason=why)
    if case.step_status(StepName.WORKS) not in OVER:
        case.move(
            StepName.WORKS,
            StepStatus.WAITING,
            waiting_for="contractor says complete, with evidence",
        )
    if case.step_status(StepName.PAY) is StepStatus.WAITING:
        case.move(StepName.PAY, StepStatus.READY)
    for step in (StepName.WORKS, StepName.SIGN_OFF, StepName.PAY):
        if step in case.steps and case.step_status(step) not in OVER:
            case.date_step(step, until=order.complete_by, why="the order’s completion date")
