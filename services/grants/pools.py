"""Budgets pooled by an arrangement: one draws on another, and each one's share stays reported.

An authority's own budget is committed first. Where it has too little left, the others of its pool
give what is short, most left first; a row says who gave whom how much, for which case. So the pool
is one purse, and what each put in, committed and paid is still its own figure.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import and_, func, select
from sqlalchemy.engine import Connection

from models.arrangement_queries import carried_out
from models.tables.cases import Case
from models.tables.delivery import PoolDraw
from models.tables.funding import Budget
from models.tables.works import Approval, Invoice, Payment, WorkOrder
from rules.delivery.arrangement import in_force
from rules.grants.budgets import year_words
from rules.people import Actor, may_see
from services.grants.budgets import newest_of_case

_BUDGETS: Final = select(*Budget.__table__.c).order_by(Budget.year, Budget.authority)
_DRAWS: Final = (
    select(PoolDraw.year, PoolDraw.giver, PoolDraw.taker, func.sum(PoolDraw.pence).label("pence"))
    .group_by(PoolDraw.year, PoolDraw.giver, PoolDraw.taker)
    .order_by(PoolDraw.year, PoolDraw.giver, PoolDraw.taker)
)
_PAID: Final = (
    select(Case.authority, Approval.budget_year, func.sum(Payment.amount_pence).label("pence"))
    .join(newest_of_case, newest_of_case.c.case_id == Case.id)
    .join(
        Approval,
        and_(
            Approval.case_id == Case.id,
            Approval.step_revision == newest_of_case.c.step_revision,
        ),
    )
    .join(WorkOrder, WorkOrder.case_id == Case.id)
    .join(Invoice, Invoice.order_id == WorkOrder.id)
    .join(Payment, Payment.invoice_id == Invoice.id)
    .where(Approval.budget_year.is_not(None))
    .group_by(Case.authority, Approval.budget_year)
    .order_by(Case.authority, Approval.budget_year)
)


@dataclass(frozen=True, slots=True)
class Share:
    """What one authority has in a pool.

    Args:
        put_in_pence: Its budget as it was given, before anybody drew on another's.
        given_pence: What others drew of it.
        drawn_pence: What it drew of others.
        paid_pence: What was paid on the cases whose grants are committed in that year.
    """

    authority: str
    put_in_pence: int
    given_pence: int
    drawn_pence: int
    committed_pence: int
    paid_pence: int
    left_pence: int


@dataclass(frozen=True, slots=True)
class Pool:
    """Budgets of one year that are one, with the share of each authority."""

    pool: str
    year: int
    shares: tuple[Share, ...]

    @property
    def financial_year(self) -> str:
        """Its year as councils write it."""
        return year_words(self.year)

    @property
    def together(self) -> Share:
        """What the shares add up to."""
        names = [name for name in Share.__slots__ if name != "authority"]
        return Share("", *(sum(getattr(one, name) for one in self.shares) for name in names))


def pools(conn: Connection, *, on: date, viewer: Actor | None = None) -> list[Pool]:
    """Return the pools that there are on a day, each year of each, with the shares of all in it.

    Args:
        viewer: Who sees those of which they serve somebody; None sees all.
    """
    of = pool_names(conn, on=on)
    given: dict[tuple[str, int], int] = defaultdict(int)
    taken: dict[tuple[str, int], int] = defaultdict(int)
    for row in conn.execute(_DRAWS):
        given[row.giver, row.year] += int(row.pence)
        taken[row.taker, row.year] += int(row.pence)
    paid = {(row.authority, row.budget_year): int(row.pence) for row in conn.execute(_PAID)}
    found: dict[tuple[str, int], list[Share]] = defaultdict(list)
    for row in conn.execute(_BUDGETS):
        if row.authority in of:
            key = (row.authority, row.year)
            found[of[row.authority], row.year].append(
                Share(
                    row.authority,
                    row.amount_pence + given[key] - taken[key],
                    given[key],
                    taken[key],
                    row.committed_pence,
                    paid.get(key, 0),
                    row.amount_pence - row.committed_pence,
                )
            )
    return [
        Pool(*key, tuple(shares))
        for key, shares in sorted(found.items())
        if viewer is None or any(may_see(viewer, authority=one.authority) for one in shares)
    ]


def pool_names(conn: Connection, *, on: date) -> dict[str, str]:
    """Return in which pool the budget of each authority is that has one with others."""
    held = carried_out(conn).values()
    found = {}
    for authority in {one.authority for one in held}:
        pool = next((one.pool for one in in_force(held, authority=authority, on=on)), "")
        if pool:
            found[authority] = pool
    return found
