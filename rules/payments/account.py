"""The account of an order and of a case: ordered, invoiced, held, paid, still to pay, saved.

Sums are with VAT unless they are said to be net. An account that does not add up cannot be made.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from rules.documents.items import Item, item_words
from rules.money import pounds

INSTALMENT_TENTHS: Final = 9
"""Tenths of the grant that may be paid before the works are complete. Source: s.35(3)."""


class Sum(NamedTuple):
    """Net and VAT, in pence."""

    net_pence: int
    vat_pence: int

    @property
    def total_pence(self) -> int:
        """Both."""
        return self.net_pence + self.vat_pence

    def plus(self, other: "Sum") -> "Sum":
        """Return both sums as one."""
        return Sum(self.net_pence + other.net_pence, self.vat_pence + other.vat_pence)

    def less(self, other: "Sum") -> "Sum":
        """Return what is left of it once another is taken off."""
        return Sum(self.net_pence - other.net_pence, self.vat_pence - other.vat_pence)


NOTHING: Final = Sum(0, 0)
Sums = Mapping[Item, Sum]
"""A sum of each line, or item of a package."""


def summed(sums: Iterable[Sum]) -> Sum:
    """Return several sums as one."""
    found = NOTHING
    for one in sums:
        found = found.plus(one)
    return found


@dataclass(frozen=True, slots=True)
class Invoiced:
    """An invoice that stands, with what became of each of its lines.

    Args:
        key: What it is known by where it is kept.
        lines: What it charges.
        credited: What credit notes take off it again.
        paid: What was paid of it, as each line stood then.
    """

    key: int
    number: str
    lines: Sums
    credited: Sums = field(default_factory=dict)
    paid: Sums = field(default_factory=dict)

    def stands(self, item: Item) -> Sum:
        """Return what is charged of a line once it is credited."""
        return self.lines.get(item, NOTHING).less(self.credited.get(item, NOTHING))

    @property
    def unpaid(self) -> Sums:
        """What is charged and was not paid."""
        return {
            item: self.stands(item)
            for item in self.lines
            if item not in self.paid and self.stands(item) != NOTHING
        }

    @property
    def overpaid(self) -> Sum:
        """What was paid and credited afterwards."""
        return summed(paid.less(self.stands(item)) for item, paid in self.paid.items())

    def problems(self) -> Iterator[str]:
        """Yield what cannot be: more credited than was invoiced, or what was never invoiced."""
        for item in sorted({*self.credited, *self.paid} - self.lines.keys(), key=str):
            yield f"{item_words(item)} is not on invoice {self.number}."
        for item, credited in self.credited.items():
            charged = self.lines.get(item, NOTHING)
            if not all(map(_within, credited, charged)):
                yield (
                    f"{item_words(item)}: {pounds(credited.total_pence)} is credited, and invoice "
                    f"{self.number} charges {pounds(charged.total_pence)}."
                )


def _within(part: int, whole: int) -> bool:
    return min(whole, 0) <= part <= max(whole, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAccount:
    """What became of an order, line by line.

    Args:
        number: The order's.
        first: Its lines in its first version.
        ordered: Those of the version in force; of an order that ended, what was done of them.
        invoices: Those that stand.
        held: Lines with an open snag: what is charged of them is not paid (s.37(4)).
        released_pence: What was paid, by the council and by others directly.
        set_off_pence: What credits took off those payments.
        refunded_pence: What was paid back.

    Raises:
        ValueError: It does not add up: a line is paid or invoiced beyond the version in force.
    """

    number: str
    first: Sums
    ordered: Sums
    invoices: tuple[Invoiced, ...] = ()
    held: frozenset[Item] = frozenset()
    released_pence: int = 0
    set_off_pence: int = 0
    refunded_pence: int = 0

    def __post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise ValueError(" ".join(problems))

    def _problems(self) -> Iterator[str]:
        for invoice in self.invoices:
            yield from invoice.problems()
        for item in self.invoiced_items:
            net, most = self.invoiced(item).net_pence, self.ordered.get(item, NOTHING).net_pence
            if not _within(net, most):
                yield (
                    f"{item_words(item)} of {self.number} is invoiced at {pounds(net)} net, and "
                    f"ordered at {pounds(most)}."
                )
        if self._paid_lines.total_pence != self.released_pence + self.set_off_pence:
            yield (
                f"{pounds(self.released_pence)} was paid for {self.number} and "
                f"{pounds(self.set_off_pence)} set off; the lines paid come to "
                f"{pounds(self._paid_lines.total_pence)}."
            )
        if self.owed_back_pence < 0:
            yield f"More was set off and paid back on {self.number} than was credited."

    @property
    def invoiced_items(self) -> tuple[Item, ...]:
        """The lines that any invoice charges."""
        return tuple(dict.fromkeys(item for one in self.invoices for item in one.lines))

    def invoiced(self, item: Item) -> Sum:
        """Return what is invoiced of a line, less what was credited."""
        return summed(one.stands(item) for one in self.invoices)

    def to_invoice(self, item: Item) -> Sum:
        """Return what is ordered of a line and not invoiced; no VAT alone, which is rounding."""
        left = self.ordered.get(item, NOTHING).less(self.invoiced(item))
        return left if left.net_pence else NOTHING

    @property
    def _paid_lines(self) -> Sum:
        return summed(paid for one in self.invoices for paid in one.paid.values())

    @property
    def ordered_pence(self) -> int:
        """The order as it stands."""
        return summed(self.ordered.values()).total_pence

    @property
    def invoiced_pence(self) -> int:
        """What is invoiced, less what was credited."""
        return summed(map(self.invoiced, self.invoiced_items)).total_pence

    @property
    def to_invoice_pence(self) -> int:
        """What is ordered and not invoiced."""
        return summed(map(self.to_invoice, self.ordered)).total_pence

    @property
    def rounding_pence(self) -> int:
        """What invoices charge beyond the order, or less, as their VAT is rounded."""
        return self.invoiced_pence + self.to_invoice_pence - self.ordered_pence

    @property
    def held_pence(self) -> int:
        """What is charged of lines that have an open snag, and not paid."""
        return sum(self._unpaid(held=True))

    @property
    def payable_pence(self) -> int:
        """What is charged, not held and not paid."""
        return sum(self._unpaid(held=False))

    def _unpaid(self, *, held: bool) -> Iterator[int]:
        for invoice in self.invoices:
            for item, charged in invoice.unpaid.items():
                if (item in self.held) is held:
                    yield charged.total_pence

    @property
    def paid_pence(self) -> int:
        """What was paid, less what was paid back."""
        return self.released_pence - self.refunded_pence

    @property
    def owed_back_pence(self) -> int:
        """What was paid, credited afterwards, and neither set off nor paid back yet."""
        over = summed(one.overpaid for one in self.invoices).total_pence
        return over - self.set_off_pence - self.refunded_pence


class PayNow(NamedTuple):
    """What is paid of an invoice now.

    Args:
        lines: Its lines that were not paid and are not held.
        set_off_pence: What is taken off for credits that are owed back.
    """

    invoice: Invoiced
    lines: Sums
    set_off_pence: int

    @property
    def total_pence(self) -> int:
        """What goes to the contractor."""
        return summed(self.lines.values()).total_pence - self.set_off_pence


def pay_now(account: OrderAccount) -> tuple[PayNow, ...]:
    """Return what is payable of each invoice of an order now, the oldest first.

    What is owed back is set off against it, as far as it goes.
    """
    owed, found = account.owed_back_pence, []
    for invoice in account.invoices:
        lines = {item: one for item, one in invoice.unpaid.items() if item not in account.held}
        comes_to = summed(lines.values()).total_pence
        if not lines or comes_to < 0:  # what is omitted waits for what it is taken off
            continue
        set_off = min(owed, comes_to)
        owed -= set_off
        found.append(PayNow(invoice, lines, set_off))
    return tuple(found)


def shares(lines: Sums, *, total_pence: int) -> Sums:
    """Return the lines of an invoice with the VAT that each has of it, to the penny of its total.

    Args:
        lines: Each with its VAT as it is rounded by line.
        total_pence: The invoice with VAT; what its rounding differs by goes to the largest line.
    """
    over = total_pence - summed(lines.values()).total_pence
    largest = max(lines, key=lambda item: abs(lines[item].net_pence), default=None)
    return {item: one.plus(Sum(0, over)) if item == largest else one for item, one in lines.items()}


def most_before_completion(grant_pence: int) -> int:
    """Return what may be paid of a grant before the works are complete. Source: s.35(3)."""
    return grant_pence * INSTALMENT_TENTHS // 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAccount:
    """The final account of a case.

    Args:
        approved_pence: The works as they were approved, with VAT.
        orders: Those of every contractor, in their order.
        over: Whether nothing more is to be invoiced: what is not then is saved.

    Raises:
        ValueError: More was ordered than was approved.
    """

    approved_pence: int
    orders: tuple[OrderAccount, ...]
    over: bool = False

    def __post_init__(self) -> None:
        ordered = sum(one.ordered_pence for one in self.orders)
        if ordered > self.approved_pence:
            raise ValueError(
                f"{pounds(ordered)} is ordered, and {pounds(self.approved_pence)} was approved."
            )
        left = self.not_ordered_pence - self._sum("rounding_pence")
        left += self._sum("to_invoice_pence") if self.over else 0
        if left != self.saved_pence:
            raise ValueError(
                f"{pounds(self.saved_pence)} would be saved of {pounds(self.approved_pence)}, and "
                f"{pounds(left)} is not ordered or not invoiced."
            )

    def _sum(self, name: str) -> int:
        return sum(getattr(one, name) for one in self.orders)

    @property
    def paid_pence(self) -> int:
        """What was paid, less what was paid back."""
        return self._sum("paid_pence")

    @property
    def held_pence(self) -> int:
        """What is held for snags."""
        return self._sum("held_pence")

    @property
    def owed_back_pence(self) -> int:
        """What contractors owe back."""
        return self._sum("owed_back_pence")

    @property
    def not_ordered_pence(self) -> int:
        """What is approved and not ordered."""
        return self.approved_pence - self._sum("ordered_pence")

    @property
    def to_pay_pence(self) -> int:
        """What is still to pay: invoiced or to be invoiced, less what is owed back."""
        to_come = 0 if self.over else self._sum("to_invoice_pence")
        return self._sum("payable_pence") + to_come - self.owed_back_pence

    @property
    def saved_pence(self) -> int:
        """What was approved and is neither paid, nor held, nor still to pay."""
        return self.approved_pence - self.paid_pence - self.held_pence - self.to_pay_pence
