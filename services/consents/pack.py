"""The evidence of a request for consent as one PDF: the request, proof that it left, and the rest.

It is put on file when the landlord was silent; who decides on the silence reads it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.engine import Connection

from adapters import clock, files
from adapters.received import joined
from adapters.settings import settings
from models.asked import rows
from models.base import AnyRow
from models.case_queries import consent_of
from models.contacts import landlord_of
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.consents.permissions import SILENCES
from rules.consents.tenancies import Tenancy
from rules.documents.consent_papers import ConsentPackPaper, PackEntry
from services.cases.notes import notes_on
from services.cases.unit import in_hand, seeing
from services.consents.answers import answers_on
from services.consents.authority import authority_on
from services.consents.tenancy import law_for
from services.documents.delivery import composed
from services.documents.filed import DOCUMENTS
from services.documents.keep import Written, keep_document, write_document
from services.documents.papers import on_every_paper
from services.documents.sent import MESSAGES, messages_on

KIND: Final = "consent_pack"
_NOT_RECORDED: Final = "Not recorded"


def write_evidence(case_ref: str) -> Written:
    """Write the evidence as it stands, with the letters that were sent behind it.

    Raises:
        StorageError: It could not be stored, or a letter is not as it was sent.
    """
    with seeing(case_ref) as (conn, case):
        paper = evidence_paper(conn, case=case)
        held = rows(conn, DOCUMENTS, case_id=case.id)
    version = 1 + sum(row.kind == KIND for row in held)
    written = write_document(kind=KIND, version=version, paper=paper)
    letters = [row for row in held if row.kind == "consent_request" and row.path.endswith(".pdf")]
    return _with_letters(written, letters)


def _with_letters(written: Written, letters: list[AnyRow]) -> Written:
    """Return the pack with the letters' pages after it; as it is where no PDF can be made."""
    if not letters or not written.path.endswith(".pdf"):
        return written
    folder = settings().documents_folder
    parts = [files.read(folder=folder, path=written.path, sha256=written.sha256)]
    parts += [files.read(folder=folder, path=one.path, sha256=one.sha256) for one in letters]
    whole = files.store(folder=folder, data=joined(parts), suffix=".pdf")
    return replace(written, path=whole.path, sha256=whole.sha256)


def file_evidence(case_ref: str, written: Written) -> None:
    """Put the evidence on the case's file."""
    with in_hand(case_ref) as case:
        name = f"{case.reference} evidence of the request for consent"
        keep_document(case, written=written, name=name)


def evidence_paper(conn: Connection, *, case: AnyRow) -> ConsentPackPaper:
    """Return the evidence as it is printed."""
    landlord = landlord_of(conn, case=case)
    entries = (
        *_messages(conn, case),
        *_answers(conn, case),
        *_contacts(conn, case, landlord=landlord.name),
    )
    return ConsentPackPaper(
        **on_every_paper(conn, case=case),
        written_on=clock.today(),
        landlord=landlord,
        client_name=case.client_name,
        tenancy=Tenancy(case.tenancy).words if case.tenancy else _NOT_RECORDED,
        law=law_for(case),
        facts=tuple(_facts(conn, case)),
        entries=tuple(sorted(entries, key=lambda entry: entry.on)),
    )


def _facts(conn: Connection, case: AnyRow) -> Iterator[tuple[str, str]]:
    asked = consent_of(conn, case_id=case.id)
    given = authority_on(conn, case_id=case.id)
    applied = f"{in_words(given.given_on)}, {_plain(given.how)}" if given else _NOT_RECORDED
    yield "The tenant applied", applied
    yield "Improvements under the agreement", _plain(case.covenant) or _NOT_RECORDED
    if asked is None:
        return
    for name, day in (
        ("Landlord asked", asked.asked_on),
        ("To answer by", asked.reply_by),
        ("Came back", asked.undelivered_on),
    ):
        if day is not None:
            yield name, in_words(day)
    yield "Reminders sent", str(asked.chased or 0)
    if asked.why_asked:
        yield "Why no agreement clears it", asked.why_asked
        yield "Silence under the agreement", SILENCES[asked.silence].capitalize()


def _messages(conn: Connection, case: AnyRow) -> Iterator[PackEntry]:
    """Yield what was sent to the landlord about consent, with whether it left and came back."""
    states = {one.id: one for one in messages_on(conn, case_id=case.id)}
    for row in rows(conn, MESSAGES, case_id=case.id):
        kind = str(row.payload["kind"])
        if not (kind.startswith("consent_") and kind.endswith("_to_landlord")):
            continue
        sent = states[row.id]
        proof = f"{sent.state}, {london_date(sent.at):%-d %B %Y}, to "
        proof += sent.post_to.replace("\n", ", ") or sent.to
        attached = ", ".join(item["name"] for item in row.payload["attachments"])
        parts = (proof + ".", sent.why, f"With it: {attached}." if attached else "", _said(row))
        words = "\n".join(part for part in parts if part)
        yield PackEntry(on=london_date(sent.at), title=sent.what, words=words)


def _said(row: Any) -> str:
    gone = row.payload.get("erased")
    if gone:
        return str(gone)
    written = composed(row.payload)
    return f"{written.subject}\n{written.body}"


def _answers(conn: Connection, case: AnyRow) -> Iterator[PackEntry]:
    for row in answers_on(conn, case_id=case.id):
        who = f" {row.answered_by}" if row.answered_by else ""
        yield PackEntry(
            on=row.received_on,
            title=f"The landlord{who} answered by {_plain(row.how)}: {_plain(row.answer)}",
            words=row.reasons or "No reasons were given.",
        )


def _contacts(conn: Connection, case: AnyRow, *, landlord: str) -> Iterator[PackEntry]:
    """Yield the calls and visits with the landlord; what was said to others is no evidence here."""
    known = {"landlord", landlord.lower()}
    for note in notes_on(conn, case_id=case.id):
        whom = note.with_whom.lower()
        if not note.withdrawn and whom and any(name in whom for name in known):
            title = f"{note.kind.capitalize()} with {note.with_whom}"
            yield PackEntry(on=note.happened_on, title=title, words=note.words)


def _plain(word: str | None) -> str:
    return (word or "").replace("_", " ")
