"""Headings that are none of a kind's columns and look like one: refused, so that none is missed."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

from rules.imports.words import as_word

_IN_BRACKETS: Final = re.compile(r"[(\[{][^)\]}]*[)\]}]?")
_BESIDES: Final = frozenset(
    (
        *("new", "old", "current", "previous", "prior", "latest", "last", "revised", "updated"),
        *("proposed", "agreed", "final", "draft", "amended", "original", "actual", "total"),
        *("the", "per", "each", "in", "of", "net", "gross", "ex", "exc", "excl", "excluding"),
        *("inc", "incl", "including", "vat", "gbp", "pounds", "pence", "pct", "percent"),
        *("number", "no"),
    )
)
"""What a heading says besides of the column that it may be."""

_ALIKE: Final = 0.86
_LEAST: Final = 4


def lookalike(heading: str, names: Iterable[str]) -> str:
    """Return the known column that a heading looks like, or an empty string.

    Args:
        heading: A heading that is no known column's.
        names: The known columns of the kind.
    """
    words = [_one(word) for word in as_word(_IN_BRACKETS.sub(" ", heading)).split("_")]
    meant = [word for word in words if word not in _BESIDES and not _is_figure(word)]
    if not meant:
        return ""
    return next((name for name in names if _is_like(meant, name)), "")


def _is_like(meant: list[str], name: str) -> bool:
    known = [_one(word) for word in name.split("_")]
    if meant in (known, [word for word in known if word not in _BESIDES]):
        return True
    here, there = "".join(meant), "".join(known)
    if min(len(here), len(there)) < _LEAST:
        return False
    return SequenceMatcher(None, here, there).ratio() >= _ALIKE


def _one(word: str) -> str:
    """Return a word in its singular."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word.removesuffix("s") if not word.endswith("ss") else word


def _is_figure(word: str) -> bool:
    return not any(map(str.isalpha, word))
