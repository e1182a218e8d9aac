"""Looking a schedule of rates up as somebody types: by code, or by words in any order.

Case, accents and punctuation do not matter. A text that is a code comes first, then the codes that
begin with it, then the items whose short description has every word, then those whose long
description helps; each group is in the order of the codes, so the list stands still while a word
grows.
"""

import unicodedata
from collections.abc import Iterable
from functools import cached_property
from operator import attrgetter
from typing import Final, NamedTuple

_APOSTROPHES: Final = frozenset("'’ʼ")
_BETWEEN: Final = "\0"  # no text of a database holds it
_SHORTEST_LIKENESS: Final = 3  # characters that two codes must share before one suggests the other
_COMMONPLACE: Final = 3  # a word of fewer letters says nothing of what an item is


class _Signs(dict[int, str | None]):
    """What becomes of a sign: letters and digits stay, marks and apostrophes go, others part."""

    def __missing__(self, number: int) -> str | None:
        sign = chr(number)
        gone = sign in _APOSTROPHES or unicodedata.combining(sign)
        self[number] = None if gone else sign if sign.isalnum() or sign == _BETWEEN else " "
        return self[number]


_SIGNS: Final = _Signs()


class Item(NamedTuple):
    """One schedule item, as far as it is looked up.

    Args:
        key: What the caller knows it by, such as a row id.
        short_description: One line.
        long_description: What the rate includes; may be empty.
        trade: Its trade.
        schedule: The schedule's name.
    """

    key: int
    code: str
    short_description: str
    long_description: str = ""
    trade: str = ""
    schedule: str = ""


class Index:
    """Schedule items ready to be looked up; built once, and asked as often as somebody types."""

    def __init__(self, items: Iterable[Item]) -> None:
        ordered = sorted(items, key=attrgetter("code", "schedule", "key"))
        codes = _folded_all([item.code for item in ordered])
        self._entries = list(
            zip(
                ordered,
                [code.replace(" ", "") for code in codes],
                codes,
                _folded_all([item.short_description for item in ordered]),
                _folded_all([item.long_description for item in ordered]),
                strict=True,
            )
        )

    @cached_property
    def _by_beginning(self) -> dict[str, list[tuple[int, tuple[Item, str, str, str, str]]]]:
        """The entries by how their codes begin: a file may cite 200,000 that nobody has."""
        found: dict[str, list[tuple[int, tuple[Item, str, str, str, str]]]] = {}
        for place, entry in enumerate(self._entries):
            found.setdefault(entry[1][:_SHORTEST_LIKENESS], []).append((place, entry))
        return found

    def find(self, text: str, *, trade: str = "", limit: int = 20) -> list[Item]:
        """Return the items that a text means, the likeliest first.

        Args:
            text: A code, its beginning, or words in any order, each as far as it is typed; an
                empty text means every item.
            trade: Only items of this trade, if given.
            limit: How many at most.

        Raises:
            ValueError: The limit is below 1.
        """
        if limit < 1:
            raise ValueError(f"{limit} items cannot be shown; ask for 1 or more.")
        words = folded(text).split()
        if not words:  # only punctuation means no item; nothing at all means every item
            every = () if text.strip() else self._entries
            return [item for item, *_ in every if trade in ("", item.trade)][:limit]
        sought, (first, *others) = "".join(words), [f" {word}" for word in words]
        groups: tuple[list[Item], ...] = ([], [], [], [])
        for item, code, coded, short, long in self._entries:
            if trade and item.trade != trade:
                continue
            if code.startswith(sought):
                groups[0 if code == sought else 1].append(item)
            elif first in short and all(word in short for word in others):
                groups[2].append(item)
            elif (first in long or first in short or first in coded) and all(
                word in short or word in long or word in coded for word in others
            ):
                groups[3].append(item)
        return [item for group in groups for item in group][:limit]

    def nearest(self, *, code: str, description: str, limit: int = 3) -> list[Item]:
        """Return the items most like one that is not here: by its words, then by its code.

        Args:
            code: The code that is missing.
            description: What it was; may be empty.
            limit: How many at most.
        """
        words = {f" {word}" for word in folded(description).split() if len(word) >= _COMMONPLACE}
        sought = folded(code).replace(" ", "")
        likely = []
        alone = self._by_beginning.get(sought[:_SHORTEST_LIKENESS], ())
        for place, (item, itself, _, short, _) in enumerate(self._entries) if words else alone:
            shared = sum(word in short for word in words)
            alike = _alike(itself, sought)
            if 2 * shared > len(words) or alike >= _SHORTEST_LIKENESS:
                likely.append((-shared, -alike, place, item))
        return [item for *_, item in sorted(likely)[:limit]]


def _alike(first: str, second: str) -> int:
    """Return how many characters two codes have in common from their beginning."""
    length = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        length += 1
    return length


def _folded_all(texts: list[str]) -> list[str]:
    """Return many texts as they are compared, each led by a blank.

    Nearly all are ASCII, and those are folded in one go, which takes a fifth of the time.
    """
    plain = [text if text.isascii() and _BETWEEN not in text else "" for text in texts]
    found = f" {f'{_BETWEEN} '.join(plain)}".lower().translate(_SIGNS).split(_BETWEEN)
    return [
        ready if text is held else f" {folded(text)}"
        for ready, held, text in zip(found, plain, texts, strict=False)  # none has one part
    ]


def folded(text: str) -> str:
    """Return text as it is compared: small letters and digits, every other sign a blank.

    Args:
        text: Any text, in any script.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text)
    return plain.casefold().translate(_SIGNS).replace(_BETWEEN, " ")
