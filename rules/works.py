"""Works lines: what a case asks a contractor to do, before and after they carry their money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from rules.errors import InvalidWorksError
from rules.money import pounds
from rules.vat import RELIEFS

UNITS = ("item", "m", "m2", "m3", "hour", "day", "set", "each")
MAX_QUANTITY = Decimal(100_000)
MAX_RATE = Decimal(1_000_000)  # pounds; far above any line of a grant of £30,000
PLACES = 12  # decimal places of a quantity: every product stays exact
RATE_PLACES = 4


@dataclass(frozen=True, slots=True)
class WorksLine:
    """One work element: what, how much, where, and its rate before the contractor's terms.

    Args:
        line: Line number, unique in the works.
        code: Code in the schedule, or None for a bespoke line.
        description: What the contractor reads.
        quantity: How many of ``unit``.
        unit: One of ``UNITS``.
        rate: Pounds a unit, at most 4 decimal places.
        vat_reliefs: Reliefs the works qualify for, of ``rules.vat.RELIEFS``.
        location: Where in the home.
        trade: Trade that does it.
        certificates: Certificates the line must end with.
    """

    line: int
    code: str | None
    description: str
    quantity: Decimal
    unit: str
    rate: Decimal
    vat_reliefs: frozenset[str]
    location: str = ""
    trade: str = ""
    certificates: frozenset[str] = frozenset()


class PricedLine(NamedTuple):
    """One line with its money. A named tuple: a tender makes thousands, and it is made 3× faster.

    Args:
        net_pence: Rounded once, half up.
        vat_rate: A fraction: ``Decimal("0.2")`` is 20 %.
        vat_pence: VAT on ``net_pence``, rounded once, half up.
        vat_reason: Why that rate, in a sentence.
        factor: The contractor's factor on the rate, as ``Terms.factor``.

    The other fields are those of the ``WorksLine`` it prices.
    """

    line: int
    code: str | None
    description: str
    quantity: Decimal
    unit: str
    rate: Decimal
    net_pence: int
    vat_rate: Decimal
    vat_pence: int
    vat_reason: str
    factor: Decimal = Decimal(1)
    location: str = ""
    trade: str = ""
    certificates: frozenset[str] = frozenset()

    @property
    def calculation(self) -> str:
        """How the net came about: ``12.5 m × £34.20 × 0.965 = £412.54``."""
        whole, _, part = f"{self.rate:,f}".partition(".")
        factor = "" if self.factor == Decimal(1) else f" × {_written(self.factor)}"
        return (
            f"{_written(self.quantity)} {self.unit} × £{whole}.{part.rstrip('0').ljust(2, '0')}"
            f"{factor} = {pounds(self.net_pence)}"
        )


@dataclass(frozen=True, slots=True)
class Priced:
    """Works with their money; every total is the sum of its lines.

    Args:
        lines: The priced lines, in the order given.
        net_pence: Sum of the lines' nets.
        vat_pence: Sum of the lines' VAT.
        total_pence: Net and VAT.
    """

    lines: tuple[PricedLine, ...]
    net_pence: int
    vat_pence: int
    total_pence: int


def check_lines(lines: Sequence[WorksLine]) -> None:
    """Refuse works that cannot be priced, with every problem at once.

    Args:
        lines: All works lines of one case.

    Raises:
        InvalidWorksError: No lines; a line number repeated; a quantity that is zero, negative,
            above 100,000 or no plain number; an unknown unit; a rate below 0, above £1,000,000 or
            with more than 4 decimal places; an unknown VAT relief; no description on a bespoke
            line.
    """
    problems = [problem for line in lines for problem in _line_problems(line)]
    repeated = Counter(line.line for line in lines)
    problems += [
        f"line {number} is there {count} times; number each line once"
        for number, count in sorted(repeated.items())
        if count > 1
    ]
    if not lines:
        problems.append("there are no lines; add at least one")
    if problems:
        count = len(problems)
        raise InvalidWorksError(
            f"The works have {count} problem{'' if count == 1 else 's'}: {'; '.join(problems)}.",
            next_step="Correct the works lines and record them again.",
        )


def _line_problems(line: WorksLine) -> list[str]:
    """Return what is wrong with one line, each as a clause that begins with its number."""
    problems = []
    if not (plain(line.quantity, MAX_QUANTITY, PLACES) and line.quantity > 0):
        problems.append(
            f"the quantity is {_shown(line.quantity)}; "
            f"above 0 and at most {MAX_QUANTITY:,} is right"
        )
    if not (plain(line.rate, MAX_RATE, RATE_PLACES) and line.rate >= 0):
        problems.append(
            f"the rate is {_shown(line.rate)}; £0 to £{MAX_RATE:,} "
            f"with at most {RATE_PLACES} decimal places is right"
        )
    if line.unit not in UNITS:
        problems.append(f"the unit is {line.unit[:40]!r}; use one of {', '.join(UNITS)}")
    if unknown := line.vat_reliefs - RELIEFS:
        problems.append(f"{', '.join(sorted(unknown))} is not a VAT relief")
    if line.code is None and not line.description.strip():
        problems.append("a bespoke line needs a description")
    return [f"line {line.line}: {problem}" for problem in problems]


def plain(number: Decimal, most: Decimal, places: int) -> bool:
    """Say whether a number is finite, of magnitude up to ``most``, and no finer than it may be."""
    return number.is_finite() and number.copy_abs() <= most and number == round(number, places)


def _shown(number: Decimal) -> str:
    """Return a number short enough for a sentence."""
    text = str(number)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _written(number: Decimal) -> str:
    """Return a number in full, without trailing zeros or exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
