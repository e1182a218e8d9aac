"""How opened quotes are scored, ranked and explained, as the invitation announced.

A quote's price points are the weight of price × the lowest total ÷ its own total; its quality
points are the marks out of 100, each times the weight of its criterion. Everything is exact:
quotes are ranked by the exact sum, and rounded only where a figure is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from rules.errors import InvalidDecisionError
from rules.money import pounds
from rules.plain import made_of


def weights_in_words(*, price_weight: int, quality_weights: Mapping[str, int]) -> tuple[str, ...]:
    """Return how quotes are compared, a sentence each, as the invitation announces it.

    Args:
        price_weight: Percent for price.
        quality_weights: Criterion to percent; with the price they make 100.
    """
    price = (
        "The lowest total with VAT has them all; another has them in the proportion of the lowest "
        "total to its own."
    )
    if not quality_weights:
        return ("Price alone decides: the lowest total with VAT comes first.",)
    marked = ", ".join(f"{name} ({weight})" for name, weight in sorted(quality_weights.items()))
    quality = (
        f"Quality: {sum(quality_weights.values())} points of 100. An officer marks each of these "
        f"from 0 to 100, and the mark counts by its points: {marked}."
    )
    return (f"Price: {price_weight} points of 100. {price}", quality)


@dataclass(frozen=True, slots=True)
class Bid:
    """An opened quote, as it is compared.

    Args:
        contractor: Contractor's code.
        net_pence: Its total before VAT.
        total_pence: Its total with VAT, above zero.
        marks: Criterion to mark, 0 to 100; those not given yet are missing.
        turn: Its place by the lot's turns, 1 for whose turn is next; it settles a tie.
    """

    contractor: str
    net_pence: int
    total_pence: int
    marks: Mapping[str, Decimal]
    turn: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """What the evaluation says of one quote. Its words and figures are for the file.

    Args:
        contractor: Contractor's code.
        place: 1 is the best.
        place_on_price: 1 is the lowest total; equal totals share it.
        net_pence: Its total before VAT.
        total_pence: Its total with VAT.
        above_lowest_pence: What it is above the lowest total.
        price_score: The lowest total ÷ its own × 100, exact.
        price_points: That, weighed.
        quality_points: Its marks, weighed.
        explanation: A sentence with its own figures.
    """

    contractor: str
    place: int
    place_on_price: int
    net_pence: int
    total_pence: int
    above_lowest_pence: int
    price_score: Fraction
    price_points: Fraction
    quality_points: Fraction
    explanation: str

    @property
    def points(self) -> Fraction:
        """All its points of 100, exact."""
        return self.price_points + self.quality_points


def marks_missing(
    *, bids: Sequence[Bid], quality_weights: Mapping[str, int]
) -> dict[str, tuple[str, ...]]:
    """Return the criteria not marked yet, by contractor; only those that lack some.

    Args:
        quality_weights: Criterion to percent.
    """
    missing = {
        bid.contractor: tuple(name for name in sorted(quality_weights) if name not in bid.marks)
        for bid in bids
    }
    return {contractor: names for contractor, names in missing.items() if names}


def evaluate(
    *, bids: Sequence[Bid], price_weight: int, quality_weights: Mapping[str, int]
) -> tuple[Ranked, ...]:
    """Rank opened quotes by price and quality.

    Args:
        bids: The opened quotes, once each, in any order; every one fully marked.
        price_weight: Percent for price.
        quality_weights: Criterion to percent; with the price they make 100.

    Returns:
        Every quote, the best first. Ties go to the lower total, then by the lot's turns, then by
        code.

    Raises:
        InvalidDecisionError: A mark is missing; all that are missing are named.

    Source: the invitation's own terms, as announced to everybody invited.
    """
    missing = marks_missing(bids=bids, quality_weights=quality_weights)
    if missing:
        words = "; ".join(f"{who}: {', '.join(names)}" for who, names in sorted(missing.items()))
        raise InvalidDecisionError(
            f"Marks are missing for {words}.",
            why="Every quote that was opened is marked on every criterion before the award.",
            next_step="Record them with `--score CONTRACTOR --mark CRITERION=NN`.",
        )
    if not bids:
        return ()
    lowest = min(bid.total_pence for bid in bids)
    scored = [(bid, *_points(bid, lowest, price_weight, quality_weights)) for bid in bids]
    scored.sort(
        key=lambda row: (-(row[1] + row[2]), row[0].total_pence, row[0].turn, row[0].contractor)
    )
    totals = sorted(bid.total_pence for bid in bids)
    return tuple(
        made_of(
            Ranked,
            bid,
            place=place,
            place_on_price=totals.index(bid.total_pence) + 1,
            above_lowest_pence=bid.total_pence - lowest,
            price_score=Fraction(lowest * 100, bid.total_pence),
            price_points=price,
            quality_points=quality,
            explanation=_explained(bid, place, price, quality, lowest, price_weight),
        )
        for place, (bid, price, quality) in enumerate(scored, start=1)
    )


def _points(
    bid: Bid, lowest: int, price_weight: int, quality_weights: Mapping[str, int]
) -> tuple[Fraction, Fraction]:
    price = Fraction(price_weight * lowest, bid.total_pence)
    quality = sum(
        (Fraction(bid.marks[name]) * weight / 100 for name, weight in quality_weights.items()),
        Fraction(0),
    )
    return price, quality


def _explained(
    bid: Bid, place: int, price: Fraction, quality: Fraction, lowest: int, price_weight: int
) -> str:
    above = bid.total_pence - lowest
    standing = f"{pounds(above)} above the lowest total" if above else "the lowest total"
    words = (
        f"Place {place}: {shown(price + quality)} points of 100: price {shown(price)} of "
        f"{price_weight} ({pounds(bid.total_pence)}, {standing})"
    )
    if price_weight == 100:
        return f"{words}."
    marks = ", ".join(f"{name} {mark.normalize():f}" for name, mark in sorted(bid.marks.items()))
    return f"{words}, quality {shown(quality)} of {100 - price_weight} ({marks})."


def shown(figure: Fraction) -> str:
    """Return points as people read them: two decimal places, half up.

    Args:
        figure: Points, zero or more, exact.
    """
    whole, part = divmod((figure * 100 + Fraction(1, 2)).__floor__(), 100)
    return f"{whole}.{part:02d}"
