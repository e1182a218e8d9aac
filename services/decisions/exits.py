"""Leaving the pathway: the case ends, and what was offered or ordered is withdrawn."""

from typing import Final

from models.case_queries import live_order
from models.replaced import done_before
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import InvalidDecisionError, StatuteError
from rules.grants.funding import FundingKind
from rules.money import pounds
from rules.orders import GROUNDS, ExitGround, Ground
from rules.pathway import EXITS, CaseStatus, StepName, StepStatus
from rules.people import OFFICERS, Role
from services.assignment.offers import withdraw_offer
from services.cases import CaseInHand, Context, Effect, applies
from services.cases.ending import leave_pathway
from services.clocks.pausing import end_open_pauses
from services.competitions.competitions import cancel
from services.grants.budgets import release_grant
from services.grants.fundings import funding_lines
from services.orders.visits import cancel_visits
from services.orders.works import cancel_order

_NO_LETTER: Final = (
    "No letter goes to the home: nobody else is on record there. Please tell the family yourself."
)


@decided("exit", at=None, by=OFFICERS | {Role.MANAGER, Role.ASSESSOR})
class Exit(BaseDecision):
    """The case leaves the pathway: withdrawn, died, moved and the like.

    The client and the contractors are told; after a death the contractors alone.
    """

    outcome: CaseStatus = particular("How it leaves.", choices={way.value: way for way in EXITS})
    ground: ExitGround | None = particular(
        "What of the Act it rests on: whose death, whose move, or what else changed.",
        default=None,
        label="What changed",
        hint="Who died, moved or withdrew decides what may be paid (ss.40 to 42, 56). Asked once "
        "there is an application.",
    )

    def problems(self) -> tuple[str, ...]:
        """Return an outcome that is no way out, and a ground on which a case ends otherwise."""
        if self.outcome not in EXITS:
            return (f"“{self.outcome}” is no way out; use {', '.join(EXITS)}.",)
        ground = GROUNDS[self.ground] if self.ground is not None else None
        if ground is not None and self.outcome not in (ground.outcome, *ground.also):
            return (f"Where {ground.words} ({ground.section}), it leaves as “{ground.outcome}”.",)
        return ()

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        stage = known(", at {}", facts["stage"])
        ground = GROUNDS[facts["ground"]] if facts["ground"] else None
        why = f"; {ground.words} ({ground.section})" if ground else ""
        return f"The case leaves the pathway: {facts.words('outcome')}{stage}{why}."


def check_leave(context: Context) -> None:
    """Refuse to end a case whose works have begun on site (ss.40 to 42)."""
    order = live_order(context.conn, case_id=context.case.id)
    if order is not None and order.started_on is not None:
        raise InvalidDecisionError(
            f"Works on {order.number} began on {order.started_on:%-d %B %Y}.",
            why="Works in progress are stopped, part-completed or redetermined (ss.40 to 42), "
            "so that the contractor is paid for what was done.",
            next_step="Record what was done: `handrail decide "
            f"{context.case.reference} end-order`; it is paid, and the case ends with it.",
        )


@applies(Exit, check=check_leave)
def leave(context: Context, decision: Exit, _: None) -> Effect:
    """End the case with its stage and reason."""
    _check_ground(context, decision)
    end_case(context.case, outcome=decision.outcome, reason=context.reason)
    died = decision.outcome is CaseStatus.DIED
    return Effect(
        to=None,
        outcome=decision.outcome,
        facts={"stage": _stage(context.case)},
        notice=" ".join(
            filter(
                None,
                (_NO_LETTER if died else "", _payable(context, decision), _still_owed(context)),
            )
        ),
    )


def _check_ground(context: Context, decision: Exit) -> None:
    """Refuse to end an application without what it rests on; a refusal gives its own reasons."""
    case, grounds = context.case, _grounds_of(decision.outcome)
    if decision.ground is not None or case.row.applied_on is None or not grounds:
        return
    ways = "; ".join(f"{name} ({ground.words}, {ground.section})" for name, ground in grounds)
    raise StatuteError(
        f"An application was made on {case.reference}: say what changed.",
        why="Whose death, whose move or what else it is decides what may be paid.",
        section="ss.40 to 42, 56",
        next_step=f"Give the ground: {ways}.",
    )


def _grounds_of(outcome: CaseStatus) -> list[tuple[str, Ground]]:
    return [
        (str(name), one) for name, one in GROUNDS.items() if outcome in (one.outcome, *one.also)
    ]


def _payable(context: Context, decision: Exit) -> str:
    """Return what of the case's fees and charges may be paid, where its works had not begun."""
    if decision.ground is None:
        return ""
    charges = sum(
        line.amount_pence
        for line in funding_lines(context.conn, case_id=context.case.id)
        if line.kind in (FundingKind.FEE, FundingKind.ANCILLARY)
    )
    ground = GROUNDS[decision.ground]
    recorded = f" Fees and charges of {pounds(charges)} are on record." if charges else ""
    if charges and ground.grant_pays:
        recorded += f" To pay them: `handrail decide {context.case.reference} pay-charges`."
    return f"{ground.before_works} ({ground.section}).{recorded}"


def _still_owed(context: Context) -> str:
    """Return that what a contractor did that was replaced can be paid now as before."""
    if not done_before(context.conn, case_id=context.case.id).total_pence:
        return ""
    return (
        "What a contractor did that was replaced stays payable: `handrail decide "
        f"{context.case.reference} invoice-replaced`."
    )


def end_case(
    case: CaseInHand, *, outcome: CaseStatus, reason: str, stage: StepName | None = None
) -> None:
    """End a case: its steps end, offers, orders and quotes are withdrawn, its budget is released.

    Args:
        outcome: How it ended.
        stage: The step it ended at; the furthest one open, if not given.
    """
    stage = stage or _stage(case)
    release_grant(case.conn, case=case.row)
    withdraw_offer(case, reason=reason)
    cancel_order(case)
    cancel(case, reason=reason)
    why = f"case ended: {outcome.replace('_', ' ')}"
    cancel_visits(case, why=why, tell_client=outcome is not CaseStatus.DIED)
    end_open_pauses(case, why=why, clocks_go_on=False)
    leave_pathway(case, outcome=outcome, reason=reason, stage=stage)


def _stage(case: CaseInHand) -> StepName:
    open_steps = [
        name
        for name in StepName
        if case.step_status(name) in {StepStatus.READY, StepStatus.WAITING, StepStatus.ENDED}
    ]
    return open_steps[-1] if open_steps else StepName.SPECIFY
