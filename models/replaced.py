"""What became of a case's earlier contractors: who was replaced, what was done, what is left."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, select

from models.asked import rows
from models.base import AnyRow, rows_by, word
from models.tables.replacements import Replacement
from models.tables.works import OrderEnding, WorkOrder

REPLACEMENTS: Final = (
    rows_by(Replacement, "case_id")
    .where(Replacement.withdrawn_at.is_(None))
    .order_by(Replacement.id)
)
ORDERS: Final = (
    select(*OrderEnding.__table__.c)
    .add_columns(WorkOrder.number, WorkOrder.contractor, WorkOrder.price_id, WorkOrder.started_on)
    .join(WorkOrder, WorkOrder.id == OrderEnding.order_id)
    .where(WorkOrder.case_id == bindparam("case_id"), WorkOrder.status == word("replaced"))
    .order_by(WorkOrder.id)
)


class Done(NamedTuple):
    """What contractors that were replaced had done, in pence, and who pays it."""

    net_pence: int
    vat_pence: int
    total_pence: int
    direct_pence: int
    grant_pence: int


def replacements_on(conn: Connection, *, case_id: int) -> Sequence[AnyRow]:
    """Return the replacements that stand on a case, oldest first."""
    return rows(conn, REPLACEMENTS, case_id=case_id)


def replaced_orders(conn: Connection, *, case_id: int) -> Sequence[AnyRow]:
    """Return the orders that another contractor took over, each with what was done of it."""
    return rows(conn, ORDERS, case_id=case_id)


def done_before(conn: Connection, *, case_id: int) -> Done:
    """Return what all contractors that were replaced had done, valued; nought where none was."""
    held = replaced_orders(conn, case_id=case_id)
    return Done(*(sum(getattr(row, name) for row in held) for name in Done._fields))


def left_on(conn: Connection, *, case_id: int) -> Mapping[int, Decimal] | None:
    """Return the works lines that are left with their quantities, once a contractor was replaced.

    Returns:
        None where the works are those of the case, as on almost every case.
    """
    held = replacements_on(conn, case_id=case_id)
    if not held:
        return None
    left = {int(line): Decimal(quantity) for line, quantity in held[-1].left.items()}
    return dict(sorted(left.items()))
