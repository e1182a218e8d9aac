"""The Construction Industry Scheme: what is deducted from a payment to a contractor, and when."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from rules.errors import InvalidDecisionError
from rules.money import pounds, share

PERCENT: Final = {"gross": 0, "net": 20, "unmatched": 30}
"""Percent of labour by a contractor's status with HMRC. Source: Finance Act 2004 s.61."""

_DAY: Final = timedelta(days=1)

WORDS: Final = {
    "gross": "paid gross",
    "net": "20 % is deducted",
    "unmatched": "30 % is deducted: HMRC could not match it",
}


class Deduction(NamedTuple):
    """What is deducted of one payment.

    Args:
        labour_pence: What it is taken from: the payment less VAT and materials.
        percent: Of that.
    """

    labour_pence: int
    percent: int
    pence: int


NONE: Final = Deduction(0, 0, 0)


def deduction(*, net_pence: int, materials_pence: int, status: str) -> Deduction:
    """Return what is deducted of an invoice: of its labour alone, never of materials or VAT.

    Args:
        net_pence: The invoice without VAT, or that part of it that the council pays.
        status: A key of ``PERCENT``.

    Raises:
        InvalidDecisionError: The materials are more than the invoice, or below zero.

    Source: Finance Act 2004 s.61; HMRC CIS340, 3.13.
    """
    if not 0 <= materials_pence <= net_pence:
        raise InvalidDecisionError(
            f"Materials of {pounds(materials_pence)} cannot be part of {pounds(net_pence)} "
            "without VAT.",
            next_step="Give what the invoice says its materials cost, without VAT.",
        )
    labour, percent = net_pence - materials_pence, PERCENT[status]
    return Deduction(labour, percent, share(labour, Decimal(percent)))


def tax_month(day: date) -> tuple[date, date]:
    """Return the first and the last day of the tax month of a day: from the 6th to the 5th."""
    first = day.replace(day=6) if day.day > 5 else (day.replace(day=1) - _DAY).replace(day=6)
    after = (first.replace(day=1) + timedelta(days=31)).replace(day=5)
    return first, after


def net_paid(*, net_pence: int, total_pence: int, paid_pence: int) -> int:
    """Return what is without VAT of the part of an invoice that is paid here, in proportion.

    Others may pay the contractor directly the rest of it.
    """
    return (2 * net_pence * paid_pence + total_pence) // (2 * total_pence)  # half up, exactly
