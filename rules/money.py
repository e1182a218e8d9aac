"""Money: integer pence inside the program, pounds where people read and write them.

Exact until the one rounding that is asked for; rounding is half up (away from zero), so that an
omission cancels the addition of the same works to the penny.
"""

import re
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)

EXACT = Context(
    prec=200, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact]
)
"""Arithmetic that refuses to lose a digit: nothing is rounded until it is said."""

_POUNDS = re.compile(r"£? ?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?")
_TOO_FINE = re.compile(r"£? ?[0-9,]+\.[0-9]{3,}")
_LONGEST = 40  # characters, blanks included; no amount of money is longer
_MOST_PENCE = 10**14  # a million million pounds: sums of lines stay inside 64-bit columns
_SHAPE = "Give pounds and pence such as 1234.50 or £1,234.50."


def round_half_up(amount: Decimal) -> int:
    """Return pounds as whole pence, half a penny rounded away from zero.

    Args:
        amount: Pounds, with at most 200 significant digits.

    Returns:
        Pence.

    Raises:
        ValueError: The amount is not a finite number.
    """
    if not amount.is_finite():
        raise ValueError(f"{amount} is not an amount of money. {_SHAPE}")
    return int(amount.scaleb(2, EXACT).to_integral_value(ROUND_HALF_UP))


def pounds(pence: int) -> str:
    """Return pence as people write pounds: ``£1,234.50``, ``-£5.00``.

    Args:
        pence: Pence, of either sign.
    """
    whole, part = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{whole:,}.{part:02d}"


def parse_pounds(text: str) -> int:
    """Return pounds as a person or a spreadsheet wrote them, in pence.

    Args:
        text: ``1234.5``, ``£1,234.50`` and the like; spaces at the ends are ignored.

    Returns:
        Pence, zero or more.

    Raises:
        ValueError: The text is no such amount: empty, negative, finer than a penny, with an
            exponent, with commas in odd places, with digits other than 0 to 9, or absurdly large.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"An amount of {len(text)} characters is too long. {_SHAPE}")
    written = text.strip()
    match = _POUNDS.fullmatch(written)
    if match is None:
        raise ValueError(f"{_what_is_wrong(written)} {_SHAPE}")
    whole, part = match.groups(default="")
    pence = int(whole.replace(",", "")) * 100 + int(part.ljust(2, "0"))
    if pence > _MOST_PENCE:
        raise ValueError(f"{written!r} is more than {pounds(_MOST_PENCE)}. {_SHAPE}")
    return pence


def _what_is_wrong(written: str) -> str:
    """Return a sentence on text that is no amount."""
    if not written:
        return "The amount is empty."
    if written.startswith(("-", "£-", "\N{MINUS SIGN}", "(")):
        return f"{written!r} is negative; an amount is zero or more."
    if _TOO_FINE.fullmatch(written):
        return f"{written!r} has more than two decimal places."
    return f"{written!r} is not an amount of money."


def share(pence: int, percent: Decimal) -> int:
    """Return a percentage of an amount, rounded half up to the penny.

    Args:
        pence: The amount, in pence.
        percent: Percent: ``Decimal("12.5")`` is one eighth.

    Returns:
        Pence.

    Raises:
        ValueError: The percentage is not a finite number.
    """
    if not percent.is_finite():
        raise ValueError(f"{percent} is not a percentage. Give a number such as 12.5.")
    return round_half_up(EXACT.multiply(Decimal(pence), percent).scaleb(-4, EXACT))
