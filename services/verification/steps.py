"""Steps: opened in order, one opening in force, decided once, and in agreement with the case."""

from typing import Any, Final

from sqlalchemy import Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import aliased

from models.tables.cases import Case, CaseStep
from models.tables.record import Audit, Decision, Outbox
from models.tables.works import Approval, OrderEnding, WorkOrder
from rules.pathway import EXITS, LIVE, OVER, PATHWAY, CaseStatus, StepName, StepStatus
from services.decisions.kinds import KINDS
from services.verification.checks import PLACE, Check, Severity, of_case, of_opening

_OPEN = (StepStatus.READY, StepStatus.WAITING)
_NEWEST = func.max(CaseStep.revision)
_DONE = CaseStep.status == StepStatus.DONE
_RUN_ASKED_FOR = (Outbox.kind == "run", Outbox.status.in_(("waiting", "claimed")))
_DECIDED: Final = [step for step in StepName if step in {kind.step for kind in KINDS.values()}]
"""Steps that somebody decides; the others are over when their automatic work is."""


def _steps(*columns: Any) -> Select[*tuple[Any, ...]]:
    return of_case(CaseStep, *columns)


def _now_at(step: StepName, *where: Any) -> Any:
    """Return whether the opening of a step in force is as said."""
    return exists().where(
        CaseStep.case_id == Case.id, CaseStep.step == step, CaseStep.current, *where
    )


def _prerequisite(step: StepName, needed: StepName) -> Check:
    opened, before = aliased(CaseStep), aliased(CaseStep)
    # An opening of it that was over will do: a step may be opened again while others go on.
    over = exists().where(
        before.case_id == opened.case_id, before.step == needed, before.status.in_(OVER)
    )
    return Check(
        of_case(opened).where(opened.step == step, opened.current, not_(over)),
        f"Step “{step}” was opened and step “{needed}”, which comes before it, was never over.",
    )


_ORDER_ENDED = exists().where(WorkOrder.case_id == Case.id, OrderEnding.order_id == WorkOrder.id)
_CLOSING = exists().where(of_opening(Decision), Decision.closes)
_AWARDED_BEFORE = and_(
    CaseStep.step == StepName.TENDER,
    CaseStep.outcome == "awarded",
    exists().where(
        Decision.case_id == CaseStep.case_id,
        Decision.step == CaseStep.step,
        Decision.step_revision < CaseStep.revision,
        Decision.closes,
    ),
)
"""An award of quotes that was only priced anew: the decision that made it still closes it."""
_REDETERMINED = exists().where(
    Approval.case_id == CaseStep.case_id,
    Approval.step_revision == CaseStep.revision,
    Approval.limb.is_not(None),
)
"""Who approved a variation redetermined the grant with it (s.34(5))."""

OPENINGS: Final = (
    Check(
        _steps(CaseStep.step).where(CaseStep.step.not_in(list(StepName))),
        "“{step}” is no step of the pathway.",
    ),
    Check(
        _steps(CaseStep.step, func.count().filter(CaseStep.current).label("held"))
        .group_by(Case.reference, CaseStep.step)
        .having(func.count().filter(CaseStep.current) != 1),
        "Step “{step}” has {held} openings in force; one is right.",
    ),
    Check(
        _steps(CaseStep.step)
        .group_by(Case.reference, CaseStep.step)
        .having(or_(func.count() != _NEWEST, _NEWEST.filter(CaseStep.current) != _NEWEST)),
        "The openings of step “{step}” are not numbered from 1 to the one in force.",
    ),
    Check(
        _steps(CaseStep.step, CaseStep.status).where(
            CaseStep.status.in_(_OPEN) != CaseStep.closed_at.is_(None)
        ),
        "Step “{step}” is {status}, and whether it has a closing time says otherwise.",
    ),
    Check(
        _steps(CaseStep.step, CaseStep.revision).where(
            not_(CaseStep.current), CaseStep.status.not_in((*OVER, StepStatus.ENDED))
        ),
        "Step “{step}” was opened again, and its opening {revision} was not over.",
    ),
    *(_prerequisite(step.name, needed) for step in PATHWAY.values() for needed in step.requires),
)
"""How steps open and close."""

_CLOSED_ITSELF: Final = exists().where(
    Audit.chain == Case.reference, Audit.action == "aftercare: closed"
)
"""Whether a case was closed by the run: everything was answered, or had lapsed by its rule."""

GATES: Final = (
    Check(
        _steps(CaseStep.step).where(
            CaseStep.step.in_(_DECIDED),
            _DONE,
            CaseStep.outcome != "pre_permission",
            not_(or_(_CLOSING, _AWARDED_BEFORE)),
            not_(and_(CaseStep.step == StepName.APPROVE, _REDETERMINED)),
            not_(and_(CaseStep.step == StepName.AFTERCARE, _CLOSED_ITSELF)),
        ),
        "Step “{step}” is done, and nobody's decision closed it.",
    ),
    Check(
        _steps(CaseStep.step).where(CaseStep.status == StepStatus.WAITING, _CLOSING),
        "Step “{step}” is decided, and it still waits.",
    ),
    Check(
        of_case(Decision, Decision.kind, Decision.step)
        .outerjoin(CaseStep, of_opening(Decision))
        .where(Decision.closes, CaseStep.id.is_(None)),
        "Decision “{kind}” closed step “{step}”, which was never opened.",
    ),
)
"""How decisions and steps agree."""

CASES: Final = (
    Check(
        select(PLACE, Case.status).where(Case.status.not_in(list(CaseStatus))),
        "“{status}” is no status of a case.",
    ),
    Check(
        _steps(CaseStep.step, Case.status).where(
            Case.status.not_in(LIVE), CaseStep.current, CaseStep.status.in_(_OPEN)
        ),
        "The case has ended ({status}), and step “{step}” is open.",
    ),
    Check(
        select(PLACE, Case.status).where(Case.status.in_(LIVE) != Case.ended_at.is_(None)),
        "The case is {status}, and whether it has an end says otherwise.",
    ),
    Check(
        select(PLACE, Case.status).where(
            Case.status.in_(EXITS), or_(Case.ended_stage.is_(None), Case.ended_reason.is_(None))
        ),
        "The case has ended ({status}) without its stage and reason.",
    ),
    Check(
        select(PLACE).where(
            Case.status == CaseStatus.PAID,
            not_(_now_at(StepName.PAY, or_(_DONE, CaseStep.outcome == "released"))),
        ),
        "The case is paid, and step “pay” was not released.",
    ),
    Check(
        select(PLACE, Case.status).where(
            Case.status.not_in((CaseStatus.PAID, CaseStatus.CLOSED)),
            _now_at(StepName.PAY, _DONE),
            not_(and_(Case.status.in_(EXITS), _ORDER_ENDED)),
        ),
        "Step “pay” is done, and the case is {status}.",
    ),
    Check(
        select(PLACE, Case.status).where(
            (Case.status == CaseStatus.CLOSED) != _now_at(StepName.AFTERCARE, _DONE)
        ),
        "The case is {status}, and step “aftercare” says otherwise.",
    ),
    Check(
        select(PLACE).where(
            Case.status.in_(LIVE),
            exists().where(CaseStep.case_id == Case.id),
            not_(exists().where(CaseStep.case_id == Case.id, CaseStep.closed_at.is_(None))),
            not_(exists().where(Outbox.case_id == Case.id, *_RUN_ASKED_FOR)),
        ),
        "Nothing is open on the case and no run is asked for: `handrail case advance {place}`.",
        Severity.WARNING,
    ),
)
"""How a case and its steps agree."""
