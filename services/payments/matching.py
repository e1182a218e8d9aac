"""Matching an invoice with its order: what it may charge now, and all that does not agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import bindparam, select

from models.base import AnyRow
from models.case_queries import PayableLine, approval_in_force, ending_of, payable_on, price_by_id
from models.order_account import done_on, instalments_pence, order_account, with_vat
from models.tables.works import Invoice, WorkOrder
from rules.clocks.dates import london_date
from rules.documents.items import Item
from rules.identifiers import folded
from rules.money import pounds
from rules.payments.account import NOTHING, Sums, most_before_completion, shares
from rules.payments.invoices import Sender, Sent, Source, unacceptable
from rules.payments.match import (
    ENDED,
    LawfulVat,
    Matched,
    lawful_vat,
    match_instalment,
    match_invoice,
)
from services.cases import Context
from services.tenders.contracting import party_of_price

_LIKE: Final = (
    select(Invoice.number)
    .join(WorkOrder, WorkOrder.id == Invoice.order_id)
    .where(
        WorkOrder.case_id == bindparam("case_id"),
        Invoice.contractor == bindparam("contractor"),
        Invoice.dated == bindparam("dated"),
        Invoice.total_pence == bindparam("total_pence"),
        Invoice.number_key != bindparam("number_key"),
        Invoice.credits_id.is_(None),
        Invoice.status.not_in((*ENDED, "queried")),
    )
    .order_by(Invoice.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An invoice as it was received.

    Args:
        lines: Net pence of each line, or item of a package.
        received_on: None: today.
        apart: It was said to be another than the one with its date and total.
        credits_id: The invoice that it credits, where it is a credit note.
    """

    number: str
    dated: date
    total_pence: int
    lines: Mapping[Item, int]
    received_on: date | None = None
    source: Source | None = None
    sender: Sender | None = None
    apart: bool | None = None
    credits_id: int | None = None


class Found(NamedTuple):
    """What matching an invoice with its order found.

    Args:
        lines: Its lines with the VAT that each has of it.
    """

    findings: tuple[str, ...]
    vat_words: str
    lines: Sums

    @property
    def status(self) -> str:
        """How the invoice stands."""
        return "queried" if self.findings else "matched"


def matched_with(context: Context, *, order: AnyRow, received: Received) -> Found:
    """Return what matching an invoice with its order finds: everything at once."""
    account = order_account(context.conn, order=order)
    before = {item: account.invoiced(item) for item in account.invoiced_items}
    payable = {line.item: line for line in payable_on(context.conn, order=order)}
    charged = with_vat(context.conn, order=order, nets=received.lines, before=before)
    vat = lawful_vat(
        (one.net_pence, payable[item].vat_rate, one.vat_pence)
        for item, one in charged.items()
        if item in payable
    )
    last = order.certified_on is not None or ending_of(context.conn, order_id=order.id) is not None
    matched = (
        _the_rest(context, order, received, payable, before, vat)
        if last
        else _instalment(context, order, received, payable, before, vat)
    )
    known = None if any(item not in payable for item in received.lines) else vat
    findings = (*unacceptable(_sent(context, order, received, known)), *matched.findings)
    lines = {} if findings else shares(charged, total_pence=received.total_pence)
    return Found(findings, matched.vat_words, lines)


def _the_rest(
    context: Context,
    order: AnyRow,
    received: Received,
    payable: Mapping[Item, PayableLine],
    before: Sums,
    vat: LawfulVat,
) -> Matched:
    left = {
        item: line.net_pence - before.get(item, NOTHING).net_pence for item, line in payable.items()
    }
    return match_invoice(
        ordered={item: net for item, net in left.items() if net or item not in before},
        invoiced=received.lines,
        vat=vat,
        invoice_total_pence=received.total_pence,
        ended=ending_of(context.conn, order_id=order.id) is not None,
    )


def _instalment(
    context: Context,
    order: AnyRow,
    received: Received,
    payable: Mapping[Item, PayableLine],
    before: Sums,
    vat: LawfulVat,
) -> Matched:
    matched = match_instalment(
        ordered={item: line.net_pence for item, line in payable.items()},
        done=done_on(context.conn, order=order),
        before={item: one.net_pence for item, one in before.items()},
        invoiced=received.lines,
        vat=vat,
        invoice_total_pence=received.total_pence,
    )
    beyond = _beyond_nine_tenths(context, order, received.total_pence)
    return Matched((*matched.findings, *beyond), matched.vat_words)


def _beyond_nine_tenths(context: Context, order: AnyRow, pence: int) -> tuple[str, ...]:
    grant = approval_in_force(context.conn, case_id=context.case.id).grant_pence
    account, most = order_account(context.conn, order=order), most_before_completion(grant)
    before = instalments_pence(context.conn, case_id=context.case.id)
    before += account.payable_pence + account.held_pence
    if before + pence <= most:
        return ()
    words = (
        f"Before the works are complete at most {pounds(most)} is paid, nine tenths of the grant "
        f"of {pounds(grant)} (s.35(3)); {pounds(before)} is paid or invoiced, and this asks for "
        f"{pounds(pence)}."
    )
    return (words,)


def _sent(context: Context, order: AnyRow, received: Received, vat: LawfulVat | None) -> Sent:
    asked = {
        "case_id": context.case.id,
        "contractor": order.contractor,
        "dated": received.dated,
        "total_pence": received.total_pence,
        "number_key": folded(received.number),
    }
    like = "" if received.apart else context.conn.execute(_LIKE, asked).scalar() or ""
    return Sent(
        dated=received.dated,
        raised_on=london_date(order.raised_at),
        started_on=order.started_on,
        sender=received.sender or Sender.CONTRACTOR,
        like=like,
        vat_pence=received.total_pence - sum(received.lines.values()),
        vat=vat,
        party=party_of_price(price_by_id(context.conn, price_id=order.price_id)),
    )
