"""An authority's money for grants: its financial years, and what a budget has left."""

from dataclasses import dataclass
from datetime import date
from typing import Final

APRIL: Final = 4
EARLIEST, LATEST = 1997, 2999
"""Years of a budget: the Act came into force on 17 December 1996."""


def financial_year(on: date) -> int:
    """Return the financial year that a day lies in, as the year of its 1 April.

    Args:
        on: A London date.
    """
    return on.year if on.month >= APRIL else on.year - 1


def year_words(year: int) -> str:
    """Return a financial year as councils write it: ``2026-27``.

    Args:
        year: The year of its 1 April.
    """
    return f"{year}-{(year + 1) % 100:02d}"


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """A budget and what it has left.

    Args:
        year: The year of its 1 April.
        amount_pence: What there is for grants in that year.
        committed_pence: What approvals have committed of it.
        pooled_pence: What the others of its pool have left.
    """

    year: int
    amount_pence: int
    committed_pence: int
    pooled_pence: int = 0

    @property
    def left_pence(self) -> int:
        """What may still be committed, of the pool where it is in one."""
        return self.amount_pence - self.committed_pence + self.pooled_pence
