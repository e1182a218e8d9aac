"""Steps: opened in order, one opening in force, decided once, and in agreement with the case."""

from typing import Any, Final

from sqlalchemy import Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import aliased

from models.tables.cases import Case, CaseStep
from models.tables.record import Decision, Outbox
from rules.pathway import EXITS, OVER, PATHWAY, CaseStatus, StepName, StepStatus
from services.decisions.kinds import KINDS
from services.verification.checks import Check, Severity

_OPEN = (StepStatus.READY, StepStatus.WAITING)
_LIVE = (CaseStatus.OPEN, CaseStatus.PAID)
_DECIDED: Final = [step for step in StepName if step in {kind.step for kind in KINDS.values()}]
"""Steps that somebody decides; the others are over when their automatic work is."""


def _steps(*columns: Any) -> Select[*tuple[Any, ...]]:
    place = Case.reference.label("place")
    return select(place, *columns).join(CaseStep, CaseStep.case_id == Case.id)


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
    query = select(Case.reference.label("place")).join(opened, opened.case_id == Case.id)
    return Check(
        query.where(opened.step == step, opened.current, not_(over)),
        f"Step “{step}” was opened and step “{needed}”, which comes before it, was never over.",
    )


_CLOSING = exists().where(
    Decision.case_id == CaseStep.case_id,
    Decision.step == CaseStep.step,
    Decision.step_revision == CaseStep.revision,
    Decision.closes,
)

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
        .having(
            or_(
                func.count() != func.max(CaseStep.revision),
                func.max(CaseStep.revision).filter(CaseStep.current) != func.max(CaseStep.revision),
            )
        ),
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
            not_(CaseStep.current), CaseStep.status.not_in(OVER)
        ),
        "Step “{step}” was opened again, and its opening {revision} was not over.",
    ),
    *(_prerequisite(step.name, needed) for step in PATHWAY.values() for needed in step.requires),
)
"""How steps open and close."""

GATES: Final = (
    Check(
        _steps(CaseStep.step).where(
            CaseStep.step.in_(_DECIDED),
            CaseStep.status == StepStatus.DONE,
            CaseStep.outcome != "pre_permission",
            not_(_CLOSING),
        ),
        "Step “{step}” is done, and nobody's decision closed it.",
    ),
    Check(
        _steps(CaseStep.step).where(CaseStep.status == StepStatus.WAITING, _CLOSING),
        "Step “{step}” is decided, and it still waits.",
    ),
    Check(
        select(Case.reference.label("place"), Decision.kind, Decision.step)
        .join(Decision, Decision.case_id == Case.id)
        .outerjoin(
            CaseStep,
            and_(
                CaseStep.case_id == Decision.case_id,
                CaseStep.step == Decision.step,
                CaseStep.revision == Decision.step_revision,
            ),
        )
        .where(Decision.closes, CaseStep.id.is_(None)),
        "Decision “{kind}” closed step “{step}”, which was never opened.",
    ),
)
"""How decisions and steps agree."""

_REFERENCE = Case.reference.label("place")

CASES: Final = (
    Check(
        select(_REFERENCE, Case.status).where(Case.status.not_in(list(CaseStatus))),
        "“{status}” is no status of a case.",
    ),
    Check(
        _steps(CaseStep.step, Case.status).where(
            Case.status.not_in(_LIVE), CaseStep.current, CaseStep.status.in_(_OPEN)
        ),
        "The case has ended ({status}), and step “{step}” is open.",
    ),
    Check(
        select(_REFERENCE, Case.status).where(Case.status.in_(_LIVE) != Case.ended_at.is_(None)),
        "The case is {status}, and whether it has an end says otherwise.",
    ),
    Check(
        select(_REFERENCE, Case.status).where(
            Case.status.in_(EXITS),
            or_(Case.ended_stage.is_(None), Case.ended_reason.is_(None)),
        ),
        "The case has ended ({status}) without its stage and reason.",
    ),
    Check(
        select(_REFERENCE).where(
            Case.status == CaseStatus.PAID,
            not_(
                _now_at(
                    StepName.PAY,
                    or_(CaseStep.status == StepStatus.DONE, CaseStep.outcome == "released"),
                )
            ),
        ),
        "The case is paid, and step “pay” was not released.",
    ),
    Check(
        select(_REFERENCE, Case.status).where(
            Case.status.not_in((CaseStatus.PAID, CaseStatus.CLOSED)),
            _now_at(StepName.PAY, CaseStep.status == StepStatus.DONE),
        ),
        "Step “pay” is done, and the case is {status}.",
    ),
    Check(
        select(_REFERENCE, Case.status).where(
            (Case.status == CaseStatus.CLOSED)
            != _now_at(StepName.AFTERCARE, CaseStep.status == StepStatus.DONE)
        ),
        "The case is {status}, and step “aftercare” says otherwise.",
    ),
    Check(
        select(_REFERENCE).where(
            Case.status.in_(_LIVE),
            exists().where(CaseStep.case_id == Case.id),
            not_(exists().where(CaseStep.case_id == Case.id, CaseStep.closed_at.is_(None))),
            not_(
                exists().where(
                    Outbox.case_id == Case.id,
                    Outbox.kind == "run",
                    Outbox.status.in_(("waiting", "claimed")),
                )
            ),
        ),
        "Nothing is open on the case and no run is asked for: `handrail case advance {place}`.",
        Severity.WARNING,
    ),
)
"""How a case and its steps agree."""
