"""`handrail case file`: notes, access to the home, and how people are reached."""

from typing import Annotated, Any

import typer

from desk.cases.commands import Reference
from desk.output import Json, print_json, say, sentences, table
from rules.clocks.workdays import in_words
from rules.sentences import several
from services.cases.file import file_of
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
    if as_json:
        print_json(found)
        return
    _notes("note", found["notes"])
    _notes("note on access", found["access"])
    for whose, held in found["contacts"].items():
        ways = "; ".join(f"{field} {value}" for field, value in held.items() if value)
        say(f"{whose.capitalize()}: {ways or 'nothing is held'}")
    for one in found["contact_history"]:
        say(
            f"{one.changed_at:%-d %B %Y}, {one.changed_by_name}: {one.whose} {one.field} from "
            f"{one.before or 'nothing'} to {one.after or 'nothing'} ({one.reason})"
        )


def _notes(what: str, notes: list[Any]) -> None:
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


def _words(note: Any) -> str:
    """Return what a note says, and what became of it."""
    marks = [
        *(["withdrawn"] if note.withdrawn else []),
        *([f"version {note.version}"] if note.version > 1 else []),
        *(["contractors are told"] if note.for_contractor else []),
    ]
    return note.words + (f" ({', '.join(marks)})" if marks else "")
