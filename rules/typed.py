"""What people type, read: dates, sums, exact numbers, pairs. Every refusal is a sentence."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

from rules.money import parse_pounds

FIRST_YEAR, LAST_YEAR = 1900, 2999

T = TypeVar("T")

_ISO: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_UK: Final = re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})")
_IN_WORDS: Final = re.compile(
    r"(?P<day>[0-9]{1,2}) +(?P<month>[A-Za-z]{3,9})\.? +(?P<year>[0-9]{4})"
)
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")
_FEW_DIGITS: Final = re.compile(r"[0-9]{1,9}")
_LONGEST: Final = 40  # characters of what was typed that a sentence can bear


def written_day(text: str) -> date:
    """Return a day written as ISO or dd/mm/yyyy: what a cell, an option and a field hold alike.

    Raises:
        ValueError: What is wrong with it, as part of a sentence.
    """
    found = _ISO.fullmatch(text) or _UK.fullmatch(text)
    if not found:
        raise ValueError("it is not a date in a known form")
    try:
        return date(**{part: int(digits) for part, digits in found.groupdict().items()})
    except ValueError:
        raise ValueError("there is no such day in the calendar") from None


def in_digits(text: str) -> str:
    """Return a day typed as pages show it, 30 April 2026 or 30 Apr 2026, as 30/4/2026.

    Anything else is as it was: a file of an import has no day in words.
    """
    found = _IN_WORDS.fullmatch(text.strip())
    months = enumerate(_MONTHS, 1) if found else ()
    month = next((n for n, one in months if found and one.startswith(found["month"].lower())), None)
    return f"{found['day']}/{month}/{found['year']}" if found and month else text


def is_plausible(day: date) -> bool:
    """Say whether the year of a day can be meant."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def read_day(text: str) -> date:
    """Return a date typed as ISO, dd/mm/yyyy or 30 April 2026, refused as imports do.

    Raises:
        ValueError: It is no date.
    """
    try:
        found = written_day(in_digits(text).strip())
    except ValueError as error:
        raise ValueError(f"{quoted(text)} is no date; write 2026-04-30 or 30/04/2026.") from error
    if not is_plausible(found):
        raise ValueError(f"{quoted(text)} is no date: its year is not {FIRST_YEAR} to {LAST_YEAR}.")
    return found


def read_exact(text: str) -> Decimal:
    """Return an exact number, such as a quantity.

    Raises:
        ValueError: It is no number.
    """
    return _exact(text, text, "quantity; write it as 12.5")


def read_percent(text: str) -> Decimal:
    """Return an exact percentage, typed with its sign or without.

    Raises:
        ValueError: It is no number.
    """
    return _exact(text, text.removesuffix("%").rstrip(), "percentage; write it as 60")


def _exact(text: str, digits: str, what: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise ValueError(f"{quoted(text)} is no {what}.") from error


def read_whole(text: str) -> int:
    """Return a whole number.

    Raises:
        ValueError: It is none.
    """
    if not _WHOLE.fullmatch(text.strip()):
        raise ValueError(f"{quoted(text)} is no whole number; write it as 95.")
    return int(text)


def whole_or(text: str, otherwise: T) -> int | T:
    """Return a whole number of nine digits at most, as an address or a hidden field holds it.

    Args:
        text: What was sent, by anybody.
        otherwise: What anything else stands for.
    """
    return int(text) if _FEW_DIGITS.fullmatch(text) else otherwise


def read_one_of(choices: Mapping[str, T]) -> Callable[[str], T]:
    """Return what reads a word that chooses one of several values.

    Args:
        choices: The values, by the words that choose them.
    """

    def read(text: str) -> T:
        if text not in choices:
            raise ValueError(f"{quoted(text)} is none of {', '.join(choices)}.")
        return choices[text]

    return read


def read_words(text: str) -> tuple[str, ...]:
    """Return short words typed with ; between them, in small letters."""
    return tuple(word for part in text.split(";") if (word := part.strip().lower()))


def quoted(text: str) -> str:
    """Return what was typed as a sentence repeats it, cut short where it is long."""
    return f"“{text}”" if len(text) <= _LONGEST else f"“{text[:_LONGEST]}…”"


def given_twice(option: str, typed: Sequence[str | bool]) -> str:
    """Say in a sentence that an option takes one answer and has several.

    Args:
        option: Its name, such as ``--held``; ``--accept/--decline`` for a yes or no.
        typed: The answers, in the order in which they were typed.
    """
    if isinstance(typed[0], bool):
        return f"{' and '.join(option.split('/'))} contradict each other."
    return f"{option} is given more than once: {' and '.join(quoted(str(one)) for one in typed)}."


def read_named_sum(text: str) -> tuple[str, int]:
    """Return a name and pence from ``WHAT=POUNDS``.

    Raises:
        ValueError: It is not written so, or the sum is no sum of money.
    """
    what, separator, amount = text.rpartition("=")
    if not separator:
        raise ValueError(f"{quoted(text)} is not WHAT=POUNDS, such as “Agency fee=850”.")
    return what.strip(), parse_pounds(amount.strip())


def read_pair(
    text: str, *, entry: str, example: str, key: Callable[[str], Any], value: Callable[[str], Any]
) -> tuple[Any, Any]:
    """Return ``KEY=VALUE`` as a pair.

    Args:
        text: What was typed.
        entry: How it is written, such as ``LINE=POUNDS``.
        example: One that is right.
        key: What reads the key; a line's is ``read_whole``.
        value: What reads the value.

    Raises:
        ValueError: It is not written so, or the key or the value cannot be read.
    """
    # A name may hold the sign itself; a line's number never does, and what is said of it may.
    parts = text.partition("=") if key is read_whole else text.rpartition("=")
    before, separator, after = (part.strip() for part in parts)
    if not separator or not before:
        raise ValueError(f"{quoted(text)} is not {entry}, such as {example}.")
    return key(before), value(after)
