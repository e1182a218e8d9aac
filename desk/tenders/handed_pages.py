"""A contractor's documents handed in with their file, shown, and looked at by an officer."""

from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from adapters import clock
from adapters.settings import settings
from desk.cases.new_pages import problems_of
from desk.documents.pages import SANDBOX
from desk.imports.record_fields import fields, sent
from desk.imports.words import named, said
from desk.web.faults import status_of
from desk.web.forms import Sent, text
from desk.web.numbers import Number
from desk.web.page import Viewer, page
from rules.errors import (
    AlreadyDecidedError,
    HandrailError,
    NotPermittedError,
    UnknownReferenceError,
)
from rules.people import Actor
from rules.powers import check_may_correct
from services.imports.hand_in import KIND, PARTICULARS, check, check_may_hand_in, hand_in, refuse
from services.imports.handed import Handed, handed, handed_bytes
from services.imports.records import Record, find_records, record_of
from services.session import Connection, reading, writing

router = APIRouter()

_FOUND: Final = (("check", "It is right: it counts from now on"), ("refuse", "It does not count"))
_LOOKS: Final = {"check": check, "refuse": refuse}
_MONEY: Final = frozenset({"cover"})


@router.get("/contractors/{code:path}/hand-in")
def form(request: Request, code: str, viewer: Viewer) -> Response:
    """Show the form that hands in a contractor's document."""
    with reading() as conn:
        firm = _firm(conn, code, viewer)
    _check_may_hand_in(viewer, firm)
    return _form(request, viewer, firm, dict.fromkeys(PARTICULARS, ""))


@router.post("/contractors/{code:path}/hand-in")
def handed_in(request: Request, code: str, viewer: Viewer, form: Sent) -> Response:
    """Keep the document, or show the form again with everything that is wrong."""
    with reading() as conn:
        firm = _firm(conn, code, viewer)
    _check_may_hand_in(viewer, firm)
    cells = {name: cell for name, cell in sent(form, KIND).items() if name in PARTICULARS}
    file = form.get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            problems = [("file", "Choose the file.")]
            return _form(request, viewer, firm, cells, problems=problems)
        name = PurePath(file.filename).name
        hand_in(
            contractor=firm.cells["contractor"],
            cells=cells,
            data=file.file.read(),
            name=name,
            by=viewer.identity,
        )
    except (NotPermittedError, UnknownReferenceError):
        raise
    except HandrailError as error:
        found = [(field or "file", words) for field, words in problems_of(error)]
        return _form(request, viewer, firm, cells, problems=found, status=status_of(error))
    return RedirectResponse(f"{_place(firm)}?done=yes#handed", status_code=303)


@router.get("/contractors/{code:path}/handed/{number}")
def shown(code: str, number: Number, viewer: Viewer) -> Response:
    """Give the file under its sender's name; the browser runs nothing of it."""
    with reading() as conn:
        firm = _firm(conn, code, viewer)
        found = handed(conn, number=number, contractor=firm.cells["contractor"])
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(found.name)}",
        "Content-Security-Policy": SANDBOX,
    }
    return Response(handed_bytes(found), media_type=found.mime, headers=headers)


@router.get("/contractors/{code:path}/handed/{number}/look")
def look(request: Request, code: str, number: Number, viewer: Viewer) -> Response:
    """Show a document that was handed in beside what the register says, and ask what is found."""
    with reading() as conn:
        firm = _firm(conn, code, viewer, looks=True)
        found = handed(conn, number=number, contractor=firm.cells["contractor"])
    return _look(request, viewer, firm, found)


@router.post("/contractors/{code:path}/handed/{number}/look")
def looked(request: Request, code: str, number: Number, viewer: Viewer, form: Sent) -> Response:
    """Record what was found of it."""
    typed = {name: text(form, name) for name in ("found", "reason")}
    with reading() as conn:
        firm = _firm(conn, code, viewer, looks=True)
        found = handed(conn, number=number, contractor=firm.cells["contractor"])
    act = _LOOKS.get(typed["found"])
    if act is None:
        problems = [("found", "Say what you found.")]
        return _look(request, viewer, firm, found, typed, problems)
    try:
        with writing() as conn:
            act(conn, number=number, by=viewer.identity, reason=typed["reason"], now=clock.now())
    except (NotPermittedError, UnknownReferenceError, AlreadyDecidedError):
        raise
    except HandrailError as error:
        problems = [(field or "reason", words) for field, words in problems_of(error)]
        return _look(request, viewer, firm, found, typed, problems, status=status_of(error))
    return RedirectResponse(f"{_place(firm)}?done=yes#handed", status_code=303)


def _check_may_hand_in(viewer: Actor, firm: Record) -> None:
    check_may_hand_in(
        viewer, contractor=firm.cells["contractor"], authorities=firm.values["authorities"]
    )


def _firm(conn: Connection, code: str, viewer: Actor, *, looks: bool = False) -> Record:
    """Return a contractor that somebody may see, and whose documents they may look at.

    Raises:
        UnknownReferenceError: There is none, or it is not theirs to see.
        NotPermittedError: They may not change what is held of it.
    """
    firm = record_of(conn, kind="contractors", key={"contractor": code}, viewer=viewer)
    for authority in firm.values["authorities"] if looks else ():
        check_may_correct(actor=viewer, kind=KIND, authority=authority)
    return firm


def _place(firm: Record) -> str:
    return f"/contractors/{quote(firm.cells['contractor'], safe='')}"


def _form(
    request: Request,
    viewer: Actor,
    firm: Record,
    cells: dict[str, str],
    *,
    problems: list[tuple[str, str]] | None = None,
    status: int = 422,
) -> Response:
    wrong = dict(reversed(problems or []))
    typed = {"contractor": firm.cells["contractor"], **cells}
    values = {
        "firm": firm.cells["name"],
        "back": _place(firm),
        "fields": fields(
            KIND, typed=typed, offered={}, wrong=wrong, hidden={"contractor": typed["contractor"]}
        ),
        "problems": problems or [],
        "wrong": wrong,
        "megabytes": settings().received_megabytes,
    }
    answer = status if problems else 200
    return page(request, "tenders/pages/hand_in.html", values, viewer=viewer, status=answer)


def _look(
    request: Request,
    viewer: Actor,
    firm: Record,
    found: Handed,
    typed: dict[str, str] | None = None,
    problems: list[tuple[str, str]] | None = None,
    *,
    status: int = 422,
) -> Response:
    with reading() as conn:
        only = {"contractor": found.contractor, "document": found.document}
        held = find_records(conn, kind=KIND, viewer=None, only=only).records
    values = {
        "one": found,
        "firm": firm.cells["name"],
        "back": _place(firm),
        "held": [[_cell(one.values, name) for name in PARTICULARS[1:]] for one in held],
        "columns": [named(name) for name in PARTICULARS[1:]],
        "found": _FOUND,
        "typed": typed or {"found": "", "reason": ""},
        "problems": problems or [],
        "wrong": dict(problems or []),
    }
    answer = status if problems else 200
    return page(request, "tenders/pages/look_at.html", values, viewer=viewer, status=answer)


def _cell(values: Any, name: str) -> str:
    return said(name, values[name], money=_MONEY)
