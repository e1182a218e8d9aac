"""The means test: what the disabled occupant and a partner could raise as a loan, line by line.

Weekly income, with a tariff on capital, less the applicable amount leaves the excess. Each slice of
the excess raises a loan of so many pounds a pound; the contribution is the sum of the slices, less
what was assessed on earlier grants for the same dwelling.

Source: s.30; Housing Renewal Grants Regulations 1996 (SI 1996/2890) regs 5, 10 to 13, as amended by
SI 2008/1190 and SI 2009/1807.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from dateutil.relativedelta import relativedelta

from rules.clocks.workdays import in_words
from rules.money import EXACT, pounds, round_half_up


class Basis(StrEnum):
    """Whose loan it is reckoned as, or why there is no test."""

    OWNER = "owner"
    TENANT = "tenant"
    YOUNG_PERSON = "young_person"


YEARS_COUNTED: Final[Mapping[Basis, int]] = {Basis.OWNER: 10, Basis.TENANT: 5}
"""Years before the application in which an earlier grant reduces the contribution: reg. 13."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The figures of the regulations and of an authority's policy, from a day on.

    Args:
        bands_pence: Where a slice of the weekly excess ends; the last slice has no end.
        owner: Pounds of loan for each pound of each slice, for an owner's application.
        tenant: The same for a tenant's.
        capital_free_pence: Capital that counts as no income.
        tariff_pence: Capital for which a pound a week counts, or for a part of it.
        tariff_60_pence: The same from the age of 60.
        passporting: Benefits on which nothing is asked for, as the authority names them.
        verified: Whether somebody has held the figures against the regulations.
    """

    valid_from: date
    bands_pence: tuple[int, ...]
    owner: tuple[Decimal, ...]
    tenant: tuple[Decimal, ...]
    capital_free_pence: int
    tariff_pence: int
    tariff_60_pence: int
    passporting: tuple[str, ...]
    verified: bool = False

    def factors(self, basis: Basis) -> tuple[Decimal, ...]:
        """Return the loan for a pound of each slice."""
        return self.owner if basis is Basis.OWNER else self.tenant


SHIPPED: Final = Terms(
    valid_from=date(2008, 5, 22),
    bands_pence=(47_95, 95_89, 191_78),
    owner=(Decimal("18.85"), Decimal("37.69"), Decimal("150.77"), Decimal("376.93")),
    tenant=(Decimal("11.04"), Decimal("22.09"), Decimal("88.34"), Decimal("220.86")),
    capital_free_pence=6_000_00,
    tariff_pence=250_00,
    tariff_60_pence=500_00,
    passporting=(
        "income support",
        "income-based jobseeker's allowance",
        "income-related employment and support allowance",
        "guarantee pension credit",
        "housing benefit",
        "universal credit",
    ),
)
"""The terms where an authority has recorded none. Nobody has verified them; universal credit is a
policy that most councils follow, not a word of the regulations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What is known of the disabled occupant and a partner; weekly sums in pence.

    Args:
        income: By what it is; what the regulations disregard is left out.
        allowances: The applicable amount, by allowance and premium.
        aged_60: Whether the elder of them is 60 or over.
        passported: The benefit on which nothing is asked for, or empty.
        earlier: The contribution assessed on each earlier grant on this dwelling, by the day of
            its approval.
        undone: The same of a grant that came to nothing and whose works were not done
            satisfactorily: it does not count.
    """

    basis: Basis
    income: Mapping[str, int]
    allowances: Mapping[str, int]
    capital_pence: int = 0
    aged_60: bool = False
    passported: str = ""
    earlier: Mapping[date, int]
    undone: Mapping[date, int] = field(default_factory=dict)


class Part(StrEnum):
    """What a line of the sum is."""

    INCOME = "income"
    ALLOWANCE = "allowance"
    EXCESS = "excess"
    SLICE = "slice"
    EARLIER = "earlier"
    CONTRIBUTION = "contribution"


@dataclass(frozen=True, slots=True)
class SumLine:
    """One line of the sum as printed.

    Args:
        label: What it is.
        amount_pence: What it comes to: weekly above the slices, in all from there on.
        how: How it was reached, or empty.
    """

    part: Part
    label: str
    amount_pence: int
    how: str = ""


@dataclass(frozen=True, slots=True)
class Assessed:
    """A contribution and the lines that lead to it."""

    contribution_pence: int
    lines: tuple[SumLine, ...]


def assess(*, means: Means, terms: Terms, applied_on: date) -> Assessed:
    """Return the contribution with its sum; each slice is rounded to the penny, half up.

    Args:
        applied_on: The day of the application, from which earlier grants count back.
    """
    none = _no_test(means)
    if none is not None:
        return Assessed(0, (none,))
    income = [SumLine(Part.INCOME, name, pence) for name, pence in means.income.items()]
    income += _tariff(means, terms)
    allowed = [SumLine(Part.ALLOWANCE, name, pence) for name, pence in means.allowances.items()]
    excess = max(0, _sum(income) - _sum(allowed))
    how = f"{pounds(_sum(income))} a week, less {pounds(_sum(allowed))}"
    slices = list(_slices(excess, terms, means.basis))
    earlier = list(_earlier(means, applied_on=applied_on, most_pence=_sum(slices)))
    contribution = _sum(slices) - _sum(earlier)
    lines = (
        *income,
        *allowed,
        SumLine(Part.EXCESS, "Weekly income above the applicable amount", excess, how),
        *slices,
        *earlier,
        SumLine(Part.CONTRIBUTION, "The contribution", contribution),
    )
    return Assessed(contribution, lines)


def _no_test(means: Means) -> SumLine | None:
    if means.basis is Basis.YOUNG_PERSON:
        how = "there is no means test for a child or qualifying young person (reg. 5)"
        return SumLine(Part.CONTRIBUTION, "The contribution", 0, how)
    if means.passported:
        how = f"nothing is asked of whoever receives {means.passported}"
        return SumLine(Part.CONTRIBUTION, "The contribution", 0, how)
    return None


def _tariff(means: Means, terms: Terms) -> Iterator[SumLine]:
    """Yield the income that capital counts as: a pound a week for each step, or a part of one."""
    above = means.capital_pence - terms.capital_free_pence
    if above <= 0:
        return
    step = terms.tariff_60_pence if means.aged_60 else terms.tariff_pence
    steps = -(-above // step)
    how = (
        f"{pounds(means.capital_pence)} of capital, {pounds(above)} above "
        f"{pounds(terms.capital_free_pence)}: £1 a week for each {pounds(step)} or part of it"
    )
    yield SumLine(Part.INCOME, "Tariff income from capital", steps * 100, how)


def _slices(excess: int, terms: Terms, basis: Basis) -> Iterator[SumLine]:
    """Yield what each slice of the weekly excess could raise as a loan (reg. 12)."""
    ends = (0, *terms.bands_pence, max(excess, *terms.bands_pence))
    for (start, end), factor in zip(pairwise(ends), terms.factors(basis), strict=True):
        within = min(excess, end) - start
        if within > 0:
            loan = round_half_up(EXACT.multiply(Decimal(within).scaleb(-2), factor))
            label = f"On the weekly excess from {pounds(start)}" if start else "On the first of it"
            yield SumLine(Part.SLICE, label, loan, f"{pounds(within)} × {factor}")


def _earlier(means: Means, *, applied_on: date, most_pence: int) -> Iterator[SumLine]:
    """Yield what earlier grants on the dwelling take off, never below nothing (reg. 13)."""
    since = applied_on - relativedelta(years=YEARS_COUNTED[means.basis])
    left = most_pence
    for day, pence in sorted(means.earlier.items()):
        if since <= day < applied_on and (taken := min(pence, left)):
            left -= taken
            how = f"within {YEARS_COUNTED[means.basis]} years of the application (reg. 13)"
            yield SumLine(Part.EARLIER, f"Assessed on the grant of {in_words(day)}", taken, how)
    for day in sorted(means.undone):
        how = (
            "not counted: it came to nothing, and its works were not done satisfactorily (reg. 13)"
        )
        yield SumLine(Part.EARLIER, f"Assessed on the grant of {in_words(day)}", 0, how)


def _sum(lines: Iterable[SumLine]) -> int:
    return sum(line.amount_pence for line in lines)


def faults(lines: Sequence[SumLine]) -> tuple[str, ...]:
    """Return, a sentence each, where the sum of a means test does not add up."""

    def of(part: Part) -> int:
        return _sum(line for line in lines if line.part is part)

    found = []
    if of(Part.EXCESS) != max(0, of(Part.INCOME) - of(Part.ALLOWANCE)):
        found.append("The weekly excess is not the income less the applicable amount.")
    if of(Part.CONTRIBUTION) != of(Part.SLICE) - of(Part.EARLIER):
        found.append("The contribution is not what the slices come to, less earlier grants.")
    return tuple(found)


def to_plain(lines: Iterable[SumLine]) -> list[dict[str, Any]]:
    """Return the lines as plain values, to be kept or shown to machines."""
    return [asdict(line) for line in lines]


def from_plain(kept: Iterable[Mapping[str, Any]]) -> tuple[SumLine, ...]:
    """Return lines that were kept."""
    return tuple(SumLine(**{**line, "part": Part(line["part"])}) for line in kept)
