"""`handrail contractor`: documents handed in with their file, and looking at them."""

from pathlib import Path
from typing import Annotated, Final

import typer

from adapters import clock
from desk.cases.file import file_bytes
from desk.listing import Columns, show_list
from desk.options import By, Reason
from desk.output import Json, answer, sentences
from rules.clocks.workdays import in_words
from rules.contractors import document_name
from services.imports.hand_in import check, hand_in, refuse
from services.imports.handed import Handed, handed, handed_in
from services.session import reading, writing

app = typer.Typer(
    no_args_is_help=True, help="Contractors’ documents: hand-in, documents, check, refuse."
)

Code = Annotated[str, typer.Argument(metavar="CONTRACTOR", help="The contractor's code.")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The document's number.")]
_LISTED: Final[Columns] = {
    "No": "number",
    "Document": lambda one: document_name(one["document"]),
    "Valid": lambda one: f"{one['valid_from']} to {one['valid_to']}",
    "By": "handed_by_name",
    "State": "state",
    "Why": lambda one: one["why"] or "",
}


@app.command("hand-in")
def hand(
    code: Code,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF, or a JPEG, PNG or WebP.")],
    document: Annotated[str, typer.Option(help="What it is, such as public_liability.")],
    valid_from: Annotated[str, typer.Option(help="Its first day.")],
    valid_to: Annotated[str, typer.Option(help="Its last day.")],
    by: By,
    reference: Annotated[str, typer.Option(help="The policy or certificate number.")] = "",
    cover: Annotated[str, typer.Option(help="The sum insured, in pounds.")] = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Hand in a contractor's document with its file; it counts once an officer has checked it."""
    with sentences(as_json=as_json):
        cells = {"document": document, "reference": reference, "cover": cover}
        number = hand_in(
            contractor=code,
            cells={**cells, "valid_from": valid_from, "valid_to": valid_to},
            data=file_bytes(path),
            name=path.name,
            by=by,
        )
        with reading() as conn:
            found = handed(conn, number=number)
    words = f"Document {number} waits to be checked: `handrail contractor check {number}`."
    answer(found, words, as_json=as_json)


@app.command("documents")
def documents(code: Code, as_json: Annotated[bool, Json] = False) -> None:
    """List what was handed in of a contractor, the newest first."""
    with sentences(as_json=as_json), reading() as conn:
        found = [_row(one) for one in handed_in(conn, contractor=code)]
    show_list(
        found,
        title=f"Documents of {code}",
        columns=_LISTED,
        as_json=as_json,
        empty="None was handed in.",
    )


@app.command("check")
def checked(number: Number, by: By, reason: Reason, as_json: Annotated[bool, Json] = False) -> None:
    """Find a document right, so that it counts."""
    with sentences(as_json=as_json), writing() as conn:
        found = check(conn, number=number, by=by, reason=reason, now=clock.now())
    answer(found, f"{_named(found)} counts.", as_json=as_json)


@app.command("refuse")
def refused(number: Number, by: By, reason: Reason, as_json: Annotated[bool, Json] = False) -> None:
    """Find that a document does not count, and say why."""
    with sentences(as_json=as_json), writing() as conn:
        found = refuse(conn, number=number, by=by, reason=reason, now=clock.now())
    answer(found, f"{_named(found)} does not count.", as_json=as_json)


def _named(one: Handed) -> str:
    days = f"{in_words(one.valid_from)} to {in_words(one.valid_to)}"
    return f"The {one.what} of {one.contractor}, {days},"


def _row(one: Handed) -> dict[str, object]:
    days = {name: getattr(one, name).isoformat() for name in ("valid_from", "valid_to")}
    names = ("number", "document", "reference", "cover_pence", "handed_by", "handed_by_name")
    more = ("state", "looked_by", "why", "name", "mime", "sha256", "size")
    return {name: getattr(one, name) for name in (*names, *more)} | days
