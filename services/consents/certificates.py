"""The owner's, tenant's and landlord's certificates of ss.21 and 22: asked for, then awaited."""

from __future__ import annotations

from models.case_queries import certificates_of
from rules.consents import certificates_needed
from rules.parties import Party
from rules.pathway import StepName, StepStatus
from services.cases.tellings import tell_certificates
from services.cases.unit import at_step


def ask_for_certificates(case_ref: str) -> None:
    """Ask for every certificate the tenure calls for and nobody has given yet.

    Args:
        case_ref: The case reference.
    """
    with at_step(case_ref, StepName.CERTIFICATES) as case:
        if case is None:
            return
        held = certificates_of(case.conn, case_id=case.id)
        wanted = [kind for kind in certificates_needed(case.row.tenure) if kind not in held]
        tell_certificates(case, wanted=wanted)
        landlord = wanted == ["landlord"]
        case.start_clock("return_certificates", holder=Party.LANDLORD if landlord else Party.CLIENT)
        case.move(
            StepName.CERTIFICATES,
            StepStatus.WAITING,
            owner="applicant",
            waiting_for=f"the {' and '.join(wanted)}’s certificate",
        )
