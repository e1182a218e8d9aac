"""Giving the s.34 notice: sent with its document, and then the step is over."""

from models.approved import finish_from
from models.audit import AUTOMATIC
from models.case_queries import approval_in_force, award_in_force
from models.contacts import client_of, contractor_of, works_title
from rules.clocks.dates import finish_by
from rules.pathway import CaseStatus, StepName, StepStatus
from rules.variations import LIMB_WORDS
from services.cases import CaseInHand, at_step, look_at, seeing, tell
from services.decisions.exits import end_case
from services.documents.keep import Written, keep_document, write_document
from services.grants.papers import approval_paper, own_contribution_pence, refusal_paper


def notice_due(case_ref: str) -> bool:
    """Say whether the grant is decided and its notice not given."""
    return look_at(case_ref).is_ready(StepName.APPROVE)


def give_notice(case_ref: str, notice: Written) -> None:
    """Send the notice to the client; a refusal ends the case.

    Args:
        notice: The notice as written.
    """
    with at_step(case_ref, StepName.APPROVE) as case:
        if case is None:
            return
        approved = case.steps[StepName.APPROVE].outcome == "approved"
        attachment = keep_document(case, written=notice, name=f"{case.reference} notice")
        client = client_of(case.row)
        tell(
            case,
            kind="approval_to_client" if approved else "refusal_to_client",
            once_for=str(case.steps[StepName.APPROVE].revision),
            to=client,
            context=_context(case, approved=approved),
            attachments=[attachment],
        )
        case.note(
            actor=AUTOMATIC,
            action="approve: notice given",
            reason="s.34(3): the applicant is notified of the decision",
            detail={"sha256": attachment["sha256"]},
        )
        case.move(StepName.APPROVE, StepStatus.DONE)
        if approved and case.step_status(StepName.ASSIGN) is StepStatus.WAITING:
            case.move(StepName.ASSIGN, StepStatus.READY)  # a dearer contractor is now approved
        if not approved:
            reason = approval_in_force(case.conn, case_id=case.id).reason
            end_case(case, outcome=CaseStatus.REFUSED, reason=reason, stage=StepName.APPROVE)


def _context(case: CaseInHand, *, approved: bool) -> dict[str, object]:
    context: dict[str, object] = {
        "client_name": case.row.client_name,
        "works_title": works_title(case.row),
    }
    if not approved:
        return context
    approval = approval_in_force(case.conn, case_id=case.id)
    award = award_in_force(case.conn, case_id=case.id)
    return context | {
        "grant_pence": approval.grant_pence,
        "contribution_pence": own_contribution_pence(approval),
        "pay_from": approval.pay_from or "",
        "again_for": LIMB_WORDS.get(approval.limb or approval.again_for or "", ""),
        "left_out": len(approval.left_out or ()),
        "contractor_name": contractor_of(case.conn, code=award.contractor).name,
        "complete_by": finish_by(approved_on=finish_from(case.conn, case_id=case.id)).isoformat(),
    }


def write_notice(case_ref: str) -> Written:
    """Write the s.34 notice: of approval, or of refusal with its reasons.

    Raises:
        StorageError: It could not be stored.
    """
    with seeing(case_ref) as (conn, case):
        approval = approval_in_force(conn, case_id=case.id)
        paper: object
        if approval.outcome == "approved":
            kind, paper = "approval", approval_paper(conn, case=case)
        else:
            kind, paper = "refusal", refusal_paper(conn, case=case)
    return write_document(kind=kind, version=approval.step_revision, paper=paper)
