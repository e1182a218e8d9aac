"""Budgets handed on: money for grants that goes from one authority to another which follows it.

What is committed goes with its case, and as much of the budget with it; what is left is divided by
shares. Every step takes from one budget what it gives another, so that no sum is ever other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.succession_queries import carried_out
from models.tables.funding import Budget
from rules.delivery.succession import as_at, divided
from services.grants.budgets import held_by

_LOCKED: Final = (
    select(*Budget.__table__.c)
    .where(Budget.authority.in_(bindparam("authorities", expanding=True)))
    .order_by(Budget.authority, Budget.year)
    .with_for_update()
)
_ADD: Final = insert(Budget)
_MOVE: Final = (
    update(Budget)
    .where(Budget.id == bindparam("budget_id"))
    .values(
        amount_pence=Budget.amount_pence + bindparam("more_pence"),
        committed_pence=Budget.committed_pence + bindparam("more_committed_pence"),
    )
)


@dataclass(frozen=True, slots=True)
class Handed:
    """Money that went from the budget of one authority to another's of the same year.

    Args:
        year: The year of its 1 April.
        pence: What the one budget is less, and the other more.
        committed: Whether it is committed to a grant.
    """

    year: int
    giver: str
    taker: str
    pence: int
    committed: bool


def hand_grant(conn: Connection, *, case: AnyRow, taker: str) -> Handed | None:
    """Hand on what a case holds committed, with as much of the budget that it is committed in.

    Args:
        case: Its row, while its authority still is who gives.
    """
    held = held_by(conn, case_id=case.id)
    if held is None or not held[1]:
        return None
    handed = Handed(held[0], case.authority, taker, held[1], committed=True)
    _hand(conn, handed)
    return handed


def hand_what_is_left(
    conn: Connection, *, giver: str, shares: Mapping[str, int]
) -> tuple[Handed, ...]:
    """Divide what each of an authority's budgets has left between those who follow it.

    Args:
        shares: Percent by authority; together 100.
    """
    budgets = conn.execute(_LOCKED, {"authorities": sorted({giver, *shares})}).all()
    found = tuple(_divided((row for row in budgets if row.authority == giver), shares))
    for handed in found:
        _hand(conn, handed)
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
        for row in conn.execute(_LOCKED, whose)
        if row.year == held[0]
    }
    short = pence - left.get(case.authority, 0)
    if 0 < short <= left.get(giver, 0):
        _hand(conn, Handed(held[0], giver, case.authority, short, committed=False))


def _divided(budgets: Iterable[AnyRow], shares: Mapping[str, int]) -> Iterator[Handed]:
    for row in budgets:
        parts = divided(row.amount_pence - row.committed_pence, shares)
        for taker, pence in sorted(parts.items()):
            if pence:
                yield Handed(row.year, row.authority, taker, pence, committed=False)


def _hand(conn: Connection, handed: Handed) -> None:
    found = _of_year(conn, handed)
    if handed.taker not in found:
        fresh = {"authority": handed.taker, "year": handed.year}
        conn.execute(_ADD, {**fresh, "amount_pence": 0, "committed_pence": 0})
        found = _of_year(conn, handed)
    for authority, sign in ((handed.giver, -1), (handed.taker, 1)):
        more = sign * handed.pence
        committed = {"more_committed_pence": more * handed.committed}
        conn.execute(_MOVE, {"budget_id": found[authority].id, "more_pence": more, **committed})


def _of_year(conn: Connection, handed: Handed) -> dict[str, AnyRow]:
    """Hold both budgets in the order of their authorities: two never wait in a ring."""
    whose = {"authorities": sorted((handed.giver, handed.taker))}
    return {row.authority: row for row in conn.execute(_LOCKED, whose) if row.year == handed.year}
