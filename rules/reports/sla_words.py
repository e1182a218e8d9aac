"""Clocks on a date in sentences: how many stand how, who holds one, and why its date moved."""

from datetime import date

from rules.clocks.workdays import in_words
from rules.reports.sla import SOON_DAYS, Moved, Tally


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
    return f"{number:,} clock{'' if number == 1 else 's'}"


def held_words(held_by: str, *, since: date, at: date, held_at: str = "") -> str:
    """Return who holds something, since when, and for how long.

    Args:
        held_by: Who.
        since: The first day.
        at: The day it is asked on.
        held_at: The step at which they hold it, if that is to be said.
    """
    days = (at - since).days
    how_long = "today" if days <= 0 else f"{days} day{'' if days == 1 else 's'}"
    where = f", at {held_at}," if held_at else ""
    return f"{held_by}{where} since {in_words(since)} ({how_long})"


def counted_then(*, days: int, opened_on: date, due_on: date) -> str:
    """Return how a due date was reached that later closed days or pauses no longer give.

    Args:
        days: Working days given.
        opened_on: Day 0.
        due_on: When it was due.
    """
    many = f"{days} working day{'' if days == 1 else 's'}"
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
