"""`/kept`: what was typed in a form that came too late, to be sent again or thrown away."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from desk.web.forms import Sent
from desk.web.kept import SHOWN_AT, kept_of
from desk.web.page import Viewer, page
from desk.web.sessions import session_of
from services.people import unsent
from services.session import writing

router = APIRouter(prefix=SHOWN_AT)


@router.get("")
def show(request: Request, viewer: Viewer) -> Response:
    """Show what was typed; nothing of it is recorded by looking."""
    kept = kept_of(request, session_of(request))
    if kept is None:
        return RedirectResponse("/", status_code=303)
    return page(request, "people/pages/kept.html", {"kept": kept}, viewer=viewer)


@router.post("")
def send(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Have the browser send it to where it belongs; it is kept no longer."""
    del viewer, form
    kept = kept_of(request, session_of(request))
    if kept is None:
        return RedirectResponse("/", status_code=303)
    _forget(request)
    return RedirectResponse(kept.path, status_code=307)  # the same form, by the same method


@router.post("/forget")
def throw_away(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Keep it no longer."""
    del viewer, form
    _forget(request)
    return RedirectResponse("/", status_code=303)


def _forget(request: Request) -> None:
    with writing() as conn:
        unsent.forget(conn, session=session_of(request))
