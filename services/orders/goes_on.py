"""An order that was ended by mistake goes on: nothing of what was valued stands."""

from typing import Final

from sqlalchemy import Connection, bindparam, delete

from models.base import AnyRow
from models.case_queries import valued_lines
from models.contacts import client_of, contractor_of
from models.tables.works import OrderEnding, ValuedLine
from rules.decisions import BaseDecision, Facts, changed, decided
from rules.pathway import OVER, StepName, StepStatus
from rules.people import OFFICERS, Role
from services.cases import CaseInHand, Context, Effect, applies, tell
from services.cases.corrections import before_and_after
from services.orders.ended import EndOrder
from services.orders.valuation import PAID, check_correct_end_order, plain_ending
from services.orders.works import change_order

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
