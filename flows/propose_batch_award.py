"""Working out a batch award: many waiting cases of a lot, given out together at the least cost.

Triggered by: `handrail batch propose`, through the outbox; an officer from Prefect's UI or CLI.
Needs: a batch award that was asked for, and cases of its lot that wait for their direction.
Leaves behind: the proposal with each case beside what the rule gives it, for an officer to accept
or not; or why there can be none.
"""

from typing import Annotated, Any

from prefect.client.schemas.objects import State
from pydantic import Field

from flows.endings import ended, ours
from rules.runs import ATTENTION
from rules.sentences import several
from tasks.batches import propose_batch

BatchNumber = Annotated[int, Field(ge=1, description="The batch award's number, such as 3.")]

_ENDS = {"proposed": "AwaitingAcceptance", "impossible": ATTENTION}


@ours("propose-batch-award", flow_run_name="batch award {batch_id}")
def propose_batch_award(batch_id: BatchNumber) -> State[Any]:
    """Find the cheapest assignment of a lot's waiting cases within room and fair shares.

    Args:
        batch_id: The batch award's number, as `handrail batch list` shows it.
    """
    found = propose_batch(batch_id)
    count = several(found.cases, "case")
    return ended(_ENDS.get(found.status, "Decided"), f"{count}. {found.finding}")
