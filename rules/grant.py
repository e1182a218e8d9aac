"""The grant: what it is, from the eligible expense, the fees, the contribution and the maximum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAXIMUM_PENCE: Final = 30_000_00
"""s.33(4) and SI 2008/1189: the most a disabled facilities grant can be in England."""

CHARGE_FROM_PENCE: Final = 5_000_00
CHARGE_AT_MOST_PENCE: Final = 10_000_00


@dataclass(frozen=True, slots=True)
class Grant:
    """How a grant was reached, in pence; the figures add up.

    Args:
        works_pence: Eligible works with VAT.
        fees_pence: Preliminary and ancillary services and charges, s.2(3).
        expense_pence: The two together.
        over_maximum_pence: What is above the maximum and must be found elsewhere.
        contribution_pence: The applicant's contribution, as far as it reduces the grant.
        maximum_pence: The maximum of s.33(4).
        grant_pence: The grant.
    """

    works_pence: int
    fees_pence: int
    expense_pence: int
    over_maximum_pence: int
    contribution_pence: int
    maximum_pence: int
    grant_pence: int


def grant_for(
    *,
    works_pence: int,
    fees_pence: int,
    contribution_pence: int,
    maximum_pence: int = MAXIMUM_PENCE,
) -> Grant:
    """Return the grant: the expense, limited to the maximum, less the contribution.

    Args:
        works_pence: Eligible works with VAT, in pence.
        fees_pence: Preliminary and ancillary charges, in pence.
        contribution_pence: The applicant's contribution, in pence.
        maximum_pence: The maximum, in pence.

    Source: s.33(4), s.34(2); SI 2008/1189.
    """
    expense = works_pence + fees_pence
    limited = min(expense, maximum_pence)
    contribution = min(contribution_pence, limited)
    return Grant(
        works_pence=works_pence,
        fees_pence=fees_pence,
        expense_pence=expense,
        over_maximum_pence=expense - limited,
        contribution_pence=contribution,
        maximum_pence=maximum_pence,
        grant_pence=limited - contribution,
    )


def charge_pence(*, tenure: str, grant_pence: int) -> int:
    """Return the local land charge on an owner's property, in pence; 0 for everyone else.

    Args:
        tenure: The client's tenure.
        grant_pence: The grant, in pence.

    Source: 2008 General Consent: the part above £5,000, at most £10,000.
    """
    if tenure != "owner":
        return 0
    return min(max(grant_pence - CHARGE_FROM_PENCE, 0), CHARGE_AT_MOST_PENCE)
