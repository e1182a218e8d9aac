"""What every `handrail decide` command does: one decision taken from its options and recorded."""

from typing import Annotated

import typer

from adapters import clock
from desk.output import Json, print_json, say, sentences
from rules.decisions import AnyDecision, Plan
from rules.errors import InvalidDecisionError
from rules.pathway import CaseStatus
from services.decisions.record import Receipt, record_decision
from services.session import writing

app = typer.Typer(no_args_is_help=True, help="Record a decision on a case, at one of its steps.")

JsonFlag = Annotated[bool, Json]


@app.callback()
def on_case(
    ctx: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REF", help="The case reference.")],
) -> None:
    """Record a decision on a case: who, why, and the particulars of its gate."""
    ctx.obj = reference


def record(
    ctx: typer.Context,
    decision: AnyDecision,
    *,
    by: str,
    reason: str,
    as_json: bool,
    plan: Plan | None = None,
) -> None:
    """Record a decision on the case of this command and say what became of it.

    Args:
        ctx: The command's context; it holds the case reference.
        by: Who decides.
        plan: The PLAN rationale, for a discretionary decision.
    """
    with sentences(as_json=as_json), writing() as conn:
        receipt = record_decision(
            conn,
            reference=ctx.obj,
            decision=decision,
            by=by,
            reason=reason,
            now=clock.now(),
            plan=plan,
        )
    if as_json:
        print_json(receipt)
        return
    say(_words(receipt, at_step=decision.step is not None))
    if receipt.notice:
        say(receipt.notice)


def _words(receipt: Receipt, *, at_step: bool) -> str:
    """Return what became of a decision; one that belongs to no step says nothing of any."""
    if receipt.case_status not in {CaseStatus.OPEN, CaseStatus.PAID}:
        return f"Recorded. Case {receipt.reference} is {receipt.case_status.replace('_', ' ')}."
    if not at_step:
        return f"Recorded on {receipt.reference}."
    if receipt.step_status == "waiting":
        return f"Recorded. {receipt.step} of {receipt.reference} waits for: {receipt.waiting_for}."
    if receipt.step_status == "ready":
        return f"Recorded. Handrail now does its part of {receipt.step} on {receipt.reference}."
    return f"Recorded. {receipt.step} of {receipt.reference} is done; the next steps open."


def one_of(options: dict[str, AnyDecision | None], *, as_json: bool) -> AnyDecision:
    """Return the one decision that was asked for.

    Args:
        options: Each way to decide, by its option, and the decision or None.
        as_json: Print the refusal as JSON instead of sentences.

    Raises:
        InvalidDecisionError: None or several were asked for.
    """
    given = [decision for decision in options.values() if decision is not None]
    if len(given) == 1:
        return given[0]
    names = ", ".join(options)
    with sentences(as_json=as_json):
        raise InvalidDecisionError(
            "Give one decision at a time." if given else "Say what is decided.",
            next_step=f"Use one of: {names}.",
        )
    raise AssertionError  # the line above always leaves
