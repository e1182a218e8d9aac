"""Servicing of lifts and hoists: when it is due, by the authority's own policy.

LOLER does not apply directly in private homes, so an interval is policy and never law: it comes
from the authority's dated data alone, and nothing is due where there is none.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

NOTICE: Final = timedelta(days=21)
"""How long before servicing is due the client is reminded; practice."""


@dataclass(frozen=True, slots=True)
class Interval:
    """How often something is serviced, and for how long reminders go out.

    Args:
        every_months: Months between two services.
        for_years: Years from the certified date for which reminders go out.
    """

    every_months: int
    for_years: int


def service_dates(*, certified_on: date, interval: Interval) -> tuple[date, ...]:
    """Return the days on which servicing is due, the last of them when the years are over.

    Each is counted from the certified date, not from the service before: so 29 February comes back
    in leap years, and a late service moves nothing.
    """
    months = range(interval.every_months, interval.for_years * 12 + 1, interval.every_months)
    return tuple(certified_on + relativedelta(months=many) for many in months)


def remind_on(due_on: date) -> date:
    """Return the day on which the client is reminded of a service."""
    return due_on - NOTICE
