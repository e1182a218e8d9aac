"""`/batches`: a lot's waiting cases awarded together: proposed, looked at, then decided."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from desk.cases.new_pages import problems_of
from desk.web.faults import status_of
from desk.web.forms import Sent, text
from desk.web.numbers import Number
from desk.web.page import Viewer, page
from desk.web.streams import followed
from rules.decisions import Plan
from rules.errors import HandrailError, InvalidDecisionError, NotPermittedError
from rules.people import Actor, check_may_change_many, may_see
from rules.typed import read_percent
from services.batches.batches import ask, batch_list, batch_view
from services.decisions.batch_proposals import accept, reject
from services.imports.records import find_records
from services.session import reading, writing

router = APIRouter()

_FIELDS: Final = ("lot", "least", "most")
_PLAN: Final = ("proportionate", "legal", "auditable", "necessary")
_EVERY: Final = 500  # lots to choose from


@router.get("/batches")
def batches(request: Request, viewer: Viewer) -> Response:
    """Show every batch award, and the form that asks for one."""
    return _listed(request, viewer, {"lot": "", "least": "0", "most": "100"})


@router.post("/batches")
def propose(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Ask for a batch award; a run works it out."""
    typed = {name: text(form, name) for name in _FIELDS}
    try:
        shares = {f"{name}_percent": _percent(typed[name]) for name in ("least", "most")}
        with writing() as conn:
            number = ask(conn, lot=typed["lot"], actor=viewer, **shares, now=clock.now())
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _listed(request, viewer, typed, error=error)
    return RedirectResponse(f"/batches/{number}", status_code=303)


@router.get("/batches/{number}")
def one(request: Request, viewer: Viewer, number: Number) -> Response:
    """Show what a batch award comes to, and for each case who, at what, and why."""
    return followed(
        request,
        "batches/pages/batch.html",
        lambda who: _values(who, number, dict.fromkeys(("reason", *_PLAN), "")),
        viewer=viewer,
        part="batches/pages/batch_part.html",
    )


@router.post("/batches/{number}")
def decide(request: Request, viewer: Viewer, number: Number, form: Sent) -> Response:
    """Award every case as proposed, all of them or none; or leave them as they are."""
    typed = {name: text(form, name) for name in ("reason", *_PLAN)}
    by, reason, now = viewer.identity, typed["reason"], clock.now()
    plan = Plan(*(typed[name] for name in _PLAN)) if any(typed[name] for name in _PLAN) else None
    try:
        with writing() as conn:
            if text(form, "do") == "accept":
                accept(conn, batch_id=number, by=by, reason=reason, plan=plan, now=now)
            else:
                reject(conn, batch_id=number, by=by, reason=reason, now=now)
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _one(request, viewer, number, typed, error=error)
    return RedirectResponse(f"/batches/{number}", status_code=303)


def _percent(typed: str) -> Any:
    try:
        return read_percent(typed)
    except ValueError as error:
        raise InvalidDecisionError(str(error)) from error


def _check(viewer: Actor) -> None:
    check_may_change_many(actor=viewer, what="a batch award", authorities=())


def _listed(
    request: Request, viewer: Actor, typed: Mapping[str, str], *, error: HandrailError | None = None
) -> Response:
    _check(viewer)
    with reading() as conn:
        lots = find_records(conn, kind="lots", viewer=viewer, limit=_EVERY).records
        found = batch_list(conn)
    values = {
        "lots": [
            ("", "Choose"),
            *((x.cells["lot"], f"{x.cells['lot']}: {x.cells['title']}") for x in lots),
        ],
        "typed": typed,
        "found": found,
        "problems": problems_of(error) if error else [],
    }
    status = status_of(error) if error else 200
    return page(request, "batches/pages/batches.html", values, viewer=viewer, status=status)


def _one(
    request: Request, viewer: Actor, number: int, typed: Mapping[str, str], *, error: HandrailError
) -> Response:
    values = _values(viewer, number, typed) | {"problems": problems_of(error)}
    template = "batches/pages/batch.html"
    return page(request, template, values, viewer=viewer, status=status_of(error))


def _values(viewer: Actor, number: int, typed: Mapping[str, str]) -> dict[str, Any]:
    _check(viewer)
    with reading() as conn:
        view = batch_view(conn, batch_id=number)
    return {
        "batch": view,
        "cases": [one for one in view["cases"] if may_see(viewer, authority=one["authority"])],
        "going": view["status"] == "asked",
        "typed": typed,
        "problems": [],
    }
