"""What alerts there should be, worked out day by day on its own: no rule of ours is asked.

It is told what happened, as an officer would see it, and how each clock is given its time. It then
walks the calendar one day after the other and counts. At each sweep it notes which alerts are to be
raised, and which are to be cleared.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

_ONE: Final = timedelta(days=1)
WARN, LATE, ESCALATE, AGAIN = 1, 2, 3, 4


class Key(NamedTuple):
    """Which clock: of a case, by its name, the opening of its step, and which of several."""

    case: int
    name: str
    revision: int = 0
    subject: str = ""


@dataclass(slots=True)
class Given:
    """What a clock was given when it opened.

    Args:
        opened_on: The day it opened.
        days: Working days, or None where a date was given.
        until: The date that was given.
        percent: Share of its time after which to warn.
        left: Working days left at which to warn.
        pauses: Whether a pause stops it.
        ladder: After how many working days who is told next, by rung.
    """

    opened_on: date
    days: int | None
    until: date | None
    percent: int
    left: int
    pauses: bool
    ladder: dict[int, int]


class Expected(NamedTuple):
    """An alert that is to have come, on which day, and when it is to have gone."""

    key: Key
    rung: int
    raised_on: date
    cleared_on: date | None


def in_order(alert: Expected) -> tuple[Key, int, date]:
    """Return what alerts are sorted by."""
    return alert.key, alert.rung, alert.raised_on


class Oracle:
    """Lives through the days beside the real thing.

    Args:
        closed: The weekdays that are closed, as known at the beginning.
    """

    def __init__(self, closed: set[date]) -> None:
        self.closed = closed
        self.running: defaultdict[int, dict[Key, Given]] = defaultdict(dict)
        self.pauses: defaultdict[int, dict[int, tuple[date, date | None]]] = defaultdict(dict)
        self.live: dict[tuple[Key, int], date] = {}
        self.gone: list[Expected] = []
        self._changed: set[Key] = set()  # since the last sweep
        self._to_come: defaultdict[date, set[Key]] = defaultdict(set)  # days of rungs

    # ---- what happened

    def started(self, key: Key, given: Given) -> None:
        """Say that a clock began."""
        self.running[key.case][key] = given
        self._changed.add(key)

    def stopped(self, key: Key) -> None:
        """Say that what a clock waited for has come."""
        self.running[key.case].pop(key, None)
        self._changed.add(key)

    def of(self, case: int) -> list[Key]:
        """Return the running clocks of a case."""
        return list(self.running[case])

    def paused(self, case: int, number: int, span: tuple[date, date | None] | None) -> None:
        """Say what a pause of a case is now; None takes it away."""
        if span is None:
            self.pauses[case].pop(number)
        else:
            self.pauses[case][number] = span
        self._changed |= self.running[case].keys()

    def closes(self, day: date) -> None:
        """Say that a day turns out to be closed."""
        self.closed.add(day)
        self._changed.update(*self.running.values())

    # ---- what is to come of it

    def sweep(self, today: date) -> tuple[int, int]:
        """Note what a sweep is to raise and to clear, and return how many of each."""
        for key in self._changed:
            for day in self._walk(key).values():
                self._to_come[day].add(key)
        asked = set(self._changed)
        for day in [day for day in self._to_come if day <= today]:
            asked |= self._to_come.pop(day)
        self._changed.clear()
        raised = cleared = 0
        for key in asked:
            standing = {rung for rung, day in self._walk(key).items() if day <= today}
            for rung in (WARN, LATE, ESCALATE, AGAIN):
                alive = (key, rung) in self.live
                if rung in standing and not alive:
                    self.live[key, rung] = today
                    raised += 1
                elif alive and rung not in standing:
                    self.gone.append(Expected(key, rung, self.live.pop((key, rung)), today))
                    cleared += 1
        return raised, cleared

    def ledger(self) -> list[Expected]:
        """Return every alert that ever was to be."""
        alive = [Expected(key, rung, day, None) for (key, rung), day in self.live.items()]
        return sorted((*self.gone, *alive), key=in_order)

    def _walk(self, key: Key) -> dict[int, date]:
        """Return the day of each rung of a clock, or none where it is over or stands still."""
        given = self.running[key.case].get(key)
        if given is None:
            return {}
        spans = list(self.pauses[key.case].values()) if given.pauses else []
        if any(end is None for _, end in spans):
            return {}  # it stands still
        days = given.days
        if days is None:
            assert given.until is not None
            days = len(self._counted(given.opened_on, given.until, [])) - 1
        due = self._after(given.opened_on, days, spans)
        if given.until is not None and due == self._after(given.opened_on, days, []):
            due = given.until
        rungs = {LATE: due + _ONE}
        if days >= 1:
            share = -(-days * given.percent // 100)
            soon = max(1, min(share, days - given.left))
            rungs[WARN] = self._after(given.opened_on, soon, spans)
        for rung, more in given.ladder.items():
            rungs[rung] = self._after(due, more, [])
        return rungs

    def _after(self, day: date, days: int, spans: list[tuple[date, date | None]]) -> date:
        """Walk on to the first day that counts, and then so many more."""
        left = days + 1
        while True:
            left -= self._counts(day, spans)
            if left == 0:
                return day
            day += _ONE

    def _counted(self, day: date, until: date, spans: list[tuple[date, date | None]]) -> list[date]:
        return [
            each
            for each in (day + n * _ONE for n in range((until - day).days + 1))
            if self._counts(each, spans)
        ]

    def _counts(self, day: date, spans: list[tuple[date, date | None]]) -> bool:
        if day.weekday() > 4 or day in self.closed:
            return False
        return not any(start <= day <= end for start, end in spans if end is not None)


def six_months_after(day: date) -> date:
    """Return the same day six months on, or the month's last where it has no such day."""
    year, month = (day.year, day.month + 6) if day.month <= 6 else (day.year + 1, day.month - 6)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
