"""What clients said of their works: in order, of their own case, and answered before money left."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from models.base import AnyRow
from models.tables.agreement import ClientView
from models.tables.works import Invoice, Payment, WorkOrder
from rules.clocks.dates import london_date
from services.verification.checks import Check, Finding, broken, of_case

_EARLIER: Final = aliased(ClientView)
_BEFORE: Final = (
    select(func.count())
    .where(_EARLIER.case_id == ClientView.case_id, _EARLIER.number < ClientView.number)
    .correlate(ClientView)
    .scalar_subquery()
)

VIEWS: Final = (
    Check(
        of_case(ClientView, ClientView.number, WorkOrder.number.label("order"))
        .join(WorkOrder, WorkOrder.id == ClientView.order_id)
        .where(WorkOrder.case_id != ClientView.case_id),
        "The client's view {number} is of {order}, which is another case's.",
    ),
    Check(
        of_case(ClientView, ClientView.number, _BEFORE.label("before")).where(
            ClientView.number != _BEFORE + 1
        ),
        "The client's view {number} follows {before} others.",
    ),
)
"""Views are numbered as they came, and are of an order of their own case."""


def _ended(one: AnyRow, following: AnyRow | None) -> datetime | None:
    """Return when a report was answered, or the client said something else; None: neither."""
    if one.answered_at is not None or following is None or following.case_id != one.case_id:
        found: datetime | None = one.answered_at
    else:
        found = following.recorded_at
    return found


def paid_unanswered(conn: Connection) -> Iterator[Finding]:
    """Yield each payment of a day between a client's report of outstanding works and its answer."""
    columns = ("case_id", "number", "agrees", "recorded_at", "answered_at")
    held = of_case(ClientView, *(getattr(ClientView, name) for name in columns))
    views = list(conn.execute(held.order_by(ClientView.case_id, ClientView.number)))
    reports = [
        (one, _ended(one, following))
        for one, following in zip(views, [*views[1:], None], strict=False)  # none, or one more
        if not one.agrees
    ]
    paid = select(Payment.released_on, Invoice.number).join(
        Invoice, Invoice.id == Payment.invoice_id
    )
    paid = paid.join(WorkOrder, WorkOrder.id == Invoice.order_id).order_by(Payment.id)
    for one, ended in reports:
        since = london_date(one.recorded_at)
        for row in conn.execute(paid.where(WorkOrder.case_id == one.case_id)):
            if since < row.released_on and (ended is None or row.released_on < london_date(ended)):
                yield broken(
                    one.place,
                    f"Invoice {row.number} was paid while what the client said is outstanding "
                    f"(view {one.number}) had no answer.",
                )
