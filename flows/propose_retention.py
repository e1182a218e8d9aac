"""Proposing what of closed cases is kept for longer than it is needed; nothing is erased by it.

Triggered by: its schedule, once a day; a manager by `handrail retention propose`, or in Prefect.
Needs: nothing.
Leaves behind: for each authority without an open proposal, one over its closed cases whose years
are over, for a manager or an administrator to decide. An erasure decided and left undone is asked
for again.
"""

from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.endings import ours
from rules.sentences import several
from tasks.personal import propose_erasures


@ours("propose-retention", flow_run_name="retention · propose")
def propose_retention() -> State[Any]:
    """Propose what of closed cases is to be erased."""
    found = propose_erasures()
    name = "AwaitingDecision" if found.proposals else "NothingToErase"
    words = f"{several(found.proposals, 'proposal')} over {several(found.cases, 'case')}."
    return Completed(name=name, message=words)
