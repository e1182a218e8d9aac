"""When an open step is due: its working days, and never later than the Act allows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from rules.pathway import PATHWAY, StepName
from rules.workdays import Calendar

LONDON: Final = ZoneInfo("Europe/London")
DECIDE_WITHIN: Final = relativedelta(months=6)  # s.34(1), from the application
FINISH_WITHIN: Final = relativedelta(months=12)  # s.37(1), from the approval
DEFECTS_PERIOD: Final = relativedelta(months=12)  # common practice, not verified


def london_date(instant: datetime) -> date:
    """Return the London date of an instant.

    Args:
        instant: An aware datetime.
    """
    return instant.astimezone(LONDON).date()


def due_on(
    *, step: StepName, opened_at: datetime, calendar: Calendar, applied_on: date | None
) -> date:
    """Return the day a step is due.

    Args:
        step: The step.
        opened_at: When it opened, an aware instant.
        calendar: The authority's working days.
        applied_on: The date of the application, which starts the s.34(1) limit, or None.
    """
    opened = london_date(opened_at)
    if step is StepName.AFTERCARE:
        return opened + DEFECTS_PERIOD
    due = calendar.add(opened, PATHWAY[step].target_days)
    if step is StepName.APPROVE and applied_on is not None:
        return min(due, applied_on + DECIDE_WITHIN)
    return due


def finish_by(*, approved_on: date) -> date:
    """Return the last day for the works under s.37(1): twelve months from approval.

    Args:
        approved_on: The date of the s.34 decision.
    """
    return approved_on + FINISH_WITHIN


def defects_until(*, certified_on: date) -> date:
    """Return the end of the defects period.

    Args:
        certified_on: The certified date, s.44(3).
    """
    return certified_on + DEFECTS_PERIOD
