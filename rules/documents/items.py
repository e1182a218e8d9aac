"""Items of a price: what a priced line is called where it is no works line itself.

A works line has one number, its own, wherever it is named. Works priced one by one carry it on
their price. A package prices several works lines as one: it, and what is added to or omitted from
it, are items A, B, C, and each says which works lines it covers.
"""

import re
from collections.abc import Sequence
from string import ascii_uppercase
from typing import Final, TypeAlias

from rules.sentences import spoken

Item: TypeAlias = int | str
"""The number of a works line that is priced by itself, or the letter of an item."""

_LINE: Final = re.compile("[0-9]{1,9}")


def item_of(*, line: int, covers: Sequence[int] | None) -> Item:
    """Return how a line of a price is called.

    Args:
        line: Its place in the price, from 1.
        covers: The works lines it covers; None where it is the works line of that number.
    """
    return line if covers is None else letters(line)


def item_shown(line: int, covers: Sequence[int] | None) -> dict[str, object]:
    """Return how a line of a price is named, as pages and commands show it.

    The number of a works line is given for a works line alone, and what is covered for an item.
    """
    return {
        "item": str(item_of(line=line, covers=covers)),
        "line": line if covers is None else None,
        "covers": None if covers is None else list(covers),
    }


def letters(place: int) -> str:
    """Return the letters of a place: 1 is A, 26 is Z, 27 is AA."""
    found = ""
    while place > 0:
        place, left = divmod(place - 1, len(ascii_uppercase))
        found = ascii_uppercase[left] + found
    return found


def item_words(item: Item) -> str:
    """Return an item as a sentence begins with it: ``Line 3``, or ``Item A``."""
    return f"Line {item}" if isinstance(item, int) else f"Item {item}"


def items_words(items: Sequence[Item]) -> str:
    """Return items within a sentence: ``line 2``, ``lines 1 and 3``, ``items A and B``."""
    what = "line" if isinstance(items[0], int) else "item"
    return f"{what}{'' if len(items) == 1 else 's'} {spoken([str(item) for item in items])}"


def stored_item(key: str) -> Item:
    """Return the item of a key as it is kept in JSON, where every key is text."""
    return int(key) if _LINE.fullmatch(key) else key


def typed_item(text: str) -> Item:
    """Return the item that somebody typed: a number, or letters in any case."""
    return stored_item(text.strip().upper())
