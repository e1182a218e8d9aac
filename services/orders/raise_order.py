"""The work order: numbered and frozen, then written, then sent."""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from models.audit import AUTOMATIC
from models.base import on_conflict
from models.case_queries import (
    approval_in_force,
    case_row,
    live_offer,
    live_order,
    order_in_force,
    price_by_id,
)
from models.contacts import contractor_of
from models.tables.record import Counter
from models.tables.works import WorkOrder
from rules.clocks.dates import finish_by, london_date
from rules.errors import BrokenStateError
from rules.pathway import StepName, StepStatus
from services.cases.in_hand import CaseInHand
from services.cases.telling import tell, working_days_on
from services.cases.unit import at_step, reading
from services.documents.keep import Written, keep_document, write_document
from services.orders.papers import work_order_paper

_ONE_MORE: Final = {"index_elements": ["name"], "set_": {"value": Counter.value + 1}}
_COUNT: Final = on_conflict(Counter, lambda first: first.on_conflict_do_update(**_ONE_MORE))
_COUNTED: Final = select(Counter.value).where(Counter.name == bindparam("name"))
_RAISE: Final = insert(WorkOrder)
_SENT: Final = update(WorkOrder).where(WorkOrder.id == bindparam("order_id")).values(status="sent")


def raise_order(case_ref: str) -> bool:
    """Number the order and freeze its contractor, price and dates.

    Returns:
        Whether an order stands that is still to be written and sent.
    """
    standing = False
    with at_step(case_ref, StepName.ORDER) as case:
        if case is not None:
            if live_order(case.conn, case_id=case.id) is None:
                _raise(case)
            standing = True
    return standing


def _raise(case: CaseInHand) -> None:
    offer = live_offer(case.conn, case_id=case.id)
    if offer is None or offer.status != "accepted":
        raise BrokenStateError(
            f"{case.reference} has no accepted offer to order from.",
            next_step="Run `handrail verify` and restore from a backup.",
        )
    approval = approval_in_force(case.conn, case_id=case.id)
    start_by, complete_by = _dates(case, approved_on=approval.decided_on)
    number = _next_number(case.conn, year=london_date(case.now).year)
    values = {
        "number": number,
        "version": 1,
        "case_id": case.id,
        "lot": offer.lot or "",
        "contractor": offer.contractor,
        "offer_id": offer.id,
        "approval_id": approval.id,
        "price_id": offer.price_id,
        "status": "raised",
        "raised_at": case.now,
        "start_by": start_by,
        "complete_by": complete_by,
    }
    case.conn.execute(_RAISE, values)
    case.note(
        actor=AUTOMATIC,
        action=f"order: {number} raised",
        reason="the grant is approved and the contractor has accepted",
        detail={"contractor": offer.contractor, "net_pence": offer.net_pence},
    )


def _dates(case: CaseInHand, *, approved_on: date) -> tuple[date, date]:
    """Return the days to start and complete by, never later than s.37(1) allows."""
    last = finish_by(approved_on=approved_on)
    start = working_days_on(case, case.days("start_works"))
    return min(start, last), min(case.calendar.add(start, case.days("finish_works")), last)


def _next_number(conn: Connection, *, year: int) -> str:
    """Return the next order number of a year; the counter's row is held until we commit."""
    name = f"work_order:{year}"
    conn.execute(_COUNT[conn.dialect.name], {"name": name, "value": 1})
    value = conn.execute(_COUNTED, {"name": name}).scalar_one()
    return f"WO-{year}-{value:05d}"


def send_order(case_ref: str, paper: Written) -> None:
    """Put the order's document on record and send it to the contractor; the step is then over.

    Args:
        paper: The work order as written.
    """
    with at_step(case_ref, StepName.ORDER) as case:
        if case is None:
            return
        order = live_order(case.conn, case_id=case.id)
        if order is None:
            return
        firm = contractor_of(case.conn, code=order.contractor)
        attachment = keep_document(case, written=paper, name=f"{order.number} v{order.version}")
        price = price_by_id(case.conn, price_id=order.price_id)
        tell(
            case,
            kind="order_to_contractor",
            once_for=f"{order.number}:{order.version}",
            to=firm,
            context={
                "order_number": order.number,
                "version": order.version,
                "start_by": order.start_by,
                "complete_by": order.complete_by,
                "total_pence": price.total_pence,
            },
            attachments=[attachment],
        )
        case.conn.execute(_SENT, {"order_id": order.id})
        case.note(
            actor=AUTOMATIC,
            action=f"order: {order.number} sent",
            reason=f"to {firm.name}",
            detail={"sha256": attachment["sha256"]},
        )
        case.move(StepName.ORDER, StepStatus.DONE, outcome=order.number)
        case.open_steps()
        case.start_clock("start_works", due_on=order.start_by)
        case.start_clock("finish_works", due_on=order.complete_by)
        case.date_step(StepName.WORKS, until=order.complete_by, why="the order’s completion date")


def write_work_order(case_ref: str) -> Written:
    """Write the work order in force.

    Raises:
        StorageError: It could not be stored.
    """
    with reading() as conn:
        case = case_row(conn, reference=case_ref)
        order = order_in_force(conn, case_id=case.id)
        paper = work_order_paper(conn, case=case)
    return write_document(kind="work_order", version=order.version, paper=paper)
