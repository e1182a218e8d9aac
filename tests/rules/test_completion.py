"""Sign-off: everything that still stands in the way is said, and whose it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.agreement import View
from rules.completion import Confirmed, Inspected, line_words, outstanding, waiting_on

DAY = date(2026, 6, 1)
AGREES = View(agrees=True, said_on=DAY, answered=False)
DONE = Inspected(
    lines=frozenset({1, 2, 5}),
    results={1: "pass", 2: "cleared", 5: "pass"},
    snags={},
    certificates_needed=frozenset({"electrical", "building_control"}),
    certificates_held=frozenset({"electrical", "building_control"}),
    client=AGREES,
)


def test_works_with_nothing_outstanding_wait_for_the_officer_to_certify() -> None:
    assert outstanding(DONE) == ()
    assert waiting_on(DONE) == ("technical officer", "officer certifies the works")


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"results": {1: "pass"}}, ("technical officer", "inspection of lines 2 and 5")),
        ({"snags": {2: "leaks"}}, ("contractor", "snags cleared on line 2")),
        (
            {"certificates_held": frozenset({"electrical"})},
            ("contractor", "the building control certificate"),
        ),
        ({"client": None}, ("client", "the client's own agreement")),
        (
            {"client": View(agrees=False, said_on=DAY, answered=False)},
            (
                "technical officer",
                "an answer in writing to what the client says is outstanding",
            ),
        ),
        ({"confirmed": Confirmed.ASKED}, ("assessor", "the assessor's confirmation")),
        (
            {"confirmed": Confirmed.MISSING},
            ("technical officer", "what the assessor finds missing put right"),
        ),
    ],
)
def test_each_thing_outstanding_is_named_with_whose_it_is(
    change: dict[str, object], left: tuple[str, str]
) -> None:
    assert outstanding(replace(DONE, **change)) == (left,)  # type: ignore[arg-type]  # its own names
    assert waiting_on(replace(DONE, **change)) == left  # type: ignore[arg-type]  # its own names


def test_everything_outstanding_is_said_at_once_the_most_pressing_owner_first() -> None:
    known = Inspected(
        lines=frozenset({1, 2, 3}),
        results={1: "snag", 2: "pass"},
        snags={1: "leaks"},
        certificates_needed=frozenset({"gas", "electrical"}),
        certificates_held=frozenset(),
        client=None,
    )
    assert waiting_on(known) == (
        "technical officer",
        (
            "inspection of line 3; snags cleared on line 1; the electrical certificate; "
            "the gas certificate; the client's own agreement"
        ),
    )


@given(
    results=st.dictionaries(st.integers(1, 4), st.sampled_from(["pass", "snag", "cleared"])),
    held=st.sets(st.sampled_from(["gas", "electrical"])),
    client=st.sampled_from([None, True, False]),
    answered=st.booleans(),
)
def test_nothing_is_outstanding_only_when_all_of_it_is_settled(
    results: dict[int, str], held: set[str], client: bool | None, answered: bool
) -> None:
    snags = {line: "a snag" for line, result in results.items() if result == "snag"}
    known = Inspected(
        lines=frozenset({1, 2, 3}),
        results=results,
        snags=snags,
        certificates_needed=frozenset({"gas", "electrical"}),
        certificates_held=frozenset(held),
        client=None if client is None else View(client, DAY, answered),
    )
    settled = {1, 2, 3} <= set(results) and not snags and len(held) == 2
    settled = settled and (client is True or (client is False and answered))
    assert (outstanding(known) == ()) == settled
    assert (waiting_on(known)[1] == "officer certifies the works") == settled


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((4,), "line 4"),
        ((1, 2), "lines 1 and 2"),
        ((1, 2, 5), "lines 1, 2 and 5"),
        ((1, 2, 3, 4, 7), "lines 1 to 4 and 7"),
        ((2, 3, 4), "lines 2 to 4"),
    ],
)
def test_lines_are_named_in_words(lines: tuple[int, ...], words: str) -> None:
    assert line_words(lines) == words
