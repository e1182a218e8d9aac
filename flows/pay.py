"""Payment: the invoice matched line by line, then released by a second person.

Triggered by: advance-case after an invoice or its release, or an officer from Prefect's UI or CLI.
Needs: works signed off.
Leaves behind: the invoice matched or queried with reasons; after release, the contractor told.
"""

from flows.endings import case_flow
from rules.pathway import StepName
from tasks.payments import match_payment


def reconcile(case_ref: str) -> None:
    """Match the contractor's invoice with its order, and tell it when the money is released."""
    match_payment(case_ref)


pay = case_flow("pay", StepName.PAY, reconcile)
