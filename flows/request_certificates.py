"""The owner's and tenant's certificates: asked for.

Triggered by: advance-case, or an officer from Prefect's UI or CLI.
Needs: a specified case.
Leaves behind: each certificate the tenure calls for asked for with its form to sign, and the step
waiting for them.
"""

from flows.endings import case_flow
from rules.pathway import StepName
from tasks.consents import ask_for_certificates, certificates_to_ask, write_forms


def certificates(case_ref: str) -> None:
    """Ask the applicant, and the landlord where needed, for the certificates of ss.21 and 22."""
    asked = certificates_to_ask(case_ref)
    if asked is not None:
        ask_for_certificates(case_ref, asked, write_forms(case_ref, asked))


request_certificates = case_flow("request-certificates", StepName.CERTIFICATES, certificates)
