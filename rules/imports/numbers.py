"""Parsers of cells that hold money, exact decimals, whole numbers and dates.

Digits are ASCII digits, decimals stay exact, days exist in the calendar, and nothing is rounded or
guessed: a value that could be read in two ways is refused.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from rules.imports.cells import CellError, number_text
from rules.imports.sheet import Cell, Formatted
from rules.imports.words import line
from rules.typed import FIRST_YEAR, LAST_YEAR, is_plausible, written_day

LARGEST_POUNDS = 999_999_999
LARGEST_WHOLE = 1_000_000
LARGEST_QUANTITY = 100_000
LARGEST_RATE = 1_000_000  # pounds; far above any line of a grant of £30,000
HIGHEST_PERCENT = 1_000
HIGHEST_FACTOR = 100

_THIN_BLANKS = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))
_BY_THE_CLOCK = re.compile(r"[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?")
_YEARS = re.compile(r"([0-9]{4}) ?[/-] ?([0-9]{2}|[0-9]{4})")
_POUNDS = re.compile(r"£? ?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?")
_PLAIN = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]+)?")


def pence(cell: Cell) -> int:
    """Return money in pence, from pounds such as ``1234.5`` or ``£1,234.50``.

    Returns:
        Whole pence, zero or more.

    Raises:
        CellError: Not an amount, negative, a fraction of a penny, or above £999,999,999.
    """
    amount = _pounds(_number(cell))
    if _places(amount) > 2:
        raise CellError("it has a fraction of a penny")
    return int(Decimal(amount) * 100)


def positive_pence(cell: Cell) -> int:
    """Return money in pence, more than nothing.

    Raises:
        CellError: As ``pence``, or it is zero.
    """
    value = pence(cell)
    if value == 0:
        raise CellError("it is zero")
    return value


def rate(cell: Cell) -> Decimal:
    """Return a schedule rate in pounds a unit.

    Raises:
        CellError: Not an amount, negative, out of all proportion, or more than 4 decimal places.
    """
    value = _exact(_pounds(_number(cell)), places=4)
    if value > LARGEST_RATE:
        raise CellError("it is too large", right=f"At most £{LARGEST_RATE:,}.")
    return value


def quantity(cell: Cell) -> Decimal:
    """Return a quantity: exact, more than nothing.

    Raises:
        CellError: Not a plain number, zero, negative, or out of all proportion.
    """
    value = _exact(_plain(_number(cell)), places=6)
    if value <= 0:
        raise CellError("a quantity may not be zero or negative")
    if value > LARGEST_QUANTITY:
        raise CellError("it is too large", right=f"At most {LARGEST_QUANTITY:,}.")
    return value


def minutes(cell: Cell) -> Decimal:
    """Return a standard minute value: labour minutes, zero or more.

    Raises:
        CellError: Not a plain number, negative, or above 1,000,000.
    """
    if isinstance(cell, (time, timedelta)) or _BY_THE_CLOCK.fullmatch(str(cell)):
        raise CellError("it is a time of the clock", right="Minutes as a number, such as 45.")
    value = _exact(_plain(_number(cell)), places=4)
    if not 0 <= value <= LARGEST_WHOLE:
        raise CellError("minutes cannot be that", right=f"0 to {LARGEST_WHOLE:,}.")
    return value


def percent(cell: Cell) -> Decimal:
    """Return a percentage: ``-3.5`` (or ``-3.5%``) is 3.5 % below.

    Raises:
        CellError: Not a plain number, or not above -100 and at most 1,000; or it is below 1 without
            the sign, as a share of 1 would be.
    """
    value = _percentage(cell)
    if 0 < abs(value) < 1 and not _number(cell).endswith("%"):
        raise CellError(
            f"it is below 1 %, and may be a share of 1: {value * 100:f} %",
            right=f"{value * 100:f}, if that is meant; or {value:f}% with its sign.",
            accept="small-percentages",
            value=value,
        )
    return value


def uplift(cell: Cell) -> Decimal:
    """Return a percentage that is added: 0 or more.

    Raises:
        CellError: As ``percent``, or it is negative.
    """
    if _percentage(cell) < 0:
        raise CellError("an uplift cannot be negative", right=f"0 to {HIGHEST_PERCENT:,}.")
    return percent(cell)


PERCENTAGES = (percent, uplift)
"""What reads a percentage, of which one below 1 is written with its sign."""


def factor(cell: Cell) -> Decimal:
    """Return a factor on rates: exact, more than nothing.

    Raises:
        CellError: Not a plain number, zero, negative, above 100, or more than 6 decimal places.
    """
    value = _exact(_plain(_number(cell)), places=6)
    if not 0 < value <= HIGHEST_FACTOR:
        raise CellError("a factor cannot be that", right=f"Above 0 and at most {HIGHEST_FACTOR}.")
    return value


def whole(least: int, most: int = LARGEST_WHOLE, *, of: str = "") -> Callable[[Cell], int]:
    """Return a parser of a whole number from ``least`` to ``most``.

    Args:
        of: What is counted, which may stand behind the number: ``days``.
    """

    def parse(cell: Cell) -> int:
        value = _number(cell)
        if of:
            value = re.sub(rf" *(?:working )?{of.removesuffix('s')}s?$", "", value, flags=re.I)
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise CellError(
                f"it is not a whole number from {least}",
                right=f"A whole number from {least} to {most:,}.",
            )
        return int(value)

    return parse


def year(least: int, most: int) -> Callable[[Cell], int]:
    """Return a parser of the year in which a year of account begins: 2026 or 2026/27."""
    plain = whole(least, most)

    def parse(cell: Cell) -> int:
        found = _YEARS.fullmatch(line(cell))
        if found and int(found[2]) % 100 != (int(found[1]) + 1) % 100:
            raise CellError("its years do not follow each other", right="Such as 2026/27.")
        return plain(found[1] if found else cell)

    return parse


def day(cell: Cell) -> date:
    """Return a date, from an ISO date, ``dd/mm/yyyy``, or a date cell.

    Raises:
        CellError: Another form, a day that is not in the calendar, or a time of day beside it.
    """
    if isinstance(cell, datetime):
        if cell.time() != time.min:
            raise CellError("it has a time of day beside the date")
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    if isinstance(cell, (int, float)):
        raise CellError("it is a number, not a date", right="Format the cell as a date.")
    return _plausible(_written_day(line(cell)))


def _written_day(value: str) -> date:
    try:
        return written_day(value)
    except ValueError as error:
        raise CellError(str(error)) from None


def _plausible(found: date) -> date:
    if not is_plausible(found):
        raise CellError("its year cannot be right", right=f"A year {FIRST_YEAR} to {LAST_YEAR}.")
    return found


def _percentage(cell: Cell) -> Decimal:
    value = _exact(_plain(_number(cell).removesuffix("%").rstrip()), places=4)
    if not -100 < value <= HIGHEST_PERCENT:
        raise CellError(
            "a percentage cannot be that", right=f"Above -100 and at most {HIGHEST_PERCENT:,}."
        )
    return value


def _number(cell: Cell) -> str:
    """Return the digits of a number, whatever the spreadsheet shows around them."""
    if isinstance(cell, Formatted):
        return cell.shown if cell.shown.endswith("%") else number_text(cell.number)
    return line(cell).translate(_THIN_BLANKS)


def _pounds(value: str) -> str:
    if value.startswith(("-", "£-", "(")) and any(map(str.isdigit, value)):
        raise CellError("it is negative", right="Zero or more.")
    found = _POUNDS.fullmatch(value)
    if not found:
        raise CellError("it is not an amount of money")
    amount = found[1].replace(",", "") + (found[2] or "")
    if Decimal(amount) > LARGEST_POUNDS:
        raise CellError("it is too large", right=f"At most £{LARGEST_POUNDS:,}.")
    return amount


def _plain(value: str) -> str:
    if not _PLAIN.fullmatch(value):
        raise CellError("it is not a plain number")
    return value


def _places(number: str) -> int:
    return len(number.partition(".")[2].rstrip("0"))


def _exact(number: str, *, places: int) -> Decimal:
    """Return the number exactly, without the zeros that end a fraction."""
    if _places(number) > places:
        raise CellError(
            f"it has {_places(number)} decimal places", right=f"At most {places} decimal places."
        )
    return Decimal(number.rstrip("0").rstrip(".") if "." in number else number)
