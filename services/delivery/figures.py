"""What the authorities of a plan come to, before and after: cases, teams, money and clocks."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.engine import Connection

from models.tables.cases import Case, CaseStep
from models.tables.clocks import Clock
from models.tables.delivery import Arrangement
from models.tables.funding import Budget
from models.tables.works import Invoice, Payment, WorkOrder
from rules.pathway import LIVE
from rules.people import Actor, may_see

_THEIRS: Final = Case.authority.in_(bindparam("authorities", expanding=True))
_CASES: Final = (
    select(Case.authority, Case.status, func.count().label("number"))
    .where(_THEIRS)
    .group_by(Case.authority, Case.status)
    .order_by(Case.authority, Case.status)
)
_STEPS: Final = (
    select(Case.authority, CaseStep.step, func.count().label("number"))
    .join(CaseStep, CaseStep.case_id == Case.id)
    .where(_THEIRS, Case.status.in_(LIVE), CaseStep.current, CaseStep.closed_at.is_(None))
    .group_by(Case.authority, CaseStep.step)
    .order_by(Case.authority, CaseStep.step)
)
_BUDGETS: Final = (
    select(Budget.authority, Budget.year, Budget.amount_pence, Budget.committed_pence)
    .where(Budget.authority.in_(bindparam("authorities", expanding=True)))
    .order_by(Budget.authority, Budget.year)
)
_PAID: Final = (
    select(Case.authority, func.sum(Payment.amount_pence).label("paid_pence"))
    .join(WorkOrder, WorkOrder.case_id == Case.id)
    .join(Invoice, Invoice.order_id == WorkOrder.id)
    .join(Payment, Payment.invoice_id == Invoice.id)
    .where(_THEIRS)
    .group_by(Case.authority)
    .order_by(Case.authority)
)
_CLOCKS: Final = (
    select(Case.authority, func.count().label("number"))
    .join(Clock, Clock.case_id == Case.id)
    .where(_THEIRS, Clock.stopped_on.is_(None))
    .group_by(Case.authority)
    .order_by(Case.authority)
)
_WORKED: Final = (
    select(Case.authority, Arrangement.host, Arrangement.team, func.count().label("number"))
    .outerjoin(Arrangement, Arrangement.id == Case.arrangement)
    .where(Case.status.in_(LIVE))
    .group_by(Case.authority, Arrangement.host, Arrangement.team)
    .order_by(Case.authority, Arrangement.host, Arrangement.team)
)
_TEAMS: Final = _WORKED.where(_THEIRS)


def figures(conn: Connection, *, authorities: Sequence[str]) -> dict[str, Any]:
    """Return what some authorities come to, each and, of money, by year; plain, to be kept."""
    given = {"authorities": list(authorities)}
    return {
        name: [dict(row._mapping) for row in conn.execute(question, given)]
        for name, question in (
            ("cases", _CASES),
            ("steps", _STEPS),
            ("budgets", _BUDGETS),
            ("paid", _PAID),
            ("clocks", _CLOCKS),
            ("teams", _TEAMS),
        )
    }


def who_works(conn: Connection, *, viewer: Actor | None = None) -> list[dict[str, Any]]:
    """Return by authority and team how many cases are open; no team where its own officers do."""
    return [
        dict(row._mapping)
        for row in conn.execute(_WORKED)
        if viewer is None or may_see(viewer, authority=row.authority)
    ]


def totals(found: Mapping[str, Any]) -> dict[str, int]:
    """Return the sums that a plan keeps: by status, step and year, whichever authority has them."""
    sums: dict[str, int] = {}
    for name, key, measures in (
        ("cases", "status", ("number",)),
        ("steps", "step", ("number",)),
        ("budgets", "year", ("amount_pence", "committed_pence")),
        ("paid", "", ("paid_pence",)),
        ("clocks", "", ("number",)),
        ("teams", "", ("number",)),
    ):
        for row in found.get(name, ()):
            for measure in measures:
                what = " ".join(str(part) for part in (name, row.get(key, ""), measure) if part)
                sums[what] = sums.get(what, 0) + int(row[measure])
    return sums


def budget_totals(found: Mapping[str, Any]) -> dict[int, int]:
    """Return what the budgets come to in each year, in pence."""
    sums: dict[int, int] = {}
    for row in found["budgets"]:
        sums[row["year"]] = sums.get(row["year"], 0) + row["amount_pence"]
    return sums
