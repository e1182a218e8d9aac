"""The order in force on a case, for a contractor's own system."""

from typing import Any

from sqlalchemy.engine import Connection

from models.case_queries import case_row, live_order
from rules.errors import UnknownReferenceError
from rules.interchange.hact import Ordered, in_hact
from rules.people import Actor
from services.cases.visible import visible_case
from services.orders.raise_order import work_order_paper


def order_in_hact(
    conn: Connection, *, reference: str, viewer: Actor | None = None
) -> dict[str, Any]:
    """Return the order in force on a case, and what became of it, in HACT's terms.

    Args:
        viewer: Who looks, where somebody in particular does.

    Raises:
        UnknownReferenceError: There is no such case among those they may see, or no order on it.
    """
    if viewer is None:
        case = case_row(conn, reference=reference)
    else:
        case = visible_case(conn, reference=reference, viewer=viewer)
    order = live_order(conn, case_id=case.id)
    if order is None:
        raise UnknownReferenceError(
            f"No order is in force on {case.reference}.",
            next_step="It is raised once the grant is approved and a contractor has accepted.",
        )
    return in_hact(
        Ordered(
            paper=work_order_paper(conn, case=case),
            version=order.version,
            contractor=order.contractor,
            authority=case.authority,
            urgent=case.urgent,
            raised_at=order.raised_at,
            started_on=order.started_on,
            completed_on=order.completed_on,
        )
    )
