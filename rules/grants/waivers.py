"""Waiving the means test: what a rule of the authority asks before it may be used on a case."""

from dataclasses import dataclass
from datetime import date

from rules.money import pounds


@dataclass(frozen=True, slots=True)
class WaiverTerms:
    """One rule of an authority under which the means test may be waived.

    Args:
        rule: Its short name.
        title: Its title, as letters cite it.
        work_types: The works it covers; empty for any.
        cost_cap_pence: The most that the works may cost with VAT, or None.
        valid_from: Its first day.
        valid_to: Its last day.
    """

    rule: str
    title: str
    work_types: tuple[str, ...]
    cost_cap_pence: int | None
    valid_from: date
    valid_to: date


def reasons_against(
    terms: WaiverTerms, *, work_type: str, cost_pence: int | None, on: date
) -> tuple[str, ...]:
    """Return, a sentence each, everything that keeps a rule from covering a case.

    Args:
        terms: The rule.
        work_type: The works of the case.
        cost_pence: What they cost with VAT, or None while they are not priced in full.
        on: The day of the waiver.
    """
    found = []
    if not terms.valid_from <= on <= terms.valid_to:
        found.append(
            f"{terms.rule} is in force from {terms.valid_from:%-d %B %Y} "
            f"to {terms.valid_to:%-d %B %Y}, not on {on:%-d %B %Y}."
        )
    if terms.work_types and work_type not in terms.work_types:
        covered = ", ".join(kind.replace("_", " ") for kind in terms.work_types)
        found.append(f"{terms.rule} covers {covered}, not {work_type.replace('_', ' ')}.")
    return (*found, *above_cap(terms, cost_pence=cost_pence))


def above_cap(terms: WaiverTerms, *, cost_pence: int | None) -> tuple[str, ...]:
    """Return the sentence on works that cost more than a rule covers, or on a cost not known yet.

    Args:
        terms: The rule.
        cost_pence: What the works cost with VAT, or None while they are not priced in full.
    """
    cap = terms.cost_cap_pence
    if cap is None or (cost_pence is not None and cost_pence <= cap):
        return ()
    cost = "are not priced in full yet" if cost_pence is None else f"cost {pounds(cost_pence)}"
    return (f"{terms.rule} covers works of at most {pounds(cap)} with VAT; these {cost}.",)
