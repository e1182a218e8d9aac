"""Sending the written request for consent, with its letter."""

from __future__ import annotations

from models.contacts import landlord_of, works_title
from rules.pathway import StepName, StepStatus
from services.cases.telling import tell
from services.cases.unit import at_step
from services.consents.consent import ToAsk
from services.documents.keep import Written, keep_document


def send_consent_request(case_ref: str, to_ask: ToAsk, letter: Written) -> None:
    """Put the letter on record and the request in the outbox; the step then waits for the landlord.

    Args:
        case_ref: The case reference.
        to_ask: What is asked.
        letter: The letter as written.
    """
    with at_step(case_ref, StepName.CONSENT) as case:
        if case is None:
            return
        landlord = landlord_of(case.conn, case=case.row)
        name = f"{case.reference} consent request"
        attachment = keep_document(case, written=letter, name=name)
        tell(
            case,
            kind="consent_request_to_landlord",
            once_for=str(to_ask.step_revision),
            to=landlord,
            context={
                "landlord_name": landlord.name,
                "client_name": case.row.client_name,
                "site_address": case.row.address,
                "works_title": works_title(case.row),
                "asked_for": ["consent to the works", "the owner’s certificate"],
                "reply_by": to_ask.reply_by.isoformat(),
            },
            attachments=[attachment],
        )
        case.move(
            StepName.CONSENT,
            StepStatus.WAITING,
            owner="landlord",
            waiting_for=f"{landlord.name} answers; on silence the officer decides",
        )
