"""Recording decisions: the one way anything a person decides enters Handrail.

``record_decision`` checks who, when and why, applies the decision to the case, and commits it with
its audit row and the request for the run that moves the case on, in the caller's transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from models.people import actor_for
from models.tables.record import Decision
from rules.decisions import AnyDecision, Plan, check_particulars, facts_of
from rules.errors import AlreadyDecidedError, StepNotOpenError
from rules.pathway import PATHWAY, CaseStatus, StepName, StepStatus
from rules.people import Actor, check_may_decide
from services.assignment import decide as assignment
from services.batches import decide as batch
from services.cases.effect import Context, Effect
from services.cases.in_hand import CaseInHand, take
from services.clocks import pausing, rebase
from services.competitions import competition, quoting, routing
from services.competitions import direction as tender
from services.completion import completion
from services.consents import decide as consents
from services.decisions import exits, specification
from services.grants import approve as approval
from services.grants import funding
from services.orders import works as orders
from services.payments import payment
from services.pricing import vat, works

_KEEP: Final = insert(Decision)

_Handler = Callable[[Context, Any], Effect]

HANDLERS: Mapping[str, _Handler] = MappingProxyType(
    {
        "specify": specification.specify,
        "specify-again": specification.specify_again,
        "confirm-price": works.confirm_price,
        "declaration": vat.declaration,
        "route": routing.choose_route,
        "funding": funding.record_funding,
        "waive-means-test": funding.waive_means_test,
        "direct": tender.direct,
        "award-batch": batch.award_batch,
        "quote": quoting.quote,
        "withdraw-quote": quoting.withdraw_quote,
        "decline-to-quote": quoting.decline_to_quote,
        "extend-deadline": competition.extend_deadline,
        "score": competition.score,
        "award": competition.award,
        "answer-consent": consents.answer_consent,
        "certificate": consents.certificate,
        "approve": approval.approve,
        "answer-offer": assignment.answer_offer,
        "start": orders.start,
        "complete": orders.complete,
        "inspect": completion.inspect,
        "hold-certificate": completion.hold_certificate,
        "client-agrees": completion.client_agrees,
        "certify": completion.certify,
        "invoice": payment.invoice,
        "release": payment.release,
        "survey": payment.survey,
        "charge": payment.charge,
        "close": payment.close,
        "pause": pausing.pause,
        "end-pause": pausing.end_pause,
        "correct-pause": pausing.correct_pause,
        "rebase": rebase.rebase,
        "exit": exits.leave,
    }
)
"""What applies each kind of decision to the case."""


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
    decision: AnyDecision,
    by: str,
    reason: str,
    now: datetime,
    plan: Plan | None = None,
) -> Receipt:
    """Record one decision on a case, with its audit row and the run it asks for.

    Args:
        decision: The decision with its particulars.
        by: Who decides: an officer's e-mail address or a contractor's code.
        plan: The PLAN rationale, for a discretionary decision.

    Raises:
        HandrailError: The person, the step, the reason or the particulars do not allow it; the
            message says which and what to do. Nothing is recorded.
    """
    actor = actor_for(conn, identity=by)
    case = take(conn, reference=reference, now=now)
    check_may_decide(actor=actor, kind=decision.kind, authority=case.row.authority)
    step = _step_of(case, decision)
    _check_open(conn, case=case, step=step, decision=decision)
    check_particulars(decision=decision, reason=reason, plan=plan)
    context = Context(conn=conn, case=case, actor=actor, reason=reason, plan=plan, now=now)
    effect = HANDLERS[decision.kind](context, decision)
    revision = case.steps[step].revision
    _apply(case, step=step, effect=effect)
    facts = facts_of(decision) | effect.facts
    conn.execute(
        _KEEP,
        {
            "case_id": case.id,
            "step": step,
            "step_revision": revision,
            "kind": decision.kind,
            "closes": effect.closes,
            "actor": actor.identity,
            "actor_role": actor.role,
            "reason": reason,
            "plan": _plan_words(plan),
            "facts": facts,
            "decided_at": now,
        },
    )
    case.note(
        actor=actor.identity,
        action=f"{step}: {decision.kind}",
        reason=reason,
        detail={"facts": facts, "plan": _plan_words(plan), "role": actor.role},
    )
    case.request_advance()
    case.put_back()
    return _receipt(case, step=step, kind=decision.kind, notice=effect.notice)


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


def _plan_words(plan: Plan | None) -> dict[str, str] | None:
    if plan is None:
        return None
    return {
        "proportionate": plan.proportionate,
        "legal": plan.legal,
        "auditable": plan.auditable,
        "necessary": plan.necessary,
    }


def _step_of(case: CaseInHand, decision: AnyDecision) -> StepName:
    """Return the step a decision belongs to; one that belongs to none, to the furthest open."""
    if decision.step is not None:
        return decision.step
    open_steps = [name for name in PATHWAY if name in case.steps]
    return open_steps[-1] if open_steps else StepName.SPECIFY


def _check_open(
    conn: Connection, *, case: CaseInHand, step: StepName, decision: AnyDecision
) -> None:
    if case.status_is_exit():
        ended = "closed" if case.status is CaseStatus.CLOSED else case.status.replace("_", " ")
        raise StepNotOpenError(
            f"Case {case.reference} has ended ({ended}).",
            why=case.row.ended_reason or "",
            next_step="A new need is a new case.",
        )
    if decision.step is None:
        _check_stage(case, decision)
        return
    status = case.step_status(step)
    if status is StepStatus.WAITING:
        _check_nothing_reopened(case, step)
        return
    if status is StepStatus.READY:
        raise StepNotOpenError(
            f"Step “{step}” of {case.reference} is with Handrail at the moment.",
            why=case.steps[step].trouble,
            next_step="It will wait for you as soon as its automatic work is done; "
            "`handrail up` must be running.",
        )
    if status is StepStatus.NOT_STARTED:
        raise StepNotOpenError(
            f"Step “{step}” of {case.reference} is not open yet.",
            why=_what_holds(case, step),
            next_step=f"`handrail case show {case.reference}` shows what is waiting.",
        )
    _refuse_decided(conn, case=case, step=step)


def _check_stage(case: CaseInHand, decision: AnyDecision) -> None:
    """Refuse a decision that belongs to no one step where the case is past it."""
    if case.status is CaseStatus.PAID:
        raise StepNotOpenError(
            f"Case {case.reference} is paid and in its defects period.",
            why="The clocks of its works have stopped."
            if decision.any_time
            else "It can no longer leave the pathway; it is closed after the defects period.",
        )
    if decision.before_approval and case.is_decided():
        raise StepNotOpenError(
            f"The grant on {case.reference} is decided.",
            why="What it was decided on stands as it was; an issued price never changes (s.34(5)).",
            next_step="Nothing was changed.",
        )
    if not case.steps:
        case.open_steps()  # nothing has run yet, and the record needs a stage
        if decision.any_time:
            case.put_back()  # it moves clocks, so those of these steps have to be there


def _check_nothing_reopened(case: CaseInHand, step: StepName) -> None:
    missing = case.rests_on(step)
    if missing:
        raise StepNotOpenError(
            f"Step “{step}” of {case.reference} rests on {', '.join(missing)}, opened again.",
            next_step=f"Decide {', '.join(missing)} first; "
            f"`handrail case show {case.reference}` says why.",
        )


def _what_holds(case: CaseInHand, step: StepName) -> str:
    missing = case.rests_on(step)
    if not missing:
        return "It opens with the next run."
    law = PATHWAY[step].sections
    basis = f" ({', '.join(law)})" if law else ""
    return f"It opens once {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} done{basis}."


def _refuse_decided(conn: Connection, *, case: CaseInHand, step: StepName) -> None:
    row = conn.execute(
        select(Decision.kind, Decision.actor, Decision.decided_at)
        .where(Decision.case_id == case.id, Decision.step == step, Decision.closes)
        .order_by(Decision.id.desc())
        .limit(1)
    ).one_or_none()
    how = (
        f"{row.actor} recorded “{row.kind}” on {row.decided_at:%-d %B %Y}."
        if row
        else f"It was {case.steps[step].status.replace('_', ' ')}."
    )
    raise AlreadyDecidedError(
        f"Step “{step}” of {case.reference} is already decided.",
        why=how,
        next_step="Nothing was changed; a decision is made once.",
    )


__all__ = ["HANDLERS", "Actor", "Receipt", "record_decision"]
