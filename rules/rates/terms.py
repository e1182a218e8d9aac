"""Terms: what turns a schedule's rate into one contractor's rate, factor by factor.

The order is fixed: indexation of the line's own schedule version, the contractor's tendered
percentage, the zone, and the uplift of a line that is done out of hours. Every factor is exact.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

from rules.errors import InvalidTermsError
from rules.money import EXACT
from rules.numbers import percent, plain, written

PLACES: Final = 12  # decimal places of a quantity or a term: every product stays exact
_ONE: Final = Decimal(1)
_TWO_HUNDRED: Final = Decimal(200)
_MAX_PERCENT: Final = Decimal(1_000)
_MAX_ZONE: Final = Decimal(100)


def percent_problem(name: str, value: Decimal) -> str:
    """Return what is wrong with an adjustment in percent, as a clause, or an empty string.

    Args:
        name: What is adjusted by it.
        value: The percentage: -3.5 is 3.5 % below.
    """
    if plain(value, _MAX_PERCENT, PLACES) and value > -100:
        return ""
    return f"the {name} is {value} %; above -100 % and at most 1000 % is right"


def _times(adjustment: Decimal) -> Decimal:
    """Return the factor of an adjustment in percent: 1.02 for 2."""
    return EXACT.add(_ONE, adjustment.scaleb(-2, EXACT))


class Factors(NamedTuple):
    """The factors between a rate and one contractor's rate, for lines that share them.

    A named tuple, because a tender makes some for every contractor. Its words are made when they
    are read: most prices of a tender are compared, and few are kept.

    Args:
        product: All of them multiplied, exactly.
        half_pence: The product in half pence to the pound, ready to multiply with.
        indexation: That of the schedule version, in percent.
        percentage: The contractor's tendered adjustment, in percent.
        zone: Factor of the place.
        zone_name: What the place is called, or an empty string.
        uplift: Uplift for work out of hours, in percent; None where the line is done in hours.
    """

    product: Decimal = _ONE
    half_pence: Decimal = _TWO_HUNDRED
    indexation: Decimal = Decimal(0)
    percentage: Decimal = Decimal(0)
    zone: Decimal = _ONE
    zone_name: str = ""
    uplift: Decimal | None = None

    @property
    def shown(self) -> str:
        """Each factor that changes anything, as it stands in a calculation: `` × 1.02 × 0.965``."""
        late = _times(self.uplift or Decimal(0))
        factors = (_times(self.indexation), _times(self.percentage), self.zone, late)
        return "".join(f" × {written(factor)}" for factor in factors if factor != _ONE)

    @property
    def steps(self) -> str:
        """Each factor in words: ``indexation 2 % (× 1.02); zone North (× 1.05)``."""
        named = {"indexation": self.indexation, "tendered percentage": self.percentage}
        words = [
            f"{name} {percent(value)} (× {written(_times(value))})"
            for name, value in named.items()
            if value
        ]
        if self.zone != _ONE:
            words.append(f"{f'zone {self.zone_name}'.strip()} (× {written(self.zone)})")
        if self.uplift:
            words.append(f"out of hours {percent(self.uplift)} (× {written(_times(self.uplift))})")
        elif self.uplift is not None:
            words.append("out of hours (no uplift agreed)")
        return "; ".join(words)


@dataclass(frozen=True, slots=True)
class Terms:
    """One contractor's terms, as the import files write them.

    Args:
        percentage: The contractor's tendered adjustment, in percent: -3.5 is 3.5 % below.
        zone: Factor of the place.
        out_of_hours: Uplift for a line that is done out of hours, in percent.
        zone_name: What the place is called, for the words of the calculation.
        factor: Worked out, not given: the exact product of percentage and zone.
        known: The factors worked out so far, by indexation and hours.

    Raises:
        InvalidTermsError: A percentage of -100 or less, an uplift below 0, a zone of 0 or less,
            or a value that is not a plain number; all of them at once.
    """

    percentage: Decimal = Decimal(0)
    zone: Decimal = _ONE
    out_of_hours: Decimal = Decimal(0)
    zone_name: str = ""
    factor: Decimal = field(init=False, repr=False, compare=False)
    known: dict[tuple[Decimal, bool], Factors] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Refuse terms that no contractor can hold; multiply out the others once."""
        problem = percent_problem("percentage", self.percentage)
        problems = [problem] if problem else []
        if not (plain(self.zone, _MAX_ZONE, PLACES) and self.zone > 0):
            problems.append(f"the zone is {self.zone}; a factor above 0 and at most 100 is right")
        if not (plain(self.out_of_hours, _MAX_PERCENT, PLACES) and self.out_of_hours >= 0):
            problems.append(
                f"the out-of-hours uplift is {self.out_of_hours} %; 0 % to 1000 % is right"
            )
        if problems:
            raise InvalidTermsError(
                "These terms cannot be used: " + "; ".join(problems) + ".",
                next_step="Correct the lot's terms or the contractor's percentage in it.",
            )
        object.__setattr__(self, "factor", EXACT.multiply(_times(self.percentage), self.zone))

    def factors(self, *, index: Decimal, late: bool) -> Factors:
        """Return the factors of lines with one indexation, done in or out of hours.

        Args:
            index: Indexation of the lines' schedule version, in percent.
            late: Whether they are done out of hours.

        Raises:
            ValueError: The indexation is no percentage above -100.
        """
        if found := self.known.get((index, late)):
            return found
        if problem := percent_problem("indexation of the schedule", index):
            raise ValueError(problem)
        uplift = self.out_of_hours if late else None
        product = EXACT.multiply(self.factor, _times(index))
        if uplift is not None:
            product = EXACT.multiply(product, _times(uplift))
        self.known[index, late] = found = Factors(
            product=product,
            half_pence=EXACT.multiply(product, _TWO_HUNDRED),
            indexation=index,
            percentage=self.percentage,
            zone=self.zone,
            zone_name=self.zone_name,
            uplift=uplift,
        )
        return found
