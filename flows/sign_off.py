"""Sign-off: whoever holds it up is waited for; then the certificate of completion is sent.

Triggered by: advance-case after each finding, or an officer from Prefect's UI or CLI.
Needs: works the contractor says are complete.
Leaves behind: the step waiting for inspection, snags, certificates, the client or the officer; at
the end the certificate of completion.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.endings import CaseRef, carry_out, end_of_step
from rules.pathway import StepName
from tasks.completion import review_completion, send_completion, write_completion


def inspect(case_ref: str) -> None:
    """Wait for whoever holds it up, or send the certificate once the works are certified."""
    certified = review_completion(case_ref)
    if not certified:
        return
    certificate = write_completion(case_ref)
    send_completion(case_ref, certificate)


@flow(name="sign-off", flow_run_name="{case_ref} · sign-off", persist_result=False)
def sign_off(case_ref: CaseRef) -> State[Any]:
    """See what sign-off waits for, pass snags on, and send the certificate of completion.

    Args:
        case_ref: The case reference, as printed on every letter, such as DFG-2026-0042.
    """
    carry_out(StepName.SIGN_OFF, inspect, case_ref)
    return end_of_step(case_ref)
