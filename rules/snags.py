"""Snags: each found on a line, told, answered by the contractor, and looked at again by an officer.

A finding with a snag is one snag. What is said of it afterwards stands beside it, entry by entry;
the newest says how it stands. A line that passes later ends every snag found on it before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final


class SnagState(StrEnum):
    """How a snag stands, by what was said of it last."""

    FOUND = "found"
    PUT_RIGHT = "put_right"
    DISPUTED = "disputed"
    STILL = "still"
    CLEARED = "cleared"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """What a page calls it."""
        return _WORDS[self]


_WORDS: Final[Mapping[SnagState, str]] = {
    SnagState.FOUND: "to be put right",
    SnagState.PUT_RIGHT: "said to be put right",
    SnagState.DISPUTED: "disputed by the contractor",
    SnagState.STILL: "still to be put right",
    SnagState.CLEARED: "cleared",
    SnagState.WITHDRAWN: "recorded by mistake",
}
WITH_CONTRACTOR: Final = frozenset({SnagState.FOUND, SnagState.STILL})
ANSWERED: Final = frozenset({SnagState.PUT_RIGHT, SnagState.DISPUTED})
PASSES: Final = frozenset({"pass", "cleared"})
"""Findings with which a line, and every snag found on it before, is as it should be."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found on one line at an inspection, as it is kept."""

    id: int
    line: int
    result: str
    note: str
    inspected_on: date


@dataclass(frozen=True, slots=True)
class SnagEntry:
    """What was said of a snag.

    Args:
        id: Its row; a later one is greater.
        words: What is wrong, what was done, or why it is seen differently; may be erased since.
        documents: The numbers of the photographs that show it.
        rectify_by: The day by which it is to be put right, where a day was given.
        by: Who said it.
    """

    id: int
    said: SnagState
    words: str
    documents: tuple[int, ...]
    rectify_by: date | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Snag:
    """One snag, as it stands.

    Args:
        number: 1, 2, … on its order.
        finding: The row that it was found with.
        words: What is wrong.
        entries: What was said of it, oldest first; of one found by an earlier version, not how.
    """

    number: int
    finding: int
    line: int
    words: str
    found_on: date
    state: SnagState
    entries: tuple[SnagEntry, ...]

    @property
    def is_open(self) -> bool:
        """Whether it holds its line."""
        return self.state in WITH_CONTRACTOR | ANSWERED

    @property
    def rectify_by(self) -> date | None:
        """The day by which it is to be put right, as last given."""
        given = (one.rectify_by for one in reversed(self.entries) if one.rectify_by)
        return next(given, None)

    @property
    def wrong(self) -> str:
        """What is wrong as it was said last: as found, or as it is still there."""
        still = (one.words for one in reversed(self.entries) if one.said is SnagState.STILL)
        return next(still, self.words)

    @property
    def shown(self) -> tuple[int, ...]:
        """The photographs of what is wrong, as it was found and is still there."""
        ours = (SnagState.FOUND, SnagState.STILL)
        numbers = (n for one in self.entries if one.said in ours for n in one.documents)
        return tuple(dict.fromkeys(numbers))

    @property
    def told_after(self) -> tuple[int, int]:
        """Where its contractor's turn began: the greater one is the newer."""
        ours = (SnagState.FOUND, SnagState.STILL)
        return max((one.id for one in self.entries if one.said in ours), default=0), self.finding

    @property
    def heard(self) -> str:
        """What the contractor is told once of it: as found, and each time it is still there."""
        times = sum(one.said is SnagState.STILL for one in self.entries)
        return f"{self.finding}.{times}" if times else str(self.finding)


def snags_of(
    findings: Sequence[Finding], entries: Mapping[int, Sequence[SnagEntry]]
) -> tuple[Snag, ...]:
    """Return every snag of an order, by number.

    Args:
        findings: What was found on its lines, oldest first.
        entries: What was said of each snag, by the row that it was found with, oldest first.
    """
    passed = {one.line: one.id for one in findings if one.result in PASSES}
    found = (one for one in findings if one.result == "snag")
    return tuple(
        _snag(number, one, tuple(entries.get(one.id, ())), over=passed.get(one.line, 0) > one.id)
        for number, one in enumerate(found, start=1)
    )


def _snag(number: int, one: Finding, entries: tuple[SnagEntry, ...], *, over: bool) -> Snag:
    said = entries[-1].said if entries else SnagState.FOUND
    if over and said is not SnagState.WITHDRAWN:
        said = SnagState.CLEARED
    words = entries[0].words if entries else one.note
    return Snag(number, one.id, one.line, words, one.inspected_on, said, entries)


def open_snags(snags: Iterable[Snag]) -> tuple[Snag, ...]:
    """Return the snags that hold their line."""
    return tuple(one for one in snags if one.is_open)


def snag_words(snags: Iterable[Snag]) -> dict[int, str]:
    """Return what is wrong on each line that has an open snag, all of it in one sentence."""
    found: dict[int, list[str]] = {}
    for one in open_snags(snags):
        found.setdefault(one.line, []).append(one.words)
    return {line: "; ".join(words) for line, words in found.items()}
