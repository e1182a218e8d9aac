"""Budgets: what an authority has for grants in a financial year, and what approvals commit of it.

An approval commits its grant in the year of its decision, in the transaction of the decision and
with the budget's row locked; a later approval of the same case, or the end of the case, releases
it. An authority with no budget for the year is not checked.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    BindParameter,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from models.arrangement_queries import pooled_with
from models.asked import rows
from models.base import AnyRow, rows_by
from models.case_queries import approval_of
from models.contacts import authority_of
from models.tables.cases import Case
from models.tables.funding import Budget, ChargePayment, GrantHeld
from models.tables.works import Approval, OrderEnding, WorkOrder
from rules.errors import BudgetError
from rules.grants.budgets import BudgetLeft, financial_year, year_words
from rules.money import pounds
from rules.pathway import CaseStatus
from services.grants.handing import draw

HOLDS_ITS_GRANT: Final = (CaseStatus.OPEN, CaseStatus.PAID, CaseStatus.CLOSED)
"""A case with one of these keeps its grant committed; every other exit releases it."""

_YEARS: Final[BindParameter[Any]] = bindparam("years", expanding=True)
_WHOSE: Final[BindParameter[Any]] = bindparam("authorities", expanding=True)
_OF_YEARS: Final = (
    rows_by(Budget)
    .where(Budget.authority.in_(_WHOSE), Budget.year.in_(_YEARS))
    .order_by(Budget.authority, Budget.year)
)
_LOCKED: Final = _OF_YEARS.with_for_update()
_Budgets: TypeAlias = Mapping[tuple[str, int], AnyRow]
"""Budgets by authority and year."""

_MOVE: Final = (
    update(Budget)
    .where(Budget.id == bindparam("budget_id"))
    .values(committed_pence=Budget.committed_pence + bindparam("more_pence"))
)

newest_of_case: Final = (
    select(Approval.case_id, func.max(Approval.step_revision).label("step_revision"))
    .group_by(Approval.case_id)
    .subquery()
)
"""The newest s.34 decision of each case."""

_OF_ENDED: Final = (
    select(func.sum(OrderEnding.grant_pence))
    .join(WorkOrder, WorkOrder.id == OrderEnding.order_id)
    .where(OrderEnding.grant_pence > 0)
)
_OF_CHARGES: Final = select(func.sum(ChargePayment.amount_pence))
_PAID_BY_GRANT: Final = func.nullif(
    func.coalesce(_OF_ENDED.where(WorkOrder.case_id == Case.id).scalar_subquery(), 0)
    + func.coalesce(_OF_CHARGES.where(ChargePayment.case_id == Case.id).scalar_subquery(), 0),
    0,
)
_KEEPS: Final = _OF_ENDED.where(WorkOrder.case_id == bindparam("case_id"))
_STANDS: Final = Case.status.in_(HOLDS_ITS_GRANT)
_NEWEST: Final = aliased(GrantHeld)
_HELD_SINCE: Final = (
    select(GrantHeld.grant_pence)
    .where(
        GrantHeld.approval_id == Approval.id,
        ~exists().where(_NEWEST.approval_id == GrantHeld.approval_id, _NEWEST.id > GrantHeld.id),
    )
    .correlate(Approval)
    .scalar_subquery()
)
HELD: Final = func.coalesce(_HELD_SINCE, Approval.grant_pence)
"""The grant of an approval in SQL: as approved, or as it was reduced since (s.42)."""

_KEPT: Final = case((_STANDS, HELD), else_=_PAID_BY_GRANT)
REDUCED: Final = rows_by(GrantHeld, "case_id").order_by(GrantHeld.id.desc())

LIVE: Final = (
    select(Case.reference, Case.authority, Approval.budget_year, Approval.decided_on)
    .add_columns(_KEPT.label("grant_pence"))
    .join(Approval, Approval.case_id == Case.id)
    .join(
        newest_of_case,
        and_(
            newest_of_case.c.case_id == Approval.case_id,
            newest_of_case.c.step_revision == Approval.step_revision,
        ),
    )
    .where(Approval.outcome == "approved", or_(_STANDS, _PAID_BY_GRANT.is_not(None)))
)
"""The approvals whose grants stand; of a case that ended with what was done, what it paid."""

_ALL: Final = rows_by(Budget).order_by(Budget.authority, Budget.year)
_NOT_COUNTED: Final = (
    LIVE.with_only_columns(
        Case.authority, Approval.decided_on, func.sum(_KEPT).label("grant_pence")
    )
    .where(Approval.budget_year.is_(None))
    .group_by(Case.authority, Approval.decided_on)
)


def budget_left(conn: Connection, *, authority: str, on: date) -> BudgetLeft | None:
    """Return the budget that a decision of a London date would commit, or None."""
    whose = sorted(pooled_with(conn, authority=authority))
    values = {"authorities": whose, "years": [financial_year(on)]}
    held = {row.authority: row for row in conn.execute(_OF_YEARS, values)}
    own = held.pop(authority, None)
    pooled = sum(map(_left, held.values()))
    if own is None:
        return None
    return BudgetLeft(own.year, own.amount_pence, own.committed_pence, pooled)


def held_by(conn: Connection, *, case_id: int) -> tuple[int, int] | None:
    """Return the budget year and the pence that a case which has not ended holds, or None."""
    newest = approval_of(conn, case_id=case_id)
    if newest is None or newest.outcome != "approved" or newest.budget_year is None:
        return None
    held = grant_held(conn, approval=newest)
    return newest.budget_year, newest.grant_pence if held is None else held


def grant_held(conn: Connection, *, approval: AnyRow) -> int | None:
    """Return what the grant of an approval comes to since it was reduced, in pence, or None."""
    held = rows(conn, REDUCED, case_id=approval.case_id)
    return next((int(row.grant_pence) for row in held if row.approval_id == approval.id), None)


def reduce_grant(
    conn: Connection, *, case: AnyRow, approval: AnyRow, grant_pence: int, now: datetime
) -> int:
    """Hold what the grant pays now (s.42), or all of it again; return the pence given back.

    Raises:
        BudgetError: It rises again, and there is not so much left.
    """
    since = grant_held(conn, approval=approval)
    freed = int(approval.grant_pence if since is None else since) - grant_pence
    if not freed:
        return 0
    kept = {"case_id": case.id, "approval_id": approval.id, "held_from": now}
    conn.execute(insert(GrantHeld), kept | {"grant_pence": grant_pence})
    year = approval.budget_year
    budgets = {} if year is None else _locked(conn, case=case, years={year})
    found = _commit(conn, case=case, budgets=budgets, year=year or 0, pence=-freed)
    return 0 if found is None else freed


def commit_grant(conn: Connection, *, case: AnyRow, grant_pence: int, on: date) -> int | None:
    """Commit a grant in the budget of its year instead of what the case held; return the year.

    Args:
        conn: A writing connection; the budgets' rows stay locked until it ends.
        on: The London date of the decision.

    Returns:
        The year it is committed in, or None where the authority has no budget for it.

    Raises:
        BudgetError: There is not so much left.
    """
    year = financial_year(on)
    held = held_by(conn, case_id=case.id)
    years = {year, *(held[:1] if held else ())}
    budgets = _locked(conn, case=case, years=years)
    if held is not None:
        _release(conn, case, budgets, held)
        budgets = _locked(conn, case=case, years=years)
    found = _commit(conn, case=case, budgets=budgets, year=year, pence=grant_pence)
    return None if found is None else year


def hold_again(conn: Connection, *, case: AnyRow) -> None:
    """Commit again what an ended case gave back, as it goes on.

    Raises:
        BudgetError: There is not so much left of the budget that it was committed in.
    """
    held = held_by(conn, case_id=case.id)
    if held is None:
        return
    year, pence = held
    _commit(conn, case=case, budgets=_locked(conn, case=case, years={year}), year=year, pence=pence)


def commit_charge(conn: Connection, *, case: AnyRow, pence: int) -> None:
    """Commit a charge that is paid after the end, in the budget that the grant was committed in.

    Raises:
        BudgetError: There is not so much left.
    """
    held = held_by(conn, case_id=case.id)
    if held is not None:
        budgets = _locked(conn, case=case, years={held[0]})
        _commit(conn, case=case, budgets=budgets, year=held[0], pence=pence)


def release_grant(conn: Connection, *, case: AnyRow) -> None:
    """Give back what a case holds committed, if it holds anything.

    What the grant pays of orders that ended with what was done stays committed.
    """
    held = held_by(conn, case_id=case.id)
    if held is not None:
        year, pence = held
        kept = conn.execute(_KEEPS, {"case_id": case.id}).scalar_one() or 0
        budgets = _locked(conn, case=case, years={year})
        _release(conn, case, budgets, (year, pence - int(kept)))


def _locked(conn: Connection, *, case: AnyRow, years: set[int]) -> _Budgets:
    """Hold the budgets of an authority and of its pool, in one order: two never wait in a ring."""
    whose = pooled_with(conn, authority=case.authority)
    values = {"authorities": sorted(whose), "years": sorted(years)}
    return {(row.authority, row.year): row for row in conn.execute(_LOCKED, values)}


def _commit(
    conn: Connection, *, case: AnyRow, budgets: _Budgets, year: int, pence: int
) -> AnyRow | None:
    """Commit a sum in an authority's budget, with what its pool gives where it has too little.

    Returns:
        The budget, or None where the authority has none of that year.

    Raises:
        BudgetError: There is not so much left.
    """
    found = budgets.get((case.authority, year))
    if found is None:
        return None
    left = {row.authority: _left(row) for (_, of), row in budgets.items() if of == year}
    short = pence - left.pop(case.authority)
    if short > 0 and not draw(conn, case=case, year=year, short_pence=short, others=left):
        raise _too_little(conn, case=case, pence=pence, budget=found, pooled=sum(left.values()))
    conn.execute(_MOVE, {"budget_id": found.id, "more_pence": pence})
    return found


def _left(budget: AnyRow) -> int:
    return int(budget.amount_pence - budget.committed_pence)


def _release(conn: Connection, case: AnyRow, budgets: _Budgets, held: tuple[int, int]) -> None:
    year, pence = held
    if found := budgets.get((case.authority, year)):
        conn.execute(_MOVE, {"budget_id": found.id, "more_pence": -pence})


def _too_little(
    conn: Connection, *, case: AnyRow, pence: int, budget: AnyRow, pooled: int
) -> BudgetError:
    name = authority_of(conn, case=case).name
    others = f" The others of its pool have {pounds(pooled)} left together." if pooled else ""
    return BudgetError(
        f"The grant of {pounds(pence)} is more than is left of the budget of {name} for "
        f"{year_words(budget.year)}: {pounds(_left(budget))} of {pounds(budget.amount_pence)}."
        f"{others}",
        why="A mandatory grant is not refused for want of money; its payment may be deferred up "
        "to 12 months from the application.",
        section="s.36",
        next_step="Ask the budget holder to raise the budget (`handrail import budgets FILE`), "
        "and record the approval again.",
    )


def budget_list(conn: Connection, *, authority: str = "") -> list[dict[str, Any]]:
    """Return the budgets, each with what is committed and left, by authority and year.

    Grants approved in a year before its budget was recorded are committed in none; what they come
    to is said beside.
    """
    uncounted: Counter[tuple[str, int]] = Counter()
    for row in conn.execute(_NOT_COUNTED):
        uncounted[row.authority, financial_year(row.decided_on)] += int(row.grant_pence)
    return [
        {
            "authority": row.authority,
            "year": row.year,
            "financial_year": year_words(row.year),
            "amount_pence": row.amount_pence,
            "committed_pence": row.committed_pence,
            "left_pence": row.amount_pence - row.committed_pence,
            "not_counted_pence": uncounted[row.authority, row.year],
        }
        for row in conn.execute(_ALL)
        if authority in ("", row.authority)
    ]
