"""What the council pays of an invoice: the rest of it, and never more than it holds."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from models.asked import rows
from models.base import AnyRow
from models.case_queries import approval_in_force, ending_of, payable_on
from models.order_account import PAYMENTS, order_account
from rules.errors import StatuteError
from rules.money import pounds
from rules.payments.account import PayNow
from services.grants.payers import cover_left, cover_of


class Due(NamedTuple):
    """Who pays an invoice, in pence.

    Args:
        council_pence: What the council releases.
        direct_pence: What others pay the contractor directly.
        over_pence: What the council would release beyond the grant and the sums it holds.
        held_pence: Those.
    """

    council_pence: int
    direct_pence: int
    over_pence: int
    held_pence: int


def due_on(conn: Connection, *, order: AnyRow, payable: Sequence[PayNow]) -> Due:
    """Return who pays what is payable of an order now: the council first, others at the end.

    What is held is held against the sum ordered: an invoice that agrees may differ from it by no
    more than the rounding of its VAT.
    """
    approval = approval_in_force(conn, case_id=order.case_id)
    lines = payable_on(conn, order=order)
    total = sum(line.net_pence + line.vat_pence for line in lines)
    cover = cover_of(conn, approval=approval)
    if order.status != "replaced":
        cover = cover_left(conn, approval=approval, works_pence=total)
    direct, held = cover.direct_pence, cover.held_pence
    ending = ending_of(conn, order_id=order.id)
    if ending is not None:
        direct, held = ending.direct_pence, held - cover.grant_pence + ending.grant_pence
    paid = rows(conn, PAYMENTS, order_id=order.id)
    account = order_account(conn, order=order)
    to_come = account.to_invoice_pence + account.held_pence
    now = sum(one.total_pence for one in payable)
    direct_left = direct - sum(one.direct_pence or 0 for one in paid)
    direct_now = min(now, max(0, direct_left - to_come))
    council = sum(one.amount_pence for one in paid) - account.refunded_pence + now - direct_now
    over = max(0, min(total - direct, council) - held)
    return Due(now - direct_now, direct_now, over, held)


def check_held(
    conn: Connection, *, reference: str, order: AnyRow, payable: Sequence[PayNow]
) -> None:
    """Refuse to release more than the grant and what else the council holds.

    Raises:
        StatuteError: It would.
    """
    due = due_on(conn, order=order, payable=payable)
    if not due.over_pence:
        return
    numbers = " and ".join(one.invoice.number for one in payable)
    raise StatuteError(
        f"{pounds(due.council_pence)} would be released on invoice {numbers}, and we hold "
        f"{pounds(due.held_pence)} for it: the grant, top-ups and what was received.",
        why=f"{pounds(due.over_pence)} is for others to pay; a grant is not more than was "
        "approved.",
        section="s.30, s.33(4)",
        next_step="Record what was received, or agreed to be paid to the contractor directly: "
        f"`handrail decide {reference} payers`.",
    )
