"""`/documents/ID/NAME.pdf` and `.html`: the bytes on record. `/messages/ID`: a message as sent."""

from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from desk.web.page import page
from desk.web.viewer import Viewer
from services.documents import sent
from services.documents.filed import TYPES, open_document
from services.session import reading

router = APIRouter()

SANDBOX: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
)
"""A document carries its own styles and fetches, runs and sends nothing."""


@router.get("/documents/{number}/{file}")
def document(number: int, file: str, viewer: Viewer) -> Response:
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
def message(request: Request, number: int, viewer: Viewer) -> Response:
    """Show one message in the words in which it leaves, as text."""
    with reading() as conn:
        whole = sent.message(conn, message_id=number, viewer=viewer)
    return page(request, "documents/pages/message.html", {"message": whole}, viewer=viewer)
