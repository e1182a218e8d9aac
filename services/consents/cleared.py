"""How a case's consent was cleared, in the words of its order and of its contractor's page."""

from typing import Final

from sqlalchemy.engine import Connection

from models.asked import reference_rows
from models.base import AnyRow, rows_by
from models.case_queries import consent_of
from models.contacts import landlord_of
from models.tables.reference import Permission
from services.consents.tenancy import law_for

_CONSENTED: Final = {
    "granted": "Consent was given by the landlord",
    "treated_as_given": "Consent is treated as given ({statute})",
}
_AGREEMENT: Final = rows_by(Permission, "id")


def consent_words(conn: Connection, *, case: AnyRow) -> tuple[str, tuple[str, ...]]:
    """Return how the landlord's consent was cleared, in a sentence, and its conditions."""
    consent = consent_of(conn, case_id=case.id)
    if consent is None or consent.basis == "not_needed":
        return "The client owns the home; no landlord’s consent is needed.", ()
    conditions = tuple(part.strip() for part in consent.conditions.split(";") if part.strip())
    if consent.basis == "pre_permission":
        agreement = reference_rows(conn, _AGREEMENT, id=consent.permission_id)[0]
        landlord = landlord_of(conn, case=case).name
        cited = consent.cited or f"agreement {agreement.id}"
        text = (
            f"Pre-permission of {landlord}, {cited}, in force from "
            f"{agreement.valid_from:%-d %B %Y} to {agreement.valid_to:%-d %B %Y}."
        )
    else:
        law = law_for(case).statute if case.tenancy else "Equality Act 2010 s.190"
        said = _CONSENTED[consent.basis].format(statute=law)
        text = f"{said} on {consent.answered_on:%-d %B %Y}."
    return text, conditions
