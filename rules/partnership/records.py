"""What is agreed for a year, made of the rows of its import files or of what they left on record.

A row holds its columns by the names that the file has; money in pence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from rules.partnership.agreed import Agreed, BudgetLine, FeeTerm, Fixed, LineKind, Partner, Stream

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Records:
    """The rows of the three files of partnerships' years."""

    budget: tuple[Row, ...]
    capital: tuple[Row, ...]
    terms: tuple[Row, ...]

    def years(self) -> tuple[tuple[str, int], ...]:
        """Return every partnership's years of which anything is recorded, the newest first."""
        rows = (*self.budget, *self.capital, *self.terms)
        return tuple(sorted({(row["partnership"], row["year"]) for row in rows}, key=_newest))


def _newest(one: tuple[str, int]) -> tuple[int, str]:
    return -one[1], one[0]


def agreed_of(records: Records, *, of: tuple[str, int], names: Mapping[str, str]) -> Agreed:
    """Return what is agreed for a partnership's year.

    Args:
        of: The partnership and the year of its 1 April.
        names: The authorities' names by their codes.
    """
    budget, capital, terms = (
        [row for row in rows if (row["partnership"], row["year"]) == of]
        for rows in (records.budget, records.capital, records.terms)
    )
    fees = {row["who"]: _fee(row) for row in terms if row["fee"] is not None}
    return Agreed(
        *of,
        lines=_lines(budget),
        partners=tuple(_partner(row, names) for row in capital),
        fee=fees.pop("", None),
        exceptions=fees,
        fixed=tuple(Fixed(row["who"], row["fixed"]) for row in terms if row["fixed"] is not None),
    )


def _lines(rows: Iterable[Row]) -> tuple[BudgetLine, ...]:
    """Return the lines in the order in which a budget is written: by what they are for."""
    order = list(LineKind)
    lines = [BudgetLine(row["line"], LineKind(row["heading"]), row["amount"]) for row in rows]
    return tuple(sorted(lines, key=lambda one: (order.index(one.kind), one.line)))


def _partner(row: Row, names: Mapping[str, str]) -> Partner:
    code = row["partner"]
    return Partner(code, names.get(code, code), {one: row[one.value] for one in Stream})


def _fee(row: Row) -> FeeTerm:
    return FeeTerm(row["fee"], row["less"] or 0, row["because"] or "")
