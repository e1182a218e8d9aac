"""`/personal-data`: a client's or an officer's own data, found, read through and given out."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from adapters import clock
from desk.personal.bundle import as_json, bundle
from desk.web.faults import status_of
from desk.web.forms import Sent, text
from desk.web.page import Viewer, page
from desk.web.sessions import check_stepped_up
from rules.errors import HandrailError, InvalidDecisionError, NotPermittedError
from rules.people import Actor, check_may_erase
from rules.typed import read_day
from services.personal.access import cases_of, give_out
from services.personal.officer import held_on_officer
from services.session import reading, writing

router = APIRouter()

_PAGE: Final = "personal/pages/personal_data.html"
_FIELDS: Final = ("reference", "name", "born", "email", "officer", "reason", "officers")


@router.get("/personal-data")
def ask(request: Request, viewer: Viewer) -> Response:
    """Ask whose data."""
    return _shown(request, viewer, {})


@router.post("/personal-data")
def find(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Show whose cases are found; nothing is given out by it."""
    typed = _typed(form)
    try:
        with reading() as conn:
            found = cases_of(
                conn,
                viewer=viewer,
                reference=typed["reference"],
                name=typed["name"],
                born=_day(typed["born"]),
                email=typed["email"],
            )
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _shown(request, viewer, typed, error=error)
    return _shown(request, viewer, typed, found=found)


@router.post("/personal-data/client")
def client(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Give out what is held on the client of the cases ticked, after the password again."""
    check_stepped_up(request, form)
    typed = _typed(form)
    chosen = [one for one in form.getlist("case") if isinstance(one, str)]
    try:
        with writing() as conn:
            given = give_out(
                conn,
                references=chosen,
                by=viewer,
                reason=typed["reason"],
                roles=typed["officers"] == "roles",
                now=clock.now(),
            )
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _shown(request, viewer, typed, error=error)
    return _file(bundle(given), "application/zip", "personal-data.zip")


@router.post("/personal-data/officer")
def officer(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Give out what is held on an officer."""
    check_stepped_up(request, form)
    typed = _typed(form)
    try:
        with writing() as conn:
            held = held_on_officer(
                conn, email=typed["officer"], by=viewer, reason=typed["reason"], now=clock.now()
            )
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _shown(request, viewer, typed, error=error)
    return _file(as_json(held).encode(), "application/json", "officer-data.json")


def _file(data: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(data, media_type=kind, headers=headers)


def _typed(form: FormData) -> dict[str, str]:
    return {name: text(form, name) for name in _FIELDS}


def _day(typed: str) -> Any:
    try:
        return read_day(typed) if typed else None
    except ValueError as error:
        raise InvalidDecisionError(str(error)) from error


def _shown(
    request: Request,
    viewer: Actor,
    typed: dict[str, str],
    *,
    found: Any = (),
    error: HandrailError | None = None,
) -> Response:
    mine = min(viewer.authorities, default="")
    check_may_erase(actor=viewer, what="what is held on somebody", authority=mine)
    said = [("", " ".join(filter(None, (error.what, error.why))))] if error else []
    values = {"typed": dict.fromkeys(_FIELDS, "") | typed, "found": found, "problems": said}
    status = status_of(error) if error else 200
    return page(request, _PAGE, values, viewer=viewer, status=status)
