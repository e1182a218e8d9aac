"""Budgets that give to each other: what one is less, another of the same year is more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.delivery import PoolDraw
from models.tables.funding import Budget
from rules.delivery.arrangement import drawn

LOCKED: Final = (
    select(*Budget.__table__.c)
    .where(Budget.authority.in_(bindparam("authorities", expanding=True)))
    .order_by(Budget.authority, Budget.year)
    .with_for_update()
)
"""The budgets of ``authorities``, held in their order: two never wait in a ring."""

_ADD: Final = insert(Budget)
_DRAWN: Final = insert(PoolDraw)
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


def hand(conn: Connection, handed: Handed) -> None:
    """Take from one budget what another gets, which is made where there is none of that year."""
    found = _of_year(conn, handed)
    if handed.taker not in found:
        fresh = {"authority": handed.taker, "year": handed.year}
        conn.execute(_ADD, {**fresh, "amount_pence": 0, "committed_pence": 0})
        found = _of_year(conn, handed)
    for authority, sign in ((handed.giver, -1), (handed.taker, 1)):
        more = sign * handed.pence
        committed = {"more_committed_pence": more * handed.committed}
        conn.execute(_MOVE, {"budget_id": found[authority].id, "more_pence": more, **committed})


def draw(
    conn: Connection, *, case: AnyRow, year: int, short_pence: int, others: Mapping[str, int]
) -> bool:
    """Give an authority what its budget is short of, out of its pool; say whether there is enough.

    Args:
        others: What each other authority of its pool has left, in pence; their budgets are locked.
    """
    found = drawn(short_pence, others)
    for giver, pence in sorted(found.items()):
        hand(conn, Handed(year, giver, case.authority, pence, committed=False))
        row = {"year": year, "giver": giver, "taker": case.authority, "pence": pence}
        conn.execute(_DRAWN, {"case_id": case.id, **row})
    return bool(found)


def _of_year(conn: Connection, handed: Handed) -> dict[str, AnyRow]:
    whose = {"authorities": sorted((handed.giver, handed.taker))}
    return {row.authority: row for row in conn.execute(LOCKED, whose) if row.year == handed.year}
