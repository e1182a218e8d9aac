"""The s.34 notice: given as soon as the grant is decided.

Triggered by: advance-case after the decision; an officer from Prefect's UI or CLI.
Needs: a recorded decision to approve or refuse.
Leaves behind: the notice on record and on its way to the client; a refused case ended.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.endings import CaseRef, carry_out, end_of_step
from rules.pathway import StepName
from tasks.grants import give_notice as send_notice
from tasks.grants import notice_due, write_notice


def approve(case_ref: str) -> None:
    """Write the notice and give it."""
    if not notice_due(case_ref):
        return
    notice = write_notice(case_ref)
    send_notice(case_ref, notice)


@flow(name="give-notice", flow_run_name="{case_ref} · approve", persist_result=False)
def give_notice(case_ref: CaseRef) -> State[Any]:
    """Write the notice of approval or refusal and send it to the client.

    Args:
        case_ref: The case reference, as printed on every letter, such as DFG-2026-0042.
    """
    carry_out(StepName.APPROVE, approve, case_ref)
    return end_of_step(case_ref)
