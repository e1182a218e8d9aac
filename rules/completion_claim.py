"""What an authority asks before works count as complete; what a claim of it lacks, all at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.completion import line_words

SERVICED_AFTER = "lift_commissioning"
"""The certificate of what is serviced: a lift or a hoist is handed over with how to service it."""


SAMPLED_PENCE: Final = 1_000_00
"""What an order comes to at most, with VAT, whose lines may be left out of the inspection, where
an authority says nothing. Policy, not law: larger works are looked at line by line."""


class Photographs(StrEnum):
    """Of what an authority asks photographs."""

    NONE = "none"
    WORKS = "works"
    LINES = "lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTerms:
    """What an authority asks from a day on; as it stands here where it says nothing.

    Args:
        line_by_line: Whether each line must be said to be done.
        before: Of what a photograph before the works is asked.
        after: Of what one after them is.
        papers: Whether certificates and servicing instructions come as files, with the claim.
        sample_up_to_pence: What an order comes to at most, with VAT, of which a sample of the lines
            may be inspected; 0: every line is, always.
    """

    line_by_line: bool = True
    before: Photographs = Photographs.WORKS
    after: Photographs = Photographs.WORKS
    papers: bool = True
    sample_up_to_pence: int = SAMPLED_PENCE


@dataclass(frozen=True, slots=True)
class Brought:
    """What is handed in of an order, with its claim and before it.

    Args:
        done: Lines that are said to be done.
        before: Lines of which there is a photograph before; 0 is the works as a whole.
        after: The same, after.
        certificates: Kinds of certificate that came as files, or were received otherwise.
        servicing: Whether there are instructions for servicing.
    """

    done: frozenset[int]
    before: frozenset[int]
    after: frozenset[int]
    certificates: frozenset[str]
    servicing: bool


def lacking(
    terms: ClaimTerms, *, lines: frozenset[int], needed: frozenset[str], brought: Brought
) -> tuple[str, ...]:
    """Return what a claim lacks, a phrase each; nothing where it is whole.

    Args:
        lines: The lines of the order's version in force.
        needed: Kinds of certificate that they end with.
    """
    found = []
    if terms.line_by_line and (left := lines - brought.done):
        found.append(f"{line_words(tuple(sorted(left)))} said to be done")
    asked: Mapping[str, tuple[Photographs, frozenset[int]]] = {
        "before": (terms.before, brought.before),
        "after": (terms.after, brought.after),
    }
    for when, (of, shown) in asked.items():
        left = lines - shown
        if of is Photographs.LINES and left:
            found.append(f"a photograph {when} of {line_words(tuple(sorted(left)))}")
        if of is Photographs.WORKS and not shown:
            found.append(f"a photograph of the works {when}")
    if terms.papers:
        missing = sorted(needed - brought.certificates)
        found += [f"the {kind.replace('_', ' ')} certificate as a file" for kind in missing]
        if SERVICED_AFTER in needed and not brought.servicing:
            found.append("the instructions for servicing, as a file")
    return tuple(found)
