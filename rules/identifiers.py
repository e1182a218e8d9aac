"""Identifiers compared as people mean them: two spellings of one number, code or address are one.

Invoice numbers, case references, codes of contractors, schedules, lots, packages and providers,
and e-mail addresses are kept as they were first written, and compared by what is here.
"""

from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import Final
from unicodedata import category, normalize

_HYPHENS: Final = frozenset("\u00ad\u02d7\u2043\u2212\u2796")
"""Hyphens and minus signs that Unicode does not count among the dashes: the soft hyphen first."""

_UNSEEN: Final = ("Cf", "Cc", "Zs", "Zl", "Zp")
_PLAIN: Final = dict.fromkeys((*range(33), 127))
"""What is left out of words in ASCII: blanks and control characters."""


@lru_cache(maxsize=20_000)
def folded(words: str) -> str:
    """Return an identifier as it is compared: without case, blanks or kinds of dash.

    ``WO-1``, ``wo – 1`` and ``ＷＯ－１`` are one; ``1-23`` and ``12-3`` are two, and so are letters
    of different alphabets that look alike.
    """
    if words.isascii():
        return words.lower().translate(_PLAIN)
    plain = normalize("NFKC", normalize("NFKC", words).casefold())
    seen = "".join(
        "-" if one in _HYPHENS or category(one) == "Pd" else one
        for one in plain
        if one in _HYPHENS or category(one) not in _UNSEEN
    )
    return normalize("NFKC", seen)  # an accent joins the letter that a blank kept it from


def as_compared(value: Hashable) -> Hashable:
    """Return a value of a key as it is compared: words folded, anything else as it is."""
    return folded(value) if isinstance(value, str) else value


def spelt_otherwise(words: str, held: Iterable[str]) -> tuple[str, ...]:
    """Return the identifiers among some that are the same as one and written differently.

    Args:
        words: The identifier; where it is held itself, nothing else is meant.
        held: The identifiers on record.
    """
    meant = folded(words)
    found = tuple(sorted(one for one in set(held) if folded(one) == meant))
    return () if words in found else found
