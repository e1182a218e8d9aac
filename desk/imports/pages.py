"""`/imports`: a file sent, shown as the difference that it makes, and brought in."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from adapters import clock
from adapters.settings import settings
from adapters.spreadsheets import read
from adapters.uploads import drop_upload, keep_upload, upload_at
from desk.imports.choices import kinds_of, option_problems, options_of
from desk.web.forms import Sent, text
from desk.web.numbers import Counted
from desk.web.page import day_words, page
from desk.web.viewer import Viewer
from rules.errors import ImportProblemsError, NotPermittedError, Problem
from rules.money import pounds
from rules.people import Actor, check_may_import
from rules.sentences import without_commands
from services.imports import ImportReport, run_import
from services.imports.past import past_imports
from services.imports.reconcile import Shown
from services.session import reading, writing

router = APIRouter()

_A_PAGE: Final = 25
_PROBLEMS: Final = 100
_COMMAND: Final = re.compile(r"; `handrail [^`]*`[^.]*")
"""What a remedy says besides of the command that would help."""

_FIELDS: Final = ("kind", "schedule", "valid_from", "index_percent")


@router.get("/imports")
def imports(
    request: Request, viewer: Viewer, page_number: Annotated[Counted, Query(alias="page")] = 1
) -> Response:
    """Show what was imported, and the form that sends a file."""
    return _listed(request, viewer, number=max(1, page_number))


@router.post("/imports")
def send(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Keep the file that was sent, for its sender to look at what it would change."""
    typed = {name: text(form, name) for name in _FIELDS}
    problems = list(_problems(form, typed, viewer))
    if problems:
        return _listed(request, viewer, typed=typed, problems=problems)
    sent = form["file"]
    assert isinstance(sent, UploadFile)  # noqa: S101 - looked at before
    number = keep_upload(data=sent.file.read(), name=sent.filename or "", whose=viewer.identity)
    asked = urlencode({name: value for name, value in typed.items() if value})
    return RedirectResponse(f"/imports/{number}?{asked}", status_code=303)


@router.get("/imports/{number}")
def preview(
    request: Request,
    viewer: Viewer,
    number: str,
    kind: str = "",
    schedule: str = "",
    valid_from: str = "",
    index_percent: str = "",
) -> Response:
    """Show what a file that was sent would change, or every problem of it; nothing is changed."""
    typed = dict(zip(_FIELDS, (kind, schedule, valid_from, index_percent), strict=True))
    return _previewed(request, viewer, number, typed)


@router.post("/imports/{number}")
def bring_in(request: Request, viewer: Viewer, number: str, form: Sent) -> Response:
    """Bring the file in, if it still makes the difference that was shown."""
    typed = {name: text(form, name) for name in _FIELDS}
    try:
        done = _done(viewer, number, typed, seen=text(form, "seen"))
    except ImportProblemsError:
        done = False
    if not done:
        return _previewed(request, viewer, number, typed, changed=True)
    drop_upload(number=number, whose=viewer.identity)
    return RedirectResponse("/imports#past", status_code=303)


def _done(viewer: Actor, number: str, typed: dict[str, str], *, seen: str) -> bool:
    """Import a file; False, and nothing done, where it makes another difference by now."""
    with writing() as conn:
        if _mark(_run(conn, viewer, number, typed, dry_run=True)) != seen:
            return False
        _run(conn, viewer, number, typed, dry_run=False)
    return True


def _run(
    conn: Any, viewer: Actor, number: str, typed: dict[str, str], *, dry_run: bool
) -> ImportReport:
    check_may_import(actor=viewer, kind=typed["kind"])
    file = upload_at(number=number, whose=viewer.identity)
    return run_import(
        conn,
        kind=typed["kind"],
        sheet=read(file, kind=typed["kind"]),
        now=clock.now(),
        actor=viewer.identity,
        schedule=options_of(**typed),
        dry_run=dry_run,
    )


def _mark(report: ImportReport) -> str:
    """Return what tells a difference from another."""
    return hashlib.sha256(repr(report).encode()).hexdigest()


def _previewed(
    request: Request, viewer: Actor, number: str, typed: dict[str, str], *, changed: bool = False
) -> Response:
    report: ImportReport | None = None
    problems: tuple[Problem, ...] = ()
    file = upload_at(number=number, whose=viewer.identity).name
    try:
        with writing() as conn:
            report = _run(conn, viewer, number, typed, dry_run=True)
    except ImportProblemsError as error:
        problems = error.problems
    values = {
        "number": number,
        "file": file,
        "typed": typed,
        "label": dict(kinds_of(viewer)).get(typed["kind"], typed["kind"]),
        "changed": changed,
        "report": report,
        "seen": _mark(report) if report else "",
        "shown": [_shown(one) for one in report.shown] if report else [],
        "problems": [_said(one) for one in problems[:_PROBLEMS]],
        "count": len(problems),
    }
    status = 409 if changed else 422 if problems else 200
    return page(request, "imports/pages/preview.html", values, viewer=viewer, status=status)


def _said(problem: Problem) -> dict[str, Any]:
    return {
        "row": problem.row,
        "column": problem.column or "",
        "value": problem.value,
        "wrong": without_commands(problem.wrong),
        "right": without_commands(_COMMAND.sub("", problem.right)),
    }


def _shown(one: Shown) -> dict[str, Any]:
    return {
        "what": one.what,
        "name": " · ".join(_cell(column, value) for column, value in one.key),
        "fields": [
            (_named(column), _cell(column, before), _cell(column, after))
            for column, before, after in one.fields
            if before not in (None, "", ()) or after not in (None, "", ())
        ],
    }


def _named(column: str) -> str:
    return column.removesuffix("_pence").replace("_", " ")


def _cell(column: str, value: Any) -> str:
    """Return a value of a table as people read it."""
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column.endswith("_pence"):
        return pounds(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return day_words(value)
    if isinstance(value, (tuple, list)):
        return "; ".join(map(str, value))
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _problems(form: FormData, typed: dict[str, str], viewer: Actor) -> Iterator[tuple[str, str]]:
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        yield "file", "Choose the file to import."
    if typed["kind"] not in dict(kinds_of(viewer)):
        yield "kind", "Choose what the file holds."
    yield from option_problems(**typed)


def _listed(
    request: Request,
    viewer: Actor,
    *,
    number: int = 1,
    typed: dict[str, str] | None = None,
    problems: list[tuple[str, str]] | None = None,
) -> Response:
    kinds = kinds_of(viewer)
    if not kinds:
        raise NotPermittedError(
            f"{viewer.name} may not see imports.",
            next_step="Ask an officer who brings in files.",
        )
    with reading() as conn:
        found, total = past_imports(conn, number=number, size=_A_PAGE)
    values = {
        "kinds": [("", "Choose"), *kinds],
        "labels": dict(kinds),
        "typed": typed or dict.fromkeys(_FIELDS, ""),
        "problems": problems or [],
        "beside": dict(problems or []),
        "megabytes": settings().received_megabytes,
        "found": found,
        "total": total,
        "number": number,
        "pages": max(1, -(-total // _A_PAGE)),
        "link": lambda page: f"/imports?page={page}#past",
    }
    status = 422 if problems else 200
    return page(request, "imports/pages/imports.html", values, viewer=viewer, status=status)
