"""London dates, and the limits of the Act and of the defects period in calendar months."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

LONDON: Final = ZoneInfo("Europe/London")
DECIDE_WITHIN: Final = relativedelta(months=6)  # s.34(1), from the application
FINISH_WITHIN: Final = relativedelta(months=12)  # s.37(1), from the approval
CHARGE_RUNS: Final = relativedelta(years=10)  # 2008 General Consent, from the certified date
DEFECTS_PERIOD: Final = relativedelta(months=12)  # common practice, not verified


def london_date(instant: datetime) -> date:
    """Return the London date of an instant.

    Args:
        instant: An aware datetime.
    """
    return instant.astimezone(LONDON).date()


DEFERRED_WITHIN: Final = relativedelta(months=12)
"""How long after the application the notified payment date may be (s.36)."""


def decide_by(*, applied_on: date) -> date:
    """Return the last day for the decision under s.34(1): six months from the application.

    Args:
        applied_on: The date of the application. 31 August gives the last day of February.
    """
    return applied_on + DECIDE_WITHIN


def finish_by(*, approved_on: date, extended_to: date | None = None) -> date:
    """Return the last day for the works under s.37: twelve months from approval, or as extended.

    Args:
        approved_on: The date of the s.34 decision.
        extended_to: The day up to which more time was allowed, if it was.
    """
    return max(approved_on + FINISH_WITHIN, extended_to or approved_on)


def defects_until(*, certified_on: date) -> date:
    """Return the end of the defects period.

    Args:
        certified_on: The certified date, s.44(3).
    """
    return certified_on + DEFECTS_PERIOD


def charge_until(*, certified_on: date) -> date:
    """Return the last day on which a disposal of the home may bring back part of the grant.

    Args:
        certified_on: The certified date, s.44(3).
    """
    return certified_on + CHARGE_RUNS


def instant(at: datetime) -> str:
    """Return an instant as ISO text in UTC with ``Z``.

    Args:
        at: An aware instant.
    """
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
