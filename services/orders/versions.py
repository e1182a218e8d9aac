"""The versions of an order: the first as it is raised, then one of each approved variation."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, update

from models.base import AnyRow
from models.order_versions import versions_of
from models.tables.variations import OrderVersion
from models.tables.works import WorkOrder
from rules.pricing.works import Priced
from services.assignment.order_works import Standing
from services.cases import CaseInHand
from services.tenders.awards import keep_tender

_KEEP: Final = insert(OrderVersion)
_MOVE: Final = (
    update(WorkOrder)
    .where(WorkOrder.id == bindparam("row_id"))
    .values(
        version=bindparam("to_version"),
        price_id=bindparam("to_price"),
        approval_id=bindparam("on_approval"),
    )
)


def first_version(conn: Connection, *, order: Any) -> None:
    """Keep the version that an order is first issued in.

    Args:
        order: Its row, or what is put in one, with its id.
    """
    values = {"order_id": order.id, "version": order.version, "changed": []}
    on = {"approval_id": order.approval_id, "price_id": order.price_id}
    on |= {"issued_at": order.raised_at, "variation_id": None}
    conn.execute(_KEEP, values | on)


def issue_version(
    case: CaseInHand,
    *,
    order: AnyRow,
    stands: Standing,
    priced: Priced,
    variation_id: int,
    approval_id: int,
    words: Sequence[str],
) -> int:
    """Give an order its next version: another price, the approval it rests on, and what changed.

    Returns:
        The version.
    """
    if not versions_of(case.conn, order_id=order.id):
        first_version(case.conn, order=order)
    version: int = order.version + 1
    price_id = keep_tender(
        case,
        stands.inputs,
        contractor=order.contractor,
        priced=priced,
        order=order.number,
        order_version=version,
    )
    moved = {"to_version": version, "to_price": price_id, "on_approval": approval_id}
    case.conn.execute(_MOVE, {"row_id": order.id, **moved})
    case.conn.execute(
        _KEEP,
        {
            "order_id": order.id,
            "version": version,
            "price_id": price_id,
            "approval_id": approval_id,
            "variation_id": variation_id,
            "issued_at": case.now,
            "changed": list(words),
        },
    )
    return version
