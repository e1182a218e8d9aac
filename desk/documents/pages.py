"""`/documents/ID/NAME.pdf` and `.html`: the bytes on record. `/messages/ID`: a message as sent."""

from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from desk.web.forms import Sent, text
from desk.web.numbers import Number
from desk.web.page import Viewer, page
from rules.errors import HandrailError, MissingReasonError, NotPermittedError
from rules.people import MAY_KEEP_FILE, Actor
from rules.sentences import without_commands
from services.documents import returned, sent
from services.documents.filed import TYPES, open_document
from services.session import reading, writing

router = APIRouter()

SANDBOX: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
)
"""A document carries its own styles and fetches, runs and sends nothing."""


@router.get("/documents/{number}/{file}")
def document(number: Number, file: str, viewer: Viewer) -> Response:
    """Give a document's bytes under its own name; under another one, lead to that."""
    name, _, ending = file.rpartition(".")
    with reading() as conn:
        opened = open_document(conn, document_id=number, name=name, ending=ending, viewer=viewer)
    if opened.data is None:
        return RedirectResponse(f"/documents/{number}/{quote(opened.name)}", status_code=303)
    return shown(opened.data, name=opened.name)


def shown(data: bytes, *, name: str) -> Response:
    """Give a document's bytes to a browser, which fetches and runs nothing of it.

    Args:
        name: Its file's name; the ending says which type it is served as.
    """
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type=TYPES[name.rpartition(".")[2]], headers=headers)


@router.get("/messages/{number}")
def message(request: Request, number: Number, viewer: Viewer) -> Response:
    """Show one message in the words in which it leaves, as text."""
    return _message(request, number, viewer)


@router.post("/messages/{number}")
def settle(request: Request, number: Number, viewer: Viewer, form: Sent) -> Response:
    """Record that a message came back, send it again, or say why it need not be."""
    typed = {name: text(form, name) for name in ("do", "to", "reason")}
    asked: dict[str, Any] = {"message_id": number, "by": viewer.identity, "reason": typed["reason"]}
    with reading() as conn:
        sent.message(conn, message_id=number, viewer=viewer)  # 404 where it is not theirs
    try:
        with writing() as conn:
            if typed["do"] == "again":
                returned.send_again(conn, **asked, to=typed["to"], now=clock.now())
            elif typed["do"] == "leave":
                returned.leave_it(conn, **asked, now=clock.now())
            else:
                returned.came_back(conn, **asked, now=clock.now())
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _message(request, number, viewer, typed=typed, error=error)
    return RedirectResponse(f"/messages/{number}", status_code=303)


def _message(
    request: Request,
    number: int,
    viewer: Actor,
    *,
    typed: dict[str, str] | None = None,
    error: HandrailError | None = None,
) -> Response:
    with reading() as conn:
        whole = sent.message(conn, message_id=number, viewer=viewer)
    values = {
        "message": whole,
        "may": viewer.role in MAY_KEEP_FILE,
        "typed": typed or {"to": whole.address_now, "reason": ""},
        "problems": [(_field(error), without_commands(error.text()))] if error else [],
    }
    template = "documents/pages/message.html"
    return page(request, template, values, viewer=viewer, status=422 if error else 200)


def _field(error: HandrailError) -> str:
    return "reason" if isinstance(error, MissingReasonError) else "to"
