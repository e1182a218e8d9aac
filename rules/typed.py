"""What people type, read: dates, sums, exact numbers, pairs. Every refusal is a sentence."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from rules.money import parse_pounds


def read_day(text: str) -> date:
    """Return a date typed as ISO or dd/mm/yyyy.

    Raises:
        ValueError: It is no date.
    """
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"“{text}” is no date; write 2026-04-30 or 30/04/2026.") from error


def read_exact(text: str) -> Decimal:
    """Return an exact number, such as a quantity.

    Raises:
        ValueError: It is no number.
    """
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"“{text}” is no quantity; write it as 12.5.") from error


def read_percent(text: str) -> Decimal:
    """Return an exact percentage, typed with its sign or without.

    Raises:
        ValueError: It is no number.
    """
    try:
        return Decimal(text.removesuffix("%").rstrip())
    except InvalidOperation as error:
        raise ValueError(f"“{text}” is no percentage; write it as 60.") from error


def read_whole(text: str) -> int:
    """Return a whole number.

    Raises:
        ValueError: It is none.
    """
    if not text.strip().removeprefix("-").isdecimal():
        raise ValueError(f"“{text}” is no whole number; write it as 95.")
    return int(text)


def read_named_sum(text: str) -> tuple[str, int]:
    """Return a name and pence from ``WHAT=POUNDS``.

    Raises:
        ValueError: It is not written so, or the sum is no sum of money.
    """
    what, separator, amount = text.rpartition("=")
    if not separator:
        raise ValueError(f"“{text}” is not WHAT=POUNDS, such as “Agency fee=850”.")
    return what.strip(), parse_pounds(amount.strip())


def read_pair(
    text: str, *, entry: str, example: str, key: Callable[[str], Any], value: Callable[[str], Any]
) -> tuple[Any, Any]:
    """Return ``KEY=VALUE`` as a pair.

    Args:
        text: What was typed.
        entry: How it is written, such as ``LINE=POUNDS``.
        example: One that is right.
        key: What reads the key; a line's is its number.
        value: What reads the value.

    Raises:
        ValueError: It is not written so, or the value cannot be read.
    """
    # A name may hold the sign itself; a line's number never does, and what is said of it may.
    parts = text.partition("=") if key is int else text.rpartition("=")
    before, separator, after = (part.strip() for part in parts)
    if not separator or not before or (key is int and not before.isdecimal()):
        raise ValueError(f"“{text}” is not {entry}, such as {example}.")
    return key(before), value(after)
