"""Awards: who is offered the works next, and what is said of every contractor in the lot.

A turn is an offer at its net value, whether it is then accepted, declined or lapses. Being skipped
for capacity, an expired document, a conflict or the area is no turn. Turns are what settles
rotation, and what settles a tie under the other rules. What a contractor's turns come to is its
ledger: whoever keeps the turns adds them up.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from rules.clocks.workdays import in_words
from rules.errors import NobodyEligibleError
from rules.money import pounds
from rules.plain import made_of
from rules.sentences import several

ROTATION = "rotation"
LOWEST_PRICE = "lowest_price"
RANKED = "ranked"
MINI_COMPETITION = "mini_competition"

_NOBODY_EXCLUDED: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a contractor's turns in a lot come to, up to and on a day.

    Args:
        value_pence: Net value of its turns since 1 April.
        turns: How many they are.
        last_on: The day of its last turn ever, or None if it never had one.
        sequence: Which came first of last turns on one day; higher is later.
    """

    value_pence: int = 0
    turns: int = 0
    last_on: date | None = None
    sequence: int = 0


NO_TURNS: Final = Ledger()
"""The ledger of a contractor that never had a turn."""


@dataclass(frozen=True, slots=True)
class Bidder:
    """A contractor of the lot and its price for these works.

    Args:
        contractor: Contractor's code.
        rank: Its rank in the lot, 1 first, or None.
        total_pence: Its total for these works with VAT, or None without a price.
        net_pence: Its net for these works, or None without a price.
        reasons: Why it is not eligible; empty means eligible.
    """

    contractor: str
    rank: int | None
    total_pence: int | None
    net_pence: int | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """What the award says of one contractor.

    Args:
        contractor: Contractor's code.
        place: 1 for the first to be offered the works; None if it is not to be offered them.
        total_pence: Its total for these works, or None without a price.
        net_pence: Its net for these works, or None without a price.
        reasons: Why it is not to be offered them; empty if it has a place.
        explanation: A sentence for the record.
        saving_pence: How far its total is below the highest of those with a place; below zero
            for one without a place that is dearer still; None without a price.
        above_lowest_pence: How far its total is above the lowest of those with a place; below
            zero for one without a place that is cheaper still; None without a price.
    """

    contractor: str
    place: int | None
    total_pence: int | None
    net_pence: int | None
    reasons: tuple[str, ...]
    explanation: str
    saving_pence: int | None = None
    above_lowest_pence: int | None = None


@dataclass(frozen=True, slots=True)
class Award:
    """The outcome of an award rule on one set of works.

    Args:
        rule: The rule.
        placings: Every contractor of the lot: those with a place in offer order, then the others
            by code.
        highest_pence: Highest total of those with a place.
        lowest_pence: Lowest total of those with a place.
    """

    rule: str
    placings: tuple[Placing, ...]
    highest_pence: int
    lowest_pence: int

    @property
    def order(self) -> tuple[str, ...]:
        """The contractors to offer the works to, in turn."""
        return tuple(placing.contractor for placing in self.placings if placing.place is not None)


def award(
    *,
    rule: str,
    bidders: Sequence[Bidder],
    ledger: Mapping[str, Ledger],
    on: date,
    excluded: Mapping[str, str] = _NOBODY_EXCLUDED,
) -> Award:
    """Put a lot's contractors in the order in which they are offered some works.

    Args:
        rule: ``rotation``, ``lowest_price`` or ``ranked``.
        bidders: Every contractor of the lot, once each, in any order.
        ledger: What each contractor's turns come to on that day; none, for one left out.
        on: The day of the award.
        excluded: Contractor to why it is out of this award, such as having declined it.

    Returns:
        A placing with an explanation for every contractor.

    Raises:
        ValueError: The rule is unknown or is a mini-competition, which an officer awards; or a
            contractor is there twice.
        NobodyEligibleError: None can be offered the works; every contractor's reasons are given.

    Source: the lot's award rule. Rotation: least value of turns since 1 April, then fewest turns
    since then, then the last turn longest ago, then code. Lowest price: least total, then
    rotation. Ranked: lowest rank, then rotation.
    """
    _check(rule, bidders)
    since = year_start(on)
    bars = {bidder.contractor: _bars(rule, bidder, excluded) for bidder in bidders}
    placed = sorted(
        (bidder for bidder in bidders if not bars[bidder.contractor]),
        key=lambda bidder: (_measure(rule, bidder), turn_key(ledger, bidder.contractor)),
    )
    if not placed:
        raise _nobody(bars)
    totals = [bidder.total_pence for bidder in placed if bidder.total_pence is not None]
    highest, lowest = max(totals), min(totals)
    measures = [_measure(rule, bidder) for bidder in placed]
    placings = []
    for place, bidder in enumerate(placed, start=1):
        turns = turns_so_far(ledger.get(bidder.contractor, NO_TURNS), since)
        words = _standing(rule, measures, place, turns)
        said = {"place": place, "reasons": (), "explanation": words}
        placings.append(_placing(bidder, highest, lowest, **said))
    for bidder in sorted(bidders, key=lambda bidder: bidder.contractor):
        if reasons := bars[bidder.contractor]:
            said = {"place": None, "reasons": reasons, "explanation": not_offered(reasons)}
            placings.append(_placing(bidder, highest, lowest, **said))
    return Award(rule, tuple(placings), highest_pence=highest, lowest_pence=lowest)


def not_offered(reasons: Sequence[str]) -> str:
    """Return why a contractor is not offered works, as a sentence."""
    return f"Not offered: {'; '.join(reasons)}."


def _check(rule: str, bidders: Sequence[Bidder]) -> None:
    """Refuse a rule that is not applied here, and a contractor that is there twice."""
    if rule == MINI_COMPETITION:
        raise ValueError("A mini-competition is awarded by an officer, not by a rule.")
    if rule not in (ROTATION, LOWEST_PRICE, RANKED):
        raise ValueError(
            f"{rule!r} is not an award rule. Use {ROTATION}, {LOWEST_PRICE} or {RANKED}."
        )
    counts = Counter(bidder.contractor for bidder in bidders)
    if twice := sorted(contractor for contractor, count in counts.items() if count > 1):
        raise ValueError(f"{', '.join(twice)} is there more than once. Name each contractor once.")


def year_start(on: date) -> date:
    """Return the 1 April since which turns count on a day."""
    return date(on.year if on.month >= 4 else on.year - 1, 4, 1)


def turn_key(
    ledger: Mapping[str, Ledger], contractor: str
) -> tuple[int, int, tuple[date, int], str]:
    """Return what rotation sorts a contractor by.

    Args:
        ledger: What each contractor's turns come to; none, for one left out.

    Returns:
        The least value first, then the fewest turns, then the last turn longest ago, then code.
    """
    held = ledger.get(contractor, NO_TURNS)
    last = (held.last_on or date.min, held.sequence)
    return (held.value_pence, held.turns, last, contractor)


def _bars(rule: str, bidder: Bidder, excluded: Mapping[str, str]) -> tuple[str, ...]:
    """Return every reason why a contractor is not to be offered the works."""
    reasons = list(bidder.reasons)
    if bidder.contractor in excluded:
        reasons.append(excluded[bidder.contractor])
    if not reasons and (bidder.total_pence is None or bidder.net_pence is None):
        reasons.append("it has no price for these works")
    if not reasons and rule == RANKED and bidder.rank is None:
        reasons.append("it has no rank in the lot")
    return tuple(reasons)


def _measure(rule: str, bidder: Bidder) -> int:
    """Return what the rule compares before it comes to turns; rotation compares nothing else."""
    measure = {LOWEST_PRICE: bidder.total_pence, RANKED: bidder.rank}.get(rule)
    return measure or 0


def _placing(bidder: Bidder, highest_pence: int, lowest_pence: int, **said: Any) -> Placing:
    """Return what the award says of one contractor."""
    total = bidder.total_pence
    saving = None if total is None else highest_pence - total
    above = None if total is None else total - lowest_pence
    return made_of(Placing, bidder, **said, saving_pence=saving, above_lowest_pence=above)


def _standing(rule: str, measures: list[int], place: int, turns: str) -> str:
    """Return why a contractor has its place, as a sentence."""
    if rule == ROTATION:
        return f"Place {place}: {turns}."
    measure = measures[place - 1]
    if rule == RANKED:
        standing = f"rank {measure} in the lot"
    elif measure == measures[0]:
        standing = f"{pounds(measure)}, the lowest total"
    else:
        standing = f"{pounds(measure)}, {pounds(measure - measures[0])} above the lowest total"
    if measures.count(measure) > 1:
        standing += f"; shared with another, so settled by turns: {turns}"
    return f"Place {place}: {standing}."


def turns_so_far(held: Ledger, since: date) -> str:
    """Return a contractor's turns since a 1 April as a clause."""
    last = "" if held.last_on is None else f", the last on {in_words(held.last_on)}"
    if held.turns == 0:
        return f"no turn since {in_words(since)}{last}"
    turns = several(held.turns, "turn")
    return f"{turns} worth {pounds(held.value_pence)} since {in_words(since)}{last}"


def _nobody(bars: Mapping[str, tuple[str, ...]]) -> NobodyEligibleError:
    """Return the error that names every contractor's reasons."""
    reasons = [f"{contractor}: {'; '.join(bars[contractor])}." for contractor in sorted(bars)]
    return NobodyEligibleError(
        "No contractor in the lot can be offered these works.",
        why=" ".join(reasons) or "The lot has no contractors.",
        next_step="Clear one of these reasons, or add a contractor to the lot.",
    )
