"""The one account of an order: what is ordered, invoiced, held, payable now, paid and owed back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, select

from models import asked
from models.asked import rows
from models.base import AnyRow, rows_by
from models.case_queries import ending_of, orders_on, payable_on, price_lines
from models.findings import inspections_on, snags_on
from models.order_versions import versions_of
from models.tables.payment_lines import InterimValue, PaymentLine, Refund
from models.tables.record import Decision
from models.tables.works import Invoice, Payment
from rules.documents.items import Item, item_of, stored_item
from rules.money import EXACT, round_half_up
from rules.payments.account import (
    NOTHING,
    Invoiced,
    OrderAccount,
    PayNow,
    Sum,
    Sums,
    pay_now,
    shares,
)
from rules.snags import PASSES

_SEEN: Final = PASSES | {"snag"}
STANDING: Final = ("received", "matched", "released")
"""The statuses of an invoice that charges what it says."""

INVOICES: Final = rows_by(Invoice, "order_id").order_by(Invoice.id)
"""Every entry of an order's invoices and credit notes."""

PAYMENTS: Final = (
    select(*Payment.__table__.c)
    .join(Invoice, Invoice.id == Payment.invoice_id)
    .where(Invoice.order_id == bindparam("order_id"))
    .order_by(Payment.id)
)
_PAID_LINES: Final = (
    select(*PaymentLine.__table__.c)
    .join(Invoice, Invoice.id == PaymentLine.invoice_id)
    .where(Invoice.order_id == bindparam("order_id"))
    .order_by(PaymentLine.invoice_id, PaymentLine.item)
)
_REFUNDS: Final = rows_by(Refund, "order_id").order_by(Refund.id)
_VALUED: Final = rows_by(InterimValue, "order_id").order_by(InterimValue.id)
_RELATED: Final = (
    rows_by(Decision, "case_id")
    .where(Decision.kind == "related")
    .order_by(Decision.id.desc())
    .limit(1)
)

OF_ORDER: Final = (INVOICES, PAYMENTS, _PAID_LINES, _REFUNDS, _VALUED)
"""The questions of this module, by ``order_id``."""


def order_account(conn: Connection, *, order: AnyRow) -> OrderAccount:
    """Return the account of an order as it stands.

    Raises:
        ValueError: It does not add up; ``handrail verify`` tells of it.
    """
    payments = rows(conn, PAYMENTS, order_id=order.id)
    return OrderAccount(
        number=order.number,
        first=_first(conn, order=order),
        ordered=_ordered(conn, order=order),
        invoices=_invoices(conn, order=order),
        held=held_items(conn, order=order),
        released_pence=sum(one.amount_pence + (one.direct_pence or 0) for one in payments),
        set_off_pence=sum(one.set_off_pence or 0 for one in payments),
        refunded_pence=sum(one.amount_pence for one in rows(conn, _REFUNDS, order_id=order.id)),
    )


def payable_now(conn: Connection, *, order: AnyRow) -> tuple[PayNow, ...]:
    """Return what is payable of each invoice of an order now, the oldest first."""
    return pay_now(order_account(conn, order=order))


def invoices_of(conn: Connection, *, order: AnyRow) -> list[AnyRow]:
    """Return every entry of an order's invoices and credit notes, the oldest first."""
    return list(rows(conn, INVOICES, order_id=order.id))


def _ordered(conn: Connection, *, order: AnyRow) -> Sums:
    found = payable_on(conn, order=order)
    return {line.item: Sum(line.net_pence, line.vat_pence) for line in found}


def _first(conn: Connection, *, order: AnyRow) -> Sums:
    versions = versions_of(conn, order_id=order.id)
    price_id = versions[0].price_id if versions else order.price_id
    lines = price_lines(conn, price_id=price_id)
    return {
        item_of(line=one.line, covers=one.covers): Sum(one.net_pence, one.vat_pence)
        for one in lines
    }


def _invoices(conn: Connection, *, order: AnyRow) -> tuple[Invoiced, ...]:
    entries = [one for one in invoices_of(conn, order=order) if one.status in STANDING]
    charged = {one.id: lines_of(conn, order=order, invoice=one) for one in entries}
    credited: dict[int, list[Sums]] = defaultdict(list)
    for one in entries:
        if one.credits_id is not None:
            credited[one.credits_id].append(charged[one.id])
    paid: dict[int, dict[Item, Sum]] = defaultdict(dict)
    for row in rows(conn, _PAID_LINES, order_id=order.id):
        paid[row.invoice_id][stored_item(row.item)] = Sum(row.net_pence, row.vat_pence)
    whole = {one.invoice_id for one in rows(conn, PAYMENTS, order_id=order.id)} - paid.keys()
    return tuple(
        Invoiced(
            key=one.id,
            number=one.number,
            lines=charged[one.id],
            credited=_added(credited[one.id]),
            paid=charged[one.id] if one.id in whole else paid[one.id],
        )
        for one in entries
        if one.credits_id is None
    )


def _added(several: Iterable[Sums]) -> Sums:
    found: dict[Item, Sum] = {}
    for sums in several:
        for item, one in sums.items():
            found[item] = found.get(item, NOTHING).plus(one)
    return found


def lines_of(conn: Connection, *, order: AnyRow, invoice: AnyRow) -> Sums:
    """Return the lines of an invoice, each with the VAT that it has of it."""
    nets = {stored_item(key): pence for key, pence in invoice.lines.items()}
    if invoice.line_vat is not None:
        return {item: Sum(net, invoice.line_vat[str(item)]) for item, net in nets.items()}
    lines = with_vat(conn, order=order, nets=nets, before={})
    return shares(lines, total_pence=invoice.total_pence)


def with_vat(
    conn: Connection, *, order: AnyRow, nets: Mapping[Item, int], before: Sums
) -> dict[Item, Sum]:
    """Return net sums with the VAT of each, as its line is ordered.

    A sum that charges the last of a line has what is left of its VAT.

    Args:
        before: What is invoiced of each line already.
    """
    found: dict[Item, Sum] = {}
    for line in payable_on(conn, order=order):
        if line.item not in nets:
            continue
        net, earlier = nets[line.item], before.get(line.item, NOTHING)
        vat = round_half_up(EXACT.multiply(line.vat_rate, net).scaleb(-2, EXACT))
        if earlier.net_pence + net == line.net_pence:
            vat = line.vat_pence - earlier.vat_pence
        found[line.item] = Sum(net, vat)
    return found | {item: Sum(net, 0) for item, net in nets.items() if item not in found}


def covers_on(conn: Connection, *, order: AnyRow) -> dict[Item, tuple[int, ...]]:
    """Return the works lines that each line of an order, or item of a package, stands for."""
    return {
        item_of(line=row.line, covers=row.covers): row.covers or (row.line,)
        for row in price_lines(conn, price_id=order.price_id)
    }


def held_items(conn: Connection, *, order: AnyRow) -> frozenset[Item]:
    """Return the lines, or items of a package, that an open snag holds: no others.

    Of an order that ended, what counts as done is settled.
    """
    if ending_of(conn, order_id=order.id) is not None:
        return frozenset()
    snags = {one.line for one in snags_on(conn, order_id=order.id) if one.is_open}
    covers = covers_on(conn, order=order)
    return frozenset(item for item, works in covers.items() if snags.intersection(works))


def done_on(conn: Connection, *, order: AnyRow) -> dict[Item, int]:
    """Return, net, what is done of each line before completion: as inspected, else as valued.

    One that was measured otherwise than ordered is as it is valued.
    """
    newest = {row.line: row for row in inspections_on(conn, order_id=order.id)}
    seen = {n for n, row in newest.items() if row.result in _SEEN and row.quantity is None}
    valued = {
        stored_item(row.item): row.net_pence for row in rows(conn, _VALUED, order_id=order.id)
    }
    covers = covers_on(conn, order=order)
    found: dict[Item, int] = {}
    for line in payable_on(conn, order=order):
        # one with a snag was done and is invoiced: what is charged of it is held
        whole = seen.issuperset(covers[line.item])
        found[line.item] = (
            line.net_pence if whole else min(valued.get(line.item, 0), line.net_pence)
        )
    return found


def instalments_pence(conn: Connection, *, case_id: int) -> int:
    """Return what was released of a case's orders so far, which is before completion."""
    orders = orders_on(conn, case_id=case_id)
    paid = [one for order in orders for one in rows(conn, PAYMENTS, order_id=order.id)]
    return sum(one.amount_pence for one in paid)


def family_said(conn: Connection, *, case_id: int) -> bool | None:
    """Return whether a case's contractor is recorded to be the applicant's family, or None."""
    said = asked.one(conn, _RELATED, case_id=case_id)
    return None if said is None else bool(said.facts["related"])
