"""The forecast tried on the past: each clock is forecast with what was known that day.

Tried are all whose time has gone by, closed or not: they are known to have been late or in time.
To try those that closed would leave out the slow ones of the last weeks, and flatter the rest.

A clock is forecast on the morning it opened, and on the morning by which half its target has gone.
What was known then are the clocks that had ended before that day, and those that were running, for
as long as they had run. The days are lived through once, in order, so nothing later is looked at.
Pauses are taken as they stand on record now, though some may have been entered late.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from dateutil.relativedelta import relativedelta

from rules.clocks.pauses import PausedTime, add, between, merged
from rules.clocks.workdays import Calendar
from rules.reports.forecast import HISTORY_MONTHS, Lasted, Like, nearest, nearest_first

_DAY = timedelta(days=1)


class Moment(StrEnum):
    """When a clock was forecast."""

    OPENING = "opening"
    HALF = "half"  # half of its target has gone


@dataclass(frozen=True, slots=True)
class Past:
    """One clock of the past.

    Args:
        key: Its number.
        like: What makes it comparable, with every particular known of it.
        opened_on: Day 0.
        target: Working days it was given.
        over_on: The day it stopped, or None while it runs.
        finished: Whether it came to its end; not where its case left the pathway, nor while it
            runs.
        pauses: The pauses of its case; none where no pause moves it.
    """

    key: int
    like: Like
    opened_on: date
    target: int
    over_on: date | None
    finished: bool
    pauses: tuple[PausedTime, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """One clock forecast as of one day, and what came.

    Args:
        key: The clock's number.
        like: What made it comparable.
        moment: When it was forecast.
        chance: The chance foretold to go past its target; None where nothing was.
        half_by: Working days by which half of those like it were over, or None.
        lasted: Controllable working days that it lasted, or None where it runs still, or left.
        late: Whether that was longer than its target.
    """

    key: int
    like: Like
    moment: Moment
    chance: Fraction | None
    half_by: int | None
    lasted: int | None
    late: bool


def trials(
    clocks: Iterable[Past],
    *,
    today: date,
    calendars: Mapping[str, Calendar],
    months: int = HISTORY_MONTHS,
) -> Iterator[Trial]:
    """Forecast every clock whose time has gone by with what was known that day.

    Args:
        clocks: In any order.
        today: The day by which a clock must have had its time, and be known to be late or not.
        calendars: The working days of each authority.
        months: Clocks opened longer before the day are left out.

    Yields:
        Trials in the order of their days.
    """
    learnt: defaultdict[Like, _Group] = defaultdict(_Group)
    days = _days(clocks, today, learnt, calendars, relativedelta(months=months))
    for day in sorted(days):
        happens = days[day]
        for change in happens.morning:
            change()
        reached = _Reached(calendars, day)

        def lasted_of(group: Like, day: date = day, reached: _Reached = reached) -> Lasted:
            return learnt[group].lasted(day, reached)

        for run, moment in happens.asked:
            yield _trial(run, moment, lasted_of)
        for change in happens.evening:
            change()


@dataclass(slots=True)
class _Day:
    """What happens on one day: before anybody asks, what is asked, and what happens then."""

    morning: list[Callable[[], None]] = field(default_factory=list)
    asked: list[tuple[_Run, Moment]] = field(default_factory=list)
    evening: list[Callable[[], None]] = field(default_factory=list)


class _Reached(dict[str, int]):
    """How many working days of each authority have come by a day, that day counted."""

    def __init__(self, calendars: Mapping[str, Calendar], day: date) -> None:
        super().__init__()
        self._calendars, self._day = calendars, day

    def __missing__(self, authority: str) -> int:
        found = self[authority] = working_days_up_to(self._calendars[authority], self._day)
        return found


def working_days_up_to(calendar: Calendar, day: date) -> int:
    """Return how many working days of the years known come up to a date, that date counted.

    Args:
        calendar: The working days.
        day: A date of those years.
    """
    return calendar.before[day.toordinal() - calendar.first.toordinal() + 1]


class _Group:
    """How long the clocks of a group have lasted, as known on the day that is being lived."""

    __slots__ = ("_asked_on", "_known", "ended", "left", "moving", "standing")

    def __init__(self) -> None:
        self.ended: defaultdict[int, int] = defaultdict(int)
        self.left: defaultdict[int, int] = defaultdict(int)
        self.moving: defaultdict[tuple[str, int], int] = defaultdict(int)
        self.standing: defaultdict[int, int] = defaultdict(int)
        self._asked_on: date | None = None
        self._known = Lasted(ended=self.ended, unended={})

    def lasted(self, day: date, reached: Mapping[str, int]) -> Lasted:
        """Return what is known; what changes in the evening is not asked about before morning."""
        if self._asked_on != day:
            unended = self.left.copy()
            for days, count in self.standing.items():
                unended[max(0, days)] += count
            for (authority, zero), count in self.moving.items():
                unended[max(0, reached[authority] - zero)] += count
            self._asked_on, self._known = day, Lasted(ended=self.ended, unended=unended)
        return self._known


class _Run:
    """One clock as it runs through the days, counted in each of its groups.

    It moves on with the working days, from a zero of its own; or stands still, at so many days.
    """

    __slots__ = ("_calendar", "_groups", "_place", "half", "lasted", "past")

    def __init__(
        self, past: Past, groups: tuple[_Group, ...], calendar: Calendar, today: date
    ) -> None:
        self.past = past
        self.half = (past.target + 1) // 2
        self.lasted = between(calendar, past.opened_on, past.over_on or today, past.pauses)
        self._groups = groups
        self._calendar = calendar
        self._place: tuple[str, int] | int | None = None  # moving from, standing at, not counted

    def is_settled(self, today: date) -> bool:
        """Say whether it has had its time by today, and is known to be late or in time."""
        past = self.past
        had = between(self._calendar, past.opened_on, today, past.pauses)
        return had > past.target and (past.finished or self.lasted > past.target)

    def elapsed(self, moment: Moment) -> int:
        return self.half if moment is Moment.HALF else 0

    def open(self) -> None:
        day = self.past.opened_on
        zero = working_days_up_to(self._calendar, day - _DAY) + 1
        self._put((self.past.like.authority, zero))
        for pause in self.past.pauses:
            if pause.covers(day):
                self._stand_still(pause)

    def pause(self, pause: PausedTime) -> Callable[[], None]:
        return lambda: self._stand_still(pause)

    def resume(self, ended_on: date) -> Callable[[], None]:
        return lambda: self._move_on(ended_on)

    def _stand_still(self, pause: PausedTime) -> None:
        if isinstance(self._place, tuple):
            stood = working_days_up_to(self._calendar, pause.started_on - _DAY) - self._place[1]
            self._put(max(-1, stood))

    def _move_on(self, ended_on: date) -> None:
        if isinstance(self._place, int):
            zero = working_days_up_to(self._calendar, ended_on) - self._place
            self._put((self.past.like.authority, zero))

    def end(self) -> None:
        self._put(None)
        for group in self._groups:
            (group.ended if self.past.finished else group.left)[self.lasted] += 1

    def forget(self) -> None:
        if self._place is not None:
            self._put(None)
        elif self.past.over_on is not None:
            for group in self._groups:
                (group.ended if self.past.finished else group.left)[self.lasted] -= 1

    def _put(self, place: tuple[str, int] | int | None) -> None:
        for group in self._groups:
            for one, by in ((self._place, -1), (place, 1)):
                if isinstance(one, tuple):
                    group.moving[one] += by
                elif one is not None:
                    group.standing[one] += by
        self._place = place


def _days(
    clocks: Iterable[Past],
    today: date,
    learnt: defaultdict[Like, _Group],
    calendars: Mapping[str, Calendar],
    window: relativedelta,
) -> dict[date, _Day]:
    days: defaultdict[date, _Day] = defaultdict(_Day)
    for past in clocks:
        calendar = calendars[past.like.authority]
        groups = tuple(learnt[group] for group in nearest_first(past.like))
        run = _Run(past, groups, calendar, today)
        days[past.opened_on].evening.append(run.open)
        days[past.opened_on + window].morning.append(run.forget)
        if past.over_on is not None:
            days[past.over_on].evening.append(run.end)
        if past.pauses:
            _pauses(run, days)
        if run.is_settled(today):
            _asked(run, days, calendar)
    return days


def _pauses(run: _Run, days: defaultdict[date, _Day]) -> None:
    until = run.past.over_on or date.max
    for pause in merged(run.past.pauses):
        if run.past.opened_on < pause.started_on <= until:
            days[pause.started_on].morning.append(run.pause(pause))
        if pause.ended_on is not None and run.past.opened_on <= pause.ended_on < until:
            days[pause.ended_on + _DAY].morning.append(run.resume(pause.ended_on))


def _asked(run: _Run, days: defaultdict[date, _Day], calendar: Calendar) -> None:
    past = run.past
    days[past.opened_on].asked.append((run, Moment.OPENING))
    if past.target > 1 and run.lasted >= run.half:
        on = add(calendar, past.opened_on, run.half, past.pauses)
        days[on].asked.append((run, Moment.HALF))


def _trial(run: _Run, moment: Moment, lasted_of: Callable[[Like], Lasted]) -> Trial:
    past = run.past
    _, found = nearest(lasted_of, like=past.like, elapsed=run.elapsed(moment), target=past.target)
    return Trial(
        key=past.key,
        like=past.like,
        moment=moment,
        chance=found.chance if found.enough else None,
        half_by=found.half_by if found.enough else None,
        lasted=run.lasted if past.finished else None,
        late=run.lasted > past.target,
    )
