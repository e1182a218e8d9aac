"""Invoices: matched with the order line by line before anybody may release money."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar

from rules.documents.items import Item, item_words
from rules.money import EXACT, pounds, round_half_up

ENDED: Final = ("corrected", "withdrawn", "rejected")
"""The statuses of an invoice that stands no longer, and whose number may be used again."""

AWAITED_AGAIN: Final = ("queried", "withdrawn", "rejected")
"""The statuses after which the contractor's next invoice is waited for."""

PAY_CLOCKS: Final = ("pay_invoice", "pay_by_law")
"""The clocks that run while an invoice waits to be paid: our own target, and the law's."""


def entry_words(*, number: str, entry: int) -> str:
    """Return what one entry of an invoice is called beside others of the same number."""
    return number if entry == 1 else f"{number} ({entry})"


@dataclass(frozen=True, slots=True)
class LawfulVat:
    """What an invoice may charge in VAT for the lines of an order: rounded in either lawful way.

    Source: HMRC VAT Notice 700, 17.5: rounding on invoices.

    Args:
        by_line: Pence, rounded on each line, as the order is priced.
        by_rate: Pence, rounded half up once for each rate.
    """

    by_line: int
    by_rate: int

    def words_of(self, vat_pence: int) -> str:
        """Return how an amount of VAT was rounded, or an empty string where it is neither."""
        if vat_pence == self.by_line:
            both = self.by_line == self.by_rate
            return f"VAT of {pounds(vat_pence)} {'either way' if both else 'by line'}"
        if vat_pence == self.by_rate:
            beside = f"{pounds(self.by_line)} by line"
            return f"VAT of {pounds(vat_pence)} on the total of each rate ({beside})"
        return ""


def lawful_vat(lines: Iterable[tuple[int, Decimal, int]]) -> LawfulVat:
    """Return what VAT may be charged for lines.

    Args:
        lines: Net pence, the rate as a fraction, and the VAT in pence of each line as ordered.
    """
    by_line, net_at = 0, defaultdict[Decimal, int](int)
    for net, rate, vat in lines:
        by_line += vat
        net_at[rate] += net
    by_rate = sum(
        round_half_up(EXACT.multiply(Decimal(net), rate).scaleb(-2, EXACT))
        for rate, net in net_at.items()
    )
    return LawfulVat(by_line=by_line, by_rate=by_rate)


Named = TypeVar("Named", bound=Item)
"""How the lines of an order are named: all by number, or as items all by letter."""


@dataclass(frozen=True, slots=True)
class Matched:
    """An invoice beside its order.

    Args:
        findings: What does not agree, in words; empty when everything does.
        vat_words: How its VAT was rounded; empty where something does not agree.
    """

    findings: tuple[str, ...]
    vat_words: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the invoice may be released."""
        return not self.findings


def match_invoice(
    *,
    ordered: Mapping[Named, int],
    invoiced: Mapping[Named, int],
    vat: LawfulVat,
    invoice_total_pence: int,
    ended: bool = False,
) -> Matched:
    """Compare an invoice with its order: net line by line, to the penny, and the VAT.

    Args:
        ordered: Net pence of each line of the order, or of each item of a package.
        invoiced: Net pence of each that is invoiced.
        vat: The VAT that may be charged for the order.
        invoice_total_pence: The invoice with VAT.
        ended: Whether the order was ended, and what was done of it stands for what was ordered.

    Source: s.37(4): an acceptable invoice; paid only for works executed.
    """
    basis, among = ("valued at", "among what was valued") if ended else ("ordered", "on the order")
    findings = [f"{item_words(item)} is not {among}." for item in invoiced if item not in ordered]
    for item, net in ordered.items():
        charged = invoiced.get(item)
        if charged is None:
            findings.append(f"{item_words(item)} of the order is not invoiced.")
        elif charged != net:
            findings.append(
                f"{item_words(item)}: invoiced {pounds(charged)}, {basis} {pounds(net)}."
            )
    if findings:
        return Matched(findings=tuple(findings))
    return _by_total(sum(ordered.values()), vat, invoice_total_pence, basis=basis)


def match_instalment(
    *,
    ordered: Mapping[Named, int],
    done: Mapping[Named, int],
    before: Mapping[Named, int],
    invoiced: Mapping[Named, int],
    vat: LawfulVat,
    invoice_total_pence: int,
) -> Matched:
    """Compare an invoice before completion with what is done: some lines, wholly or partly.

    Args:
        ordered: Net pence of each line of the version in force, or of each item of a package.
        done: Of each, what was inspected or valued as done.
        before: Of each, what is invoiced already.
        invoiced: Net pence of each that is invoiced.
        vat: The VAT that may be charged for those.
        invoice_total_pence: The invoice with VAT.

    Source: s.35(3) and s.37(4): only works executed are paid, also in instalments.
    """
    findings = [f"{item_words(item)} is not on the order." for item in invoiced.keys() - ordered]
    for item, charged in invoiced.items():
        if item in ordered:
            findings += _beyond_done(item, charged, done.get(item, 0), before.get(item, 0))
    findings += [
        f"{item_words(item)} is left out of the package: take its {pounds(-net)} off the first "
        "instalment."
        for item, net in ordered.items()
        if net < 0 and item not in before and invoiced.get(item) != net
    ]
    if findings:
        return Matched(findings=tuple(findings))
    return _by_total(sum(invoiced.values()), vat, invoice_total_pence, basis="charged by its lines")


def _beyond_done(item: Item, charged: int, done: int, before: int) -> Iterator[str]:
    if done < 0 or (charged > 0 and before + charged <= done):
        return
    said = f"{item_words(item)}: invoiced {pounds(charged)}"
    earlier = f", of which {pounds(before)} is invoiced already" if before else ""
    if not done:
        yield f"{said}, and nothing of it was inspected and found done yet."
    else:
        yield f"{said}; what is done of it comes to {pounds(done)}{earlier}."


def _by_total(net: int, vat: LawfulVat, total_pence: int, *, basis: str) -> Matched:
    words = vat.words_of(total_pence - net)
    if words:
        return Matched(findings=(), vat_words=words)
    total = f"The total with VAT is {pounds(total_pence)}"
    return Matched(findings=(f"{total}, {basis} {_totals(net, vat)}.",))


def _totals(net: int, vat: LawfulVat) -> str:
    if vat.by_line == vat.by_rate:
        return pounds(net + vat.by_line)
    return (
        f"{pounds(net + vat.by_line)} with VAT rounded by line, or "
        f"{pounds(net + vat.by_rate)} with VAT rounded on the total of each rate"
    )
