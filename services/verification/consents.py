"""Consents: asked for in the tenant's name, and treated as given by a decision alone."""

from typing import Final

from sqlalchemy import exists, not_

from models.tables.cases import Case
from models.tables.consents import LandlordAnswer, TenantAuthority
from models.tables.record import Decision
from models.tables.works import Consent
from services.verification.checks import Check, of_case

_APPLIED = exists().where(
    TenantAuthority.case_id == Case.id, TenantAuthority.given_on <= Consent.sent_on
)
_DECIDED = exists().where(Decision.case_id == Case.id, Decision.kind == "answer-consent")
_OF_A_CONSENT = exists().where(
    Consent.case_id == Case.id, Consent.step_revision == LandlordAnswer.step_revision
)

CONSENTS: Final = (
    Check(
        of_case(Consent, Consent.sent_on).where(Consent.sent_on.is_not(None), not_(_APPLIED)),
        "The landlord was asked on {sent_on}, and the tenant had not applied by then.",
    ),
    Check(
        of_case(Consent).where(Consent.basis == "treated_as_given", not_(_DECIDED)),
        "The consent is treated as given, and nobody decided it.",
    ),
    Check(
        of_case(LandlordAnswer, LandlordAnswer.number).where(not_(_OF_A_CONSENT)),
        "The landlord’s answer {number} is to no request on record.",
    ),
)
