"""Works lines: what a case asks a contractor to do, before and after they carry their money."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from rules.cases import RELIEFS, UNITS
from rules.errors import InvalidWorksError
from rules.money import pounds
from rules.numbers import plain, shortened, written
from rules.pricing.vat import WHOLE, VatOutcome, share_problem
from rules.rates.terms import PLACES, Factors, percent_problem
from rules.sentences import several

MAX_QUANTITY = Decimal(100_000)
MAX_RATE = Decimal(1_000_000)  # pounds; far above any line of a grant of £30,000
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
        vat_reliefs: Reliefs the works qualify for, of ``rules.pricing.vat.RELIEFS``.
        location: Where in the home.
        trade: Trade that does it.
        certificates: Certificates the line must end with.
        index: Indexation of the schedule version that the code is in, in percent.
        out_of_hours: The line is done out of hours, at the lot's uplift.
        relief_percent: Share of the line that its VAT relief covers, in percent: mixed works are
            apportioned by it.
        rate_source: Which schedule version or contract the rate comes from, in words.
        covers: The works lines that it covers where it is an item of a package's price; None where
            it is a works line itself.
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
    index: Decimal = Decimal(0)
    out_of_hours: bool = False
    relief_percent: Decimal = WHOLE
    rate_source: str = ""
    covers: tuple[int, ...] | None = None


class PricedLine(NamedTuple):
    """One line with its money. A named tuple: a tender makes thousands, and it is made 3× faster.

    Args:
        works: The line that is priced, as it was asked for.
        net_pence: Rounded once, half up.
        vat_pence: VAT on ``net_pence``, rounded once, half up.
        vat: The rate and its reason.
        factors: What the rate is multiplied by, apart from the quantity.
    """

    works: WorksLine
    net_pence: int
    vat_pence: int
    vat: VatOutcome
    factors: Factors = Factors()

    @property
    def calculation(self) -> str:
        """How the net came about: ``12.5 m × £34.20 × 1.02 × 0.965 = £420.79``."""
        asked = self.works
        return (
            f"{written(asked.quantity)} {asked.unit} × {rate_words(asked.rate)}"
            f"{self.factors.shown} = {pounds(self.net_pence)}"
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


def rate_words(rate: Decimal) -> str:
    """Return pounds a unit as people write them, with pennies at least: ``£41.125``, ``£1.50``."""
    whole, _, part = f"{rate:,f}".partition(".")
    return f"£{whole}.{part.rstrip('0').ljust(2, '0')}"


def check_lines(lines: Sequence[WorksLine]) -> None:
    """Refuse works that cannot be priced, with every problem at once.

    Args:
        lines: All works lines of one case.

    Raises:
        InvalidWorksError: No lines; a line number repeated; a quantity that is zero, negative,
            above 100,000 or no plain number; an unknown unit; a rate below 0, above £1,000,000 or
            with more than 4 decimal places; indexation of -100 % or less; an unknown VAT relief,
            or a share of it that is no percentage; no description on a bespoke line.
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
            f"The works have {several(count, 'problem')}: {'; '.join(problems)}.",
            next_step="Correct the works lines and record them again.",
        )


def _line_problems(line: WorksLine) -> list[str]:
    """Return what is wrong with one line, each as a clause that begins with its number."""
    problems = []
    if not (plain(line.quantity, MAX_QUANTITY, PLACES) and line.quantity > 0):
        problems.append(
            f"the quantity is {shortened(line.quantity)}; "
            f"above 0 and at most {MAX_QUANTITY:,} is right"
        )
    if not (plain(line.rate, MAX_RATE, RATE_PLACES) and line.rate >= 0):
        problems.append(
            f"the rate is {shortened(line.rate)}; £0 to £{MAX_RATE:,} "
            f"with at most {RATE_PLACES} decimal places is right"
        )
    problems.append(percent_problem("indexation of its schedule", line.index))
    if line.unit not in UNITS:
        problems.append(f"the unit is {line.unit[:40]!r}; use one of {', '.join(UNITS)}")
    if unknown := line.vat_reliefs - RELIEFS:
        problems.append(f"{', '.join(sorted(unknown))} is not a VAT relief")
    problems.append(share_problem(line.relief_percent))
    if line.code is None and not line.description.strip():
        problems.append("a bespoke line needs a description")
    return [f"line {line.line}: {problem}" for problem in problems if problem]
