"""Sign-off: whoever holds it up is waited for; then the certificate of completion is sent.

Triggered by: advance-case after each finding, or an officer from Prefect's UI or CLI.
Needs: works the contractor says are complete.
Leaves behind: the step waiting for inspection, snags, certificates, the client or the officer; at
the end the certificate of completion.
"""

from flows.endings import case_flow
from rules.pathway import StepName
from tasks.completion import review_completion, send_completion, write_completion


def inspect(case_ref: str) -> None:
    """See what sign-off waits for, pass snags on, and send the certificate of completion."""
    if review_completion(case_ref):  # the works are certified
        certificate = write_completion(case_ref)
        send_completion(case_ref, certificate)


sign_off = case_flow("sign-off", StepName.SIGN_OFF, inspect)
