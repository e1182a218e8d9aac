"""Recording decisions: the one way anything a person decides enters Handrail.

``record_decision`` checks who, when and why, applies the decision to the case, and commits it with
its audit row and the request for the run that moves the case on, in the caller's transaction.
"""

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert

from models.people import acting
from models.signed_in import os_user
from models.spelling import as_recorded
from models.tables.contractors import Contractor
from models.tables.record import Decision as Row
from models.tables.reference import Officer
from models.tables.schedules import Package
from rules.clocks.dates import london_date
from rules.decisions import BaseDecision, Plan
from rules.decisions.particulars import check_may_give, check_particulars, facts_of
from rules.pathway import StepName
from rules.people import Actor
from services.cases import CaseInHand, Context, Effect
from services.cases.effect import APPLIED
from services.cases.take import take
from services.decisions.may import check_role_and_step, check_state, step_of
from services.documents.received import check_pointed

_KEEP: Final = insert(Row)
_CODES: Final = {
    "contractor": Contractor.code,
    "package": Package.code,
    "officer": Officer.email,
    "assessor": Officer.email,
}
"""The particulars that are codes, and where they are on record."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was recorded, for whoever recorded it.

    Args:
        kind: The kind of decision.
        step: The step it was recorded at.
        step_status: Where that step stands now.
        waiting_for: What the step still waits for, or an empty string.
        case_status: Where the case stands.
        decided_at: When, UTC.
        notice: What else whoever recorded it has to know, or an empty string.
    """

    reference: str
    kind: str
    step: str
    step_status: str
    waiting_for: str
    case_status: str
    decided_at: datetime
    notice: str = ""


def record_decision(
    conn: Connection,
    *,
    reference: str,
    decision: BaseDecision,
    by: str | Actor,
    reason: str,
    now: datetime,
    plan: Plan | None = None,
) -> Receipt:
    """Record one decision on a case, with its audit row and the run it asks for.

    Args:
        decision: The decision with its particulars.
        by: Who decides: an officer's e-mail address or a contractor's code; whoever came by a
            link, as the link has them.
        plan: The PLAN rationale, for a discretionary decision.

    Raises:
        HandrailError: The person, the step, the reason or the particulars do not allow it; the
            message says which and what to do. Nothing is recorded.
    """
    decision = _as_recorded(conn, decision)
    case = take(conn, reference=reference, now=now)
    actor = by if isinstance(by, Actor) else acting(conn, identity=by, on=london_date(now))
    context = Context(conn=conn, case=case, actor=actor, reason=reason, plan=plan, now=now)
    kind = type(decision)
    step = step_of(case, kind)
    check_role_and_step(context, kind)
    if decision.step is None and not case.steps:
        case.open_steps()  # nothing has run yet, and the record needs a stage
        if decision.any_time:
            case.put_back()  # it moves clocks, so those of these steps have to be there
    check_particulars(decision=decision, reason=reason, plan=plan)
    check_may_give(actor=actor, decision=decision)
    found = check_state(context, kind)
    check_pointed(context, decision)
    effect = APPLIED[kind].apply(context, decision, *found)
    revision = case.steps[step].revision
    _apply(case, step=step, effect=effect)
    _keep(context, decision, effect, step=step, revision=revision)
    case.open_steps()
    case.request_advance()
    case.put_back()
    return _receipt(case, step=step, kind=decision.kind, notice=effect.notice)


def _keep(
    context: Context, decision: BaseDecision, effect: Effect, *, step: StepName, revision: int
) -> None:
    """Put a decision on record, and its audit row in the case's chain."""
    case, actor, reason = context.case, context.actor, context.reason
    words = asdict(context.plan) if context.plan else None
    facts = facts_of(decision) | effect.facts
    context.conn.execute(
        _KEEP,
        {
            "case_id": case.id,
            "step": step,
            "step_revision": revision,
            "kind": decision.kind,
            "closes": effect.closes,
            "actor": actor.identity,
            "actor_role": actor.role,
            "os_user": os_user(),
            "reason": reason,
            "plan": words,
            "facts": facts,
            "decided_at": context.now,
        },
    )
    case.note(
        actor=actor.identity,
        action=f"{step}: {decision.kind}",
        reason=reason,
        detail={"facts": facts, "plan": words, "role": actor.role},
    )


def _as_recorded(conn: Connection, decision: BaseDecision) -> BaseDecision:
    """Return a decision with its codes as they are on record, however they were typed."""
    typed = {
        one.name: getattr(decision, one.name) for one in fields(decision) if one.name in _CODES
    }
    meant = {name: as_recorded(conn, _CODES[name], code) for name, code in typed.items()}
    return decision if meant == typed else replace(decision, **meant)


def _apply(case: CaseInHand, *, step: StepName, effect: Effect) -> None:
    if effect.to is None:
        return
    case.move(
        step, effect.to, owner=effect.owner, waiting_for=effect.waiting_for, outcome=effect.outcome
    )


def _receipt(case: CaseInHand, *, step: StepName, kind: str, notice: str) -> Receipt:
    row = case.steps[step]
    return Receipt(
        reference=case.reference,
        kind=kind,
        step=step,
        step_status=row.status,
        waiting_for=row.waiting_for,
        case_status=case.status,
        decided_at=case.now,
        notice=notice,
    )
