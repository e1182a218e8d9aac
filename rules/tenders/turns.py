"""Whose turn it is in a lot, before any works are in hand, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.errors import NobodyEligibleError
from rules.tenders.awards import (
    LOWEST_PRICE,
    MINI_COMPETITION,
    RANKED,
    ROTATION,
    Bidder,
    Ledger,
    Placing,
    award,
    not_offered,
)

_NEXT: Final[Mapping[str, str]] = {
    ROTATION: "{first} is next: {why}",
    RANKED: "{first} is next: {why}",
    LOWEST_PRICE: "The lowest total for the works in hand comes first; of equal totals "
    "{first} does: {why}",
    MINI_COMPETITION: "Each mini-competition is awarded by an officer; of equal scores {first} "
    "comes first: {why}",
}
CASE_BY_CASE: Final = (
    "Trades, certificates, the area, conflicts and room for the works are looked at case by case."
)


@dataclass(frozen=True, slots=True)
class TurnOrder:
    """Whose turn it is.

    Args:
        first: Who comes first, or None where nobody can be offered anything.
        words: Who is next and why, as sentences.
        placings: Every contractor: those in turn, then the others by code; without money.
    """

    first: str | None
    words: str
    placings: tuple[Placing, ...]


def turn_order(
    *, rule: str, members: Sequence[Bidder], ledger: Mapping[str, Ledger], on: date
) -> TurnOrder:
    """Return whose turn it is in a lot on a day.

    Args:
        members: Every contractor of the lot, once each; its price is nothing, for no works are in
            hand, and its reasons are why it can be offered nothing that day, whatever the works.
        ledger: What the turns of each come to on that day; none, for one left out.
    """
    by_turns = RANKED if rule == RANKED else ROTATION
    try:
        placings = award(rule=by_turns, bidders=members, ledger=ledger, on=on).placings
    except NobodyEligibleError as error:
        return TurnOrder(None, error.text(), tuple(map(_nowhere, members)))
    first = placings[0]
    why = first.explanation.partition(": ")[2]
    words = _NEXT[rule].format(first=first.contractor, why=why)
    return TurnOrder(first.contractor, f"{words} {CASE_BY_CASE}", placings)


def _nowhere(member: Bidder) -> Placing:
    reasons = member.reasons or ("it has no rank in the lot",)
    return Placing(member.contractor, None, None, None, reasons, not_offered(reasons))
