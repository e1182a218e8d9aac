"""What adaptations cost, what is committed and spent of the budgets, and what ready prices save."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from models.tables.funding import Budget
from rules.grants.budgets import financial_year
from rules.reports.asked import Asked
from rules.reports.figures import Figure, Shows, Unit
from services.grants.budgets import HOLDS_ITS_GRANT
from services.reports.declared.report import (
    AGE,
    AUTHORITY,
    COUNCIL,
    ROUTE,
    TENURE,
    WORK_TYPE,
    Column,
    Facts,
    Report,
    days_between,
    mean_days,
    mean_pence,
    median_days,
    total_pence,
    within,
)

BENCHMARK_PENCE: Final = 7_396_00
"""The average cost of an adaptation before HEART (its business case, table 15)."""

_PENCE: Final[dict[str, Any]] = {"unit": Unit.PENCE}


def _less(one: str, other: str) -> Callable[[Mapping[str, Figure]], Figure]:
    """Return what takes one figure of a row from another; not recorded where either is not."""

    def worked_out(row: Mapping[str, Figure]) -> Figure:
        left, right = row[one].value, row[other].value
        value = None if left is None or right is None else left - right
        return Figure(value, 0, row[one].unit, Shows.TOTAL)

    return worked_out


def _than_benchmark(row: Mapping[str, Figure]) -> Figure:
    mean = row["mean"].value
    value = None if mean is None else mean - Decimal(BENCHMARK_PENCE)
    return Figure(value, 0, Unit.PENCE, Shows.TOTAL)


def _costs(f: Facts, asked: Asked) -> tuple[Column, ...]:
    done = within(f.certified_on, asked.period)
    return (
        mean_pence(
            "mean",
            "Mean cost",
            "What the works came to with VAT, as ordered last, in the mean of the cases "
            "signed off in the period.",
            of=done,
            value=f.works_pence,
        ),
        total_pence(
            "total",
            "In all",
            "The same, together.",
            of=done,
            value=f.works_pence,
        ),
        mean_pence(
            "grant",
            "Mean grant",
            "What their grants stand at.",
            of=done,
            value=f.grant_pence,
        ),
        Column(
            "above",
            "Above the benchmark",
            f"The mean cost less £{BENCHMARK_PENCE // 100:,}; below nought it is cheaper.",
            worked_out=_than_benchmark,
        ),
    )


COSTS: Final = Report(
    name="costs",
    title="Average cost",
    asks="What does an adaptation cost, by the kind of works?",
    ways=(WORK_TYPE, AUTHORITY, COUNCIL, TENURE, AGE, ROUTE),
    columns=_costs,
    chart="mean",
    note=f"HEART’s benchmark of before it began is £{BENCHMARK_PENCE // 100:,}.",
)


def _year(asked: Asked) -> int:
    return financial_year(asked.period.last)


def _budgets(conn: Connection, asked: Asked) -> Mapping[str, int]:
    query = select(Budget.authority, Budget.amount_pence).where(Budget.year == _year(asked))
    return {
        authority: pence
        for authority, pence in conn.execute(query)
        if not asked.authorities or authority in asked.authorities
    }


def _spending(f: Facts, asked: Asked) -> tuple[Column, ...]:
    of_year: ColumnElement[bool] = and_(
        f.budget_year == _year(asked),
        or_(f.ended_on.is_(None), f.status.in_([one.value for one in HOLDS_ITS_GRANT])),
    )
    streams: dict[str, Any] = {"of": of_year, "shows": Shows.TOTAL, **_PENCE}
    return (
        Column(
            "budget",
            "Budget",
            "Of the financial year in which the period ends, as it stands on record now.",
            given=_budgets,
            **_PENCE,
        ),
        Column(
            "grant",
            "Committed in grants",
            "Grants approved from that budget, of the cases that keep theirs.",
            value=f.grant_pence,
            **streams,
        ),
        Column(
            "left",
            "Headroom",
            "The budget less what is committed.",
            worked_out=_less("budget", "grant"),
        ),
        Column(
            "top_up",
            "Top-ups",
            "Of the same cases, what the council adds at its discretion.",
            value=f.top_up_pence,
            **streams,
        ),
        Column(
            "others",
            "Others",
            "Of the same cases, contributions and other funders.",
            value=f.others_pence,
            **streams,
        ),
        Column(
            "paid",
            "Paid so far",
            "Of the same cases, what the council released, out of whatever stream.",
            value=f.paid_pence,
            **streams,
        ),
    )


SPENDING: Final = Report(
    name="spending",
    title="Spend, commitment and headroom",
    asks="What of each budget is committed, paid and left, and what do others put in?",
    ways=(AUTHORITY,),
    columns=_spending,
    chart="grant",
)

_READY: Final = {"call_off": "Schedule", "pre_priced": "Package"}


def _savings(f: Facts, asked: Asked) -> tuple[Column, ...]:
    done = within(f.certified_on, asked.period)
    found = []
    for route, title in {"quotes": "Quotes", **_READY}.items():
        by_it = and_(done, f.route == route)
        found += [
            mean_pence(
                route,
                f"{title}: mean cost",
                "Of the cases signed off in the period whose works were priced so."
                if route == "quotes"
                else "",
                of=by_it,
                value=f.works_pence,
            ),
            median_days(
                f"{route}_days",
                f"{title}: days to a contractor",
                "Median calendar days from the recommendation until a contractor was first "
                "offered the works."
                if route == "quotes"
                else "",
                of=by_it,
                value=days_between(f.recommended_on, f.offered_on),
                series=f"{route}_days",
            ),
        ]
    saved = [
        Column(
            f"{route}_saves",
            f"{title} saves",
            "For each, the mean by quotes less the mean by it: of the same kind of works "
            "where the rows are works."
            if route == "call_off"
            else "",
            worked_out=_less("quotes", route),
        )
        for route, title in _READY.items()
    ]
    return (*found, *saved)


SAVINGS: Final = Report(
    name="savings",
    title="What ready prices save",
    asks="Do the schedule of rates and packages save money and days against quotes?",
    ways=(WORK_TYPE, AUTHORITY),
    columns=_savings,
    chart="call_off",
)


def _return(f: Facts, asked: Asked) -> tuple[Column, ...]:
    approved, done = within(f.approved_on, asked.period), within(f.certified_on, asked.period)
    return (
        Column(
            "applied",
            "Applications",
            "Grants applied for in the period.",
            of=within(f.applied_on, asked.period),
        ),
        Column("approved", "Approved", "Grants first approved.", of=approved),
        Column("done", "Completed", "Works signed off.", of=done),
        total_pence(
            "granted",
            "Grants approved",
            "What the grants approved in the period stand at.",
            of=approved,
            value=f.grant_pence,
        ),
        total_pence(
            "paid",
            "Paid",
            "Of the cases completed in the period, what the council paid.",
            of=done,
            value=f.paid_pence,
        ),
        mean_days(
            "decide",
            "Days to decide",
            "Mean calendar days from application to approval, of those approved.",
            of=approved,
            value=days_between(f.applied_on, f.approved_on),
        ),
        mean_days(
            "complete",
            "Days to complete",
            "Mean calendar days from approval to sign-off, of those completed.",
            of=done,
            value=days_between(f.approved_on, f.certified_on),
        ),
    )


RETURN: Final = Report(
    name="return",
    title="The annual return",
    asks="What does the department ask for each year of Disabled Facilities Grants?",
    ways=(TENURE, AGE, AUTHORITY, COUNCIL, WORK_TYPE),
    columns=_return,
    chart="approved",
    note="The figures that the yearly return of grants asks for, by the usual breakdowns; its form "
    "changes from year to year and is not copied here.",
)
