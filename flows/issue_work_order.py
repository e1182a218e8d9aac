"""The work order: numbered, written, sent.

Triggered by: advance-case after a contractor accepts, or an officer from Prefect's UI or CLI.
Needs: an approved grant and an accepted offer.
Leaves behind: a numbered work order, its PDF on record, and the message to the contractor.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.endings import CaseRef, carry_out, end_of_step
from rules.pathway import StepName
from tasks.orders import raise_order, send_order, write_work_order


def order(case_ref: str) -> None:
    """Raise the order, write it and send it."""
    if not raise_order(case_ref):
        return
    paper = write_work_order(case_ref)
    send_order(case_ref, paper)


@flow(name="issue-work-order", flow_run_name="{case_ref} · order", persist_result=False)
def issue_work_order(case_ref: CaseRef) -> State[Any]:
    """Number the work order, write its PDF and send it to the contractor.

    Args:
        case_ref: The case reference, as printed on every letter, such as DFG-2026-0042.
    """
    carry_out(StepName.ORDER, order, case_ref)
    return end_of_step(case_ref)
