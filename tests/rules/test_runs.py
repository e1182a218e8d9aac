"""Runs in words."""

from __future__ import annotations

import pytest

from rules.runs import state_words, work_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("AwaitingConsent", "Awaiting consent"),
        ("InDefectsPeriod", "In defects period"),
        ("Completed", "Completed"),
        ("", "Not known"),
    ],
)
def test_a_state_is_read_as_words(name: str, words: str) -> None:
    assert state_words(name) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("watch:2026-04-30", "Watch"),
        ("import:cases:5a39f:2026-04-28", "Import of cases"),
        ("propose-batch-award", "Propose batch award"),
        ("advance-case", "Carry the case on"),
    ],
)
def test_a_run_of_the_service_is_named_after_what_it_does(name: str, words: str) -> None:
    assert work_words(name) == words
