"""Payment: the invoice matched line by line, then released by a second person.

Triggered by: advance-case after an invoice or its release, or an officer from Prefect's UI or CLI.
Needs: works signed off.
Leaves behind: the invoice matched or queried with reasons; after release, the contractor told.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.endings import CaseRef, carry_out, end_of_step
from rules.pathway import StepName
from tasks.payments import match_payment


def settle(case_ref: str) -> None:
    """Match the invoice, or tell the contractor that it is paid."""
    match_payment(case_ref)


@flow(name="pay", flow_run_name="{case_ref} · pay", persist_result=False)
def pay(case_ref: CaseRef) -> State[Any]:
    """Match the contractor's invoice with its order, and tell it when the money is released.

    Args:
        case_ref: The case reference, as printed on every letter, such as DFG-2026-0042.
    """
    carry_out(StepName.PAY, settle, case_ref)
    return end_of_step(case_ref)
