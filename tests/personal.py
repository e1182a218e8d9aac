"""A case closed long ago with a full file, and what a retention run makes of it."""

from __future__ import annotations

import sqlalchemy as sa

from adapters import clock
from adapters.settings import settings
from models.case_queries import case_row
from models.database import reading, writing
from models.people import actor_for
from models.tables.personal import LegalHold, RetentionCase, RetentionProposal
from models.tables.record import Outbox
from rules.cases import AccessKind, NoteKind, Reached, ReceivedKind
from rules.pathway import StepName
from services.aftercare.close import CloseCase
from services.cases.contacts import ChangeContact
from services.cases.notes import RecordAccess, RecordNote
from services.decisions.receive import receive_document
from services.documents.returned import note_returned
from services.links.questions import AnswerQuestion, Ask
from services.personal.erase import cases_to_erase, decide_erasure, erase_case, finish_erasing
from services.personal.proposals import propose_erasures
from tests.adapters.test_received import pdf
from tests.factories import case_at, decide, later, pass_step
from tests.small_service import AVON, MIA, NOW, TESS

REASON = "six years are over"
SECRETS = (
    "Mrs Ashby",
    "14 Hill Road",
    "ashby@home.example",
    "key safe is 4711",
    "her niece",
    "07700 900123",
    "plan of the bathroom",
    "fuse box hang too high",
    "she cannot stand",
)


def with_file(url: str, **options: str) -> str:
    """Bring a case to its end with notes, contacts and documents; return its reference."""
    reference = case_at(url, "pay", **options)
    decide(url, reference, Ask("Does the fuse box hang too high for her?"), by=AVON)
    decide(url, reference, AnswerQuestion(1, "Yes, she told us that she cannot stand."))
    pass_step(url, reference, StepName.PAY)
    decide(url, reference, RecordNote("She told of her niece.", NoteKind.CALL, "Mrs Ashby"))
    decide(url, reference, RecordAccess(AccessKind.KEY_SAFE, "the key safe is 4711", True))
    decide(url, reference, ChangeContact(Reached.CLIENT, phone="07700 900123"))
    receive_document(
        reference=reference,
        data=pdf(),
        name="plan of the bathroom.pdf",
        kind=ReceivedKind.DRAWING,
        by=TESS,
        reason="handed in at the visit",
    )
    return reference


def closed_long_ago(url: str, *, years: float = 7, **options: str) -> str:
    """Close a case with notes, contacts and documents, and let years go by."""
    reference = with_file(url, **options)
    came_back(url, "ashby@home.example: no such mailbox")
    later(days=400)
    decide(url, reference, CloseCase())
    later(days=365.25 * years)
    return reference


def came_back(url: str, words: str) -> None:
    """Let a mail server report the first message about a case, which names its reader."""
    with writing(url) as conn:
        about = (Outbox.kind == "message", Outbox.case_id.is_not(None))
        first = conn.execute(sa.select(sa.func.min(Outbox.id)).where(*about)).scalar_one()
        note_returned(conn, message_id=first, status="5.1.1", words=words, now=clock.now())


def proposed() -> int:
    """Let the retention run propose; return the newest proposal's number."""
    propose_erasures()
    with reading(settings().resolved_database_url) as conn:
        return int(conn.execute(sa.select(sa.func.max(RetentionProposal.id))).scalar_one())


def accepted(url: str, number: int, *, by: str = MIA, reason: str = REASON) -> None:
    """Accept a proposal."""
    with writing(url) as conn:
        actor = actor_for(conn, identity=by)
        decide_erasure(conn, number=number, accept=True, by=actor, reason=reason, now=clock.now())


def erased(number: int) -> dict[str, int]:
    """Carry an accepted proposal out, as its run does."""
    asked = cases_to_erase(number)
    for reference in asked.references:
        erase_case(reference, asked)
    return finish_erasing(asked)


def retained(url: str) -> None:
    """Let there be a proposal to erase, a case of it, and a hold."""
    with writing(url) as conn:
        case_id = case_row(conn, reference="DFG-1").id
        proposal = {"authority": "RBC", "status": "proposed", "years": {}, "proposed_at": NOW}
        conn.execute(sa.insert(RetentionProposal), {**proposal, "reason": ""})
        one = {
            "proposal_id": 1,
            "case_id": case_id,
            "going": {"notes": 2},
            "staying": {},
            "erased": {},
        }
        conn.execute(sa.insert(RetentionCase), {**one, "files": []})
        held = {"case_id": case_id, "ground": "claim", "reason": "a claim is open"}
        conn.execute(sa.insert(LegalHold), {**held, "placed_by": MIA, "placed_at": NOW})
