"""`/o/TOKEN/documents`: a contractor's own register documents, handed in without an account."""

from pathlib import PurePath
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from adapters.settings import settings
from desk.cases.new_pages import problems_of
from desk.imports.record_fields import fields, sent
from desk.links.contractor import DOOR
from desk.links.sent import SentByLink, files_of
from rules.errors import HandrailError
from services.imports.hand_in import KIND, PARTICULARS, hand_in
from services.imports.handed import handed_in
from services.links.links import Link
from services.session import reading

router = APIRouter()
_AT = "/o/{token}/documents"


@router.get(_AT)
def show(request: Request, token: str) -> Response:
    """Show what the firm handed in, what was found of it, and the form for the next."""
    with reading() as conn:
        link = DOOR.link(conn, request, token)
    if link is None:
        return DOOR.unusable(request, token)
    return _drawn(request, token, link, dict.fromkeys(PARTICULARS, ""))


@router.post(_AT)
def hand(request: Request, token: str, form: SentByLink) -> Response:
    """Keep a document, to be checked by an officer; or show the form again and what is wrong."""
    with reading() as conn:
        link = DOOR.link(conn, request, token)
    if link is None:
        return DOOR.unusable(request, token)
    cells = {name: cell for name, cell in sent(form, KIND).items() if name in PARTICULARS}
    problems = _keep(form, link, cells)
    if problems:
        return _drawn(request, token, link, cells, problems)
    return DOOR.back(token, "document")


def _keep(form: FormData, link: Link, cells: dict[str, str]) -> list[tuple[str, str]]:
    """Keep what was sent; return what is wrong with it, each with its field."""
    file = next(iter(files_of(form, "file")), None)
    if file is None:
        return [("file", "Choose the file.")]
    firm = link.actor.identity
    try:
        name = PurePath(file.filename or "").name
        hand_in(contractor=firm, cells=cells, data=file.file.read(), name=name, by=firm)
    except HandrailError as error:
        return [(field or "file", words) for field, words in problems_of(error)]
    return []


def _drawn(
    request: Request,
    token: str,
    link: Link,
    cells: dict[str, str],
    problems: list[tuple[str, str]] | None = None,
) -> Response:
    firm, wrong = link.actor, dict(reversed(problems or []))
    typed = {"contractor": firm.identity, **cells}
    with reading() as conn:
        held = handed_in(conn, contractor=firm.identity)
    values: dict[str, Any] = {
        "firm": firm.name,
        "held": held,
        "fields": fields(
            KIND, typed=typed, offered={}, wrong=wrong, hidden={"contractor": firm.identity}
        ),
        "problems": problems or [],
        "wrong": wrong,
        "megabytes": settings().received_megabytes,
    }
    return DOOR.drawn(request, token, "documents", values, status=422 if problems else 200)
