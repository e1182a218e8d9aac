"""The request for the landlord's consent, in writing, and its clock from the day it goes out."""

from datetime import date
from typing import Final

from sqlalchemy.engine import Connection

from adapters import clock
from models.base import AnyRow
from models.case_queries import consent_of
from models.contacts import landlord_of, officer_of
from rules.clocks.dates import london_date
from rules.documents.papers import ConsentRequestPaper
from rules.pathway import StepName, StepStatus
from services.cases.in_hand import CaseInHand
from services.cases.messages import tell
from services.cases.unit import at_step, seeing
from services.consents.chasing import CHANGE, first_chase
from services.consents.consent import ToAsk
from services.consents.page_link import page_for
from services.consents.tenancy import law_for
from services.documents.keep import Written, keep_document, write_document
from services.documents.papers import on_every_paper, works_printed
from services.documents.received import received_on

ASKED_FOR: Final = "consent to the works listed in this letter"


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
            context={"asked_for": [ASKED_FOR], "reply_by": to_ask.reply_by, "page": page_for(case)},
            attachments=[attachment, *_drawings(case)],
        )
        _clock_runs(case, to_ask)
        case.move(
            StepName.CONSENT,
            StepStatus.WAITING,
            owner="landlord",
            waiting_for=f"{landlord.name} answers; on silence the officer decides",
        )


def _drawings(case: CaseInHand) -> list[dict[str, str]]:
    """Return the drawings of the works on file, as they go with the request."""
    return [
        {"name": one.name, "path": one.path, "sha256": one.sha256}
        for one in received_on(case.conn, case_id=case.id)
        if one.kind == "drawing" and not one.withdrawn
    ]


def _clock_runs(case: CaseInHand, to_ask: ToAsk) -> None:
    """Give the landlord its time from the day on which the request goes out."""
    asked = consent_of(case.conn, case_id=case.id)
    today = london_date(case.now)
    if asked is not None and asked.asked_on is None:
        chase_on = first_chase(case, asked_on=today, reply_by=to_ask.reply_by)
        case.conn.execute(CHANGE, {"row_id": asked.id, "sent_on": today, "chase_on": chase_on})
    case.start_clock("answer_consent", due_on=to_ask.reply_by)
    why = "the landlord has until then to answer"
    case.date_step(StepName.CONSENT, until=to_ask.reply_by, why=why)


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
        equality_note=law_for(case).letter,
    )
