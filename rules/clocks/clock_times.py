"""The dates of one clock: when it is due, when to warn, when it is late, when to escalate.

A clock is given working days from the day it opened, or runs to a date that the Act, a letter or a
contract names. A pause moves the date of a controllable clock on by the working days paused since
it opened; while a pause is under way such a clock has no dates at all. From the due date on, days
are counted on the authority's calendar alone: what is late is late, paused or not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from rules.clocks.clock_names import ClockKind
from rules.clocks.pauses import PausedTime, add, open_since
from rules.clocks.targets import Rung
from rules.clocks.workdays import Calendar

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WarnAt:
    """When a clock that runs to a date is warned of.

    Args:
        percent: Share of the working days from its opening to the date, 1 to 100.
        days: Working days left, if that comes sooner; 0 for by share alone.
    """

    percent: int
    days: int


_BY_SHARE: Final = WarnAt(80, 0)
_A_MONTH_BEFORE: Final = WarnAt(100, 20)

WARN_BEFORE: Final[Mapping[ClockKind, WarnAt]] = MappingProxyType(
    {
        ClockKind.STEP: _BY_SHARE,
        ClockKind.GUIDANCE: _BY_SHARE,
        ClockKind.STATUTORY: _A_MONTH_BEFORE,
        ClockKind.CONTRACT: _BY_SHARE,
        ClockKind.REVIEW: WarnAt(100, 0),
        ClockKind.EXPIRY: _A_MONTH_BEFORE,
    }
)
"""When to warn of a date that was given, by kind of clock. Common practice, not verified."""


@dataclass(frozen=True, slots=True)
class Times:
    """The dates of one clock, in this order; None for what it has not.

    Args:
        due_on: The last day on which it is in time; None while the clock is paused.
        warn_on: When to warn; None where it is too short to.
        late_on: The day after it is due.
        escalate_on: When the first rung of the ladder is told.
        escalate_again_on: When the second is, where there is one.
    """

    due_on: date | None
    warn_on: date | None
    late_on: date | None
    escalate_on: date | None
    escalate_again_on: date | None


PAUSED: Final = Times(None, None, None, None, None)
"""The dates of a clock that stands still."""


def times(
    *,
    opened_on: date,
    target_days: int | None,
    promised_on: date | None,
    warn_percent: int,
    warn_days: int,
    pauses: Sequence[PausedTime],
    ladder: Sequence[Rung],
    calendar: Calendar,
    pauses_it: bool,
) -> Times:
    """Return the dates of one clock.

    Args:
        opened_on: Day 0, London date; if it is closed or paused, the next day that is neither.
        target_days: Working days it is given, or None where a date is.
        promised_on: The date it runs to, which comes before ``target_days``, or None.
        warn_percent: Share of the working days after which to warn, 1 to 100, rounded up.
        warn_days: Working days left at which to warn, if that comes sooner.
        pauses: The case's pauses, in any order; a clock that no pause moves ignores them.
        ladder: Whom a late clock is told to.
        calendar: The authority's working days.
        pauses_it: Whether a pause stops this clock.

    Returns:
        The dates; none at all while a pause is under way that stops it.

    Raises:
        ValueError: It is given neither days nor a date.
        NoBankHolidayDataError: A date falls outside the years known.
    """
    stretches = pauses if pauses_it else ()
    if stretches and open_since(stretches) is not None:
        return PAUSED

    def after(days: int) -> date:
        return add(calendar, opened_on, days, stretches)

    if promised_on is not None:
        span = calendar.between(opened_on, promised_on) if promised_on > opened_on else 0
        # Pauses since the opening move it on; where none has, it stays what it was, a Sunday too.
        passed = stretches and promised_on >= opened_on
        moved = passed and after(span) != calendar.add(opened_on, span)
        due = after(span) if moved else promised_on
    elif target_days is not None:
        span, due = target_days, after(target_days)
    else:
        raise ValueError("A clock is given working days or a date; this one has neither.")
    warn_on = None
    if span > 0:  # no sooner than a working day after the opening
        by_share = -(-span * warn_percent // 100)  # rounded up
        warn_on = after(max(1, min(by_share, span - warn_days)))
    later = {rung.rung: calendar.add(due, rung.days) for rung in ladder}
    return Times(due, warn_on, due + _DAY, later.get(3), later.get(4))
