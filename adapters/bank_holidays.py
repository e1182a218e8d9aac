"""The bank holidays of England, one-offs included, to fill our own table.

The table is what every date is counted from; an authority adds its closure days there. Years not
yet proclaimed hold what the statute and custom foresee, so the table is filled again when a
one-off is announced.
"""

from datetime import date

import holidays

from rules.errors import NoBankHolidayDataError

_SATURDAY = 5
_FIRST_KNOWN = 1978  # the first year with all eight of today's bank holidays
_LAST_KNOWN = 2100  # the end of the package's calculated range


def bank_holidays(*, first_year: int, last_year: int) -> list[tuple[date, str]]:
    """Return the bank holidays that fall on weekdays, in order of date, each with its name.

    Args:
        first_year: First year wanted, 1978 or later.
        last_year: Last year wanted, 2100 or earlier.

    Raises:
        NoBankHolidayDataError: A year outside 1978 to 2100 is asked for, or the years run
            backwards.

    Source: Banking and Financial Dealings Act 1971 and proclamations under it, as held by the
    ``holidays`` package for England.
    """
    if not _FIRST_KNOWN <= first_year <= last_year <= _LAST_KNOWN:
        raise NoBankHolidayDataError(
            f"There are no bank holidays for the years {first_year} to {last_year}.",
            why=f"Those of {_FIRST_KNOWN} to {_LAST_KNOWN} are known.",
            next_step="Ask for years within that range, the earlier one first.",
        )
    found = holidays.country_holidays(
        "GB", subdiv="ENG", years=range(first_year, last_year + 1), language="en_GB"
    )
    return [(day, found[day]) for day in sorted(found) if day.weekday() < _SATURDAY]
