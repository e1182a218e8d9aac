"""Invoices: matched with the order line by line before anybody may release money."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from rules.documents.items import Item, item_words
from rules.money import pounds

Named = TypeVar("Named", bound=Item)
"""How the lines of an order are named: all by number, or as items all by letter."""


@dataclass(frozen=True, slots=True)
class Matched:
    """An invoice beside its order.

    Args:
        findings: What does not agree, in words; empty when everything does.
    """

    findings: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether the invoice may be released."""
        return not self.findings


def match_invoice(
    *,
    ordered: Mapping[Named, int],
    invoiced: Mapping[Named, int],
    order_total_pence: int,
    invoice_total_pence: int,
) -> Matched:
    """Compare an invoice with its order, line by line and in total.

    Args:
        ordered: Net pence of each line of the order, or of each item of a package.
        invoiced: Net pence of each that is invoiced.
        order_total_pence: The order with VAT.
        invoice_total_pence: The invoice with VAT.

    Source: s.37(4): an acceptable invoice; paid only for works executed.
    """
    findings = [
        f"{item_words(item)} is not on the order." for item in invoiced if item not in ordered
    ]
    for item, net in ordered.items():
        charged = invoiced.get(item)
        if charged is None:
            findings.append(f"{item_words(item)} of the order is not invoiced.")
        elif charged != net:
            findings.append(
                f"{item_words(item)}: invoiced {pounds(charged)}, ordered {pounds(net)}."
            )
    if not findings and invoice_total_pence != order_total_pence:
        findings.append(
            f"The total with VAT is {pounds(invoice_total_pence)}, "
            f"ordered {pounds(order_total_pence)}."
        )
    return Matched(findings=tuple(findings))
