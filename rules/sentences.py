"""Sentences about many things: how many, the first few named, and how many more there are."""

import re
from collections.abc import Sequence
from typing import Final

NAMED_AT_MOST: Final = 10
_COMMANDS: Final = (
    (re.compile(r"[,:;]? ?`handrail [^`]*`(?: (?:shows|says|lists)[^.;]*)?"), ""),
    (re.compile(r" \(--[a-z-]+(?: [A-Z]+)?\)"), ""),
    (re.compile(r"; (?=\.|$)"), ""),
)


def named(items: Sequence[str]) -> str:
    """Return the first ten items as one phrase, and how many more there are.

    Args:
        items: What to name, in order.
    """
    first = ", ".join(items[:NAMED_AT_MOST])
    more = len(items) - NAMED_AT_MOST
    return f"{first} and {more} more" if more > 0 else first


def several(number: int, what: str) -> str:
    """Return a number of things in words: ``1 working day``, ``3 orders``, ``1,200 cases``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def held_words(holder: str, words: str) -> str:
    """Return who holds a step and what for; what an officer is waited for names them once."""
    if words.startswith("officer") and holder.endswith("officer"):
        return f"{holder}{words.removeprefix('officer')}"  # technical officer confirms …
    return f"{holder}: {words}"


def spoken(items: Sequence[str]) -> str:
    """Return all items as one phrase: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1]))) if items else ""


def without_commands(text: str) -> str:
    """Return a sentence as a page says it: without the commands that a terminal would be given."""
    for found, instead in _COMMANDS:
        text = found.sub(instead, text)
    return text
