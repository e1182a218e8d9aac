"""`handrail case`: its file and documents received, attaching one, and who looked at it."""

from pathlib import Path
from typing import Annotated

import typer

from desk.cases.commands import Reference
from desk.options import By, Reason
from desk.output import Json, answer, print_json, say, sentences, table
from rules.cases import ReceivedKind
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.errors import UnknownReferenceError
from rules.sentences import several
from services.cases.file import file_of
from services.cases.looked import looks_at
from services.cases.notes import Note
from services.decisions.receive import receive_document
from services.documents.received import Received, newest_decision, received_documents
from services.session import reading

app = typer.Typer()


@app.command("file")
def file(reference: Reference, as_json: Annotated[bool, Json] = False) -> None:
    """Show a case's file: notes and calls, access to the home, contact details and their history.

    `handrail decide REF record-note`, `record-access`, `correct-note` and `change-contact` write
    it.
    """
    with sentences(as_json=as_json), reading() as conn:
        found = file_of(conn, reference=reference)
        documents = received_documents(conn, reference=reference)
    if as_json:
        print_json(found | {"documents": documents})
        return
    _notes("note", found["notes"])
    _notes("note on access", found["access"])
    _documents(documents)
    for whose, held in found["contacts"].items():
        ways = "; ".join(f"{field} {value}" for field, value in held.items() if value)
        say(f"{whose.capitalize()}: {ways or 'nothing is held'}")
    for one in found["contact_history"]:
        say(
            f"{one.changed_at:%-d %B %Y}, {one.changed_by_name}: {one.whose} {one.field} from "
            f"{one.before or 'nothing'} to {one.after or 'nothing'} ({one.reason})"
        )


def _notes(what: str, notes: list[Note]) -> None:
    if not notes:
        return
    table(
        title=several(len(notes), what),
        columns=("No", "On", "Of", "With", "Words", "By"),
        rows=[
            (
                str(note.number),
                in_words(note.happened_on),
                note.kind.replace("_", " "),
                note.with_whom,
                _words(note),
                note.recorded_by_name,
            )
            for note in notes
        ],
    )


def _words(note: Note) -> str:
    """Return what a note says, and what became of it."""
    marks = [
        *(["withdrawn"] if note.withdrawn else []),
        *([f"version {note.version}"] if note.version > 1 else []),
        *(["contractors are told"] if note.for_contractor else []),
    ]
    return note.words + (f" ({', '.join(marks)})" if marks else "")


def _documents(documents: list[Received]) -> None:
    if not documents:
        return
    table(
        title=several(len(documents), "document") + " received",
        columns=("No", "What", "Name", "Line", "By", "Received"),
        rows=[
            (
                f"doc:{one.number}",
                one.kind.replace("_", " ") + (" (withdrawn)" if one.withdrawn else ""),
                one.name,
                "" if one.line is None else str(one.line),
                one.received_by_name,
                in_words(london_date(one.received_at)),
            )
            for one in documents
        ],
    )


@app.command("attach")
def attach(
    reference: Reference,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF, or a JPEG, PNG or WebP.")],
    kind: Annotated[ReceivedKind, typer.Option(help="What it is.")],
    by: By,
    reason: Reason,
    line: Annotated[int | None, typer.Option(help="The works line that it belongs to.")] = None,
    decision: Annotated[
        str, typer.Option(metavar="KIND", help="It belongs to the newest decision of this kind.")
    ] = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Attach a document that was received; evidence then points at it as doc:NUMBER."""
    with sentences(as_json=as_json):
        decision_id = None
        if decision:
            with reading() as conn:
                decision_id = newest_decision(conn, reference=reference, kind=decision)
        found = receive_document(
            reference=reference,
            data=file_bytes(path),
            name=path.name,
            kind=kind,
            by=by,
            reason=reason,
            line=line,
            decision_id=decision_id,
        )
    words = f"{found.name} is document {found.number}; evidence points at it as doc:{found.number}."
    answer(found, words, as_json=as_json)


def file_bytes(path: Path) -> bytes:
    """Return what a file holds that somebody hands in.

    Raises:
        UnknownReferenceError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnknownReferenceError(
            f"{path} cannot be read.",
            why=f"The system says: {error.strerror or error}.",
            next_step="Give a file that is there and yours to read.",
        ) from error


@app.command("looked")
def looked(reference: Reference, as_json: Annotated[bool, Json] = False) -> None:
    """Show who looked at a case on which day."""
    with sentences(as_json=as_json), reading() as conn:
        found = looks_at(conn, reference=reference)
    if as_json:
        print_json(found)
        return
    table(
        title=several(len(found), "look"),
        columns=("On", "Who", "First at (UTC)"),
        rows=[(in_words(one.day), one.officer_name, f"{one.first_at:%H:%M}") for one in found],
    )
