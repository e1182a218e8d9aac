"""`handrail letters`: an authority's own logo and paragraphs, shown, changed, and tried."""

from pathlib import Path
from typing import Annotated

import typer

from desk.options import By, Reason
from desk.output import Json, print_json, say, sentences
from rules.documents.own import EVERY
from rules.errors import InvalidDocumentError
from services.documents.letters import change_letters, newest, sender, versions
from services.documents.samples import LETTERS, sample
from services.session import check_authority, reading

app = typer.Typer(no_args_is_help=True, help="An authority's own letters: show, set, sample.")

Code = Annotated[str, typer.Argument(metavar="AUTHORITY", help="The authority's code.")]


@app.command("show")
def show(authority: Code, as_json: Annotated[bool, Json] = False) -> None:
    """Show an authority's own letters and every version of them."""
    with sentences(as_json=as_json), reading() as conn:
        code = check_authority(conn, code=authority)
        held = versions(conn, authority=code)
    if as_json:
        print_json(held)
        return
    for one in held:
        say(f"Version {one.number}, {one.made_by}: {one.reason}")
    for letter, places in (held[0].words if held else {}).items():
        for place, words in places.items():
            say(f"{letter}, {place}: {words}")
    say("There is a logo." if held and held[0].logo else "There is no logo.")


@app.command("set")
def set_words(
    authority: Code,
    by: By,
    reason: Reason,
    letter: Annotated[str, typer.Option(help="Which letter; every one if left out.")] = EVERY,
    opening: Annotated[str | None, typer.Option(help="Words after the greeting.")] = None,
    closing: Annotated[str | None, typer.Option(help="Words before the signature.")] = None,
    contact: Annotated[str | None, typer.Option(help="How to reach the authority.")] = None,
    signature: Annotated[str | None, typer.Option(help="Below the officer's name.")] = None,
    logo: Annotated[Path | None, typer.Option(help="A PNG or JPEG file.")] = None,
    no_logo: Annotated[bool, typer.Option("--no-logo", help="There is no logo any more.")] = False,
) -> None:
    """Change words, for nothing by an empty text, or the logo; samples of all letters are tried."""
    typed = {"opening": opening, "closing": closing, "contact": contact, "signature": signature}
    with sentences():
        number = change_letters(
            authority=authority,
            letter=letter,
            places={place: words for place, words in typed.items() if words is not None},
            by=by,
            reason=reason,
            logo=_bytes(logo) if logo else None,
            no_logo=no_logo,
        )
    say(f"Version {number} of the letters of {authority} counts from now on.")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidDocumentError(
            f"{file} cannot be read.",
            why=f"The system says: {error.strerror or error}.",
            next_step="Give a PNG or JPEG file.",
        ) from error


@app.command("sample")
def show_sample(
    authority: Code,
    letter: Annotated[
        str, typer.Argument(metavar="LETTER", help="Which letter, such as approval.")
    ],
) -> None:
    """Print one letter of an authority with sample values: its words, or its page."""
    if letter not in LETTERS:
        raise typer.BadParameter(f"Use one of: {', '.join(LETTERS)}.")
    with sentences(), reading() as conn:
        code = check_authority(conn, code=authority)
        stands = newest(conn, authority=code)
        found = sample(sender(conn, authority=code, version=stands), letter=letter)
    say(found.html or f"Subject: {found.subject}\n\n{found.body}")
