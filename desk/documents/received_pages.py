"""Documents received on a case: attached by a form, and given back as what they are."""

from pathlib import PurePath
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from adapters.settings import settings
from desk.documents.pages import SANDBOX
from desk.web.forms import Sent, text
from desk.web.numbers import Number
from desk.web.page import Viewer, page
from rules.cases import ReceivedKind
from rules.errors import HandrailError, NotPermittedError, UnknownReferenceError
from rules.people import MAY_KEEP_FILE, Actor
from rules.sentences import without_commands
from services.cases.visible import visible_case
from services.decisions.receive import receive_document, received_bytes
from services.documents.received import document_of
from services.session import AnyRow, reading, works_lines

router = APIRouter()

_WORDS: Final = {kind.value: kind.value.replace("_", " ").capitalize() for kind in ReceivedKind}


_NEVER_SHOWN: Final = frozenset({"application/xml"})
"""What a browser might run: it saves it, and does not open it."""


@router.get("/cases/{reference:path}/attach")
def attach(request: Request, reference: str, viewer: Viewer) -> Response:
    """Show the form that attaches a document to a case."""
    case, lines = _case(reference, viewer)
    blank = {"kind": "", "line": "", "reason": ""}
    return _form(request, viewer, case=case, lines=lines, typed=blank)


@router.post("/cases/{reference:path}/attach")
def attached(request: Request, reference: str, viewer: Viewer, form: Sent) -> Response:
    """Attach what was sent and go to the case, or show the form again with why not."""
    case, lines = _case(reference, viewer)
    typed = {name: text(form, name) for name in ("kind", "line", "reason")}
    problems = _problems(form, typed, lines=dict(lines))
    if not problems:
        problems = _received(form, typed, case=case, viewer=viewer)
    if problems:
        return _form(request, viewer, case=case, lines=lines, typed=typed, problems=problems)
    return RedirectResponse(f"/cases/{quote(case.reference, safe='')}#file", status_code=303)


@router.get("/cases/{reference:path}/received/{number}")
def received(reference: str, number: Number, viewer: Viewer) -> Response:
    """Give a document received under its sender's name; the browser runs nothing of it."""
    with reading() as conn:
        case = visible_case(conn, reference=reference, viewer=viewer)
        found = document_of(conn, case=case, number=number)
    how = "attachment" if found.mime in _NEVER_SHOWN else "inline"
    headers = {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(found.name)}",
        "Content-Security-Policy": SANDBOX,
    }
    return Response(received_bytes(found), media_type=found.mime, headers=headers)


def _case(reference: str, viewer: Actor) -> tuple[AnyRow, list[tuple[str, str]]]:
    """Return a case that somebody may attach to, and its works lines to choose from.

    Raises:
        UnknownReferenceError: There is no such case, or it is not theirs to see.
        NotPermittedError: Their role keeps no file.
    """
    with reading() as conn:
        case = visible_case(conn, reference=reference, viewer=viewer)
        lines = works_lines(conn, case_id=case.id)
    if viewer.role not in MAY_KEEP_FILE:
        raise NotPermittedError(
            f"{viewer.name} may look at this case, and may not add to its file.",
            next_step="Ask an officer of the case to attach it.",
        )
    return case, [(str(row.line), f"Line {row.line}: {row.description}") for row in lines]


def _problems(
    form: FormData, typed: dict[str, str], *, lines: dict[str, str]
) -> list[tuple[str, str]]:
    sent = form.get("file")
    found = []
    if not isinstance(sent, UploadFile) or not sent.filename:
        found.append(("file", "Choose the file to attach."))
    if typed["kind"] not in _WORDS:
        found.append(("kind", "Say what the document is."))
    if typed["line"] and typed["line"] not in lines:
        found.append(("line", "Choose a works line of this case, or none."))
    if not typed["reason"]:
        found.append(("reason", "Say why it is on the file."))
    return found


def _received(
    form: FormData, typed: dict[str, str], *, case: AnyRow, viewer: Actor
) -> list[tuple[str, str]]:
    """Take the document in; return why not, beside the field that it is about."""
    sent = form["file"]
    assert isinstance(sent, UploadFile)  # noqa: S101 - looked at before
    try:
        receive_document(
            reference=case.reference,
            data=sent.file.read(),
            name=PurePath(sent.filename or "").name,
            kind=ReceivedKind(typed["kind"]),
            by=viewer.identity,
            reason=typed["reason"],
            line=int(typed["line"]) if typed["line"] else None,
        )
    except (NotPermittedError, UnknownReferenceError):
        raise
    except HandrailError as error:
        field = "reason" if "reason" in error.what.casefold() else "file"
        return [(field, without_commands(error.text()))]
    return []


def _form(
    request: Request,
    viewer: Actor,
    *,
    case: AnyRow,
    lines: list[tuple[str, str]],
    typed: dict[str, str],
    problems: list[tuple[str, str]] = [],  # noqa: B006 - never changed
) -> Response:
    values = {
        "reference": case.reference,
        "typed": typed,
        "kinds": [("", "Choose"), *_WORDS.items()],
        "lines": [("", "The case as a whole"), *lines],
        "problems": problems,
        "beside": dict(problems),
        "megabytes": settings().received_megabytes,
    }
    return page(
        request,
        "documents/pages/attach.html",
        values,
        viewer=viewer,
        status=422 if problems else 200,
    )
