"""Pauses in words, and the due dates that they moved."""

from collections.abc import Sequence
from datetime import date

from rules.clocks.pauses import PausedTime
from rules.clocks.workdays import in_words
from rules.sentences import named


def paused_words(time: PausedTime) -> str:
    """Return a pause in words: ``paused 3 to 10 March 2026``, ``paused since 3 March 2026``.

    Args:
        time: Its days.
    """
    if time.ended_on is None:
        return f"paused since {in_words(time.started_on)}"
    return f"paused {days_in_words(time.started_on, time.ended_on)}"


def days_in_words(first: date, last: date) -> str:
    """Return a stretch of days in words: ``3 to 10 March 2026``.

    Args:
        first: The first day.
        last: The last day.
    """
    if first == last:
        return in_words(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {in_words(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {in_words(last)}"
    return f"{in_words(first)} to {in_words(last)}"


def moved_words(*, from_due: date | None, to_due: date | None) -> str:
    """Return how a due date moved: ``moved from 3 June 2026 to 11 June 2026``.

    Args:
        from_due: What it was, or None where it stood still.
        to_due: What it became, or None where it then stood still.
    """
    if to_due is None:
        return "stood still" + (f", due {in_words(from_due)} until then" if from_due else "")
    if from_due is None:
        return f"went on, due {in_words(to_due)}"
    return f"moved from {in_words(from_due)} to {in_words(to_due)}"


def notice_words(moves: Sequence[tuple[str, date | None, date | None]]) -> str:
    """Return which due dates moved, for whoever recorded a pause; one sentence a way of moving.

    Args:
        moves: What each clock is called, what its due date was and what it is now.
    """
    stopped = [
        title + (f" (was due {in_words(old)})" if old else "")
        for title, old, new in moves
        if new is None
    ]
    going = [
        f"{title} from {in_words(old)} to {in_words(new)}"
        if old
        else f"{title}, now due {in_words(new)}"
        for title, old, new in moves
        if new is not None
    ]
    told = [f"Due dates moved: {named(going)}."] if going else []
    told += [f"Standing still until the pause ends: {named(stopped)}."] if stopped else []
    return " ".join(told) or "No due date moved."
