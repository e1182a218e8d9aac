"""Invoices: matched with the order line by line before anybody may release money."""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.money import pounds


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
    ordered: Mapping[int, int],
    invoiced: Mapping[int, int],
    order_total_pence: int,
    invoice_total_pence: int,
) -> Matched:
    """Compare an invoice with its order, line by line and in total.

    Args:
        ordered: Net pence of each order line.
        invoiced: Net pence of each invoiced line.
        order_total_pence: The order with VAT.
        invoice_total_pence: The invoice with VAT.

    Source: s.37(4): an acceptable invoice; paid only for works executed.
    """
    findings = [
        f"Line {line} is not on the order." for line in sorted(invoiced) if line not in ordered
    ]
    for line, net in sorted(ordered.items()):
        charged = invoiced.get(line)
        if charged is None:
            findings.append(f"Line {line} of the order is not invoiced.")
        elif charged != net:
            findings.append(f"Line {line}: invoiced {pounds(charged)}, ordered {pounds(net)}.")
    if not findings and invoice_total_pence != order_total_pence:
        findings.append(
            f"The total with VAT is {pounds(invoice_total_pence)}, "
            f"ordered {pounds(order_total_pence)}."
        )
    return Matched(findings=tuple(findings))
