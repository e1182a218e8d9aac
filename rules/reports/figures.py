"""Figures of reports: what a number of cases adds up to, said with how many it rests on.

Middles are taken of how often each value comes, which a database counts, so that both databases
give the same and none of them has to sort a case. What rests on no case is not recorded, never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from rules.money import pounds
from rules.sentences import several

NOT_RECORDED: Final = "not recorded"


class Unit(StrEnum):
    """What a value is of."""

    CASES = "cases"
    DAYS = "days"
    PENCE = "pence"
    TIMES = "times"
    PERCENT = "percent"


class Shows(StrEnum):
    """What is made of the values of some cases."""

    COUNT = "count"
    TOTAL = "total"
    MEAN = "mean"
    MEDIAN = "median"
    NINTH = "ninth"  # the 90th percentile
    LONGEST = "longest"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Args:
        value: Cases, days, pence, times or percent; None where it rests on no case.
        cases: How many it rests on: as many as its list has.
        among: Of a share, how many it is a share of.
    """

    value: Decimal | None
    cases: int
    unit: Unit
    shows: Shows
    among: int | None = None

    @property
    def words(self) -> str:
        """The value as people read it, a share beside its count."""
        if self.value is None:
            return NOT_RECORDED
        if self.unit is Unit.PENCE:
            return pounds(int(self.value))
        plain = f"{self.value:,f}"
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        if self.shows is Shows.SHARE:
            return f"{plain} % ({self.cases:,} of {self.among:,})"
        if self.unit is Unit.DAYS:
            return several(int(self.value), "day") if plain.isdigit() else f"{plain} days"
        return plain

    @property
    def rests_on(self) -> str:
        """Of a mean or a percentile, how many cases it is of; empty of what says so itself."""
        middles = (Shows.MEAN, Shows.MEDIAN, Shows.NINTH)
        return several(self.cases, "case") if self.shows in middles and self.cases else ""


Histogram = Mapping[int, int]
"""How many cases have each value."""


def summed(total: int, cases: int, shows: Shows, unit: Unit) -> Figure:
    """Return a count, a total or a mean, of which the sum is known; money to the penny."""
    if shows is Shows.COUNT:
        return Figure(Decimal(cases), cases, unit, shows)
    if not cases:
        return Figure(None, 0, unit, shows)
    mean = shows is Shows.MEAN
    return Figure(
        _rounded(Decimal(total) / cases, unit) if mean else Decimal(total), cases, unit, shows
    )


def figure(found: Histogram, shows: Shows, unit: Unit) -> Figure:
    """Return a figure over the values of some cases."""
    cases = sum(found.values())
    if shows in (Shows.COUNT, Shows.TOTAL, Shows.MEAN) or not cases:
        return summed(sum(value * many for value, many in found.items()), cases, shows, unit)
    if shows is Shows.LONGEST:
        return Figure(Decimal(max(found)), cases, unit, shows)
    percent = Decimal(90 if shows is Shows.NINTH else 50)
    return Figure(_rounded(_at(found, cases, percent), unit), cases, unit, shows)


def share(cases: int, among: int) -> Figure:
    """Return a share in percent, to one place."""
    value = _rounded(Decimal(100 * cases) / among, Unit.PERCENT) if among else None
    return Figure(value, cases if among else 0, Unit.PERCENT, Shows.SHARE, among)


def _rounded(value: Decimal, unit: Unit) -> Decimal:
    place = Decimal(1) if unit is Unit.PENCE else Decimal("0.1")
    return value.quantize(place, ROUND_HALF_UP)


def _at(found: Histogram, cases: int, percent: Decimal) -> Decimal:
    """Return a percentile, between two neighbours by how near it is to each.

    As ``PERCENTILE.INC`` of spreadsheets and ``percentile_cont`` of SQL have it: the place is
    ``(n - 1) * percent / 100``, counted from nought.
    """
    place = (cases - 1) * percent / 100
    whole = int(place)
    low, high = _nth(found, whole), _nth(found, min(whole + 1, cases - 1))
    return low + (high - low) * (place - whole)


def _nth(found: Histogram, number: int) -> int:
    passed = 0
    for value in sorted(found):
        passed += found[value]
        if passed > number:
            return value
    raise IndexError(number)
