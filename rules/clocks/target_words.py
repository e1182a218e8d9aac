"""Targets told in words: whom one is for, since when, and why it comes before another."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from rules.clocks.targets import Target
from rules.clocks.workdays import in_words
from rules.sentences import several

_RANKED: Final = (
    ("lot", "a target of the lot comes before one of every lot"),
    ("authority", "an authority's own target comes before everybody's"),
    ("urgency", "a target for the urgency comes before one for either"),
    ("complexity", "a target for the complexity comes before one for either"),
)

_COMES_FIRST: Final[Mapping[str, str]] = MappingProxyType(
    {
        "return_quote": "quote_days of the lot",
        "answer_offer": "offer_days of the lot",
        "answer_consent": "response_days of an agreement, where it gives them,",
    }
)


def what_comes_first(clock: str) -> str:
    """Return what says a clock's date before any target does, as a sentence, or an empty string.

    Args:
        clock: The clock.
    """
    if clock not in _COMES_FIRST:
        return ""
    return f"{_COMES_FIRST[clock]} come before any target of {clock}, which says when to warn."


def for_whom(target: Target) -> str:
    """Return the cases a target is for, such as ``urgent, simple cases of RBC``.

    Args:
        target: The target.
    """
    kinds = (target.urgency.replace("_", "-"), target.complexity)
    named = ", ".join(kind for kind in kinds if kind)
    of = f" of {target.authority}" if target.authority else ""
    within = f" in lot {target.lot}" if target.lot else ""
    return f"{named or 'all'} cases{of}{within}"


def in_full(target: Target) -> str:
    """Return a target's days, whom it is for, since when, and where it is from.

    Args:
        target: The target.
    """
    return (
        f"{in_working_days(target.days)} for {for_whom(target)}{_span(target)}, {standing(target)}"
    )


def standing(target: Target) -> str:
    """Return whether somebody has read a target in its source, and which source.

    Args:
        target: The target.
    """
    words = "verified" if target.verified else "not verified"
    return f"{words} ({target.source})" if target.source else words


def _span(target: Target) -> str:
    since = "" if target.valid_from == date.min else f" from {in_words(target.valid_from)}"
    until = "" if target.valid_to is None else f" to {in_words(target.valid_to)}"
    return since + until


def why_before(winner: Target, other: Target, *, other_is_default: bool) -> str:
    """Return why one target comes before another that would hold as well.

    Args:
        winner: The target that is found.
        other: Another in force for the same case.
        other_is_default: Whether nobody brought the other in: Handrail came with it.
    """
    if other_is_default:
        return "what was brought in comes before what Handrail came with"
    for name, words in _RANKED:
        if getattr(winner, name) and not getattr(other, name):
            return words
    return "the version that began last counts"


def in_working_days(number: int) -> str:
    """Return a number of working days in words."""
    return several(number, "working day")
