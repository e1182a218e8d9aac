"""One record of a register corrected, or one added: what changes is shown before it counts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from desk.cases.new_pages import problems_of
from desk.imports.record_fields import changes, fields, filled, sent
from desk.imports.registers import REGISTERS, by_authority
from desk.imports.words import named, with_article
from desk.web.faults import status_of
from desk.web.forms import Sent, check_as_seen, seen_as, text
from desk.web.page import Viewer, page
from rules.errors import HandrailError, NotPermittedError, UnknownReferenceError
from rules.imports import spec
from rules.people import Actor, check_may_import
from rules.powers import check_may_correct
from services.imports.offered import offered_for
from services.imports.one_record import correct_one, version_to_change, with_agreeing
from services.imports.records import KEPT, NAMED, Record, find_records, key_columns, record_of
from services.session import Connection, reading, take_turn, writing

router = APIRouter()

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@router.get("/registers/{kind}/new")
def new(request: Request, viewer: Viewer, kind: str) -> Response:
    """Show the form of a new record."""
    _check_kind(kind)
    with reading() as conn:
        typed = filled(kind, None, request.query_params)
        typed = with_agreeing(conn, kind=kind, typed=typed)
        _check_version(conn, kind, _version(request, kind))
    return _form(request, viewer, kind, _NOTHING, typed | {"reason": ""})


@router.get("/registers/{kind}/change")
def change(request: Request, viewer: Viewer, kind: str) -> Response:
    """Show the form of a record as it stands."""
    _check_kind(kind)
    key = _key(request, kind)
    with reading() as conn:
        record = record_of(conn, kind=kind, key=key, viewer=viewer)
        _check_version(conn, kind, key)
    typed = filled(kind, record, {})
    return _form(request, viewer, kind, key, typed | {"reason": ""}, held=record)


@router.post("/registers/{kind}/new")
def add(request: Request, viewer: Viewer, kind: str, form: Sent) -> Response:
    """Show what is added, or add it."""
    return _sent(request, viewer, kind, form, _NOTHING)


@router.post("/registers/{kind}/change")
def changed(request: Request, viewer: Viewer, kind: str, form: Sent) -> Response:
    """Show what changes, or change it."""
    _check_kind(kind)
    return _sent(request, viewer, kind, form, _key(request, kind))


def _sent(
    request: Request, viewer: Actor, kind: str, form: Any, key: Mapping[str, str]
) -> Response:
    _check_kind(kind)
    typed = {name: _lines(cell) for name, cell in sent(form, kind).items()}
    typed |= {name: value for name, value in key.items() if name in typed}
    typed["reason"] = _lines(text(form, "reason"))
    sure = text(form, "do") == "record"
    held: Record | None = None
    try:
        with writing() as conn:
            take_turn(conn)  # two who saw the same would both find it so
            held = record_of(conn, kind=kind, key=key, viewer=viewer) if key else None
            check_as_seen(form, held.cells if held else None)
            with conn.begin_nested() as trial:
                notes = correct_one(
                    conn,
                    kind=kind,
                    given={name: typed[name] for name in _names(kind)},
                    held=held,
                    version=_version(request, kind),
                    authorities=sorted(_whose_both(conn, typed, held)),
                    actor=viewer,
                    reason=typed["reason"],
                    now=clock.now(),
                )
                if not sure:
                    trial.rollback()
    except (NotPermittedError, UnknownReferenceError):
        raise
    except HandrailError as error:
        return _form(request, viewer, kind, key, typed, held=held, error=error)
    if not sure:
        return _form(request, viewer, kind, key, typed, held=held, notes=notes)
    return RedirectResponse(_back(kind, typed), status_code=303)


def _whose_both(conn: Connection, typed: Mapping[str, str], held: Record | None) -> set[str]:
    return {*_whose(conn, typed), *(_whose(conn, held.cells) if held else ())}


def _lines(typed: str) -> str:
    """Return text with its lines ended as they are kept; a browser sends two characters."""
    return typed.replace("\r\n", "\n")


def _whose(conn: Connection, cells: Mapping[str, str]) -> list[str]:
    """Return the authorities that a record is of, by code; an empty code for every authority."""
    if "authorities" in cells:
        return [one.strip() for one in cells["authorities"].split(";") if one.strip()] or [""]
    if "authority" in cells:
        return [cells["authority"]]
    for name, other in (("lot", "lots"), ("contractor", "contractors")):
        if cells.get(name):
            only = {name: cells[name]}
            found = find_records(conn, kind=other, viewer=None, only=only, limit=1).records
            return [code for one in found for code in one.values["authorities"]] or [""]
    return [""]


def _form(
    request: Request,
    viewer: Actor,
    kind: str,
    key: Mapping[str, str],
    typed: Mapping[str, str],
    *,
    held: Record | None = None,
    error: HandrailError | None = None,
    notes: tuple[str, ...] | None = None,
) -> Response:
    check_may_import(actor=viewer, kind=kind)
    seen = notes is not None  # it was tried, and would stand
    with reading() as conn:
        for authority in _whose(conn, held.cells if held else typed):
            if held is not None or authority or not by_authority(kind):
                check_may_correct(actor=viewer, kind=kind, authority=authority)
        offered = {} if seen else offered_for(conn, kind=kind, viewer=viewer)
    problems = problems_of(error) if error else []
    wrong = dict(reversed(problems))
    values = {
        "title": f"{'Change' if key else 'Add'} {with_article(NAMED[kind])}",
        "what": " · ".join(filter(None, (key or _version(request, kind)).values())),
        "back": _back(kind, typed).partition("?")[0],
        "fields": fields(kind, typed=typed, offered=offered, wrong=wrong, hidden=key),
        "kept": {name: typed[name] for name in _names(kind)},
        "key": key,
        "action": f"{request.url.path}?{urlencode(key or _version(request, kind))}".rstrip("?"),
        "shared": [named(name) for name in spec(kind).agreeing] if key else [],
        "more": f"/registers/{kind}/new?{urlencode({spec(kind).key[0]: typed[spec(kind).key[0]]})}",
        "typed": typed,
        "changes": changes(kind, typed, held) if seen else [],
        "sure": seen,
        "notes": notes or (),
        "seen": seen_as(held.cells if held else None),
        "problems": problems,
        "wrong": wrong,
    }
    status = status_of(error) if error else 200
    return page(request, "imports/pages/record_form.html", values, viewer=viewer, status=status)


def _check_kind(kind: str) -> None:
    if kind not in KEPT:
        raise UnknownReferenceError("There is no such register.", next_step="See Registers.")


def _check_version(conn: Connection, kind: str, key: Mapping[str, str]) -> None:
    if kind == "schedule":
        version_to_change(conn, key=key)


def _key(request: Request, kind: str) -> dict[str, str]:
    return {name: request.query_params.get(name, "") for name in key_columns(kind)}


def _version(request: Request, kind: str) -> dict[str, str]:
    """Return what the address says of the version that an item of a schedule is of."""
    return {name: cell for name, cell in _key(request, kind).items() if name not in _names(kind)}


def _names(kind: str) -> list[str]:
    return [column.name for column in spec(kind).columns]


def _back(kind: str, typed: Mapping[str, str]) -> str:
    """Return the page that shows a record once it is changed."""
    if kind == "schedule" and typed["code"]:
        return f"/schedule/{quote(typed['code'], safe='')}?done=yes"
    for place, one in REGISTERS.items():
        hung = next((column for other, column in one.hangs if other == kind), None)
        name = hung or (one.kind == kind and one.hangs and spec(kind).key[0])
        if name and typed.get(name):
            return f"/{place}/{quote(typed[name], safe='')}?done=yes"
        if one.kind == kind:
            return f"/{place}"
    return "/registers"
