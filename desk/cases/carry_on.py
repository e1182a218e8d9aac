"""`/cases/REF/advance`: a case carried on as far as it goes without a person."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from desk.web.forms import Sent, text
from desk.web.numbers import Number
from desk.web.page import Viewer, page
from desk.web.streams import followed
from rules.people import Actor
from rules.typed import whole_or
from services.cases.advance import carry_on, may_carry_on, request_key
from services.decisions.came_of import came_of_request
from services.session import reading, writing

router = APIRouter()


@router.get("/cases/{reference}/advance")
def show(request: Request, reference: str, viewer: Viewer) -> Response:
    """Show what carrying a case on does, and the button."""
    with reading() as conn:
        case = may_carry_on(conn, reference=reference, viewer=viewer)
    return page(request, "cases/pages/carry_on.html", {"case": case}, viewer=viewer)


@router.post("/cases/{reference}/advance")
def carry(request: Request, reference: str, viewer: Viewer, form: Sent) -> Response:
    """Ask for the run; a form sent twice asks for one."""
    del request
    seen = whole_or(text(form, "revision"), -1)
    with writing() as conn:
        asked = carry_on(conn, reference=reference, viewer=viewer, revision=seen, now=clock.now())
    return RedirectResponse(f"/cases/{quote(reference, safe='')}/advanced/{asked}", status_code=303)


@router.get("/cases/{reference}/advanced/{revision}")
def carried(request: Request, reference: str, revision: Number, viewer: Viewer) -> Response:
    """Show the run until it is over, and what came of it."""
    return followed(
        request,
        "cases/pages/carried_on.html",
        lambda who: _came_of(who, reference, revision),
        viewer=viewer,
        part="decisions/pages/came_of_part.html",
    )


def _came_of(viewer: Actor, reference: str, revision: int) -> dict[str, Any]:
    with reading() as conn:
        key = request_key(
            reference=may_carry_on(conn, reference=reference, viewer=viewer).reference,
            revision=revision,
        )
        came = came_of_request(conn, reference=reference, key=key, viewer=viewer, now=clock.now())
    return {"came": came, "going": came.work.going}
