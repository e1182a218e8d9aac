"""What somebody who sends a file has said of it: odd values that are meant, columns left aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

JUMP: Final = 2
"""A rate, price, factor, budget or limit this many times what it was, or a part so small, is asked
for."""

ACCEPTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "small-percentages": "Percentages below 1 are per cent, and no shares of 1",
        "mixed-dates": "The date cells show the days that are meant",
        "struck-through": "Rows and cells that are struck through count",
        "jumps": "Sums, rates or factors that are at least doubled or halved are meant",
        "units": "Other units of measurement are meant",
        "withdrawn": "Codes that packages use are withdrawn",
        "removals": "Most of what is held is removed",
    }
)
"""What is refused until it is said to be meant, by the word that says so."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What is said of one file.

    Args:
        accepted: Words of ``ACCEPTS``.
        ignored: Headings that look like known columns and are left aside, as the file spells them.
    """

    accepted: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()


NOTHING_SAID: Final = Choices()
