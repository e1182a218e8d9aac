"""A claim of completion: what an authority asks, and everything that one lacks, at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.completion_claim import Brought, ClaimTerms, Photographs, lacking

LINES = frozenset({1, 2, 3})
NEEDED = frozenset({"electrical", "lift_commissioning"})
NOTHING = Brought(frozenset(), frozenset(), frozenset(), frozenset(), servicing=False)
ALL = Brought(LINES, frozenset({0}), frozenset({0}), NEEDED, servicing=True)
BY_LINE = ClaimTerms(before=Photographs.LINES, after=Photographs.LINES)


def test_where_an_authority_says_nothing_all_of_it_is_asked_and_listed_at_once() -> None:
    assert lacking(ClaimTerms(), lines=LINES, needed=NEEDED, brought=NOTHING) == (
        "lines 1 to 3 said to be done",
        "a photograph of the works before",
        "a photograph of the works after",
        "the electrical certificate as a file",
        "the lift commissioning certificate as a file",
        "the instructions for servicing, as a file",
    )
    assert lacking(ClaimTerms(), lines=LINES, needed=NEEDED, brought=ALL) == ()


@pytest.mark.parametrize(
    ("terms", "brought", "left"),
    [
        (
            BY_LINE,
            ALL,
            ("a photograph before of lines 1 to 3", "a photograph after of lines 1 to 3"),
        ),
        (
            BY_LINE,
            replace(ALL, before=LINES, after=frozenset({1, 3})),
            ("a photograph after of line 2",),
        ),
        (ClaimTerms(), replace(ALL, before=frozenset({2})), ()),
        (ClaimTerms(), replace(ALL, done=frozenset({1, 3})), ("line 2 said to be done",)),
    ],
)
def test_what_a_claim_lacks_is_said_line_by_line(
    terms: ClaimTerms, brought: Brought, left: tuple[str, ...]
) -> None:
    assert lacking(terms, lines=LINES, needed=NEEDED, brought=brought) == left


def test_an_authority_may_ask_for_nothing_but_the_claim() -> None:
    none = ClaimTerms(
        line_by_line=False, before=Photographs.NONE, after=Photographs.NONE, papers=False
    )
    assert lacking(none, lines=LINES, needed=NEEDED, brought=NOTHING) == ()
