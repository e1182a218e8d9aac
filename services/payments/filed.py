"""An invoice handed in as a structured file: as it was read, held against its order."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from adapters.einvoices import read_invoice
from models.base import AnyRow
from models.case_queries import case_row, live_order, payable_on, price_lines
from models.contacts import contractor_of
from rules.documents.items import Item, item_of, item_words
from rules.errors import UnknownReferenceError
from rules.identifiers import folded
from rules.money import pounds
from rules.payments.filed import (
    FiledInvoice,
    FiledLine,
    OrderedLine,
    item_of_line,
    nets_of,
    sender_of,
    wrong_rates,
)
from rules.payments.invoices import Sender


@dataclass(frozen=True, slots=True)
class Filed:
    """A file as it was read.

    Args:
        of_lines: For each of its lines, which line of the order it is for; or empty.
        remarks: What does not agree with the order, or keeps it from being recorded.
        kind: The decision that records it.
        fields: What the form of that decision is filled with, by the name of its field.
    """

    invoice: FiledInvoice
    order: str
    of_lines: tuple[str, ...]
    remarks: tuple[str, ...]
    kind: str
    fields: tuple[tuple[str, str], ...]

    @property
    def may_be_recorded(self) -> bool:
        """Whether it says of which lines of the order it charges what."""
        return bool(self.fields)

    def shown_by(self, document: int) -> "Filed":
        """Return it with the document of the case that the file is kept as."""
        shown = self.kind == "invoice" and self.may_be_recorded
        more = (("document", f"doc:{document}"),) if shown else ()
        return replace(self, fields=(*self.fields, *more))

    @property
    def typed(self) -> str:
        """The command and the options that record it."""
        pairs = ((*name.split(".", 1), said) for name, said in self.fields)
        said = [f"--{name[0]} {shlex.quote('='.join(name[1:]))}" for name in pairs if all(name)]
        return " ".join(("pay" if self.kind == "invoice" else self.kind, *said))


def filed_of(conn: Connection, *, reference: str, data: bytes) -> Filed:
    """Return the same for the case of a reference."""
    return filed_on(conn, case=case_row(conn, reference=reference), data=data)


def filed_on(conn: Connection, *, case: AnyRow, data: bytes) -> Filed:
    """Return what a file says, held against the order in force of a case.

    Raises:
        InvalidDocumentError: The file cannot be read.
        UnknownReferenceError: No order is out.
    """
    order = live_order(conn, case_id=case.id)
    if order is None:
        raise UnknownReferenceError(
            f"No work order is out on {case.reference}.", next_step="An invoice is for an order."
        )
    invoice = read_invoice(data)
    codes = {
        item_of(line=row.line, covers=row.covers): row.code or ""
        for row in price_lines(conn, price_id=order.price_id)
    }
    ordered = [
        OrderedLine(item=line.item, code=codes.get(line.item, ""), rate=line.vat_rate)
        for line in payable_on(conn, order=order)
    ]
    nets, unknown = nets_of(invoice, ordered)
    firm = contractor_of(conn, code=order.contractor).name
    sender = sender_of(invoice, contractor=firm, client=case.client_name)
    problems = (*invoice.problems(), *unknown)
    remarks = [*problems, *wrong_rates(invoice, ordered)]
    if invoice.order and folded(invoice.order) != folded(order.number):
        remarks.append(f"It names the order {invoice.order}; this is {order.number}.")
    if sender is not Sender.CONTRACTOR:
        remarks.append(f"It is from {invoice.supplier or 'nobody'}; the order is to {firm}.")
    return Filed(
        invoice,
        order.number,
        tuple(_words(line, ordered) for line in invoice.lines),
        tuple(remarks),
        "credit-note" if invoice.credit else "invoice",
        () if problems else tuple(_fields(invoice, nets, sender)),
    )


def _words(line: FiledLine, ordered: list[OrderedLine]) -> str:
    item = item_of_line(line, ordered)
    return "" if item is None else item_words(item)


def _fields(
    invoice: FiledInvoice, nets: Mapping[Item, int], sender: Sender
) -> list[tuple[str, str]]:
    plain = {item: pounds(net).removeprefix("£").replace(",", "") for item, net in nets.items()}
    dated, total = invoice.dated.isoformat(), pounds(invoice.total_pence).removeprefix("£")
    common = [("dated", dated), ("total", total.replace(",", ""))]
    if invoice.credit:
        lines = [(f"line.{item}", sum_) for item, sum_ in plain.items()]
        return [("number", invoice.number), ("against", invoice.against), *common, *lines]
    lines = [
        (f"{'line' if isinstance(item, int) else 'item'}.{item}", sum_)
        for item, sum_ in plain.items()
    ]
    said = [("source", "file"), ("from", sender.value)]
    return [("invoice", invoice.number), *common, *said, *lines]
