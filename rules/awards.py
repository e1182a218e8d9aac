"""Awards: who is offered the works next, and what is said of every contractor in the lot.

A turn is an offer at its net value, whether it is then accepted, declined or lapses. Being skipped
for capacity, an expired document, a conflict or the area is no turn. Turns are what settles
rotation, and what settles a tie under the other rules.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from rules.errors import NobodyEligibleError
from rules.money import pounds
from rules.workdays import in_words

ROTATION = "rotation"
LOWEST_PRICE = "lowest_price"
RANKED = "ranked"
MINI_COMPETITION = "mini_competition"

_NEVER = (date.min, 0)
_NOBODY_EXCLUDED: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Turn:
    """An offer made in the lot.

    Args:
        contractor: Contractor's code.
        net_pence: Net value of the offer.
        offered_on: The day it was made.
        sequence: Which came first of offers made on one day; higher is later.
    """

    contractor: str
    net_pence: int
    offered_on: date
    sequence: int


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
    """

    contractor: str
    place: int | None
    total_pence: int | None
    net_pence: int | None
    reasons: tuple[str, ...]
    explanation: str


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


@dataclass(slots=True)
class _Record:
    """A contractor's turns so far; the fields, in order, are rotation's order."""

    value_pence: int = 0
    turns: int = 0
    last: tuple[date, int] = _NEVER

    def key(self, contractor: str) -> tuple[int, int, tuple[date, int], str]:
        return (self.value_pence, self.turns, self.last, contractor)


def award(
    *,
    rule: str,
    bidders: Sequence[Bidder],
    turns: Iterable[Turn],
    on: date,
    excluded: Mapping[str, str] = _NOBODY_EXCLUDED,
) -> Award:
    """Put a lot's contractors in the order in which they are offered some works.

    Args:
        rule: ``rotation``, ``lowest_price`` or ``ranked``.
        bidders: Every contractor of the lot, once each, in any order.
        turns: The lot's turns, earlier years too (they tell whose last turn is longest ago).
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
    since = _first_april(on)
    records = _records(turns, since, on)
    bars = {bidder.contractor: _bars(rule, bidder, excluded) for bidder in bidders}
    placed = sorted(
        (bidder for bidder in bidders if not bars[bidder.contractor]),
        key=lambda bidder: (
            _measure(rule, bidder),
            records[bidder.contractor].key(bidder.contractor),
        ),
    )
    if not placed:
        raise _nobody(bars)
    measures = [_measure(rule, bidder) for bidder in placed]
    placings = [
        _placed(bidder, place, _standing(rule, measures, place, records[bidder.contractor], since))
        for place, bidder in enumerate(placed, start=1)
    ]
    placings += [
        _passed_over(bidder, bars[bidder.contractor])
        for bidder in sorted(bidders, key=lambda bidder: bidder.contractor)
        if bars[bidder.contractor]
    ]
    totals = [bidder.total_pence for bidder in placed if bidder.total_pence is not None]
    return Award(rule, tuple(placings), highest_pence=max(totals), lowest_pence=min(totals))


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


def _first_april(on: date) -> date:
    """Return the start of the financial year that a date is in."""
    return date(on.year if on.month >= 4 else on.year - 1, 4, 1)


def _records(turns: Iterable[Turn], since: date, on: date) -> defaultdict[str, _Record]:
    """Return each contractor's turns up to the day of the award."""
    records: defaultdict[str, _Record] = defaultdict(_Record)
    for turn in turns:
        if turn.offered_on > on:
            continue
        record = records[turn.contractor]
        record.last = max(record.last, (turn.offered_on, turn.sequence))
        if turn.offered_on >= since:
            record.value_pence += turn.net_pence
            record.turns += 1
    return records


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


def _placed(bidder: Bidder, place: int, explanation: str) -> Placing:
    """Return the placing of a contractor that is to be offered the works."""
    totals = (bidder.total_pence, bidder.net_pence)
    return Placing(bidder.contractor, place, *totals, (), explanation)


def _passed_over(bidder: Bidder, reasons: tuple[str, ...]) -> Placing:
    """Return the placing of a contractor that is not to be offered the works."""
    totals = (bidder.total_pence, bidder.net_pence)
    explanation = f"Not offered: {'; '.join(reasons)}."
    return Placing(bidder.contractor, None, *totals, reasons, explanation)


def _standing(rule: str, measures: list[int], place: int, record: _Record, since: date) -> str:
    """Return why a contractor has its place, as a sentence."""
    turns = _turns_so_far(record, since)
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


def _turns_so_far(record: _Record, since: date) -> str:
    """Return a contractor's turns as a clause."""
    last = "" if record.last == _NEVER else f", the last on {in_words(record.last[0])}"
    if record.turns == 0:
        return f"no turn since {in_words(since)}{last}"
    turns = "1 turn" if record.turns == 1 else f"{record.turns} turns"
    return f"{turns} worth {pounds(record.value_pence)} since {in_words(since)}{last}"


def _nobody(bars: Mapping[str, tuple[str, ...]]) -> NobodyEligibleError:
    """Return the error that names every contractor's reasons."""
    reasons = [f"{contractor}: {'; '.join(bars[contractor])}." for contractor in sorted(bars)]
    return NobodyEligibleError(
        "No contractor in the lot can be offered these works.",
        why=" ".join(reasons) or "The lot has no contractors.",
        next_step="Clear one of these reasons, or add a contractor to the lot.",
    )
