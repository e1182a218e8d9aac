"""Time in which the controllable clocks of a case stand still, and counting around it.

A paused day is as a closed day: it is not counted, and never twice, whether pauses overlap, touch,
were entered late or lie over bank holidays and weekends. Day 0 is the first working day from the
start that is not paused. ``add`` and ``between`` agree as the calendar's own do:
``between(d, add(d, n)) == n``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rules.clocks.workdays import Calendar, in_words
from rules.errors import ClockPausedError, InvalidDecisionError
from rules.sentences import several


@dataclass(frozen=True, slots=True)
class PausedTime:
    """One stretch of days that are not counted.

    Args:
        started_on: The first day that is not counted.
        ended_on: The last day that is not counted, or None while the pause is under way.

    Raises:
        InvalidDecisionError: It ends before it starts.
    """

    started_on: date
    ended_on: date | None

    def __post_init__(self) -> None:
        if self.ended_on is not None and self.ended_on < self.started_on:
            raise InvalidDecisionError(
                f"The pause starts on {in_words(self.started_on)} and ends before that, on "
                f"{in_words(self.ended_on)}.",
                why="A pause leaves out every day from its first to its last.",
                next_step="Correct one of the two dates; for a single day they are the same.",
            )

    def covers(self, day: date) -> bool:
        """Say whether a day is paused.

        Args:
            day: London date.
        """
        return self.started_on <= day and (self.ended_on is None or day <= self.ended_on)


def merged(pauses: Iterable[PausedTime]) -> tuple[PausedTime, ...]:
    """Return the same paused days as few stretches, in order, no two of which touch.

    Args:
        pauses: In any order; they may overlap or repeat.
    """
    found: list[PausedTime] = []
    for pause in sorted(pauses, key=lambda pause: pause.started_on):
        last = found[-1] if found else None
        if last is None or not _joins(last, pause):
            found.append(pause)
        elif last.ended_on is None or pause.ended_on is None:
            found[-1] = PausedTime(last.started_on, None)
        else:
            found[-1] = PausedTime(last.started_on, max(last.ended_on, pause.ended_on))
    return tuple(found)


def _joins(last: PausedTime, later: PausedTime) -> bool:
    """Say whether a pause that starts no earlier overlaps the last one, or follows on from it."""
    if last.ended_on is None:
        return True
    return later.started_on.toordinal() <= last.ended_on.toordinal() + 1


def open_since(pauses: Iterable[PausedTime]) -> date | None:
    """Return since when the clocks stand still, if a pause is under way.

    Args:
        pauses: In any order.

    Returns:
        The first day of the stretch that has no end yet, with what it joins on to; or None.
    """
    stretches = merged(pauses)
    return stretches[-1].started_on if stretches and stretches[-1].ended_on is None else None


def add(calendar: Calendar, start: date, days: int, pauses: Sequence[PausedTime]) -> date:
    """Return the controllable working day some controllable working days after a date.

    Args:
        calendar: The authority's working days.
        start: Day 0; if it is closed or paused, the next day that is neither is day 0.
        days: Controllable working days; negative for before.
        pauses: The case's pauses, in any order.

    Raises:
        ClockPausedError: A pause that is under way begins before they are reached.
        NoBankHolidayDataError: The start or the answer is outside the years known.
    """
    if not pauses:
        return calendar.add(start, days)
    stretches = merged(pauses)
    zero = _position(calendar, start)
    answer = _controllable_before(calendar, start, stretches) + days
    for pause in stretches:
        first = _position(calendar, pause.started_on)
        if answer < first:
            break
        if pause.ended_on is None:
            raise _still_paused(start, days, pause.started_on)
        answer += _position(calendar, pause.ended_on, after=1) - first
    return calendar.add(start, answer - zero)


def between(calendar: Calendar, start: date, end: date, pauses: Sequence[PausedTime]) -> int:
    """Return how many controllable working days have passed from one date to another.

    Args:
        calendar: The authority's working days.
        start: Day 0; if it is closed or paused, the next day that is neither is day 0.
        end: The date reached; negative before the start, as ``Calendar.between`` counts.
        pauses: The case's pauses, in any order; one under way is taken to go on beyond ``end``.

    Raises:
        NoBankHolidayDataError: Either date is outside the years known.
    """
    passed = calendar.between(start, end)
    if not pauses:
        return passed
    stretches = merged(pauses)
    zero = _controllable_before(calendar, start, stretches)
    if end < start:
        return _controllable_before(calendar, end, stretches) - zero
    paused_end = any(pause.covers(end) for pause in stretches)
    counted_end = calendar.is_working(end) and not paused_end
    reached = _controllable_before(calendar, end, stretches) + counted_end
    return max(0, reached - 1 - zero)


def paused_working_days(
    calendar: Calendar, start: date, end: date, pauses: Sequence[PausedTime]
) -> int:
    """Return how many working days of a stretch of time are paused, each counted once.

    Args:
        calendar: The authority's working days.
        start: First date, counted.
        end: Last date, counted.
        pauses: The case's pauses, in any order; one under way is taken to go on beyond ``end``.

    Raises:
        NoBankHolidayDataError: Either date is outside the years known.
    """
    calendar.open_within(start, end)  # refuses dates outside the years known
    return sum(
        calendar.open_within(max(start, pause.started_on), min(end, pause.ended_on or end))
        for pause in merged(pauses)
        if pause.started_on <= end and start <= (pause.ended_on or end)
    )


def _position(calendar: Calendar, day: date, *, after: int = 0) -> int:
    """Return how many working days of the years known come before a date, inside them or not.

    Args:
        after: 1 to count the date itself as well.
    """
    index = day.toordinal() + after - calendar.first.toordinal()
    return calendar.before[max(0, min(index, len(calendar.before) - 1))]


def _controllable_before(calendar: Calendar, day: date, stretches: Sequence[PausedTime]) -> int:
    """Return how many working days before a date are not paused. The stretches are merged."""
    here = _position(calendar, day)
    paused = 0
    for pause in stretches:
        first = _position(calendar, pause.started_on)
        last = here if pause.ended_on is None else _position(calendar, pause.ended_on, after=1)
        paused += max(0, min(here, last) - first)
    return here - paused


def _still_paused(start: date, days: int, since: date) -> ClockPausedError:
    return ClockPausedError(
        f"{several(days, 'working day')} from {in_words(start)} has no date yet.",
        why=f"The case has been paused since {in_words(since)}, and the pause has no end.",
        next_step="End the pause, or leave the due date open until it ends.",
    )
