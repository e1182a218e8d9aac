"""Pauses in words: in refusals, in the history, and as the record holds them."""

import re
from collections.abc import Sequence
from datetime import date

from rules.clocks.pause_terms import PauseCause
from rules.clocks.pause_words import paused_words
from rules.clocks.workdays import in_words
from rules.decisions import day_words
from rules.parties import Party
from services.clocks.pauses import PauseOnCase


def listed(held: Sequence[PauseOnCase]) -> str:
    """Return pauses, a sentence each, for a refusal."""
    parts = [
        f"Pause {one.number} ({one.cause.words}): "
        f"{'withdrawn' if one.withdrawn else paused_words(one.time)}."
        for one in held
    ]
    return " ".join(parts) or "It has none."


def looked_at(review_on: date | None) -> str:
    """Return how a sentence about a pause ends: with the day of its review, if it has one."""
    return "." if review_on is None else f", to be looked at again on {in_words(review_on)}."


def fact_words(fact: object) -> str:
    """Return a fact of a pause as the history says it: a date in words, a cause without ``_``."""
    text = str(fact or "")
    return day_words(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text.replace("_", " ")


def one_line(words: str) -> str:
    """Return words on one line."""
    return " ".join(words.split())


def plain(value: object) -> object:
    """Return a value of a pause as the record holds it."""
    if isinstance(value, PauseCause | Party):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
