"""How a clock stands on a date: late, due soon, paused or in time; counted and ordered.

A clock is late from the day after it was due, and is due soon where few working days are left. One
that is paused is neither: it is counted apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from rules.clocks.clock_names import ClockKind
from rules.clocks.target_words import in_working_days
from rules.clocks.workdays import in_words
from rules.parties import Party
from rules.sentences import several

SOON_DAYS: Final = 5
"""Working days before a clock is due from which it is due soon."""


class Standing(StrEnum):
    """How a running clock stands on a date."""

    LATE = "late"
    SOON = "soon"
    PAUSED = "paused"
    IN_TIME = "in_time"


class Sort(StrEnum):
    """What a list of clocks is sorted by."""

    DUE = "due"
    CHANCE = "chance"


def standing(*, due_on: date | None, paused: bool, at: date, soon_until: date) -> Standing:
    """Return how a running clock stands on a date.

    Args:
        due_on: The day it is due, or None where it stands still.
        paused: Whether a pause covers the date.
        at: The date.
        soon_until: The last day on which a clock that is due is due soon.
    """
    if paused or due_on is None:
        return Standing.PAUSED
    if due_on < at:
        return Standing.LATE
    return Standing.SOON if due_on <= soon_until else Standing.IN_TIME


@dataclass(frozen=True, slots=True)
class Tally:
    """How many clocks stand how.

    Args:
        late: Past their due date.
        soon: Due within ``SOON_DAYS`` working days.
        paused: Standing still.
        in_time: Due later.
    """

    late: int = 0
    soon: int = 0
    paused: int = 0
    in_time: int = 0

    @property
    def running(self) -> int:
        """How many there are."""
        return self.late + self.soon + self.paused + self.in_time

    @property
    def in_time_percent(self) -> int | None:
        """The share that is not late, of those not paused: whole percent, rounded down.

        None where there is nothing to have a share of; a hundred only where nothing is late.
        """
        counted = self.running - self.paused
        return None if counted == 0 else 100 * (counted - self.late) // counted


@dataclass(frozen=True, slots=True)
class Counts:
    """The clocks of a service on a date, counted in full, by kind and by who holds them."""

    all: Tally
    by_kind: dict[str, Tally]
    by_holder: dict[str, Tally]


def count(rows: Iterable[tuple[str, str, str, int]]) -> Counts:
    """Return the counts of clocks that were grouped already.

    Args:
        rows: Kind, holder, standing and how many; a pair may come more than once.

    Returns:
        The counts, kinds and holders in the order of their own tables.
    """
    every: Counter[str] = Counter()
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    holders: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for kind, holder, how, number in rows:
        for tally in (every, kinds[kind], holders[holder]):
            tally[how] += number
    return Counts(
        Tally(**every),
        {kind.value: Tally(**kinds[kind]) for kind in ClockKind if kind in kinds},
        {party.value: Tally(**holders[party]) for party in Party if party in holders},
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """A due date that moved.

    Args:
        on: The day it moved.
        from_due: What it was, or None while it stood still.
        to_due: What it became, or None where it then stood still.
        why: Why.
    """

    on: date
    from_due: date | None
    to_due: date | None
    why: str


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock on a date, as lists show it.

    Args:
        id: Its row.
        case: The case reference.
        authority: Code of the case's authority.
        kind: What it rests on: step, guidance, statutory, contract, review or expiry.
        clock: Its name in the table of clocks.
        title: What an officer calls it.
        section: Section of the Act, or other law.
        step: The step it belongs to, if any.
        subject: Which of several, such as an offer's number.
        standing: How it stands, or None where it has stopped.
        holder: The party that holds it now.
        held_by: Who that is, as the step says: ``technical officer``, ``landlord``.
        held_at: The open step at which they hold it, if it is at one.
        since: Since when they hold it.
        opened_on: The day it began.
        due_on: The day it is due; none while paused.
        days: Working days late, or left where that is negative; none where nothing is due.
        timing: The same in words.
        words: How the due date was reached, in words.
        moved: Each time the due date moved, oldest first.
        stopped_on: The day it stopped, if it has.
        stopped_why: Why it stopped.
        chance: The forecast's chance that it ends late, 0 to 1, where the history is enough.
        likely_on: The forecast's likely end.
        forecast: The forecast in a sentence.
    """

    id: int
    case: str
    authority: str
    kind: str
    clock: str
    title: str
    section: str
    step: str
    subject: str
    standing: Standing | None
    holder: str
    held_by: str
    held_at: str
    since: date
    opened_on: date
    due_on: date | None
    days: int | None
    timing: str
    words: str
    moved: tuple[Moved, ...] = ()
    stopped_on: date | None = None
    stopped_why: str = ""
    chance: Decimal | None = field(default=None)
    likely_on: date | None = None
    forecast: str = ""


def chance_order(
    *, chance: Fraction | None, due_on: date | None, case: str, clock_id: int
) -> tuple[bool, Fraction, date, str, int]:
    """Return what clocks are sorted by for the likeliest to be late to come first.

    Args:
        chance: The chance, or None where too little is known; those come last.
        due_on: The day it is due; of clocks as likely, the first due comes first.
        case: The case reference.
        clock_id: The clock's row.
    """
    return (chance is None, -(chance or Fraction(0)), due_on or date.max, case, clock_id)


# ---- in words


def headline(tally: Tally, *, at: date, today: date) -> str:
    """Return what a list opens with.

    Args:
        tally: The counts.
        at: The date asked for.
        today: Today's date.
    """
    if not tally.running:
        return f"{_when(at, today)} no clock {_runs(at, today)}."
    percent = tally.in_time_percent
    share = "" if percent is None else f" Of those not paused, {percent} % are in time."
    return (
        f"{_when(at, today)} {clocks(tally.running)} {_runs(at, today, tally.running)}: "
        f"{tally.late:,} late, {tally.soon:,} due within {SOON_DAYS} working days, "
        f"{tally.paused:,} paused, {tally.in_time:,} due later.{share}"
    )


def caution(*, at: date, today: date) -> str:
    """Return how an answer for another day is to be read; nothing for today.

    Args:
        at: The date asked for.
        today: Today's date.
    """
    if at > today:
        return "This is as it will be if nothing moves: nothing done, nothing paused or taken up."
    if at < today:
        return (
            "This is as it stood at the end of that day: due dates as they were then, pauses "
            "as they are recorded now, and cases entered since by the dates they were given."
        )
    return ""


def clocks(number: int) -> str:
    """Return how many clocks, in words.

    Args:
        number: How many.
    """
    return several(number, "clock")


def held_words(held_by: str, *, since: date, at: date, held_at: str = "") -> str:
    """Return who holds something, since when, and for how long.

    Args:
        held_by: Who.
        since: The first day.
        at: The day it is asked on.
        held_at: The step at which they hold it, if that is to be said.
    """
    days = (at - since).days
    how_long = "today" if days <= 0 else several(days, "day")
    where = f", at {held_at}," if held_at else ""
    return f"{held_by}{where} since {in_words(since)} ({how_long})"


def counted_then(*, days: int, opened_on: date, due_on: date) -> str:
    """Return how a due date was reached that later closed days or pauses no longer give.

    Args:
        days: Working days given.
        opened_on: Day 0.
        due_on: When it was due.
    """
    many = in_working_days(days)
    return f"{many} from {in_words(opened_on)}, as days were recorded then; due {in_words(due_on)}."


def moved_words(moved: Moved) -> str:
    """Return a due date's change as a sentence.

    Args:
        moved: The change.
    """
    if moved.to_due is None:
        told = f"stood still from {in_words(moved.on)}"
    elif moved.from_due is None:
        told = f"due on {in_words(moved.to_due)} since {in_words(moved.on)}"
    else:
        told = f"due {in_words(moved.from_due)} before, {in_words(moved.to_due)} now"
    return f"Changed: {told}: {moved.why.rstrip('.')}."


def _when(at: date, today: date) -> str:
    if at == today:
        return f"Today, {in_words(at)},"
    return f"On {in_words(at)}"


def _runs(at: date, today: date, number: int = 1) -> str:
    if at > today:
        return "will be running"
    if at < today:
        return "was running" if number == 1 else "were running"
    return "is running" if number == 1 else "are running"
