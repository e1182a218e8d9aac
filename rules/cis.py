"""The Construction Industry Scheme: what is deducted from a payment to a contractor, and when."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from rules.errors import InvalidDecisionError, InvalidTermsError
from rules.money import pounds, share

PERCENT: Final = {"gross": 0, "net": 20, "unmatched": 30}
"""Percent of labour by a contractor's status with HMRC. Source: Finance Act 2004 s.61."""

UNMATCHED: Final = "unmatched"
"""The status of whom HMRC could not match: its statement has the verification number."""

_UTR: Final = re.compile(r"[0-9]{10}")
_EMPLOYER: Final = re.compile(r"[0-9]{3}/[A-Z0-9]{1,10}")
_DAY: Final = timedelta(days=1)


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


def utr_typed(typed: str) -> str:
    """Return a tax reference as it is kept: ten digits; nothing where nothing was typed.

    Raises:
        InvalidTermsError: It is none.
    """
    digits = re.sub(r"[\s-]", "", typed).upper().removesuffix("K")
    if digits and not _UTR.fullmatch(digits):
        raise InvalidTermsError(
            "This is no unique taxpayer reference.", why="HMRC’s has ten digits."
        )
    return digits


def employer_reference_typed(typed: str) -> str:
    """Return an employer's reference as it is kept, such as ``120/AB456``; nothing for nothing.

    Raises:
        InvalidTermsError: It is none.
    """
    found = re.sub(r"\s", "", typed).upper()
    if found and not _EMPLOYER.fullmatch(found):
        raise InvalidTermsError(
            "This is no employer’s PAYE reference.",
            why="HMRC’s is three digits, a stroke, and letters and digits, such as 120/AB456.",
        )
    return found


def deduction(*, net_pence: int, materials_pence: int, status: str) -> Deduction:
    """Return what is deducted of an invoice: of its labour alone, never of materials or VAT.

    Args:
        net_pence: The invoice without VAT, or that part of it that the council pays.
        status: A key of ``PERCENT``.

    Raises:
        InvalidDecisionError: The materials are more than the invoice, or below zero.

    Source: Finance Act 2004 s.61; HMRC CIS340, 3.13; CISR12160.
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
