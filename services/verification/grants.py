"""Grants and budgets: reckoned as stated, printed as reckoned, committed as granted."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Subquery,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
)

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.funding import Budget, ChargePayment, FundingLine, MeansAssessment
from models.tables.record import Decision
from models.tables.works import Approval, Invoice, Payment, WorkOrder
from rules.grants import means_test
from rules.grants.arithmetic import Arithmetic
from rules.grants.waterfall import LineKind, Part, WaterfallLine, faults, from_plain, sum_of
from rules.money import pounds
from rules.pathway import CaseStatus
from services.grants.approve import PRICING
from services.grants.budgets import LIVE
from services.grants.findings import is_met
from services.verification.checks import Check, Finding, among, broken, of_case
from services.verification.since import Cases

_of_approvals = partial(of_case, Approval)
_OF_BUDGET = literal("budget of ").concat(Budget.authority).label("place")


def _least(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    return case((one < other, one), else_=other)


_EXPENSE: Final = Approval.works_pence + Approval.fees_pence
_MET: Final = _EXPENSE - Approval.funders_pence
_NOT_ELIGIBLE: Final = func.coalesce(Approval.not_eligible_pence, 0)
_ELIGIBLE: Final = _EXPENSE - _NOT_ELIGIBLE
_MAXIMUM: Final = Approval.maximum_pence.expression
_RECKONED: Final = case(
    (
        Approval.arithmetic == Arithmetic.MAXIMUM_FIRST,
        _least(_MAXIMUM, _ELIGIBLE) - Approval.contribution_pence,
    ),
    (
        Approval.arithmetic == Arithmetic.CONTRIBUTION_FIRST,
        _least(_MAXIMUM, _ELIGIBLE - Approval.contribution_pence),
    ),
    else_=_least(_MAXIMUM, _MET - _NOT_ELIGIBLE) - Approval.contribution_pence,
)

APPROVALS: Final = (
    Check(
        _of_approvals(Approval.grant_pence, Approval.maximum_pence).where(
            not_(Approval.grant_pence.between(0, Approval.maximum_pence))
        ),
        "The grant of {grant_pence} is not within the maximum of {maximum_pence} (s.33(4)).",
    ),
    Check(
        _of_approvals(Approval.funders_pence, _EXPENSE.label("expense_pence")).where(
            not_(Approval.funders_pence.between(0, _EXPENSE))
        ),
        "Others put in {funders_pence}, and the expense is {expense_pence}.",
    ),
    Check(
        _of_approvals(Approval.grant_pence).where(Approval.grant_pence != _RECKONED),
        "The grant of {grant_pence} is not reckoned of expense, maximum, contribution and what "
        "others put in, in the order of its decision.",
    ),
    Check(
        _of_approvals(Approval.pay_from, Payment.released_on)
        .join(WorkOrder, WorkOrder.case_id == Case.id)
        .join(Invoice, Invoice.order_id == WorkOrder.id)
        .join(Payment, Payment.invoice_id == Invoice.id)
        .where(Payment.released_on < Approval.pay_from)
        .distinct(),
        "Payment was deferred until {pay_from} (s.36), and released on {released_on}.",
    ),
    Check(
        of_case(ChargePayment, ChargePayment.amount_pence, FundingLine.description)
        .join(FundingLine, FundingLine.id == ChargePayment.line_id)
        .where(
            or_(
                ChargePayment.amount_pence > FundingLine.amount_pence,
                Case.status.in_((CaseStatus.OPEN, CaseStatus.PAID)),
            )
        ),
        "{amount_pence} of “{description}” is paid as of a case that has ended, and it is more "
        "than is recorded, or the case has not.",
    ),
    Check(
        _of_approvals(Approval.top_up_pence).where(
            not_(Approval.top_up_pence.between(0, _MET - Approval.grant_pence))
        ),
        "The top-up of {top_up_pence} is more than the grant leaves to find.",
    ),
    Check(
        _of_approvals(Approval.grant_pence, Approval.decided_by, Decision.kind)
        .join(
            Decision,
            and_(
                Decision.case_id == Case.id,
                Decision.actor == Approval.decided_by,
                Decision.kind.in_(PRICING),
            ),
        )
        .distinct(),
        "{decided_by} decided the grant after “{kind}” on the same case; two people are needed.",
    ),
)
"""The grant: within the Act, worked out as stated, decided by somebody who did not price it."""


def _in_budget(granted: Subquery) -> ColumnElement[bool]:
    return and_(granted.c.authority == Budget.authority, granted.c.budget_year == Budget.year)


_live = LIVE.where(Approval.budget_year.is_not(None)).subquery()
_COMMITTED: Final = (
    select(_live.c.authority, _live.c.budget_year, func.sum(_live.c.grant_pence).label("granted"))
    .group_by(_live.c.authority, _live.c.budget_year)
    .subquery()
)
_GRANTED: Final = func.coalesce(_COMMITTED.c.granted, 0).label("granted_pence")

BUDGETS: Final = (
    Check(
        select(_OF_BUDGET, Budget.year, Budget.committed_pence, _GRANTED)
        .outerjoin(_COMMITTED, _in_budget(_COMMITTED))
        .where(Budget.committed_pence != _GRANTED),
        "{committed_pence} is committed in {year}; the grants approved in it come to "
        "{granted_pence}.",
    ),
    Check(
        select(_OF_BUDGET, Budget.year, Budget.committed_pence, Budget.amount_pence).where(
            not_(Budget.committed_pence.between(0, Budget.amount_pence))
        ),
        "{committed_pence} is committed in {year} of a budget of {amount_pence}.",
    ),
    Check(
        select(_live.c.reference.label("place"), _live.c.budget_year)
        .outerjoin(Budget, _in_budget(_live))
        .where(Budget.id.is_(None)),
        "The grant is committed in {budget_year}, and there is no budget for that year.",
    ),
)
"""Budgets: what is committed is what the approvals that stand have granted."""


def waterfalls(conn: Connection, *, cases: Cases | None = None) -> Iterator[Finding]:
    """Yield each approval whose waterfall does not add up, or says other than its figures.

    An approval of an earlier version has no waterfall.
    """
    approvals = among(_of_approvals(*Approval.__table__.c).order_by(Approval.id), cases)
    for row in conn.execute(approvals):
        for words in _wrong(row) if row.waterfall else ():
            wrong = f"The waterfall of the grant is wrong: {words[0].lower()}{words[1:]}"
            yield broken(row.place, wrong)


def _wrong(row: AnyRow) -> Iterator[str]:
    try:
        lines = from_plain(row.waterfall)
    except (KeyError, TypeError, ValueError):
        yield "it cannot be read."
        return
    yield from faults(lines)
    for column, printed_pence in _printed(lines).items():
        stated = getattr(row, column) or 0
        if printed_pence != stated:
            what = column.removesuffix("_pence").replace("_", "-")
            yield f"it gives {pounds(printed_pence)} for the {what}, and {pounds(stated)} is kept."


def _printed(lines: tuple[WaterfallLine, ...]) -> dict[str, int]:
    return {
        "works_pence": sum_of(lines, Part.COST, LineKind.WORKS, LineKind.VAT),
        "fees_pence": sum_of(lines, Part.COST, LineKind.CHARGE),
        "funders_pence": sum_of(lines, Part.SHARES, LineKind.FUNDER),
        "contribution_pence": -sum_of(lines, Part.GRANT, LineKind.CONTRIBUTION),
        "top_up_pence": sum_of(lines, Part.SHARES, LineKind.TOP_UP),
        "grant_pence": sum_of(lines, Part.SHARES, LineKind.GRANT),
        "not_eligible_pence": -sum_of(lines, Part.GRANT, LineKind.NOT_ELIGIBLE),
    }


def findings(conn: Connection, *, cases: Cases | None = None) -> Iterator[Finding]:
    """Yield each approval that rests on a finding of s.24(3) which is none, or is negative."""
    for name, words in (("necessary_id", "s.24(3)(a)"), ("practicable_id", "s.24(3)(b)")):
        rests_on = getattr(Approval, name)
        asked = (
            _of_approvals(Approval.step_revision, Decision.kind, Decision.facts)
            .outerjoin(Decision, and_(Decision.id == rests_on, Decision.case_id == Case.id))
            .where(rests_on.is_not(None), Approval.outcome == "approved")
        )
        for row in conn.execute(among(asked.order_by(Approval.id), cases)):
            if not is_met(row.kind, row.facts or {}, name):
                what = f"Approval {row.step_revision} rests on no finding that {words} is met."
                yield broken(row.place, what)


def means_tests(conn: Connection, *, cases: Cases | None = None) -> Iterator[Finding]:
    """Yield each assessment whose sum does not add up to it; what is erased has none."""
    kept = among(of_case(MeansAssessment, *MeansAssessment.__table__.c), cases)
    for row in conn.execute(kept.order_by(MeansAssessment.id)):
        lines = means_test.from_plain(row.lines)
        wrong = list(means_test.faults(lines))
        if lines and lines[-1].amount_pence != row.contribution_pence:
            wrong.append(
                f"It gives {pounds(lines[-1].amount_pence)}, and "
                f"{pounds(row.contribution_pence)} is kept."
            )
        for words in wrong:
            yield broken(row.place, f"The means test is wrong: {words[0].lower()}{words[1:]}")
