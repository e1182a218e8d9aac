"""What a report is asked for: its period, the day it is as at, whose cases, and by what.

A report is as at a day: what was on record when that day was over. Its period is days of London’s
calendar, the financial year up to that day where nothing else is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

from rules.clocks.workdays import in_words
from rules.errors import HandrailError, InvalidDecisionError
from rules.grants.budgets import APRIL, financial_year
from rules.reports.performance import Period

QUARTERS_AT_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """One question.

    Args:
        at: The day that it is as at.
        today: Today.
        authorities: Only the cases of these; empty for all.
        by: What its rows are by; empty for the report's own first way.
        follow: Councils that were followed, each with the one that stands for it on that day.
    """

    period: Period
    at: date
    today: date
    authorities: frozenset[str] = frozenset()
    by: str = ""
    follow: tuple[tuple[str, str], ...] = ()

    @property
    def year_before(self) -> Period:
        """The same days of the year before."""
        year = relativedelta(years=1)
        return Period(self.period.first - year, self.period.last - year)


def asked_problems(
    first: date | None, last: date | None, at: date | None, *, today: date
) -> Iterator[tuple[str, HandrailError]]:
    """Yield what is wrong with the days of a question, each by its field: from, to, at."""
    end = last or at or today
    if at and at > today:
        error = InvalidDecisionError(
            f"{in_words(at)} is still to come.", next_step="Give a day up to today."
        )
        yield "at", error
    if last and last > min(at or today, today):
        error = InvalidDecisionError(
            f"The period ends on {in_words(last)}, after the day that the report is as at.",
            next_step="Let it end by then.",
        )
        yield "to", error
    if first and first > end:
        error = InvalidDecisionError(
            f"The period begins on {in_words(first)}, after it ends on {in_words(end)}.",
            next_step="Give the days the other way round.",
        )
        yield "from", error


def period_of(first: date | None, last: date | None, *, at: date) -> Period:
    """Return the period; the financial year of its last day, up to that, where nothing is said."""
    end = last or at
    return Period(first or date(financial_year(end), APRIL, 1), end)


def quarters(period: Period) -> tuple[Period, ...]:
    """Return three months at a time from the first day on, the last part as short as it is.

    Raises:
        InvalidDecisionError: They are more than two years of quarters.
    """
    found: list[Period] = []
    begins = period.first
    while begins <= period.last:
        over = period.first + relativedelta(months=3 * (len(found) + 1))
        found.append(Period(begins, min(over - timedelta(days=1), period.last)))
        begins = over
    if len(found) > QUARTERS_AT_MOST:
        raise InvalidDecisionError(
            f"That is {len(found)} quarters, and a report by quarters has {QUARTERS_AT_MOST}.",
            next_step="Ask for two years at most.",
        )
    return tuple(found)


def quarter_words(quarter: Period) -> str:
    """Return a quarter as people read it: ``April to June 2026``."""
    first, last = quarter.first, quarter.last
    if (first.year, first.month) == (last.year, last.month):
        return f"{last:%B %Y}"
    year = "" if first.year == last.year else f" {first:%Y}"
    return f"{first:%B}{year} to {last:%B %Y}"
