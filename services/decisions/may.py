"""Who may decide or correct what on a case, now: as recording checks it, and as an answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import decided_on
from rules.clocks.dates import london_date
from rules.decisions import BaseDecision
from rules.errors import AlreadyDecidedError, HandrailError, StepNotOpenError
from rules.pathway import OVER, PATHWAY, CaseStatus, StepName, StepStatus
from rules.people import Actor, check_may_decide
from services.cases import CaseInHand, Context
from services.cases.effect import APPLIED
from services.cases.take import take
from services.decisions.kinds import KINDS


def check_correctable(context: Context, kind: type[BaseDecision]) -> None:
    """Refuse a correction where nothing was recorded, or where something rests on what was.

    A decision of an opening that is no longer in force, such as a sign-off opened again, has
    nothing to say.

    Raises:
        StepNotOpenError: It says what has to be done, or done anew.
    """
    if kind.corrects is None:
        return
    case, corrected = context.case, kind.corrects.kind
    made = {row.kind: row for row in decided_on(context.conn, case_id=case.id)}
    if corrected not in made:
        raise StepNotOpenError(
            f"No “{corrected}” is recorded on {case.reference}.",
            next_step="There is nothing to correct.",
        )
    for rested, anew in kind.rests.items():
        if rested in made and _in_force(context, made[rested]):
            row = made[rested]
            raise StepNotOpenError(
                f"“{corrected}” of {case.reference} can no longer be corrected.",
                why=f"{row.actor} recorded “{rested}” on {london_date(row.decided_at):%-d %B %Y}, "
                "which rests on it.",
                next_step=anew,
            )


def _in_force(context: Context, row: AnyRow) -> bool:
    step = context.case.steps.get(row.step)
    return step is not None and step.revision == row.step_revision


@dataclass(frozen=True, slots=True)
class May:
    """Whether somebody may take a decision on a case now, and if not, why.

    Args:
        kind: The kind of decision.
        step: The step it is recorded at.
        error: What recording it would be refused with, whatever its particulars; None if nothing.
    """

    kind: type[BaseDecision]
    step: StepName
    error: HandrailError | None

    @property
    def allowed(self) -> bool:
        """Whether it may be taken."""
        return self.error is None

    @property
    def reason(self) -> str:
        """Why not, in a sentence or two; empty where it may be taken."""
        return " ".join(filter(None, (self.error.what, self.error.why))) if self.error else ""


def what_may(conn: Connection, *, reference: str, actor: Actor, now: datetime) -> tuple[May, ...]:
    """Return, of every kind of decision, whether somebody may take it on a case now, or why not.

    It changes nothing.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    case = take(conn, reference=reference, now=now, to_change=False)
    return may_on(case, actor=actor)


def may_on(case: CaseInHand, *, actor: Actor) -> tuple[May, ...]:
    """Return the same of a case in hand."""
    context = Context(conn=case.conn, case=case, actor=actor, reason="", plan=None, now=case.now)
    return tuple(can_take(context, kind) for kind in KINDS.values())


def can_take(context: Context, kind: type[BaseDecision]) -> May:
    """Say whether a decision may be taken in its context, by the checks of recording it."""
    step = step_of(context.case, kind)
    try:
        check_role_and_step(context, kind)
        check_state(context, kind)
    except HandrailError as error:
        return May(kind, step, error)
    return May(kind, step, None)


def step_of(case: CaseInHand, kind: type[BaseDecision]) -> StepName:
    """Return the step a decision belongs to; one that belongs to none, to the furthest open.

    A step that rests on one opened again is not where the case stands.
    """
    if kind.step is not None:
        return kind.step
    open_steps = [n for n in PATHWAY if n in case.steps and not case.rests_on(n)]
    return open_steps[-1] if open_steps else StepName.SPECIFY


def check_role_and_step(context: Context, kind: type[BaseDecision]) -> None:
    """Refuse a decision to whoever may not take it on this case, or where its step is not open.

    Raises:
        NotPermittedError: The role may not record it, or the authority is not theirs.
        StepNotOpenError: The step is not open, or the case is past it.
        AlreadyDecidedError: It is decided.
    """
    authority = context.case.row.authority
    check_may_decide(actor=context.actor, kind=kind.kind, roles=kind.roles, authority=authority)
    _check_open(context, kind)


def check_state(context: Context, kind: type[BaseDecision]) -> tuple[Any, ...]:
    """Refuse a decision for how the case stands, whatever its particulars; return what was found.

    Raises:
        HandrailError: It cannot be taken now; the message says why.
    """
    check_correctable(context, kind)
    check = APPLIED[kind].check
    return () if check is None else (check(context),)


def _check_open(context: Context, kind: type[BaseDecision]) -> None:
    """Refuse a decision whose step does not wait for one, or that comes too late for the case."""
    case, step = context.case, step_of(context.case, kind)
    if kind.after_end:
        return
    if case.status_is_exit():
        ended = "closed" if case.status is CaseStatus.CLOSED else case.status.replace("_", " ")
        raise StepNotOpenError(
            f"Case {case.reference} has ended ({ended}).",
            why=case.row.ended_reason or "",
            next_step="A new need is a new case.",
        )
    if kind.step is None:
        _check_stage(case, kind)
        return
    status = case.step_status(step)
    if kind.corrects is not None and status in OVER:
        return  # whether something rests on what was recorded, its own check says
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
    _refuse_decided(context, step)


def _check_stage(case: CaseInHand, kind: type[BaseDecision]) -> None:
    """Refuse a decision that belongs to no one step where the case is past it."""
    if case.status is CaseStatus.PAID and not kind.of_file:
        raise StepNotOpenError(
            f"Case {case.reference} is paid and in its defects period.",
            why="The clocks of its works have stopped."
            if kind.any_time
            else "It can no longer leave the pathway; it is closed after the defects period.",
        )
    if kind.before_approval and case.is_decided():
        raise StepNotOpenError(
            f"The grant on {case.reference} is decided.",
            why="What it was decided on stands as it was; an issued price never changes (s.34(5)).",
            next_step="Nothing was changed.",
        )


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


def _refuse_decided(context: Context, step: StepName) -> None:
    case = context.case
    made = decided_on(context.conn, case_id=case.id)
    row = next((row for row in reversed(made) if row.step == step and row.closes), None)
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
