"""What is on record of a decision, read for the sentence that says what was decided.

A row that an earlier version wrote may lack any of it; the sentence then says less.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.clocks.workdays import in_words
from rules.money import pounds
from rules.sentences import spoken


@dataclass(frozen=True, slots=True)
class Facts:
    """The particulars of one decision as the record holds them."""

    held: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        """Return a fact, or None where the record does not hold it."""
        return self.held.get(name)

    def before(self, name: str) -> Any:
        """Return what was there before, or None where nothing was or it is not on record."""
        return (self["before"] or {}).get(name)

    def words(self, name: str) -> str:
        """Return a fact as text, with spaces for underscores; nothing where there is none."""
        held = self[name]
        return "" if held is None else str(held).replace("_", " ")

    def pounds(self, name: str) -> str:
        """Return a fact held in pence as pounds; nothing where there is none."""
        return "" if self[name] is None else pounds(self[name])

    def pounds_before(self, name: str) -> str:
        """Return what was there before, held in pence, as pounds; nothing where nothing was."""
        held = self.before(name)
        return "" if held is None else pounds(held)

    def day(self, name: str) -> str:
        """Return a date as letters write it; nothing where there is none."""
        return "" if self[name] is None else day_words(self[name])


def day_words(iso: str) -> str:
    """Return a date of the record as letters write it, ``3 March 2026``; nothing for nothing."""
    return in_words(date.fromisoformat(iso[:10])) if iso else ""


def known(words: str, *values: object) -> str:
    """Return words with values filled in, or nothing where one of them is not on record.

    Args:
        words: With ``{}`` where a value stands.
    """
    return words.format(*values) if all(value not in (None, "", [], {}) for value in values) else ""


def lines_words(lines: Iterable[object]) -> str:
    """Return line numbers as a phrase: ``line 2``, ``lines 1 and 3``."""
    numbers = [str(one) for one in lines]
    return f"line{'' if len(numbers) == 1 else 's'} {spoken(numbers)}"


def sums_words(pence_by_name: Mapping[str, int]) -> str:
    """Return sums by name as a phrase: ``AVON £1,200.00 and BOLT £990.00``."""
    return spoken([f"{name} {pounds(pence)}" for name, pence in pence_by_name.items()])


def from_to(before: object, after: object) -> str:
    """Return a change as a phrase: ``from 2 to 3``; nothing is said to have been ``nothing``."""
    return f"from {before or 'nothing'} to {after or 'nothing'}"


def changed(facts: Facts) -> str:
    """Return what a correction changed as a phrase: ``total from £1.00 to £2.00``."""
    after = facts["after"] or {}
    return spoken(
        [
            f"{name.removesuffix('_pence').replace('_', ' ')} "
            f"{from_to(_shown(name, facts.before(name)), _shown(name, held))}"
            for name, held in after.items()
        ]
    )


def _shown(name: str, held: Any) -> str:
    if isinstance(held, Mapping):
        return sums_words(held)
    if name.endswith("_pence"):
        return pounds(held)
    if name in {"dated", "valid_to", "started_on", "completed_on"}:
        return day_words(held or "")
    return "" if held is None else str(held)
