"""The landlord's consent: cleared by tenure or pre-permission, or asked for in writing.

Triggered by: advance-case, or an officer from Prefect's UI or CLI.
Needs: a specified case; its landlord, and the register of pre-permissions.
Leaves behind: the gate cleared with the agreement cited, or a written request waiting.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.endings import CaseRef, carry_out, end_of_step
from rules.pathway import StepName
from tasks.consents import match_consent, send_consent_request, write_consent_request


def consent(case_ref: str) -> None:
    """Match a pre-permission; otherwise write to the landlord."""
    to_ask = match_consent(case_ref)
    if to_ask is None:
        return
    letter = write_consent_request(case_ref, to_ask)
    send_consent_request(case_ref, to_ask, letter)


@flow(name="seek-consent", flow_run_name="{case_ref} · consent", persist_result=False)
def seek_consent(case_ref: CaseRef) -> State[Any]:
    """Clear the landlord's consent by a pre-permission, or ask for it in writing.

    Args:
        case_ref: The case reference, as printed on every letter, such as DFG-2026-0042.
    """
    carry_out(StepName.CONSENT, consent, case_ref)
    return end_of_step(case_ref)
