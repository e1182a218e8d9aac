"""What anybody would keep of a case's orders with a pencil: lines, sums and versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from tests.small_service import AVON, BRIAR, CEDAR

RATES = {"RAIL": ("45", "5"), "LIGHT": ("95.25", "20"), "TILE": ("60.50", "0")}
"""Pounds a unit and VAT in per cent, as the client of the small service has them."""
ADDS = {AVON: Decimal(1), BRIAR: Decimal("1.05"), CEDAR: Decimal("1.1")}
"""What each contractor's percentage makes of a rate, in the order of the award."""


def pence(pounds: Decimal) -> int:
    return int((pounds * 100).quantize(Decimal(1), ROUND_HALF_UP))


def with_vat(code: str | None, net: int) -> tuple[int, int]:
    vat = RATES[code][1] if code else "20"
    return net, pence(Decimal(net) / 100 * Decimal(vat) / 100)


@dataclass
class Line:
    code: str | None
    quantity: Decimal
    quoted: int = 0

    def sums(self, firm: str) -> tuple[int, int]:
        if self.code is None:
            return with_vat(None, self.quoted)
        return with_vat(self.code, pence(self.quantity * Decimal(RATES[self.code][0]) * ADDS[firm]))


@dataclass
class Plain:
    """What anybody would keep of a case's orders with a pencil.

    Args:
        before: What each contractor that was replaced had done, by line, in pence with VAT.
        offered: Whether what is left is offered to the next, who has not answered.
    """

    lines: dict[int, Line]
    firm: str = AVON
    used: int = 2
    first_version: int = 1
    before: list[dict[int, int]] = field(default_factory=list)
    offered: bool = False
    totals: list[int] = field(default_factory=list)
    approved: int = 0
    claimed: dict[int, Line | None] | None = None
    agreed: dict[int, Line | None] | None = None
    ended: dict[int, int] | None = None

    @property
    def total(self) -> int:
        return self.comes_to(self.lines)

    @property
    def done(self) -> int:
        return sum(sum(each.values()) for each in self.before)

    def comes_to(self, lines: dict[int, Line]) -> int:
        return sum(sum(line.sums(self.firm)) for line in lines.values())

    def then(self) -> dict[int, Line]:
        after = {**self.lines, **(self.agreed or {})}
        return {number: line for number, line in after.items() if line is not None}
