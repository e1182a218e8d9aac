"""Tendering a case: pre-priced package, call-off from the schedule, or quotes.

Triggered by: advance-case, or an officer from Prefect's UI or CLI.
Needs: a priced case, a lot in force for its works and area, and contractors' prices.
Leaves behind: the award with every contractor's placing, and the step waiting for the direction
or for quotes; once that is decided, the price and award record on file, and the step over.
"""

from flows.endings import case_flow
from rules.pathway import StepName
from services.competitions.tender import Left
from tasks.competitions import invitation_due, send_invitations, write_specification
from tasks.tenders import keep_award_record, tender_case, write_award_record


def tender(case_ref: str) -> None:
    """Choose the route to a price and put the lot's contractors in order, with the reasons."""
    left = tender_case(case_ref)
    if left is Left.INVITATIONS:
        invite(case_ref)
    elif left is Left.RECORD:
        written = write_award_record(case_ref)
        keep_award_record(case_ref, written)


def invite(case_ref: str) -> None:
    """Write the specification of a mini-competition and send the invitations with it."""
    to_invite = invitation_due(case_ref)
    if to_invite is not None:
        specification = write_specification(case_ref, to_invite)
        send_invitations(case_ref, to_invite, specification)


run_tender = case_flow("run-tender", StepName.TENDER, tender)
