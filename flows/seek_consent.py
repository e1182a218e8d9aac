"""The landlord's consent: cleared by tenure or pre-permission, or asked for in writing.

Triggered by: advance-case, or an officer from Prefect's UI or CLI.
Needs: a specified case; its landlord, and the register of pre-permissions.
Leaves behind: the gate cleared with the agreement cited, or a written request waiting.
"""

from flows.endings import case_flow
from rules.pathway import StepName
from tasks.consents import match_consent, send_consent_request, write_consent_request


def consent(case_ref: str) -> None:
    """Clear the landlord's consent by a pre-permission, or ask for it in writing."""
    to_ask = match_consent(case_ref)
    if to_ask is not None:
        letter = write_consent_request(case_ref, to_ask)
        send_consent_request(case_ref, to_ask, letter)


seek_consent = case_flow("seek-consent", StepName.CONSENT, consent)
