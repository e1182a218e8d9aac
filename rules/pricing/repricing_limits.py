"""The limits a new price may pass: the Act, a consent, a waiver, an officer's limit, the budget."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.money import pounds

_LIMITED: Final[Mapping[str, tuple[str, str]]] = {
    "maximum_pence": (
        "expense_pence",
        "the expense of {asked} passes the maximum grant of {limit} (s.33(4))",
    ),
    "permitted_pence": (
        "net_pence",
        "the net price of {asked} passes the {limit} that the landlord's pre-permission covers",
    ),
    "waived_pence": (
        "total_pence",
        "the works of {asked} pass the {limit} that the waiver of the means test covers",
    ),
    "delegated_pence": (
        "grant_pence",
        "the grant of {asked} is above {limit}, the highest limit held in {of.authority} (s.34)",
    ),
    "headroom_pence": (
        "grant_pence",
        "the grant of {asked} is more than the {limit} left in {of.budget}",
    ),
}
"""Each limit, what of the case it limits, and the words where it is passed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a case asks of its limits at one price.

    Args:
        net_pence: The works without VAT.
        total_pence: The works with VAT.
        expense_pence: The works with VAT, and the fees and charges recorded.
        grant_pence: The grant that follows.
    """

    net_pence: int
    total_pence: int
    expense_pence: int
    grant_pence: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that bear on a case; None where there is none.

    Args:
        authority: The authority's code, for the words.
        maximum_pence: The maximum grant of s.33(4).
        permitted_pence: Highest net value of the pre-permission that clears its consent.
        waived_pence: The most its works may cost under the waiver of its means test.
        delegated_pence: The highest delegated limit of the authority's approving officers.
        headroom_pence: What is left in the authority's budget of the year.
        budget: The budget, in words, such as ``the budget for 2026/27``.
    """

    authority: str
    maximum_pence: int
    permitted_pence: int | None = None
    waived_pence: int | None = None
    delegated_pence: int | None = None
    headroom_pence: int | None = None
    budget: str = ""


def limits_passed(*, before: Claim | None, after: Claim, limits: Limits) -> tuple[str, ...]:
    """Return the limits that a case would pass with its new price and does not pass now.

    Args:
        before: What it asks now, or None where it has no price yet.
        after: What it would ask.
        limits: The limits that bear on it.

    Source: s.33(4) maximum grant; s.34 delegated limits; the landlord's agreement; the budget.
    """
    found = []
    for limit_name, (measure, words) in _LIMITED.items():
        limit: int | None = getattr(limits, limit_name)
        asked: int = getattr(after, measure)
        passed_now = limit is not None and before is not None and getattr(before, measure) > limit
        if limit is not None and asked > limit and not passed_now:
            found.append(words.format(asked=pounds(asked), limit=pounds(limit), of=limits))
    return tuple(found)
