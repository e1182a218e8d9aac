"""Parsers of cells that hold money, exact decimals, whole numbers and dates.

Digits are ASCII digits, decimals stay exact, days exist in the calendar, and nothing is rounded or
guessed: a value that could be read in two ways is refused.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

from rules.imports.cells import CellError
from rules.imports.sheet import Cell
from rules.imports.words import line
from rules.typed import FIRST_YEAR, LAST_YEAR, is_plausible, written_day

LARGEST_POUNDS = 999_999_999
LARGEST_WHOLE = 1_000_000
LARGEST_QUANTITY = 100_000
LARGEST_RATE = 1_000_000  # pounds; far above any line of a grant of £30,000
HIGHEST_PERCENT = 1_000
HIGHEST_FACTOR = 100

_POUNDS = re.compile(r"£? ?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?")
_PLAIN = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]+)?")


def pence(cell: Cell) -> int:
    """Return money in pence, from pounds such as ``1234.5`` or ``£1,234.50``.

    Returns:
        Whole pence, zero or more.

    Raises:
        CellError: Not an amount, negative, a fraction of a penny, or above £999,999,999.
    """
    amount = _pounds(line(cell))
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
    value = _exact(_pounds(line(cell)), places=4)
    if value > LARGEST_RATE:
        raise CellError("it is too large", right=f"At most £{LARGEST_RATE:,}.")
    return value


def quantity(cell: Cell) -> Decimal:
    """Return a quantity: exact, more than nothing.

    Raises:
        CellError: Not a plain number, zero, negative, or out of all proportion.
    """
    value = _exact(_plain(line(cell)), places=6)
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
    value = _exact(_plain(line(cell)), places=4)
    if not 0 <= value <= LARGEST_WHOLE:
        raise CellError("minutes cannot be that", right=f"0 to {LARGEST_WHOLE:,}.")
    return value


def percent(cell: Cell) -> Decimal:
    """Return a percentage: ``-3.5`` (or ``-3.5%``) is 3.5 % below.

    Raises:
        CellError: Not a plain number, or not above -100 and at most 1,000.
    """
    value = _exact(_plain(line(cell).removesuffix("%").rstrip()), places=4)
    if not -100 < value <= HIGHEST_PERCENT:
        raise CellError(
            "a percentage cannot be that", right=f"Above -100 and at most {HIGHEST_PERCENT:,}."
        )
    return value


def uplift(cell: Cell) -> Decimal:
    """Return a percentage that is added: 0 or more.

    Raises:
        CellError: As ``percent``, or it is negative.
    """
    value = percent(cell)
    if value < 0:
        raise CellError("an uplift cannot be negative", right=f"0 to {HIGHEST_PERCENT:,}.")
    return value


def factor(cell: Cell) -> Decimal:
    """Return a factor on rates: exact, more than nothing.

    Raises:
        CellError: Not a plain number, zero, negative, above 100, or more than 6 decimal places.
    """
    value = _exact(_plain(line(cell)), places=6)
    if not 0 < value <= HIGHEST_FACTOR:
        raise CellError("a factor cannot be that", right=f"Above 0 and at most {HIGHEST_FACTOR}.")
    return value


def whole(least: int, most: int = LARGEST_WHOLE) -> Callable[[Cell], int]:
    """Return a parser of a whole number from ``least`` to ``most``."""

    def parse(cell: Cell) -> int:
        value = line(cell)
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise CellError(
                f"it is not a whole number from {least}",
                right=f"A whole number from {least} to {most:,}.",
            )
        return int(value)

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


def _pounds(value: str) -> str:
    if value.startswith(("-", "£-", "(")):
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
