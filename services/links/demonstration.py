"""A link to a contractor's page that a demo prints; elsewhere none is ever shown to anybody."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from adapters.signed_links import address_of_link
from models.contacts import contractor_of
from models.tables.works import WorkOrder
from services.links.links import make_link
from services.people.demo_home import is_demo_home

_ORDER: Final = (
    select(WorkOrder.id, WorkOrder.case_id, WorkOrder.contractor)
    .where(WorkOrder.status == "sent")
    .order_by(WorkOrder.id.desc())
    .limit(1)
)


def demo_page(conn: Connection, *, now: datetime) -> tuple[str, str] | None:
    """Return a firm that has an order in hand and the address of its page; None outside a demo."""
    order = conn.execute(_ORDER).one_or_none() if is_demo_home() else None
    if order is None:
        return None
    name = make_link(
        conn, case_id=order.case_id, contractor=order.contractor, order_id=order.id, now=now
    )
    return contractor_of(conn, code=order.contractor).name, address_of_link(name)
