"""The order of the grant's sum: which of maximum, contribution and others' money comes first.

The Act limits the grant (s.33) and takes a contribution off it (s.30), and does not spell out which
comes first; it says nothing of other people's money. An authority names its order, from a day on
(``docs/decisions/0009-grant-arithmetic.md``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Arithmetic(StrEnum):
    """The orders that an authority may name."""

    MAXIMUM_FIRST = "maximum_then_contribution"
    OTHERS_FIRST = "others_then_maximum"
    CONTRIBUTION_FIRST = "contribution_then_maximum"


SHIPPED: Final = Arithmetic.MAXIMUM_FIRST
"""The order where an authority has named none."""

EARLIER: Final = Arithmetic.OTHERS_FIRST
"""The order of every grant that was decided before an approval said by which it was."""

WORDS: Final[Mapping[Arithmetic, str]] = {
    Arithmetic.MAXIMUM_FIRST: (
        "The lesser of the cost we accept and the maximum grant, less your contribution. What "
        "others put in takes nothing off the grant: it meets what the grant leaves to find."
    ),
    Arithmetic.OTHERS_FIRST: (
        "The cost we accept, less what others put in; of that, the maximum grant at most; less "
        "your contribution."
    ),
    Arithmetic.CONTRIBUTION_FIRST: (
        "The cost we accept, less your contribution; of that, the maximum grant at most. What "
        "others put in takes nothing off the grant: it meets what the grant leaves to find."
    ),
}
"""Each order as the notice of s.34(3) prints it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """An expense split by an order, in pence: grant + off + contribution + over are the expense.

    Args:
        off_pence: What of others' money comes off the expense before the grant is reckoned.
        over_pence: What is above the maximum.
        contribution_pence: The contribution, as far as it counts.
    """

    grant_pence: int
    off_pence: int
    over_pence: int
    contribution_pence: int


def split(
    arithmetic: Arithmetic,
    *,
    expense_pence: int,
    funders_pence: int,
    contribution_pence: int,
    maximum_pence: int,
) -> Split:
    """Return the grant and what is left of the expense; every figure in pence.

    With £40,000 of works and a contribution of £5,000, a maximum of £30,000 that comes first leaves
    a grant of £25,000 and £15,000 to find; one that comes last, £30,000 and £10,000.

    Args:
        funders_pence: What others put in.
        contribution_pence: As assessed.

    Source: ss.30 and 33; that the maximum comes first is read from published guidance and
        councils' policies, not from a judgment.
    """
    off = min(funders_pence, expense_pence) if arithmetic is Arithmetic.OTHERS_FIRST else 0
    left = expense_pence - off
    if arithmetic is Arithmetic.CONTRIBUTION_FIRST:
        contribution = min(contribution_pence, left)
        grant = min(left - contribution, maximum_pence)
    else:
        limited = min(left, maximum_pence)
        contribution = min(contribution_pence, limited)
        grant = limited - contribution
    return Split(
        grant_pence=grant,
        off_pence=off,
        over_pence=left - grant - contribution,
        contribution_pence=contribution,
    )
