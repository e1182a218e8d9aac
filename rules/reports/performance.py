"""How contractors do: what is counted and of how many cases, and when that says enough to rank.

What is not on record is None, and never 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from statistics import median
from types import MappingProxyType
from typing import Final

from dateutil.relativedelta import relativedelta

from rules.clocks.dates import LONDON
from rules.errors import InvalidDecisionError
from rules.money import pounds
from rules.sentences import several

LEAST_TO_RANK: Final = 10
"""With fewer cases nobody is ranked: one late job would move a firm from first to last."""

NOT_RECORDED: Final = "not recorded"


class By(StrEnum):
    """What the figures are of."""

    CONTRACTOR = "contractor"
    LOT = "lot"


class Figure(StrEnum):
    """A figure that leads to the list of its cases."""

    OFFERS = "offers"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    ACCEPT_TIME = "accept_time"
    ORDERS = "orders"
    START = "start"
    FINISH = "finish"
    VARIATIONS = "variations"
    SNAGS = "snags"
    SURVEY = "survey"


OF_OFFERS: Final = frozenset(
    {Figure.OFFERS, Figure.ACCEPTED, Figure.DECLINED, Figure.LAPSED, Figure.ACCEPT_TIME}
)
"""The figures that count offers; the others count orders."""

TITLES: Final[Mapping[Figure, str]] = MappingProxyType(
    {
        Figure.OFFERS: "Offers",
        Figure.ACCEPTED: "Accepted",
        Figure.DECLINED: "Declined",
        Figure.LAPSED: "Lapsed",
        Figure.ACCEPT_TIME: "Time to accept",
        Figure.ORDERS: "Orders",
        Figure.START: "Started on time",
        Figure.FINISH: "Finished on time",
        Figure.VARIATIONS: "Variations an order",
        Figure.SNAGS: "Snags an order",
        Figure.SURVEY: "Survey",
    }
)

MEANS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Offers": "made in the period, by London’s day; one that was withdrawn or waits for its "
        "answer counts among them and as nothing else.",
        "Accepted, declined, lapsed": "as the offer stands today; one accepted stays so when "
        "another contractor takes over. The share accepted is of those "
        "three together.",
        "Time to accept": "working days from the offer to its acceptance, the median; the day of "
        "the offer is day 0.",
        "Orders": "raised in the period and not cancelled.",
        "Started on time": "works began by the order’s day to start; of the orders that began, or "
        "whose day is past. A pause of the case, or a delay of the client’s, is not taken out.",
        "Finished on time": "complete by the order’s day to complete; of the orders that are "
        "complete, whose day is past, or that another contractor took over, which is not on "
        "time. Works that stopped for the client’s reasons are left out.",
        "Variations an order": "variations approved, for each order raised, and what they added, "
        "or took off, without VAT.",
        "Snags an order": "snags found, each time one was, for each order that was inspected.",
        "Survey": "what clients answered about the contractors, 1 (poor) to 5 (excellent), the "
        "mean; of the cases whose works are certified and whose client answered.",
    }
)
"""What each figure means, as it stands under them."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with the cases that it rests on.

    Args:
        count: How many of the cases, or the sum over them; None where only the value is known.
        cases: How many cases it rests on.
        value: Percent, days, snags or score to one decimal; None where it rests on no case.
        words: All of it as people read it.
    """

    count: int | None
    cases: int
    value: Decimal | None
    words: str


def share(count: int, among: int) -> Measured:
    """Return a share of cases, in percent."""
    if not among:
        return Measured(0, 0, None, NOT_RECORDED)
    value = _rounded(Decimal(100 * count) / among)
    return Measured(count, among, value, f"{count:,} of {among:,} ({_plain(value)} %)")


def mean(total: int, cases: int, *, what: str) -> Measured:
    """Return a mean over cases.

    Args:
        what: What one of the cases is, such as ``order``.
    """
    if not cases:
        return Measured(0, 0, None, NOT_RECORDED)
    value = _rounded(Decimal(total) / cases)
    return Measured(total, cases, value, f"{_plain(value)} ({several(cases, what)})")


def varied(count: int, net_pence: int, orders: int) -> Measured:
    """Return how many variations were approved of some orders, and what they came to, net."""
    if not orders:
        return Measured(0, 0, None, NOT_RECORDED)
    value = _rounded(Decimal(count) / orders)
    came_to = f", {pounds(net_pence)}" if count else ""
    approved = f"{several(count, 'variation')}{came_to}"
    words = f"{_plain(value)} ({several(orders, 'order')}; {approved})"
    return Measured(count, orders, value, words)


def middle(days: Sequence[int]) -> Measured:
    """Return the median of some numbers of working days."""
    if not days:
        return Measured(None, 0, None, NOT_RECORDED)
    value = _rounded(Decimal(str(median(days))))
    words = f"{_plain(value)} working {'day' if value == 1 else 'days'}"
    return Measured(None, len(days), value, f"{words} ({several(len(days), 'offer')})")


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _plain(value: Decimal) -> str:
    return f"{value:f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Standing:
    """How one contractor did, or one lot, in a period.

    Args:
        key: Its code; empty for orders of no lot.
        offers: Offers made, those too that were withdrawn or wait for an answer.
        accept_rate: Of the offers that were answered or lapsed.
    """

    key: str
    name: str
    offers: int
    accepted: int
    declined: int
    lapsed: int
    orders: int
    accept_rate: Measured
    accept_time: Measured
    start: Measured
    finish: Measured
    snags: Measured
    survey: Measured
    variations: Measured


RANKED_BY: Final[Mapping[str, tuple[str, bool]]] = MappingProxyType(
    {
        "accept_rate": ("Accepted", True),
        "accept_time": ("Time to accept", False),
        "start": ("Started on time", True),
        "finish": ("Finished on time", True),
        "snags": ("Snags an order", False),
        "survey": ("Survey", True),
    }
)
"""What may be ranked by: its title, and whether more is better."""


def ranked(standings: Sequence[Standing], *, by: str) -> tuple[tuple[int | None, Standing], ...]:
    """Return each with its place; the same value has the same place, too few cases have none.

    Args:
        by: A name of ``RANKED_BY``; empty for no ranking, in the order of names.
    """
    named = sorted(standings, key=lambda one: (one.name.casefold(), one.key))
    if not by:
        return tuple((None, one) for one in named)
    sign = -1 if RANKED_BY[by][1] else 1

    def value(one: Standing) -> Decimal | None:
        measured: Measured = getattr(one, by)
        enough = measured.cases >= LEAST_TO_RANK and measured.value is not None
        return sign * measured.value if enough and measured.value is not None else None

    values = {one.key: value(one) for one in named}
    held = sorted(found for found in values.values() if found is not None)
    in_place = [
        (held.index(found) + 1, one) for one in named if (found := values[one.key]) is not None
    ]
    in_place.sort(key=lambda pair: pair[0])
    return (*in_place, *((None, one) for one in named if values[one.key] is None))


@dataclass(frozen=True, slots=True)
class Period:
    """Days of London's calendar, both counted."""

    first: date
    last: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The instant it begins, and the one at which it is over."""
        begins, over = self.first, self.last + timedelta(days=1)
        return datetime.combine(begins, time(), LONDON), datetime.combine(over, time(), LONDON)


def period(first: date | None, last: date | None, *, today: date) -> Period:
    """Return a period; the year up to today where a day is left out.

    Raises:
        InvalidDecisionError: It ends before it begins.
    """
    end = last or today
    begin = first or end - relativedelta(years=1) + timedelta(days=1)
    if end < begin:
        raise InvalidDecisionError(
            f"The period ends on {end:%-d %B %Y}, before it begins on {begin:%-d %B %Y}.",
            next_step="Give the days the other way round.",
        )
    return Period(begin, end)
