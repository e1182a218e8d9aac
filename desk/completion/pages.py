"""`/cases/REF/inspect`: the officer's list of a visit, filled on a telephone in the home.

It is an ordinary form. Where the browser runs our script, what is typed is kept in it, with the
photographs, and sent when there is a signal (`/static/visit.js`).
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from adapters import clock
from adapters.settings import settings
from desk.completion.read import read_visit
from desk.links.sent import read_with_files
from desk.web.forms import check_made_by, text
from desk.web.page import Viewer, csrf_of, page
from rules.errors import ChangedMeanwhileError, DatabaseBusyError, HandrailError
from rules.people import Actor
from rules.sentences import without_commands
from services.decisions.visit import Sent, Visit, record_visit, visit_of
from services.session import reading, writing

router = APIRouter()

_ADDRESS: Final = "/cases/{reference:path}/inspect"
_USUAL: Final = "Inspected at the home."
Problems = tuple[tuple[str, str], ...]


async def form_of_visit(request: Request) -> AsyncIterator[FormData]:
    """Give the fields and photographs that were sent, and close the files afterwards.

    Raises:
        InvalidDocumentError: It is far too long, or does not say how long it is.
        NotPermittedError: No page of this session made it.
    """
    form = await read_with_files(request)
    try:
        check_made_by(request, form, csrf=csrf_of(request))
        yield form
    finally:
        await form.close()


SentVisit = Annotated[FormData, Depends(form_of_visit)]


@router.get(_ADDRESS)
def show(request: Request, reference: str, viewer: Viewer, recorded: str = "") -> Response:
    """Show the lines of the order in force, each with what stands, and the form."""
    with reading() as conn:
        visit = visit_of(conn, reference=reference, viewer=viewer, now=clock.now())
    told = recorded if recorded in ("yes", "again") else ""
    return _page(request, viewer, visit, recorded=told)


@router.post(_ADDRESS)
def record(request: Request, reference: str, viewer: Viewer, form: SentVisit) -> Response:
    """Record what was found, once; or show the form again with what was typed and why not."""
    with reading() as conn:
        visit = visit_of(conn, reference=reference, viewer=viewer, now=clock.now())
    said = read_visit(form, visit)
    if said.problems:
        return _page(request, viewer, visit, form=form, problems=said.problems, status=422)
    sent = Sent(said.found, said.photographs, text(form, "made_over"), said.reason)
    try:
        with writing() as conn:
            again = record_visit(
                conn, reference=visit.case.reference, sent=sent, viewer=viewer, now=clock.now()
            )
    except ChangedMeanwhileError as error:
        return _page(request, viewer, visit, form=form, problems=_words(error), status=409)
    except DatabaseBusyError as error:
        return _page(request, viewer, visit, form=form, problems=_words(error), status=503)
    except HandrailError as error:
        return _page(request, viewer, visit, form=form, problems=_words(error), status=422)
    told = "again" if again else "yes"
    place = f"/cases/{quote(visit.case.reference, safe='')}/inspect?recorded={told}"
    return RedirectResponse(place, status_code=303)


def _words(error: HandrailError) -> Problems:
    return (("", without_commands(error.text())),)


def _page(
    request: Request,
    viewer: Actor,
    visit: Visit,
    *,
    form: FormData | None = None,
    problems: Problems = (),
    recorded: str = "",
    status: int = 200,
) -> Response:
    typed = {
        name: value for name, value in (form or FormData()).multi_items() if isinstance(value, str)
    }
    values: dict[str, Any] = {
        "reference": visit.case.reference,
        "order": visit.order,
        "home": visit.case.row,
        "visit": visit,
        "typed": typed,
        "reason": typed.get("reason", _USUAL),
        "problems": problems,
        "beside": dict(problems),
        "recorded": recorded,
        "megabytes": settings().received_megabytes,
    }
    template = "completion/pages/visit.html"
    return page(request, template, values, viewer=viewer, status=status)
