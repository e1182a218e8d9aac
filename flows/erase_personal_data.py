"""Erasing what a decided retention proposal says, case by case.

Triggered by: the decision on a proposal, through the outbox; it may be run again.
Needs: a proposal that a manager or an administrator accepted.
Leaves behind: each case erased, held or with nothing left to erase, as `handrail retention show`
says, each erasure in its case's chain; files removed. What could not be done is tried by the next
run.
"""

from typing import Annotated, Any

from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import Field

from flows.endings import ours, shown_progress
from rules.errors import HandrailError
from rules.sentences import several
from tasks.personal import cases_to_erase, erase_case, finish_erasing

ProposalNumber = Annotated[
    int, Field(ge=1, description="The proposal's number, as `handrail retention list` shows it.")
]


@ours("erase-personal-data", flow_run_name="retention {proposal_id} · erase")
def erase_personal_data(proposal_id: ProposalNumber) -> State[Any]:
    """Erase what was decided of every case of a proposal that is not dealt with.

    Args:
        proposal_id: The proposal's number, as `handrail retention list` shows it.
    """
    asked = cases_to_erase(proposal_id)
    about = f"Retention {proposal_id}: {several(len(asked.references), 'case')} to erase"
    show = shown_progress("erase-personal-data", about, of=max(1, len(asked.references)))
    trouble = []
    for done, reference in enumerate(asked.references, start=1):
        try:
            erase_case(reference, asked)
        except HandrailError as error:
            trouble.append(f"{reference}: {error.text()}")
        show(done)
    counts = finish_erasing(asked)
    message = ", ".join(f"{many} {outcome}" for outcome, many in counts.items()) + "."
    name = "NeedsAttention" if trouble else "Erased"
    return Completed(name=name, message=" ".join([message, *trouble[:20]]))
