"""A whole shared in proportion to weights, with nothing over and nothing short.

Largest remainder: everybody has the whole units of their exact share; the units that are left go
one each to the largest remainders. Equal remainders are served in the order of the names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

WHOLE: Final = 100  # percent
_CENT: Final = Decimal("0.01")
_QUARTERS: Final = ("1", "2", "3", "4")


@dataclass(frozen=True, slots=True)
class Shared:
    """A whole in its parts.

    Args:
        parts: Each name's units; they add up to the whole.
        tied: Names whose remainders were equal while there was no unit left for all of them; the
            first of them, as they stand here, were served.
    """

    parts: Mapping[str, int]
    tied: tuple[str, ...] = ()


def shared(whole: int, weights: Mapping[str, Fraction | int]) -> Shared:
    """Share whole units in proportion to weights; a negative whole is shared as its opposite.

    Raises:
        ValueError: A weight is negative, or there is none above zero.
    """
    total = sum(weights.values())
    if min(weights.values(), default=0) < 0 or not total:
        raise ValueError("Weights are zero or more, and one of them above zero.")
    sign = -1 if whole < 0 else 1
    exact = {name: abs(whole) * Fraction(weight) / total for name, weight in weights.items()}
    parts = {name: int(one) for name, one in exact.items()}
    left = abs(whole) - sum(parts.values())
    in_turn = sorted(exact, key=lambda name: (parts[name] - exact[name], name))
    for name in in_turn[:left]:
        parts[name] += 1
    tied = _tied({name: exact[name] % 1 for name in in_turn}, left)
    return Shared({name: sign * parts[name] for name in weights}, tied)


def _tied(remainders: Mapping[str, Fraction], left: int) -> tuple[str, ...]:
    """Return the names between which the order of the names decided."""
    in_turn = tuple(remainders)
    if not 0 < left < len(in_turn):
        return ()
    last, next_one = remainders[in_turn[left - 1]], remainders[in_turn[left]]
    return tuple(n for n in in_turn if remainders[n] == last) if last == next_one else ()


def half_up(number: Fraction) -> int:
    """Return a number as a whole one, a half rounded away from zero."""
    sign = -1 if number < 0 else 1
    return sign * int(abs(number) + Fraction(1, 2))


def share_words(share: Fraction) -> str:
    """Return a share as people read it, to two places: ``33.46 %``."""
    exact = Decimal(share.numerator * WHOLE) / Decimal(share.denominator)
    return f"{exact.quantize(_CENT, ROUND_HALF_UP)} %"


def quarters(pence: int) -> tuple[int, ...]:
    """Return a year's sum as four charges that make it up; odd pennies go to the first ones."""
    return tuple(shared(pence, dict.fromkeys(_QUARTERS, 1)).parts.values())
