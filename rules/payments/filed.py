"""An invoice as a structured file says it (EN 16931): read, held against its order, recorded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.documents.items import Item, item_words, typed_item
from rules.identifiers import folded
from rules.money import pounds
from rules.payments.invoices import Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledLine:
    """One line of the file.

    Args:
        number: Its own number in the file.
        order_line: The line of the order that it names, or empty.
        code: The code of what it charges, as buyer or seller call it, or empty.
        category: Its VAT category: ``S``, ``Z``, ``E``, ``AE`` for reverse charge, and others.
        rate: Its VAT as a fraction, where the file says it.
    """

    number: str
    order_line: str
    code: str
    words: str
    net_pence: int
    category: str
    rate: Decimal | None

    @property
    def vat_words(self) -> str:
        """Its VAT in words: the category, and the rate where the file says it."""
        return self.category if self.rate is None else f"{self.category}, {_percent(self.rate)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledInvoice:
    """What the file says, with sums in pence.

    Args:
        form: What kind of file it is, in words.
        credit: Whether it is a credit note.
        against: The number of the invoice that a credit note names, or empty.
        order: The number of the order that it names, or empty.
    """

    form: str
    credit: bool
    number: str
    dated: date
    against: str
    order: str
    currency: str
    supplier: str
    buyer: str
    lines: tuple[FiledLine, ...]
    net_pence: int
    vat_pence: int
    total_pence: int

    def problems(self) -> Iterator[str]:
        """Yield, a sentence each, why it cannot be recorded as it is."""
        if self.currency != "GBP":
            yield f"It is in {self.currency}; an order is paid in pounds (GBP)."
        if not self.lines:
            yield "It says nothing line by line: a profile with lines is needed (BASIC or above)."
        elif sum(line.net_pence for line in self.lines) != self.net_pence:
            found = pounds(sum(line.net_pence for line in self.lines))
            yield (
                f"Its lines come to {found} and its total without VAT is {pounds(self.net_pence)}: "
                "allowances and charges belong on the lines that they are for."
            )
        if self.net_pence + self.vat_pence != self.total_pence:
            yield (
                f"{pounds(self.net_pence)} and {pounds(self.vat_pence)} of VAT are not "
                f"{pounds(self.total_pence)}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedLine:
    """A line of the order, or an item of a package, that a line of the file may be for."""

    item: Item
    code: str
    rate: Decimal


def nets_of(
    filed: FiledInvoice, ordered: Sequence[OrderedLine]
) -> tuple[Mapping[Item, int], tuple[str, ...]]:
    """Return what the file charges of each line of an order, and what of it cannot be told.

    A line names the order's line, else its code is that of one line alone, else its own number is.
    """
    nets: dict[Item, int] = {}
    unknown = []
    for line in filed.lines:
        item = item_of_line(line, ordered)
        if item is None:
            said = line.order_line or line.code or line.number
            unknown.append(
                f"It does not say which line of the order its line {line.number} ({said}) is for."
            )
        else:
            nets[item] = nets.get(item, 0) + line.net_pence
    return nets, tuple(unknown)


def item_of_line(line: FiledLine, ordered: Sequence[OrderedLine]) -> Item | None:
    """Return the line of the order that a line of the file is for; None: it cannot be told."""
    items = {one.item for one in ordered}
    if line.order_line:
        named = typed_item(line.order_line)
        return named if named in items else None
    coded = [one.item for one in ordered if one.code and folded(one.code) == folded(line.code)]
    if line.code and coded:
        return coded[0] if len(coded) == 1 else None
    own = typed_item(line.number)
    return own if own in items else None


def wrong_rates(filed: FiledInvoice, ordered: Sequence[OrderedLine]) -> Iterator[str]:
    """Yield each line whose VAT is at another rate than the order has, or under reverse charge."""
    rates = {one.item: one.rate for one in ordered}
    for line in filed.lines:
        item = item_of_line(line, ordered)
        if line.category == "AE":
            yield f"Its line {line.number} is under the reverse charge, which is not due here."
        elif item is not None and line.rate is not None and line.rate != rates[item]:
            yield (
                f"{item_words(item)}: VAT at {_percent(line.rate)}, and the order has "
                f"{_percent(rates[item])}."
            )


def _percent(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f} %"


def sender_of(filed: FiledInvoice, *, contractor: str, client: str) -> Sender:
    """Return whom the file is from: by name, however it is spelt, with or without ``Ltd``."""
    said = _named(filed.supplier)
    if said == _named(client):
        return Sender.FAMILY
    return Sender.CONTRACTOR if said == _named(contractor) else Sender.OTHER


def _named(name: str) -> str:
    found = folded(name).rstrip(".")
    for kind in ("limited", "ltd", "plc", "llp"):
        found = found.removesuffix(kind)
    return found
