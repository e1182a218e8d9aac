"""Turns one by one, and added up the plain way: what the ledger in the database must come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rules.tenders.awards import Ledger


@dataclass(frozen=True, slots=True)
class Turn:
    """An offer made in the lot."""

    contractor: str
    net_pence: int
    offered_on: date
    sequence: int


def add_up(turns: Iterable[Turn], *, on: date) -> dict[str, Ledger]:
    """Return what each contractor's turns come to on a day, written from the rule's sentence."""
    since = date(on.year - (on.month < 4), 4, 1)
    own: dict[str, list[Turn]] = {}
    for turn in turns:
        if turn.offered_on <= on:
            own.setdefault(turn.contractor, []).append(turn)
    ledger = {}
    for contractor, made in own.items():
        this_year = [turn.net_pence for turn in made if turn.offered_on >= since]
        last = max((turn.offered_on, turn.sequence) for turn in made)
        ledger[contractor] = Ledger(sum(this_year), len(this_year), *last)
    return ledger
