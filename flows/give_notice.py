"""The s.34 notice: given as soon as the grant is decided.

Triggered by: advance-case after the decision; an officer from Prefect's UI or CLI.
Needs: a recorded decision to approve or refuse.
Leaves behind: the notice on record and on its way to the client; a refused case ended.
"""

from flows.endings import case_flow
from rules.pathway import StepName
from tasks.grants import give_notice as send_notice
from tasks.grants import notice_due, write_notice


def approve(case_ref: str) -> None:
    """Write the notice of approval or refusal and send it to the client."""
    if notice_due(case_ref):
        notice = write_notice(case_ref)
        send_notice(case_ref, notice)


give_notice = case_flow("give-notice", StepName.APPROVE, approve)
