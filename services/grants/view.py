"""The grant of a case as it is shown: its waterfall before and after the decision, and headroom."""

from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.case_queries import approval_of, case_row, newest_award
from models.tables.reference import Officer
from rules.grants.budgets import BudgetLeft, financial_year, year_words
from rules.grants.funding import FundingKind
from rules.grants.grant import MAXIMUM_PENCE, charge_pence
from rules.grants.waivers import above_cap, reasons_against
from rules.grants.waterfall import LineKind, Part, WaterfallLine, sum_of, to_plain
from rules.money import pounds
from rules.pathway import CaseStatus, StepName
from rules.people import Role
from services.cases.case_steps import steps_of
from services.grants.budgets import budget_left, held_by
from services.grants.fundings import (
    child_on,
    funding_lines,
    price_to_reckon,
    reckoned,
    waiver_of,
    waiver_rules,
)
from services.grants.papers import waterfall_of

_APPROVERS: Final = (
    select(Officer.name, Officer.email, Officer.authorities, Officer.approval_limit_pence)
    .where(Officer.role == Role.APPROVING_OFFICER, Officer.approval_limit_pence.is_not(None))
    .order_by(Officer.approval_limit_pence, Officer.email)
)
_DECIDER: Final = select(Officer.name, Officer.email, Officer.approval_limit_pence).where(
    Officer.email == bindparam("email")
)
_FIGURES: Final = {
    "expense_pence": (1, Part.COST, ()),
    "charges_pence": (1, Part.COST, (LineKind.CHARGE,)),
    "funders_pence": (1, Part.SHARES, (LineKind.FUNDER,)),
    "over_maximum_pence": (-1, Part.GRANT, (LineKind.OVER_MAXIMUM,)),
    "contribution_pence": (-1, Part.GRANT, (LineKind.CONTRIBUTION,)),
    "grant_pence": (1, Part.SHARES, (LineKind.GRANT,)),
    "top_up_pence": (1, Part.SHARES, (LineKind.TOP_UP,)),
    "own_contribution_pence": (1, Part.SHARES, (LineKind.CONTRIBUTION,)),
    "uncovered_pence": (1, Part.SHARES, (LineKind.OVER_MAXIMUM,)),
}
"""Each figure of the grant: its sign, and the lines of the waterfall that it is the sum of."""


def grant_view(conn: Connection, *, reference: str, today: date) -> dict[str, Any]:
    """Return the grant of a case, as plain values: as decided, or as it would be decided today.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    case = case_row(conn, reference=reference)
    approval = approval_of(conn, case_id=case.id)
    stands = approval is not None and not _open_again(conn, case=case, approval=approval)
    if approval is not None and stands:
        lines, maximum = waterfall_of(conn, approval=approval), approval.maximum_pence
    else:
        lines, maximum = _as_it_would_be(conn, case=case, today=today), MAXIMUM_PENCE
    decision = _decision(approval) if approval is not None else None
    figures: dict[str, Any] = {
        name: sign * sum_of(lines, part, *kinds) if lines else None
        for name, (sign, part, kinds) in _FIGURES.items()
    }
    grant = figures["grant_pence"]
    return {
        "reference": case.reference,
        "authority": case.authority,
        "tenure": case.tenure,
        "decided": stands,
        "decision": decision,
        "waterfall": to_plain(lines),
        **figures,
        "maximum_pence": maximum,
        "charge_pence": None
        if grant is None
        else charge_pence(tenure=case.tenure, grant_pence=grant),
        "headroom": {
            "maximum_pence": None if grant is None else maximum - grant,
            "officers": _officers(
                conn, case=case, approval=approval if stands else None, grant_pence=grant
            ),
            "budget": _budget(
                conn, case=case, approval=approval if stands else None, today=today, grant=grant
            ),
        },
        "waiver": _waiver(conn, case=case),
        "waiver_rules": [] if stands else _rules(conn, case=case, today=today),
        "notes": list(_notes(conn, case=case, stands=stands, figures=figures, today=today)),
    }


def _open_again(conn: Connection, *, case: AnyRow, approval: AnyRow) -> bool:
    """Say whether the approval was opened again and waits for a new decision."""
    step = next((s for s in steps_of(conn, case_id=case.id) if s.step is StepName.APPROVE), None)
    return step is not None and step.revision > approval.step_revision


def _as_it_would_be(conn: Connection, *, case: AnyRow, today: date) -> tuple[WaterfallLine, ...]:
    price = price_to_reckon(conn, case_id=case.id)
    return () if price is None else reckoned(conn, case=case, price=price, today=today).lines


def _decision(approval: AnyRow) -> dict[str, Any]:
    return {
        "outcome": approval.outcome,
        "decided_on": approval.decided_on.isoformat(),
        "decided_by": approval.decided_by,
        "grant_pence": approval.grant_pence,
        "budget_year": approval.budget_year,
    }


def _officers(
    conn: Connection, *, case: AnyRow, approval: AnyRow | None, grant_pence: int | None
) -> list[dict[str, Any]]:
    """Return who decided, or whoever could, each with what the grant leaves of their limit."""
    if approval is not None:
        rows: list[AnyRow] = [conn.execute(_DECIDER, {"email": approval.decided_by}).one()]
    else:
        rows = [
            row
            for row in conn.execute(_APPROVERS)
            if not row.authorities or case.authority in row.authorities
        ]
    return [
        {
            "name": row.name,
            "email": row.email,
            "limit_pence": row.approval_limit_pence,
            "headroom_pence": None
            if grant_pence is None or row.approval_limit_pence is None
            else row.approval_limit_pence - grant_pence,
        }
        for row in rows
    ]


def _budget(
    conn: Connection, *, case: AnyRow, approval: AnyRow | None, today: date, grant: int | None
) -> dict[str, Any] | None:
    on = approval.decided_on if approval is not None else today
    found = budget_left(conn, authority=case.authority, on=on)
    if found is None:
        return None
    return {
        "year": found.year,
        "amount_pence": found.amount_pence,
        "committed_pence": found.committed_pence,
        "left_pence": found.left_pence,
        "left_after_pence": _left_after(
            conn, case=case, approval=approval, left=found, grant=grant
        ),
    }


def _left_after(
    conn: Connection, *, case: AnyRow, approval: AnyRow | None, left: BudgetLeft, grant: int | None
) -> int | None:
    """Return what is left once this grant is committed, instead of what the case holds of it."""
    if approval is not None:
        return left.left_pence
    held = held_by(conn, case_id=case.id) if case.status == CaseStatus.OPEN else None
    freed = held[1] if held is not None and held[0] == left.year else 0
    return None if grant is None else left.left_pence + freed - grant


def _waiver(conn: Connection, *, case: AnyRow) -> dict[str, Any] | None:
    held = waiver_of(conn, case_id=case.id)
    if held is None:
        return None
    return {
        "rule": held.rule,
        "title": held.title,
        "waived_by": held.waived_by,
        "waived_on": held.waived_on.isoformat(),
    }


def _rules(conn: Connection, *, case: AnyRow, today: date) -> list[dict[str, Any]]:
    price = price_to_reckon(conn, case_id=case.id)
    cost = None if price is None else price.total_pence
    shown = []
    for terms in waiver_rules(conn, authority=case.authority).values():
        against = reasons_against(terms, work_type=case.work_type, cost_pence=cost, on=today)
        shown.append({"rule": terms.rule, "title": terms.title, "against": list(against)})
    return shown


def _notes(
    conn: Connection, *, case: AnyRow, stands: bool, figures: dict[str, Any], today: date
) -> list[str]:
    notes = [] if stands else _before(conn, case=case, figures=figures, today=today)
    if figures["uncovered_pence"]:
        notes.append(
            f"{pounds(figures['uncovered_pence'])} above the maximum is covered by nobody yet."
        )
    if not stands and budget_left(conn, authority=case.authority, on=today) is None:
        year = year_words(financial_year(today))
        notes.append(f"{case.authority} has no budget recorded for {year}; none is checked.")
    return notes


def _before(conn: Connection, *, case: AnyRow, figures: dict[str, Any], today: date) -> list[str]:
    """Return what to know before the decision."""
    price = price_to_reckon(conn, case_id=case.id)
    if price is None:
        return ["The works are not priced in full yet, so there is no grant to work out."]
    notes = []
    if newest_award(conn, case_id=case.id) is None:
        notes.append("This is the estimate; the tender may differ.")
    held = waiver_of(conn, case_id=case.id)
    if held is not None:
        if case.contribution_pence:
            assessed = pounds(case.contribution_pence)
            notes.append(f"The contribution of {assessed} does not count: {held.rule} waives it.")
        terms = waiver_rules(conn, authority=case.authority).get(held.rule)
        if terms is not None:
            against = above_cap(terms, cost_pence=price.total_pence)
            notes += [f"The waiver no longer holds: {words}" for words in against]
    elif case.contribution_pence and child_on(case, today=today):
        notes.append(
            "A contribution is recorded, and the disabled person was under 18 at the application: "
            "there is no means test, and no approval until the contribution is 0."
        )
    return notes + list(_not_needed(conn, case=case, figures=figures))


def _not_needed(conn: Connection, *, case: AnyRow, figures: dict[str, Any]) -> list[str]:
    put_in: dict[str, int] = {"funders_pence": 0, "top_up_pence": 0}
    names = {
        FundingKind.PROVIDER: "funders_pence",
        FundingKind.OTHER_FUNDER: "funders_pence",
        FundingKind.TOP_UP: "top_up_pence",
        FundingKind.CONTRIBUTION_TOP_UP: "top_up_pence",
    }
    for row in funding_lines(conn, case_id=case.id):
        name = names.get(FundingKind(row.kind))
        if name:
            put_in[name] += row.amount_pence
    words = {"funders_pence": "what others put in", "top_up_pence": "the top-ups"}
    return [
        f"{pounds(pence - figures[name])} of {words[name]} is not needed and not counted."
        for name, pence in put_in.items()
        if pence > figures[name]
    ]
