"""The owner's, tenant's and landlord's certificates of ss.21 and 22: asked for, then awaited."""

from models.case_queries import certificates_of
from models.contacts import client_of, landlord_of
from rules.consents import certificates_needed
from rules.parties import Party
from rules.pathway import StepName, StepStatus
from services.cases.in_hand import CaseInHand
from services.cases.telling import tell, working_days_on
from services.cases.unit import at_step


def ask_for_certificates(case_ref: str) -> None:
    """Ask for every certificate the tenure calls for and nobody has given yet."""
    with at_step(case_ref, StepName.CERTIFICATES) as case:
        if case is None:
            return
        held = certificates_of(case.conn, case_id=case.id)
        wanted = [kind for kind in certificates_needed(case.row.tenure) if kind not in held]
        for kind in wanted:
            _ask_for(case, kind)
        landlord = wanted == ["landlord"]
        case.start_clock("return_certificates", holder=Party.LANDLORD if landlord else Party.CLIENT)
        case.move(
            StepName.CERTIFICATES,
            StepStatus.WAITING,
            owner="applicant",
            waiting_for=f"the {' and '.join(wanted)}’s certificate",
        )


def _ask_for(case: CaseInHand, kind: str) -> None:
    """Ask the applicant, or the landlord, for one certificate."""
    landlord = kind == "landlord"
    tell(
        case,
        kind="certificate_request_to_applicant",
        once_for=f"{case.steps[StepName.CERTIFICATES].revision}:{kind}",
        to=landlord_of(case.conn, case=case.row) if landlord else client_of(case.row),
        context={
            "certificate": f"{'owner' if landlord else kind}’s certificate",
            "reply_by": working_days_on(case, case.days("return_certificates")),
        },
    )
