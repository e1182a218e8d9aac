"""A clock's sentence with the dates that the rules give it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rules.clocks.clock_names import CLOCKS
from rules.clocks.clock_times import times
from rules.clocks.clock_words import words
from rules.clocks.pauses import PausedTime
from rules.clocks.targets import DEFAULT_LADDER
from tests.rules.clocks.pausing import CALENDAR


def day(text: str) -> date:
    return date.fromisoformat(text)


def told(
    name: str,
    opened: date,
    *,
    given_days: int | None = None,
    promised: date | None = None,
    held: Sequence[PausedTime] = (),
) -> str:
    found = times(
        opened_on=opened,
        target_days=given_days,
        promised_on=promised,
        warn_percent=80,
        warn_days=0,
        pauses=held,
        ladder=DEFAULT_LADDER,
        calendar=CALENDAR,
        pauses_it=CLOCKS[name].pauses,
    )
    return words(
        name=name,
        opened_on=opened,
        target_days=given_days,
        promised_on=promised,
        due_on=found.due_on,
        pauses=held,
        calendar=CALENDAR,
    )
