"""Invoices that agree and wait to be released, with the day by which each is to be paid."""

from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.invoices import CALLED
from models.tables.cases import Case
from models.tables.clocks import Clock
from models.tables.contractors import Contractor
from models.tables.works import Invoice, WorkOrder
from rules.payments.match import PAY_CLOCKS
from rules.people import Actor, may_see

_BY: Final = (
    select(func.min(Clock.due_on))
    .where(
        Clock.case_id == Case.id,
        Clock.name.in_(PAY_CLOCKS),
        Clock.subject == CALLED,
        Clock.stopped_on.is_(None),
        Clock.due_on.is_not(None),
    )
    .scalar_subquery()
)
_MATCHED: Final = (
    select(
        Case.reference,
        Case.authority,
        WorkOrder.number.label("order_number"),
        Invoice.number.label("invoice"),
        Invoice.dated,
        Invoice.total_pence,
        Contractor.name.label("payee"),
        _BY.label("pay_by"),
    )
    .join(WorkOrder, WorkOrder.id == Invoice.order_id)
    .join(Case, Case.id == WorkOrder.case_id)
    .join(Contractor, Contractor.code == Invoice.contractor)
    .where(Invoice.status == "matched", Invoice.credits_id.is_(None))
    .order_by(Invoice.dated, Invoice.id)
)


class ToRelease(NamedTuple):
    """An invoice that a second person may release.

    Args:
        late: Whether the day by which it was to be paid is over.
    """

    row: AnyRow
    late: bool


def to_release(conn: Connection, *, viewer: Actor, today: date) -> list[ToRelease]:
    """Return the invoices that wait for their release, late ones first, then the oldest."""
    found = [
        ToRelease(row, row.pay_by is not None and row.pay_by < today)
        for row in conn.execute(_MATCHED)
        if may_see(viewer, authority=row.authority)
    ]
    return sorted(found, key=lambda one: not one.late)


def plain(one: ToRelease) -> dict[str, Any]:
    """Return one as a command prints it."""
    return {**one.row._mapping, "late": one.late}
