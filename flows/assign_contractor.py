"""Assigning the contractor: offered in the award's order until one accepts.

Triggered by: advance-case, or an officer from Prefect's UI or CLI.
Needs: an approved case with its award.
Leaves behind: one live offer with its turn counted, waiting for the contractor's answer.
"""

from flows.endings import case_flow
from rules.pathway import StepName
from tasks.assignment import offer_works


def assign(case_ref: str) -> None:
    """Offer the works to the next contractor in the award's order that has room for them."""
    offer_works(case_ref)


assign_contractor = case_flow("assign-contractor", StepName.ASSIGN, assign)
