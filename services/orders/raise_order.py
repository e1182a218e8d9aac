"""The work order: numbered and frozen, then written, then sent."""

from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from models.approved import time_runs_from
from models.audit import AUTOMATIC
from models.base import AnyRow, on_conflict
from models.case_queries import (
    approval_in_force,
    live_offer,
    live_order,
    order_in_force,
    orders_on,
    price_by_id,
)
from models.contacts import contractor_of
from models.order_versions import versions_of
from models.replaced import done_before
from models.site_queries import extended_to
from models.tables.record import Counter
from models.tables.works import WorkOrder
from rules.clocks.dates import finish_by, london_date
from rules.errors import BrokenStateError
from rules.pathway import StepName, StepStatus, opening_wait
from rules.plain import shown
from services.cases import CaseInHand, at_step, seeing, tell, working_days_on
from services.consents.in_force import check_consent_in_force
from services.documents.keep import Written, keep_document, write_document
from services.grants.payers import await_payers, cover_of, tell_paid_directly
from services.links.links import make_link
from services.orders.order_paper import work_order_paper
from services.orders.to_client import tell_ordered, tell_varied
from services.orders.versions import first_version
from services.tenders.contracting import contract_terms, party_of_price

_ONE_MORE: Final = {"index_elements": ["name"], "set_": {"value": Counter.value + 1}}
_COUNT: Final = on_conflict(Counter, lambda first: first.on_conflict_do_update(**_ONE_MORE))
_COUNTED: Final = select(Counter.value).where(Counter.name == bindparam("name"))
_RAISE: Final = insert(WorkOrder).returning(*WorkOrder.__table__.c)
_SENT: Final = update(WorkOrder).where(WorkOrder.id == bindparam("order_id")).values(status="sent")


def raise_order(case_ref: str) -> bool:
    """Number the order and freeze its contractor, price and dates.

    Returns:
        Whether an order stands that is still to be written and sent.
    """
    standing = False
    with at_step(case_ref, StepName.ORDER) as case:
        if case is not None:
            standing = live_order(case.conn, case_id=case.id) is not None or _raise(case)
    return standing


def _raise(case: CaseInHand) -> bool:
    """Raise the order once every penny has a payer; until then say who is waited for."""
    offer = live_offer(case.conn, case_id=case.id)
    if offer is None or offer.status != "accepted":
        raise BrokenStateError(
            f"{case.reference} has no accepted offer to order from.",
            next_step="Run `handrail verify` and restore from a backup.",
        )
    approval = approval_in_force(case.conn, case_id=case.id)
    before = done_before(case.conn, case_id=case.id)
    works_pence = before.total_pence + offer.total_pence
    cover = cover_of(case.conn, approval=approval, works_pence=works_pence)
    if cover.open_pence:
        await_payers(case, approval=approval, cover=cover)
        return False
    start_by, complete_by = _dates(
        case, approved_on=time_runs_from(approval), promised=offer.start_on
    )
    check_consent_in_force(case, on=start_by)
    number = next_number(case.conn, year=london_date(case.now).year)
    earlier = orders_on(case.conn, case_id=case.id)
    values = {
        "number": number,
        "version": 1 + max((order.version for order in earlier), default=0),
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
        "covered_pence": cover.agreed_pence,
    }
    first_version(case.conn, order=case.conn.execute(_RAISE, values).one())
    case.note(
        actor=AUTOMATIC,
        action=f"order: {number} raised",
        reason="the grant is approved and the contractor has accepted",
        detail={"contractor": offer.contractor, "net_pence": offer.net_pence},
    )
    return True


def _dates(case: CaseInHand, *, approved_on: date, promised: date | None) -> tuple[date, date]:
    """Return the days to start and complete by, never later than s.37 allows.

    Args:
        promised: The day on which the contractor said it would begin; a day that has passed since
            counts no longer.
    """
    last = finish_by(approved_on=approved_on, extended_to=extended_to(case.conn, case_id=case.id))
    start = working_days_on(case, case.days("start_works"))
    if promised is not None and promised >= london_date(case.now):
        start = promised
    return min(start, last), min(case.calendar.add(start, case.days("finish_works")), last)


def next_number(conn: Connection, *, year: int) -> str:
    """Return the next order number of a year; the counter's row is held until we commit."""
    name = f"work_order:{year}"
    conn.execute(_COUNT[conn.dialect.name], {"name": name, "value": 1})
    value = conn.execute(_COUNTED, {"name": name}).scalar_one()
    return f"WO-{year}-{value:05d}"


def send_order(case_ref: str, paper: Written) -> None:
    """Put the order's document on record and send it to the contractor; the step is then over."""
    with at_step(case_ref, StepName.ORDER) as case:
        if case is None:
            return
        order = live_order(case.conn, case_id=case.id)
        if order is None:
            return
        firm = contractor_of(case.conn, code=order.contractor)
        attachment = keep_document(case, written=paper, name=f"{order.number} v{order.version}")
        versions = versions_of(case.conn, order_id=order.id)
        changed = versions[-1].changed if versions else []
        tell(
            case,
            kind="order_to_contractor",
            once_for=f"{order.number}:{order.version}",
            to=firm,
            context={**_what_is_sent(case, order), "changed": changed},
            attachments=[attachment],
        )
        tell_paid_directly(case, order=order)
        if len(versions) <= 1:
            case.conn.execute(_SENT, {"order_id": order.id})
            tell_ordered(case, order=order)
        else:
            tell_varied(case, order=order, changed=changed)
        case.note(
            actor=AUTOMATIC,
            action=f"order: {order.number} sent",
            reason=f"to {firm.name}",
            detail={"sha256": attachment["sha256"]},
        )
        case.move(StepName.ORDER, StepStatus.DONE, outcome=order.number)
        case.open_steps()
        if len(versions) <= 1:  # the dates of one that was varied stand
            _await_works(case, order)


def _what_is_sent(case: CaseInHand, order: AnyRow) -> dict[str, Any]:
    """Return what the message with an order says of it, with the link to its page."""
    price = price_by_id(case.conn, price_id=order.price_id)
    terms = contract_terms(case.conn, case=case.row, party=party_of_price(price))
    page = make_link(
        case.conn, case_id=case.id, contractor=order.contractor, order_id=order.id, now=case.now
    )
    return {
        "order_number": order.number,
        "version": order.version,
        "start_by": order.start_by,
        "complete_by": order.complete_by,
        "total_pence": price.total_pence,
        "page": page,
        **shown(terms, "contract_with", "invoice_to"),
    }


def _await_works(case: CaseInHand, order: AnyRow) -> None:
    """Let the works wait for the contractor, by the dates of its order."""
    owner, waiting_for = opening_wait(StepName.WORKS)
    case.move(StepName.WORKS, StepStatus.WAITING, owner=owner, waiting_for=waiting_for)
    case.start_clock("start_works", due_on=order.start_by)
    case.start_clock("finish_works", due_on=order.complete_by)
    case.date_step(StepName.WORKS, until=order.complete_by, why="the order’s completion date")


def write_work_order(case_ref: str) -> Written:
    """Write the work order in force.

    Raises:
        StorageError: It could not be stored.
    """
    with seeing(case_ref) as (conn, case):
        order = order_in_force(conn, case_id=case.id)
        paper = work_order_paper(conn, case=case)
    return write_document(kind="work_order", version=order.version, paper=paper)
