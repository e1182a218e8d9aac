"""`/letters`: an authority's own logo and paragraphs, with a sample of every letter."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from desk.documents.pages import shown
from desk.web.forms import Sent, text
from desk.web.page import Viewer, page
from rules.documents.own import EVERY, FIELDS, PLACES
from rules.errors import HandrailError, NotPermittedError, UnknownReferenceError
from rules.people import MAY_WORD_LETTERS, Actor
from rules.sentences import without_commands
from rules.typed import whole_or
from services.documents.letters import (
    authorities_served,
    change_letters,
    newest,
    sender,
    versions,
    word_problems,
)
from services.documents.samples import LETTERS, PAPERS, WITH_WORDS, sample
from services.session import AnyRow, reading

router = APIRouter()


@router.get("/letters")
def letters(request: Request, viewer: Viewer) -> Response:
    """List the authorities with who last changed their letters."""
    with reading() as conn:
        served = authorities_served(conn, viewer=viewer)
    return page(request, "documents/pages/letters.html", {"served": served}, viewer=viewer)


@router.get("/letters/{code}")
def letters_of(
    request: Request, code: str, viewer: Viewer, letter: Annotated[str, Query()] = EVERY
) -> Response:
    """Show an authority's own letters, the form that changes one, and samples."""
    return _shown(request, code, viewer, letter=letter)


@router.post("/letters/{code}")
def changed(request: Request, code: str, viewer: Viewer, form: Sent) -> Response:
    """Change one letter or the logo, or say all that is wrong and keep what was typed."""
    authority = _authority(code, viewer)
    places = {place: text(form, place) for place in PLACES}
    letter, over = text(form, "letter"), text(form, "over")
    try:
        change_letters(
            authority=authority.code,
            letter=letter,
            places=places,
            by=viewer.identity,
            reason=text(form, "reason"),
            logo=_logo(form),
            no_logo=text(form, "no_logo") == "yes",
            over=whole_or(over, -1),
        )
    except NotPermittedError:
        raise
    except HandrailError as error:
        problems = word_problems(places) or [("", without_commands(error.text()))]
        typed = places | {"reason": text(form, "reason")}
        return _shown(request, code, viewer, letter=letter, typed=typed, problems=problems)
    return RedirectResponse(f"/letters/{authority.code}?letter={letter}", status_code=303)


@router.get("/letters/{code}/sample/{letter}")
def shown_sample(request: Request, code: str, letter: str, viewer: Viewer) -> Response:
    """Show one letter of an authority with sample values: a page, or the words of a message."""
    authority = _authority(code, viewer)
    if letter not in LETTERS:
        raise UnknownReferenceError(
            "There is no such letter.", next_step="Choose one from the list of samples."
        )
    with reading() as conn:
        own = newest(conn, authority=authority.code)
        found = sample(sender(conn, authority=authority.code, version=own), letter=letter)
    if found.html:
        return shown(found.html.encode(), name=f"sample-{letter.replace('_', '-')}.html")
    values = {"sample": found, "authority": authority, "called": _called(letter)}
    return page(request, "documents/pages/letter_sample.html", values, viewer=viewer)


def _authority(code: str, viewer: Actor) -> AnyRow:
    with reading() as conn:
        served = {row.code: row for row, _ in authorities_served(conn, viewer=viewer)}
    if code not in served:
        raise UnknownReferenceError(
            "There is no such authority among those you may see.",
            next_step="Choose one from the list.",
        )
    return served[code]


def _logo(form: FormData) -> bytes | None:
    sent = form.get("logo")
    return sent.file.read() if isinstance(sent, UploadFile) and sent.filename else None


def _shown(
    request: Request,
    code: str,
    viewer: Actor,
    *,
    letter: str,
    typed: dict[str, str] | None = None,
    problems: list[tuple[str, str]] | None = None,
) -> Response:
    authority = _authority(code, viewer)
    letter = letter if letter in WITH_WORDS else EVERY
    with reading() as conn:
        history = versions(conn, authority=authority.code)
        now = newest(conn, authority=authority.code)
    held = {place: now.words.get(letter, {}).get(place, "") for place in PLACES}
    wrong: dict[str, Any] = dict(problems or ())
    values = {
        "authority": authority,
        "letter": letter,
        "called": _called(letter),
        "letters": [(one, _called(one)) for one in (EVERY, *WITH_WORDS)],
        "samples": [(one, _called(one)) for one in LETTERS],
        "own": sorted(_called(one) for one in now.words),
        "now": now,
        "history": history,
        "places": PLACES,
        "fields": FIELDS,
        "typed": typed or held | {"reason": ""},
        "may": viewer.role in MAY_WORD_LETTERS,
        "problems": problems or [],
        "wrong": wrong,
    }
    status = 422 if problems else 200
    template = "documents/pages/letters_of.html"
    return page(request, template, values, viewer=viewer, status=status)


def _called(letter: str) -> str:
    if letter == EVERY:
        return "Every letter"
    return letter.replace("_", " ").capitalize() + (", the document" if letter in PAPERS else "")
