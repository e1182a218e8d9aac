"""Budgets handed on: money for grants that goes from one authority to another which follows it.

What is committed goes with its case, and as much of the budget with it; what is left is divided by
shares. Every step takes from one budget what it gives another, so that no sum is ever other.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.succession_queries import carried_out
from rules.delivery.succession import as_at, divided
from services.grants.budgets import held_by
from services.grants.handing import LOCKED, Handed, hand


def hand_grant(conn: Connection, *, case: AnyRow, taker: str) -> Handed | None:
    """Hand on what a case holds committed, with as much of the budget that it is committed in.

    Args:
        case: Its row, while its authority still is who gives.
    """
    held = held_by(conn, case_id=case.id)
    if held is None or not held[1]:
        return None
    handed = Handed(held[0], case.authority, taker, held[1], committed=True)
    hand(conn, handed)
    return handed


def hand_what_is_left(
    conn: Connection, *, giver: str, shares: Mapping[str, int]
) -> tuple[Handed, ...]:
    """Divide what each of an authority's budgets has left between those who follow it.

    Args:
        shares: Percent by authority; together 100.
    """
    budgets = conn.execute(LOCKED, {"authorities": sorted({giver, *shares})}).all()
    found = tuple(_divided((row for row in budgets if row.authority == giver), shares))
    for handed in found:
        hand(conn, handed)
    return found


def draw_back(conn: Connection, *, case: AnyRow, pence: int, on: date) -> None:
    """Give an authority that has ended what a case of its own needs again, of its successor's.

    Nothing is drawn where the successor has not so much left of that year.

    Args:
        pence: What is to be committed in the budget that the grant was committed in.
    """
    held = held_by(conn, case_id=case.id)
    giver = as_at(case.authority, case.postcode, carried_out(conn), on=on)
    if held is None or giver == case.authority:
        return
    whose = {"authorities": sorted((giver, case.authority))}
    left = {
        row.authority: row.amount_pence - row.committed_pence
        for row in conn.execute(LOCKED, whose)
        if row.year == held[0]
    }
    short = pence - left.get(case.authority, 0)
    if 0 < short <= left.get(giver, 0):
        hand(conn, Handed(held[0], giver, case.authority, short, committed=False))


def _divided(budgets: Iterable[AnyRow], shares: Mapping[str, int]) -> Iterator[Handed]:
    for row in budgets:
        parts = divided(row.amount_pence - row.committed_pence, shares)
        for taker, pence in sorted(parts.items()):
            if pence:
                yield Handed(row.year, row.authority, taker, pence, committed=False)
