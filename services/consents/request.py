"""What is asked for in writing: the landlord's consent, and the certificates of ss.21 and 22."""

from datetime import date
from typing import Final

from sqlalchemy.engine import Connection

from adapters import clock
from models.base import AnyRow
from models.case_queries import certificates_of
from models.contacts import client_of, landlord_of, officer_of
from rules.consents import certificates_needed
from rules.documents.papers import ConsentRequestPaper
from rules.parties import Party
from rules.pathway import StepName, StepStatus
from services.cases.in_hand import CaseInHand
from services.cases.messages import tell, working_days_on
from services.cases.unit import at_step, seeing
from services.consents.consent import ToAsk
from services.documents.keep import Written, keep_document, write_document
from services.documents.papers import on_every_paper, works_printed

ASKED_FOR: Final = "consent to the works listed in this letter"

EQUALITY_NOTE: Final = (
    "Under section 190 of the Equality Act 2010 a landlord may not unreasonably withhold consent "
    "to a disability-related improvement. A refusal must give its reasons in writing; no answer in "
    "a reasonable time, or an unreasonable condition, counts as consent unreasonably withheld."
)


def send_consent_request(case_ref: str, to_ask: ToAsk, letter: Written) -> None:
    """Put the letter on record and the request in the outbox; the step waits for the landlord."""
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
                "asked_for": [ASKED_FOR],
                "reply_by": to_ask.reply_by,
            },
            attachments=[attachment],
        )
        case.move(
            StepName.CONSENT,
            StepStatus.WAITING,
            owner="landlord",
            waiting_for=f"{landlord.name} answers; on silence the officer decides",
        )


def write_consent_request(case_ref: str, to_ask: ToAsk) -> Written:
    """Write the request to the landlord.

    Raises:
        StorageError: It could not be stored.
    """
    with seeing(case_ref) as (conn, case):
        paper = consent_request_paper(
            conn, case=case, written_on=clock.today(), reply_by=to_ask.reply_by
        )
    return write_document(kind="consent_request", version=to_ask.step_revision, paper=paper)


def consent_request_paper(
    conn: Connection, *, case: AnyRow, written_on: date, reply_by: date
) -> ConsentRequestPaper:
    """Return the written request to the landlord as it is printed."""
    return ConsentRequestPaper(
        **on_every_paper(conn, case=case),
        written_on=written_on,
        officer=officer_of(conn, case=case, on=written_on),
        landlord=landlord_of(conn, case=case),
        client_name=case.client_name,
        lines=works_printed(conn, case=case, on=written_on),
        asked_for=(ASKED_FOR,),
        reply_by=reply_by,
        equality_note=EQUALITY_NOTE,
    )


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
        kind="certificate_request_to_landlord" if landlord else "certificate_request_to_applicant",
        once_for=f"{case.steps[StepName.CERTIFICATES].revision}:{kind}",
        to=landlord_of(case.conn, case=case.row) if landlord else client_of(case.row),
        context={
            "certificate": f"{'owner' if landlord else kind}’s certificate",
            "reply_by": working_days_on(case, case.days("return_certificates")),
        },
    )
