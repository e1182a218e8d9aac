"""The owner's and tenant's certificates: asked for.

Triggered by: advance-case, or an officer from Prefect's UI or CLI.
Needs: a specified case.
Leaves behind: each certificate the tenure calls for asked for, and the step waiting for them.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.endings import CaseRef, carry_out, end_of_step
from rules.pathway import StepName
from tasks.consents import ask_for_certificates


def certificates(case_ref: str) -> None:
    """Ask for the certificates."""
    ask_for_certificates(case_ref)


@flow(name="request-certificates", flow_run_name="{case_ref} · certificates", persist_result=False)
def request_certificates(case_ref: CaseRef) -> State[Any]:
    """Ask the applicant, and the landlord where needed, for the certificates of ss.21 and 22.

    Args:
        case_ref: The case reference, as printed on every letter, such as DFG-2026-0042.
    """
    carry_out(StepName.CERTIFICATES, certificates, case_ref)
    return end_of_step(case_ref)
