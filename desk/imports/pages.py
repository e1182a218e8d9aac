"""`/imports`: a file sent, shown as the difference that it makes, and brought in."""

from collections.abc import Iterator
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from adapters.settings import settings
from adapters.uploads import drop_upload, keep_upload, upload_at
from adapters.workbooks import workbook
from desk.imports.choices import SAID, SCHEDULE, VERSION, kinds_of, option_problems, said_of
from desk.imports.previews import import_of, keep_preview, kept_lines, kept_preview, mark_of
from desk.web.forms import Sent, text
from desk.web.numbers import Counted
from desk.web.page import Viewer, page
from rules.errors import ImportProblemsError, NotPermittedError, UnknownReferenceError
from rules.imports import KINDS, spec
from rules.imports.choices import ACCEPTS
from rules.people import Actor, check_may_import
from services.imports.export import exported
from services.imports.past import past_imports
from services.session import reading, writing

router = APIRouter()

_A_PAGE: Final = 25
_FIELDS: Final = ("kind", *VERSION, *SAID)


def asked(request: Request) -> dict[str, str]:
    """Return what an address says of a file that was sent."""
    return {name: request.query_params.get(name, "") for name in _FIELDS}


Asked = Annotated[dict[str, str], Depends(asked)]


@router.get("/imports")
def imports(
    request: Request, viewer: Viewer, page_number: Annotated[Counted, Query(alias="page")] = 1
) -> Response:
    """Show what was imported, and the form that sends a file."""
    return _listed(request, viewer, number=max(1, page_number))


@router.get("/imports/out/{kind}")
def taken_out(viewer: Viewer, kind: str) -> Response:
    """Give what is on record of a kind, for a spreadsheet and to be sent again."""
    if kind == SCHEDULE or kind not in KINDS:
        raise UnknownReferenceError("There is no such file.", next_step="See Imports.")
    check_may_import(actor=viewer, kind=kind)
    with reading() as conn:
        rows = list(exported(conn, kind=kind, viewer=viewer))
    names = [column.name for column in spec(kind).columns]
    return Response(
        workbook({kind: [names, *rows]}),
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{kind}.xlsx"'},
    )


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
    keep_preview(viewer, number, typed)
    return RedirectResponse(f"/imports/{number}?{_asked(typed)}", status_code=303)


@router.get("/imports/{number}")
def preview(request: Request, viewer: Viewer, number: str, typed: Asked) -> Response:
    """Show what a file that was sent would change, or every problem of it; nothing is changed."""
    return _previewed(request, viewer, number, typed)


@router.get("/imports/{number}/lines.csv")
def lines(viewer: Viewer, number: str, typed: Asked) -> Response:
    """Give every problem of a file, or all that it would change, for a spreadsheet."""
    kind = typed["kind"]
    check_may_import(actor=viewer, kind=kind)
    said = "changes" if kept_preview(viewer, number, typed)["report"] else "problems"
    return Response(
        "\ufeff" + kept_lines(viewer, number, typed),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{said}-{kind}.csv"'},
    )


@router.post("/imports/{number}")
def bring_in(request: Request, viewer: Viewer, number: str, form: Sent) -> Response:
    """Bring the file in, if it still makes the difference that was shown; or look at it anew."""
    typed = {name: text(form, name) for name in _FIELDS}
    if text(form, "do") == "look":  # with what its sender now says of it
        typed |= {name: ";".join(map(str, form.getlist(name))) for name in SAID}
        keep_preview(viewer, number, typed)
        return RedirectResponse(f"/imports/{number}?{_asked(typed)}", status_code=303)
    try:
        done = _done(viewer, number, typed, seen=text(form, "seen"))
    except ImportProblemsError:
        done = False
    if not done:
        keep_preview(viewer, number, typed)
        return _previewed(request, viewer, number, typed, changed=True)
    drop_upload(number=number, whose=viewer.identity)
    return RedirectResponse("/imports#past", status_code=303)


def _done(viewer: Actor, number: str, typed: dict[str, str], *, seen: str) -> bool:
    """Import a file; False, and nothing done, where it makes another difference by now."""
    run = import_of(viewer, number, typed)
    with writing() as conn:
        if mark_of(run(conn, dry_run=True)) != seen:
            return False
        run(conn, dry_run=False)
    return True


def _previewed(
    request: Request, viewer: Actor, number: str, typed: dict[str, str], *, changed: bool = False
) -> Response:
    check_may_import(actor=viewer, kind=typed["kind"])
    found = kept_preview(viewer, number, typed)
    values = found | {
        "number": number,
        "file": upload_at(number=number, whose=viewer.identity).name,
        "typed": typed,
        "label": dict(kinds_of(viewer)).get(typed["kind"], typed["kind"]),
        "changed": changed,
        "accepts": _choices(found["accepts"], said_of(typed).accepted),
        "ignores": _choices(found["ignores"], said_of(typed).ignored),
        "said": said_of(typed),
        "lines": f"/imports/{number}/lines.csv?{_asked(typed)}",
    }
    status = 409 if changed else 422 if found["problems"] else 200
    return page(request, "imports/pages/preview.html", values, viewer=viewer, status=status)


def _choices(asked: list[str], said: frozenset[str]) -> list[tuple[str, str]]:
    """Return what may be said of a file, and has been, each with its words."""
    return [(one, ACCEPTS.get(one, one)) for one in sorted({*asked, *said})]


def _asked(typed: dict[str, str]) -> str:
    return urlencode({name: value for name, value in typed.items() if value})


def _problems(form: FormData, typed: dict[str, str], viewer: Actor) -> Iterator[tuple[str, str]]:
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        yield "file", "Choose the file to import."
    if typed["kind"] not in dict(kinds_of(viewer)):
        yield "kind", "Choose what the file holds."
    yield from option_problems(typed)


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
            f"{viewer.name} may not see imports.", next_step="Ask an officer who brings in files."
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
