"""The grant of a case as it is shown: its waterfall before and after the decision, and headroom."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from sqlalchemy.engine import Connection

from models.arrangement_queries import arrangement_of
from models.base import AnyRow, rows_by
from models.case_queries import approval_of, case_row, newest_award
from models.tables.reference import Officer
from rules.clocks.dates import london_date
from rules.delivery.arrangement import limit_under
from rules.grants.budgets import BudgetLeft, financial_year, year_words
from rules.grants.funding import FundingKind
from rules.grants.grant import MAXIMUM_PENCE, charge_pence
from rules.grants.waivers import above_cap, reasons_against
from rules.grants.waterfall import LineKind, Part, WaterfallLine, sum_of, to_plain
from rules.money import pounds
from rules.pathway import OVER, CaseStatus, StepName
from rules.people import Role
from rules.pricing.works import Priced
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
from services.grants.means import assessment_of
from services.grants.papers import waterfall_of
from services.grants.payers import cover_of, open_words
from services.grants.terms import arithmetic_for, arithmetic_of, arithmetic_words

_APPROVERS: Final = (
    rows_by(Officer)
    .where(Officer.role == Role.APPROVING_OFFICER, Officer.approval_limit_pence.is_not(None))
    .order_by(Officer.approval_limit_pence, Officer.email)
)
_DECIDER: Final = rows_by(Officer, "email")
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

_PUT_IN: Final = {
    "funders_pence": ("what others put in", (FundingKind.PROVIDER, FundingKind.OTHER_FUNDER)),
    "top_up_pence": ("the top-ups", (FundingKind.TOP_UP, FundingKind.CONTRIBUTION_TOP_UP)),
}


def grant_view(conn: Connection, *, reference: str, today: date) -> dict[str, Any]:
    """Return the grant of a case, as plain values: as decided, or as it would be decided today.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    case = case_row(conn, reference=reference)
    approval = approval_of(conn, case_id=case.id)
    stands = approval is not None and not _open_again(conn, case=case, approval=approval)
    decided = approval if stands else None
    price = None if stands else price_to_reckon(conn, case_id=case.id)
    lines: tuple[WaterfallLine, ...] = ()
    if decided is not None:
        lines = waterfall_of(conn, approval=decided)
    elif price is not None:
        lines = reckoned(conn, case=case, price=price, today=today).lines
    maximum = MAXIMUM_PENCE if decided is None else decided.maximum_pence
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
        **_payers(conn, decided=decided),
        "maximum_pence": maximum,
        "arithmetic": _arithmetic(conn, case=case, decided=decided, today=today),
        "charge_pence": None
        if grant is None
        else charge_pence(tenure=case.tenure, grant_pence=grant),
        "headroom": {
            "maximum_pence": None if grant is None else maximum - grant,
            "officers": _officers(conn, case=case, decided=decided, grant_pence=grant),
            "budget": _budget(conn, case=case, decided=decided, today=today, grant=grant),
        },
        "waiver": _waiver(conn, case=case),
        "means_test": _means_test(conn, case=case),
        "waiver_rules": [] if stands else _rules(conn, case=case, price=price, today=today),
        "notes": list(
            _notes(conn, case=case, stands=stands, price=price, figures=figures, today=today)
        ),
    }


def _arithmetic(
    conn: Connection, *, case: AnyRow, decided: AnyRow | None, today: date
) -> dict[str, str]:
    """Return the order in which the grant was, or would be, reckoned, and its words."""
    order = (
        arithmetic_for(conn, case=case, today=today) if decided is None else arithmetic_of(decided)
    )
    words = arithmetic_words(conn, authority=case.authority, arithmetic=order, today=today)
    return {"order": order.value, "words": words}


def _payers(conn: Connection, *, decided: AnyRow | None) -> dict[str, Any]:
    """Return who pays what the grant does not, and what nobody has agreed to, once decided."""
    if decided is None or decided.outcome != "approved":
        return {"payers": [], "to_be_agreed_pence": None}
    cover = cover_of(conn, approval=decided)
    return {
        "payers": [asdict(share) for share in cover.shares],
        "to_be_agreed_pence": cover.open_pence,
    }


def _open_again(conn: Connection, *, case: AnyRow, approval: AnyRow) -> bool:
    """Say whether the approval was opened again and waits for a new decision."""
    step = next((s for s in steps_of(conn, case_id=case.id) if s.step is StepName.APPROVE), None)
    if step is None or step.status in OVER:  # over again without a decision: taken back
        return False
    return bool(step.revision > approval.step_revision)


def _decision(approval: AnyRow) -> dict[str, Any]:
    return {
        "outcome": approval.outcome,
        "decided_on": approval.decided_on.isoformat(),
        "decided_by": approval.decided_by,
        "grant_pence": approval.grant_pence,
        "budget_year": approval.budget_year,
    }


def _officers(
    conn: Connection, *, case: AnyRow, decided: AnyRow | None, grant_pence: int | None
) -> list[dict[str, Any]]:
    """Return who decided, or whoever could, each with what the grant leaves of their limit."""
    if decided is not None:
        rows: list[AnyRow] = [conn.execute(_DECIDER, {"email": decided.decided_by}).one()]
    else:
        rows = [
            row
            for row in conn.execute(_APPROVERS)
            if not row.authorities or case.authority in row.authorities
        ]
    team = arrangement_of(conn, case=case)
    limits = {
        row: limit_under(team, officer=row.email, own_pence=row.approval_limit_pence)
        for row in rows
    }
    return [
        {
            "name": row.name,
            "email": row.email,
            "limit_pence": limit,
            "headroom_pence": None if grant_pence is None or limit is None else limit - grant_pence,
        }
        for row, limit in limits.items()
    ]


def _budget(
    conn: Connection, *, case: AnyRow, decided: AnyRow | None, today: date, grant: int | None
) -> dict[str, Any] | None:
    on = decided.decided_on if decided is not None else today
    found = budget_left(conn, authority=case.authority, on=on)
    if found is None:
        return None
    left: int | None = found.left_pence
    if decided is None:
        left = _left_after(conn, case=case, left=found, grant=grant)
    return {**asdict(found), "left_pence": found.left_pence, "left_after_pence": left}


def _left_after(
    conn: Connection, *, case: AnyRow, left: BudgetLeft, grant: int | None
) -> int | None:
    """Return what is left once this grant is committed, instead of what the case holds of it."""
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


def _means_test(conn: Connection, *, case: AnyRow) -> dict[str, Any] | None:
    found = assessment_of(conn, case_id=case.id)
    if found is None:
        return None
    return {
        "basis": found.basis,
        "contribution_pence": found.contribution_pence,
        "assessed_by": found.assessed_by,
        "assessed_on": london_date(found.assessed_at).isoformat(),
        "terms_from": found.terms_from.isoformat(),
        "lines": found.lines,
    }


def _rules(
    conn: Connection, *, case: AnyRow, price: AnyRow | Priced | None, today: date
) -> list[dict[str, Any]]:
    cost = None if price is None else price.total_pence
    shown = []
    for terms in waiver_rules(conn, authority=case.authority).values():
        against = reasons_against(terms, work_type=case.work_type, cost_pence=cost, on=today)
        shown.append({"rule": terms.rule, "title": terms.title, "against": list(against)})
    return shown


def _notes(
    conn: Connection,
    *,
    case: AnyRow,
    stands: bool,
    price: AnyRow | Priced | None,
    figures: dict[str, Any],
    today: date,
) -> Iterator[str]:
    if not stands:
        yield from _before(conn, case=case, price=price, figures=figures, today=today)
    decided = approval_of(conn, case_id=case.id) if stands else None
    if decided is not None and decided.outcome == "approved":
        cover = cover_of(conn, approval=decided)
        if cover.open_pence:
            yield f"{open_words(cover, reference=case.reference)}. No work order goes out before."
    elif figures["uncovered_pence"]:
        yield f"{pounds(figures['uncovered_pence'])} above the maximum is covered by nobody yet."
    if not stands and budget_left(conn, authority=case.authority, on=today) is None:
        year = year_words(financial_year(today))
        yield f"{case.authority} has no budget recorded for {year}; none is checked."


def _before(
    conn: Connection,
    *,
    case: AnyRow,
    price: AnyRow | Priced | None,
    figures: dict[str, Any],
    today: date,
) -> Iterator[str]:
    """Yield what to know before the decision."""
    if price is None:
        yield "The works are not priced in full yet, so there is no grant to work out."
        return
    if newest_award(conn, case_id=case.id) is None:
        yield "This is the estimate; the tender may differ."
    held = waiver_of(conn, case_id=case.id)
    if held is not None:
        if case.contribution_pence:
            assessed = pounds(case.contribution_pence)
            yield f"The contribution of {assessed} does not count: {held.rule} waives it."
        terms = waiver_rules(conn, authority=case.authority).get(held.rule)
        against = above_cap(terms, cost_pence=price.total_pence) if terms is not None else ()
        yield from (f"The waiver no longer holds: {words}" for words in against)
    elif case.contribution_pence and child_on(case, today=today):
        yield (
            "A contribution is recorded, and the disabled person was under 18 at the application: "
            "there is no means test, and no approval until the contribution is 0."
        )
    lines = funding_lines(conn, case_id=case.id)
    for name, (words, kinds) in _PUT_IN.items():
        spare = sum(row.amount_pence for row in lines if row.kind in kinds) - figures[name]
        if spare > 0:
            yield f"{pounds(spare)} of {words} is not needed and not counted."
