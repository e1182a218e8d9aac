"""The link to a landlord's own page of what it is asked now."""

from models.case_queries import consent_of
from rules.people import Role
from services.cases.in_hand import CaseInHand
from services.links.links import make_case_link


def page_for(case: CaseInHand) -> str:
    """Make the landlord a link to the request; return what a message holds as ``page``."""
    asked = consent_of(case.conn, case_id=case.id)
    return make_case_link(
        case.conn,
        case_id=case.id,
        role=Role.LANDLORD,
        now=case.now,
        subject_id=asked.id if asked is not None else None,
    )
