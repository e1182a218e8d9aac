"""Assigning the contractor: offered in the award's order until one accepts.

Triggered by: advance-case, or an officer from Prefect's UI or CLI.
Needs: an approved case with its award.
Leaves behind: one live offer with its turn counted, waiting for the contractor's answer.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.endings import CaseRef, carry_out, end_of_step
from rules.pathway import StepName
from tasks.assignment import offer_works


def assign(case_ref: str) -> None:
    """Offer the works to the next contractor."""
    offer_works(case_ref)


@flow(name="assign-contractor", flow_run_name="{case_ref} · assign", persist_result=False)
def assign_contractor(case_ref: CaseRef) -> State[Any]:
    """Offer the works to the next contractor in the award's order that has room for them.

    Args:
        case_ref: The case reference, as printed on every letter, such as DFG-2026-0042.
    """
    carry_out(StepName.ASSIGN, assign, case_ref)
    return end_of_step(case_ref)
