"""Numbers as rules check them and people read them: exact, plain, without exponents."""

from decimal import Decimal

_LONGEST = 40  # characters of a number that a sentence can bear


def plain(number: Decimal, most: Decimal, places: int) -> bool:
    """Say whether a number is finite, of magnitude up to ``most``, and no finer than it may be.

    Args:
        number: The number, as it came.
        most: The greatest magnitude allowed.
        places: Decimal places allowed; zeros at the end do not count.
    """
    return number.is_finite() and number.copy_abs() <= most and number == round(number, places)


def written(number: Decimal) -> str:
    """Return a number in full, without trailing zeros or exponent: ``12.5``, ``-3``.

    Args:
        number: A finite number.
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(number: Decimal) -> str:
    """Return a percentage as people read it: ``2 %``, ``−3.5 %``.

    Args:
        number: A finite number of per cent.
    """
    return f"{written(number)} %".replace("-", "\N{MINUS SIGN}")


def shortened(number: Decimal) -> str:
    """Return a number, however odd, short enough for a sentence.

    Args:
        number: The number, as it came.
    """
    text = str(number)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
