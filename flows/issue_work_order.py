"""The work order: numbered, written, sent.

Triggered by: advance-case after a contractor accepts, or an officer from Prefect's UI or CLI.
Needs: an approved grant and an accepted offer.
Leaves behind: a numbered work order, its PDF on record, and the message to the contractor.
"""

from flows.endings import case_flow
from rules.pathway import StepName
from tasks.orders import raise_order, send_order, write_work_order


def order(case_ref: str) -> None:
    """Number the work order, write its PDF and send it to the contractor."""
    if raise_order(case_ref):
        written = write_work_order(case_ref)
        send_order(case_ref, written)


issue_work_order = case_flow("issue-work-order", StepName.ORDER, order)
