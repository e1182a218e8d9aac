"""After sign-off: defects whose life may be so, and money demanded back that adds up."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, and_, case, exists, func, select
from sqlalchemy.orm import aliased

from models.invoices import GRANT_PAID
from models.tables.aftercare import ConditionBreach, Defect, DefectStep, Repayment
from models.tables.cases import Case
from models.tables.funding import GrantHeld
from models.tables.record import Decision
from models.tables.works import Approval, WorkOrder
from rules.aftercare.defects import OPEN, STATES, State
from rules.aftercare.repayment import conditions_until, repayable_pence
from rules.grants.grant import CHARGE_AT_MOST_PENCE, CHARGE_FROM_PENCE
from services.grants.budgets import HELD
from services.verification.checks import PLACE, Check, Finding, among, broken, of_case
from services.verification.since import Cases

_FIRST: Final = frozenset({State.REPORTED, State.LATE})
_ENDED: Final = ("closed",)
_SIGNED: Final = case(
    (Repayment.kind == "demanded", Repayment.amount_pence), else_=-Repayment.amount_pence
)

_newest, _said = aliased(Approval), aliased(Decision)
_REGISTERED: Final = Decision.facts["charge_pence"].as_integer()
_OVER: Final = HELD - CHARGE_FROM_PENCE
_CHARGE: Final = case(
    (_OVER < 0, 0), (_OVER > CHARGE_AT_MOST_PENCE, CHARGE_AT_MOST_PENCE), else_=_OVER
)
_NEWEST: Final = (
    select(func.max(_newest.id)).where(_newest.case_id == Case.id).correlate(Case).scalar_subquery()
)
_OF_S42: Final = and_(
    _said.case_id == Case.id, _said.kind == "recalculate-grant", _said.facts["reduced"].as_boolean()
)

AFTERCARE: Final = (
    Check(
        select(PLACE, func.sum(_SIGNED).label("over_pence"))
        .join(Repayment, Repayment.case_id == Case.id)
        .group_by(Case.reference)
        .having(func.sum(_SIGNED) < 0),
        "More was waived and received than was demanded back, by {over_pence}.",
    ),
    Check(
        of_case(Decision, _REGISTERED.label("registered_pence"), _CHARGE.label("charge_pence"))
        .join(Approval, Approval.case_id == Decision.case_id)
        .where(
            Decision.kind == "charge",
            Approval.id == _NEWEST,
            _REGISTERED != _CHARGE,
            exists().where(GrantHeld.approval_id == Approval.id) | ~exists().where(_OF_S42),
        ),
        "A charge of {registered_pence} is registered; of the grant as it stands it is "
        "{charge_pence} (2008 General Consent).",
    ),
    Check(
        select(PLACE, func.sum(Repayment.amount_pence).label("over_pence"))
        .join(Repayment, Repayment.case_id == Case.id)
        .where(Repayment.ground.is_not(None))
        .group_by(Case.id, Case.reference)
        .having(
            func.sum(Repayment.amount_pence)
            > GRANT_PAID.where(WorkOrder.case_id == Case.id).correlate(Case).scalar_subquery()
        ),
        "More is demanded back under s.42 than was paid of the grant: {over_pence}.",
    ),
    Check(
        of_case(Defect, Defect.number)
        .outerjoin(DefectStep, DefectStep.defect_id == Defect.id)
        .where(DefectStep.id.is_(None)),
        "Defect {number} was reported, and nothing says where it stands.",
    ),
    Check(
        of_case(Defect, Defect.number)
        .join(WorkOrder, WorkOrder.id == Defect.order_id)
        .where(WorkOrder.case_id != Defect.case_id),
        "Defect {number} is of an order of another case.",
    ),
)


_LIVES: Final = (
    of_case(Defect, Defect.id, Defect.number, DefectStep.state, Case.status)
    .join(DefectStep, DefectStep.defect_id == Defect.id)
    .order_by(Case.id, Defect.id, DefectStep.id)
)


def lives(conn: Connection, *, cases: Cases | None) -> Iterator[Finding]:
    """Yield each defect that went where none may go, and each open one of a closed case."""
    held: defaultdict[tuple[str, int, str], list[State]] = defaultdict(list)
    for row in conn.execute(among(_LIVES, cases)):
        held[row.place, row.number, row.status].append(State(row.state))
    for (place, number, status), states in held.items():
        before: State | None = None
        for state in states:
            allowed = _FIRST if before is None else STATES[before].to | {before}
            if state not in allowed:
                came = "nothing" if before is None else before.words
                yield broken(place, f"Defect {number} went from {came} to {state.words}.")
            before = state
        if status in _ENDED and states[-1] in OPEN and states[0] is not State.LATE:
            yield broken(place, f"The case is closed, and defect {number} is {states[-1].words}.")


_DEMANDED: Final = (
    of_case(Repayment, Repayment.charge_pence, Repayment.disposed_on, Repayment.amount_pence)
    .join(WorkOrder, WorkOrder.case_id == Repayment.case_id)
    .add_columns(WorkOrder.certified_on)
    .where(Repayment.disposed_on.is_not(None), WorkOrder.certified_on.is_not(None))
    .order_by(Case.id)
)
_BREACHES: Final = (
    of_case(ConditionBreach, ConditionBreach.happened_on, WorkOrder.certified_on)
    .join(WorkOrder, WorkOrder.case_id == ConditionBreach.case_id)
    .where(WorkOrder.certified_on.is_not(None))
    .order_by(Case.id)
)


def dates(conn: Connection, *, cases: Cases | None) -> Iterator[Finding]:
    """Yield money demanded back, or a breach, outside the years that allow it."""
    for row in conn.execute(among(_DEMANDED, cases)):
        most = repayable_pence(
            charge_pence=row.charge_pence,
            certified_on=row.certified_on,
            disposed_on=row.disposed_on,
        )
        if row.amount_pence > most:
            yield broken(row.place, "More is demanded back than the 2008 General Consent allows.")
    for row in conn.execute(among(_BREACHES, cases)):
        until = conditions_until(certified_on=row.certified_on)
        if not row.certified_on <= row.happened_on <= until:
            yield broken(row.place, "A condition is said to be broken when none ran (s.44).")
