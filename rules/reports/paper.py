"""A report as it is printed."""

from dataclasses import dataclass
from datetime import date

from rules.clocks.workdays import in_words
from rules.reports.performance import Period


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row: what it is of, and each figure in words with how many cases it rests on."""

    label: str
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPaper:
    """All that is printed.

    Args:
        means: What each column means, by its title.
        whose: Codes of the authorities that it is of; none for all.
    """

    title: str
    asks: str
    note: str
    period: Period
    at: date
    by: str
    heads: tuple[str, ...]
    rows: tuple[ReportRow, ...]
    total: ReportRow
    means: tuple[tuple[str, str], ...]
    whose: tuple[str, ...]

    @property
    def head(self) -> tuple[str, ...]:
        """What stands above the table, a line each."""
        days = f"{in_words(self.period.first)} to {in_words(self.period.last)}"
        return tuple(
            filter(
                None,
                (
                    self.title,
                    self.asks,
                    f"{days}, as at {in_words(self.at)}.",
                    f"Authorities: {', '.join(self.whose)}." if self.whose else "",
                    self.note,
                ),
            )
        )
