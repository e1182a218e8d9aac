"""The grant: what it is, from the expense, other funders, the maximum and the contribution.

The steps and their order are decided in ``docs/decisions/0009-grant-arithmetic.md``. Every step is
whole pence, and nothing is rounded: the figures come from price lines that were.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from dateutil.relativedelta import relativedelta

from rules.grants.arithmetic import SHIPPED, Arithmetic, split

MAXIMUM_PENCE: Final = 30_000_00
"""s.33(4) and SI 2008/1189: the most a disabled facilities grant can be in England."""

CHARGE_FROM_PENCE: Final = 5_000_00
CHARGE_AT_MOST_PENCE: Final = 10_000_00

ADULT_AT: Final = 18
"""Years. A child or young person is not means-tested: SI 1996/2890 reg. 5 (as of SI 2008/1190)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """How a grant was reached, in pence; the figures add up.

    The expense is the grant, the contribution, what is above the maximum, and others' money that
    comes off it. What the client is left to find is the contribution and what is above the maximum,
    less others' money that does not come off the expense, and less top-ups.

    Args:
        net_pence: The works before VAT.
        vat_pence: VAT on them.
        fees_pence: Preliminary and professional services and charges, s.2(3).
        ancillary_pence: Other charges that count as expense, s.2(3).
        off_pence: What others put in, where it comes off the expense before the maximum.
        funders_over_pence: What others put in that meets what is above the maximum.
        funders_contribution_pence: What others put in that meets the contribution.
        over_maximum_pence: What is above the maximum and must be found elsewhere.
        contribution_pence: The applicant's contribution, as far as it reduces the grant.
        maximum_pence: The maximum of s.33(4).
        grant_pence: The grant.
        top_up_pence: Discretionary help with what is above the maximum, as far as it is needed.
        contribution_top_up_pence: Discretionary help with the contribution, likewise.
        not_eligible_pence: Of the works with VAT, what the grant is not reckoned of.
        funders_not_eligible_pence: What others put in that meets that.
    """

    net_pence: int
    vat_pence: int
    fees_pence: int
    ancillary_pence: int
    off_pence: int
    funders_over_pence: int
    funders_contribution_pence: int
    over_maximum_pence: int
    contribution_pence: int
    maximum_pence: int
    grant_pence: int
    top_up_pence: int
    contribution_top_up_pence: int
    not_eligible_pence: int = 0
    funders_not_eligible_pence: int = 0

    @property
    def funders_pence(self) -> int:
        """What others put in, as far as it is needed."""
        over = self.funders_over_pence + self.funders_contribution_pence
        return self.off_pence + over + self.funders_not_eligible_pence

    @property
    def own_not_eligible_pence(self) -> int:
        """What is left of works that are not eligible for the client to pay, if they want them."""
        return self.not_eligible_pence - self.funders_not_eligible_pence

    @property
    def works_pence(self) -> int:
        """The works with VAT."""
        return self.net_pence + self.vat_pence

    @property
    def charges_pence(self) -> int:
        """Fees and ancillary charges together, as s.34(2) asks for them."""
        return self.fees_pence + self.ancillary_pence

    @property
    def expense_pence(self) -> int:
        """The estimated expense of s.34(2): works, VAT, fees and charges."""
        return self.works_pence + self.charges_pence

    @property
    def top_ups_pence(self) -> int:
        """All discretionary help beside the grant."""
        return self.top_up_pence + self.contribution_top_up_pence

    @property
    def own_contribution_pence(self) -> int:
        """What is left of the contribution for the client to pay."""
        left = self.contribution_pence - self.funders_contribution_pence
        return left - self.contribution_top_up_pence

    @property
    def uncovered_pence(self) -> int:
        """What is left above the maximum that nobody is recorded to pay."""
        return self.over_maximum_pence - self.funders_over_pence - self.top_up_pence

    @property
    def headroom_pence(self) -> int:
        """What the grant could still grow by before it reaches the maximum."""
        return self.maximum_pence - self.grant_pence


def grant_for(
    *,
    net_pence: int,
    vat_pence: int = 0,
    fees_pence: int = 0,
    ancillary_pence: int = 0,
    funders_pence: int = 0,
    contribution_pence: int = 0,
    waived: bool = False,
    top_up_pence: int = 0,
    contribution_top_up_pence: int = 0,
    maximum_pence: int = MAXIMUM_PENCE,
    arithmetic: Arithmetic = SHIPPED,
    not_eligible_pence: int = 0,
) -> Grant:
    """Return the grant: the expense, the maximum and the contribution, in the order named.

    Args:
        net_pence: Eligible works before VAT, in pence.
        vat_pence: VAT on them, in pence.
        fees_pence: Preliminary and professional fees, in pence.
        ancillary_pence: Other charges that count as expense, in pence.
        funders_pence: What a registered provider and other funders put in, in pence.
        contribution_pence: The applicant's contribution as assessed, in pence.
        waived: Whether the means test is waived; the contribution then counts as nothing.
        top_up_pence: Discretionary help with what is above the maximum, in pence.
        contribution_top_up_pence: Discretionary help with the contribution, in pence.
        maximum_pence: The maximum, in pence.
        arithmetic: The order of the authority.
        not_eligible_pence: Of the works with VAT, those that are not eligible.

    Source: ss.2(3), 30, 33, 34(2); SI 2008/1189; top-ups, SI 2002/1860 (Regulatory Reform Order).
    """
    found = split(
        arithmetic,
        expense_pence=net_pence + vat_pence + fees_pence + ancillary_pence - not_eligible_pence,
        funders_pence=funders_pence,
        contribution_pence=0 if waived else contribution_pence,
        maximum_pence=maximum_pence,
    )
    spare = 0 if arithmetic is Arithmetic.OTHERS_FIRST else funders_pence
    for_over = min(spare, found.over_pence)
    for_contribution = min(spare - for_over, found.contribution_pence)
    for_rest = min(spare - for_over - for_contribution, not_eligible_pence)
    return Grant(
        net_pence=net_pence,
        vat_pence=vat_pence,
        fees_pence=fees_pence,
        ancillary_pence=ancillary_pence,
        off_pence=found.off_pence,
        funders_over_pence=for_over,
        funders_contribution_pence=for_contribution,
        over_maximum_pence=found.over_pence,
        contribution_pence=found.contribution_pence,
        maximum_pence=maximum_pence,
        grant_pence=found.grant_pence,
        top_up_pence=min(top_up_pence, found.over_pence - for_over),
        contribution_top_up_pence=min(
            contribution_top_up_pence, found.contribution_pence - for_contribution
        ),
        not_eligible_pence=not_eligible_pence,
        funders_not_eligible_pence=for_rest,
    )


def is_child(*, born: date | None, on: date) -> bool:
    """Say whether somebody was under 18 on a day; not so where the date of birth is not recorded.

    Args:
        born: Date of birth, or None.
        on: The day of the application.
    """
    return born is not None and relativedelta(on, born).years < ADULT_AT


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
