"""What counts as a reason: one rule, wherever somebody is asked why."""

import re
from typing import Final

LEAST_WORDS: Final = 2
LEAST_LETTERS: Final = 5
_LAW: Final = re.compile(r"\b(?:s|ss|sch|reg|section|regulation)\.? ?[0-9]", re.IGNORECASE)


def too_thin(text: str) -> str:
    """Return why a text that is not empty is no reason, in a sentence; empty where it is one.

    “a”, “ok” and “n/a” explain nothing to whoever reads the record years later; a section of the
    law, such as “s.2(2)(b)”, does.
    """
    if _LAW.search(text):
        return ""
    words = [word for word in text.split() if any(map(str.isalpha, word))]
    if len(words) >= LEAST_WORDS and sum(map(str.isalpha, text)) >= LEAST_LETTERS:
        return ""
    shown = " ".join(text.split())
    shown = shown if len(shown) <= 40 else f"{shown[:40]}…"
    return (
        f"“{shown}” is no reason: say it in {LEAST_WORDS} words or more, so that somebody who "
        "reads the record later can follow."
    )
