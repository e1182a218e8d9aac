"""What counts as a reason, and what explains nothing."""

from __future__ import annotations

import pytest

from rules.reasons import too_thin


@pytest.mark.parametrize(
    "text", ["a", "ok", "OK.", "n/a", "- -", "1 2 3", "ok ok", "agreed", "x y"]
)
def test_what_explains_nothing_is_no_reason(text: str) -> None:
    assert too_thin(text).startswith(f"“{text}” is no reason: say it in 2 words or more")


@pytest.mark.parametrize(
    "text",
    ["no crane", "as told", "Received by e-mail", "s.24 is met", "она звонила", "it was\nwrong"],
)
def test_a_few_words_are_enough(text: str) -> None:
    assert too_thin(text) == ""


def test_what_is_long_is_cut_short_where_it_is_repeated() -> None:
    assert too_thin("o" * 500).startswith(f"“{'o' * 40}…” is no reason")
