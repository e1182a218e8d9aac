"""Pricing many open cases again in one run: after a new schedule, other terms or a wrong code.

Triggered by: ``handrail reprice apply``, through the outbox, after a preview; it may be run again.
Needs: the number of a repricing that somebody asked for.
Leaves behind: each case repriced, unchanged, left or in trouble, as ``handrail reprice show`` says;
awards made anew waiting for their direction; a progress artifact on the run.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from prefect.client.schemas.objects import State
from pydantic import Field

from flows.advance_case import advance
from flows.endings import ended, ours, shown_progress
from rules.errors import HandrailError
from rules.pricing.repricing import Outcome
from rules.runs import ATTENTION
from rules.sentences import several
from services.pricing.reprice import ToReprice, reprice_batch
from tasks.pricing import cases_to_reprice, finish_repricing
from tasks.unit import plainly

BATCH = 25
"""Cases that share what they all read, and between two updates of the progress artifact."""

RepricingId = Annotated[
    int, Field(ge=1, description="The repricing's number, as `handrail reprice list` shows it.")
]


@ours("reprice-cases", flow_run_name="repricing {repricing_id} · reprice")
def reprice_cases(repricing_id: RepricingId) -> State[Any]:
    """Price again every case that a repricing bears on and has not dealt with.

    Args:
        repricing_id: The repricing's number, as `handrail reprice list` shows it.
    """
    asked = cases_to_reprice(repricing_id)
    references = asked.references
    about = f"Repricing {repricing_id}: {several(len(references), 'case')} to price again"
    show = shown_progress("reprice-cases", about, of=len(references))
    not_carried_on: list[str] = []
    for start in range(0, len(references), BATCH):
        batch = references[start : start + BATCH]
        not_carried_on += _reprice(batch, asked)
        show(start + len(batch))
    counts = finish_repricing(asked)
    trouble = counts[Outcome.TROUBLE] or not_carried_on
    message = ", ".join(f"{count} {outcome}" for outcome, count in counts.items()) + "."
    return ended(ATTENTION if trouble else "Repriced", " ".join([message, *not_carried_on[:20]]))


def _reprice(references: Sequence[str], asked: ToReprice) -> list[str]:
    """Price a batch again and carry on what it left to do; return what could not be, in words."""
    told = []
    with plainly():
        for reference in reprice_batch(references, asked):
            try:
                advance(reference)
            except HandrailError as error:
                told.append(f"{reference}: {error.text()}")
    return told
