"""The mini-competition: its deadline, what it waits for in words, and works at quoted sums."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Final

from rules.clocks.dates import LONDON
from rules.clocks.workdays import Calendar, in_words
from rules.errors import InvalidDecisionError
from rules.numbers import written
from rules.pricing.works import MAX_RATE, WorksLine
from rules.sentences import several

ENOUGH: Final = 2
"""Quotes that a competition needs unless an officer directs that one is enough (s.2(2)(b))."""

MOST_PENCE: Final = int(MAX_RATE) * 100
"""The most that one line may be quoted at, in pence."""

_NOON: Final = time(12)


# ---- the deadline


def deadline_on(day: date) -> datetime:
    """Return the instant at which quotes are due on a day: 12 noon in London.

    Args:
        day: The London date.

    Returns:
        An aware instant in UTC.
    """
    return datetime.combine(day, _NOON, tzinfo=LONDON).astimezone(UTC)


def deadline_after(*, today: date, days: int, calendar: Calendar) -> datetime:
    """Return the deadline of an invitation sent today: noon, some working days on.

    Args:
        today: The London date of the invitation.
        days: Working days to quote.
        calendar: The authority's working days.

    Raises:
        NoBankHolidayDataError: The day is outside the years known.
    """
    return deadline_on(calendar.add(today, days))


def in_words_of(deadline: datetime) -> str:
    """Return a deadline as letters write it: ``12 noon on Monday 15 June 2026``.

    Args:
        deadline: An aware instant, on a full hour or not.
    """
    there = deadline.astimezone(LONDON)
    at = "12 noon" if there.time() == _NOON else f"{there:%H:%M}"
    return f"{at} on {there:%A} {in_words(there.date())}"


def is_over(*, deadline: datetime, now: datetime) -> bool:
    """Say whether the deadline has come: a quote at this instant is late."""
    return now >= deadline


def later_deadline(
    *, present: datetime, until: date, now: datetime, calendar: Calendar
) -> datetime:
    """Return the longer deadline that an officer gives.

    Args:
        present: The deadline as it stands.
        until: The London date until which quotes are to be taken.
        calendar: The authority's working days.

    Raises:
        InvalidDecisionError: It is not later than the present deadline, has passed already, or
            is no working day; every problem is named.
    """
    fresh = deadline_on(until)
    problems = []
    if fresh <= present:
        problems.append(f"Quotes are due by {in_words_of(present)} already; give a later day.")
    elif fresh <= now:
        problems.append(f"{in_words_of(fresh)} has passed; give a day to come.")
    if not calendar.is_working(until):
        problems.append(f"{until:%A} {in_words(until)} is no working day.")
    if problems:
        raise InvalidDecisionError(
            " ".join(problems), next_step="Nothing was changed; quotes stay sealed."
        )
    return fresh


# ---- what a competition waits for


def waits_for_quotes(*, deadline: datetime, quotes: int, invited: int) -> str:
    """Return what a competition waits for before its deadline; a count tells nobody's price.

    Args:
        quotes: How many are in, sealed.
        invited: How many contractors were invited.
    """
    return (
        f"quotes by {in_words_of(deadline)} ({quotes} of {invited} in, sealed), then the officer's "
        "marks and award"
    )


def waits_for_more(*, quotes: int) -> str:
    """Return what a competition waits for whose deadline brought too few quotes.

    Args:
        quotes: How many are in, fewer than two.
    """
    if quotes:
        return (
            "officer: only one quote is in. Direct under s.2(2)(b) that it is enough (--direct), "
            "or give a longer deadline (--extend-to)"
        )
    return (
        "officer: no quote is in. Give a longer deadline (--extend-to), choose another route, or "
        "end the case"
    )


def waits_for_award(*, quotes: int, unmarked: int, directed: bool) -> str:
    """Return what a competition waits for whose quotes are opened.

    Args:
        quotes: How many are opened and not withdrawn.
        unmarked: How many of them lack a mark.
        directed: Whether an officer directed that one is enough.
    """
    if quotes == 0:
        return "officer: every opened quote was withdrawn. Choose another route, or end the case"
    if quotes < ENOUGH and not directed:
        return (
            "officer: one opened quote is left. Direct under s.2(2)(b) that it is enough "
            "(--direct), or choose another route"
        )
    count = "the quote" if quotes == 1 else several(quotes, "quote")
    if unmarked:
        return f"officer marks {count} opened ({unmarked} not fully marked), then awards"
    return f"officer awards to one of {count} opened" if quotes > 1 else "officer awards the quote"


# ---- works at quoted sums


def problems_with_quote(
    *, lines: Iterable[int], line_net_pence: Mapping[int, int]
) -> tuple[str, ...]:
    """Return what is wrong with the sums of a quote; no sum is repeated in a sentence.

    Args:
        lines: The line numbers of the works.
        line_net_pence: Net pence by line number.
    """
    wanted = sorted(lines)
    problems = []
    if sorted(line_net_pence) != wanted:
        problems.append(f"A quote prices every line: {', '.join(map(str, wanted))}.")
    problems += [
        f"Line {line}: a quote is at most £{MAX_RATE:,} a line."
        for line, pence in sorted(line_net_pence.items())
        if pence > MOST_PENCE
    ]
    return tuple(problems)


def quoted_lines(
    *,
    lines: Iterable[WorksLine],
    line_net_pence: Mapping[str, int],
    contractor: str,
    announced: Mapping[int, Decimal],
) -> tuple[WorksLine, ...]:
    """Return works at the sums quoted for them: one item each, so that nothing is rounded.

    Args:
        lines: The works as announced, or what is left of them.
        line_net_pence: Net pence by line number, as stored.
        contractor: Whose quote, for the source of the rate.
        announced: The quantities that were quoted for; of a part of one, its part of the sum.
    """
    return tuple(
        replace(
            line,
            description=f"{line.description} ({written(line.quantity)} {line.unit})",
            quantity=Decimal(1),
            unit="item",
            rate=Decimal(
                part_of(
                    line_net_pence[str(line.line)],
                    left=line.quantity,
                    of=announced.get(line.line, line.quantity),
                )
            )
            / 100,
            index=Decimal(0),
            out_of_hours=False,
            rate_source=f"quote of {contractor}",
        )
        for line in sorted(lines, key=lambda line: line.line)
    )


def part_of(pence: int, *, left: Decimal, of: Decimal) -> int:
    """Return what is asked for a part of what was quoted for, half a penny up.

    Args:
        pence: What was asked for all of it, net.
    """
    return floor(pence * Fraction(left) / Fraction(of) + Fraction(1, 2))
