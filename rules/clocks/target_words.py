"""Targets told in words: for whom, since when, why one comes before another, what is wrong."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from rules.clocks.clock_names import CLOCKS, STAGES, TOTAL
from rules.clocks.targets import SET_OF_STAGES, Rung, Target
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
    """Return what says a clock's date before any target does, as a sentence, or an empty string."""
    if clock not in _COMES_FIRST:
        return ""
    return f"{_COMES_FIRST[clock]} come before any target of {clock}, which says when to warn."


def for_whom(target: Target) -> str:
    """Return the cases a target is for, such as ``urgent, simple cases of RBC``."""
    kinds = (target.urgency.replace("_", "-"), target.complexity)
    named = ", ".join(kind for kind in kinds if kind)
    of = f" of {target.authority}" if target.authority else ""
    within = f" in lot {target.lot}" if target.lot else ""
    return f"{named or 'all'} cases{of}{within}"


def in_full(target: Target) -> str:
    """Return a target's days, whom it is for, since when, and where it is from."""
    until = "" if target.valid_to is None else f" to {in_words(target.valid_to)}"
    whom = f"{for_whom(target)}{_since(target)}{until}"
    return f"{in_working_days(target.days)} for {whom}, {verified(target)}"


def verified(target: Target) -> str:
    """Return whether somebody has read a target in its source, and which source."""
    words = "verified" if target.verified else "not verified"
    return f"{words} ({target.source})" if target.source else words


def _since(target: Target) -> str:
    return "" if target.valid_from == date.min else f" from {in_words(target.valid_from)}"


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


# ---- what is wrong with them


def sum_problems(targets: Iterable[Target]) -> tuple[str, ...]:
    """Return what is wrong with the sets of guidance targets, each with its addition shown.

    A set is the targets with one authority, lot, urgency, complexity and first day. If it gives a
    stage of the guidance or the total, it gives all five, until the same day, and the stages add
    up to the total.

    Args:
        targets: Any targets; those of other clocks make no difference.

    Returns:
        One sentence for each problem, in the order of the sets; empty if all is well.
    """
    sets: dict[tuple[str, str, str, str, date], list[Target]] = defaultdict(list)
    for target in targets:
        if target.clock in SET_OF_STAGES:
            key = (target.authority, target.lot, target.urgency, target.complexity)
            sets[*key, target.valid_from].append(target)
    return tuple(
        f"{_whose(sets[key][0])}: {problem}."
        for key in sorted(sets)
        if (problem := _problem(sets[key]))
    )


def _whose(target: Target) -> str:
    """Return whose targets a set gives, such as ``Urgent, simple cases of EX from 1 May 2026``."""
    whom = for_whom(target)
    return f"{whom[0].upper()}{whom[1:]}{_since(target)}"


def _problem(targets: Sequence[Target]) -> str:
    """Return what is wrong with one set, or an empty string."""
    given = {target.clock: target.days for target in targets}
    missing = [CLOCKS[clock].title for clock in SET_OF_STAGES if clock not in given]
    if missing:
        return f"no target for {', '.join(missing)}; the four stages and their total go together"
    if len(targets) > len(given):
        return "one of the stages is given twice"
    if len({target.valid_to for target in targets}) > 1:
        return "the stages and their total do not end on the same day"
    days = [given[clock] for clock in STAGES]
    if sum(days) == given[TOTAL]:
        return ""
    addition = " + ".join(str(number) for number in days)
    return f"{addition} = {sum(days)}, but {CLOCKS[TOTAL].title} is given {given[TOTAL]}"


def ladder_problems(ladder: Sequence[Rung]) -> tuple[str, ...]:
    """Return what is wrong with one authority's ladder.

    Args:
        ladder: Its rungs, in any order.

    Returns:
        One sentence for each problem; empty if all is well.
    """
    rungs = sorted(ladder, key=lambda rung: rung.rung)
    problems = [
        f"Rung {rung.rung} is {rung.days} working days after the due date; it is at least 1."
        for rung in rungs
        if rung.days < 1
    ]
    if [rung.rung for rung in rungs] not in ([], [3], [3, 4]):
        problems.append("A ladder has rung 3, and rung 4 above it if it escalates again.")
    elif len(rungs) == 2 and rungs[1].days <= rungs[0].days:
        problems.append(
            f"Rung 4 is told {rungs[1].days} working days after the due date, which is not later "
            f"than the {rungs[0].days} of rung 3."
        )
    return tuple(problems)
