"""What a page, or a program, is answered where something cannot be shown or done."""

from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from desk.web.kept import SHOWN_AT, keep, keep_what_came_late
from desk.web.page import SecondFactorDueError, page
from desk.web.security_log import note_ended_session, note_refused
from desk.web.sessions import AGAIN, PasswordDueError, address, know_session, session_of
from rules.errors import (
    DatabaseBusyError,
    EventProblemsError,
    HandrailError,
    NotPermittedError,
    NotSignedInError,
    SignatureRefusedError,
    StepNotOpenError,
    TooMuchAskedError,
    UnknownReferenceError,
)
from services.people.sessions import COUNCIL

FOR_PROGRAMS: Final = "/api/"
"""What the addresses begin with that programs ask for, and browsers do not."""

SIGNED: Final = "Handrail-HMAC-SHA256"


def is_of_a_program(request: Request) -> bool:
    """Say whether a request is a program's."""
    return request.url.path.startswith(FOR_PROGRAMS)


def problem(error: HandrailError, *, title: str, status: int) -> Response:
    """Return a refusal with its sentences, and everything that is wrong where there is a list."""
    told = {"detail": error.what, "why": error.why, "section": error.section}
    told["next"] = error.next_step
    said: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    said |= {name: words for name, words in told.items() if words}
    if isinstance(error, EventProblemsError):
        said["errors"] = [{"pointer": at, "detail": words} for at, words in error.problems]
    headers = {"WWW-Authenticate": SIGNED} if status == 401 else {}
    return JSONResponse(
        said, status_code=status, media_type="application/problem+json", headers=headers
    )


_STATUS: Final = (
    (SignatureRefusedError, 401),
    (UnknownReferenceError, 404),
    (NotPermittedError, 403),
    (StepNotOpenError, 409),
    (TooMuchAskedError, 429),
    (DatabaseBusyError, 503),
    (HandrailError, 422),
)
_AGAIN: Final = {"again": "yes", "next": SHOWN_AT}
_TITLES: Final = {
    401: "Not signed",
    403: "You may not do this",
    404: "Not found",
    409: "Not now",
    429: "Not so fast",
    503: "Not now",
}
_TOLD: Final = {
    401: "signature refused",
    403: "not permitted",
    404: "not theirs, or nowhere",
    429: "too much asked",
}
"""What the security log calls a refusal, where it is one of those that it has."""


def status_of(error: HandrailError) -> int:
    """Return HTTP's status for a refusal."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def answer_faults(app: FastAPI) -> None:
    """Have every refusal, and every address that leads nowhere, answered by a page."""
    app.add_exception_handler(NotSignedInError, _to_sign_in)
    app.add_exception_handler(PasswordDueError, _password_due)
    app.add_exception_handler(SecondFactorDueError, _to_app)
    app.add_exception_handler(HandrailError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _unread)
    app.add_exception_handler(Exception, _broken)


async def _to_sign_in(request: Request, _error: Exception) -> Response:
    await run_in_threadpool(note_ended_session, request)
    if request.method == "GET":
        after = address(request)
    else:
        after = SHOWN_AT if await keep_what_came_late(request) else "/"
    return RedirectResponse(f"/sign-in?{urlencode({'next': after})}", status_code=303)


def _to_app(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/account/app", status_code=303)


def _password_due(request: Request, error: Exception) -> Response:
    assert isinstance(error, PasswordDueError)  # noqa: S101 - it is registered for nothing else
    if error.problem:
        note_refused(request, "password again", why="wrong, or too often")
    if error.way == COUNCIL:
        kept = keep(request, session_of(request), error.fields, error.files)
        again = {"kept": kept, "way_back": f"/sign-in/council?{urlencode(_AGAIN)}"}
        template = "layout/pages/council_again.html"
        return page(request, template, again, viewer=request.state.viewer, status=403)
    values = {
        "fields": error.fields,
        "way": error.way,
        "problem": error.problem,
        "name": AGAIN,
        "action": address(request),
    }
    viewer = request.state.viewer
    return page(request, "layout/pages/password.html", values, viewer=viewer, status=403)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HandrailError)  # noqa: S101 - it is registered for nothing else
    status = status_of(error)
    if status in _TOLD:
        note_refused(request, _TOLD[status])
    return _shown(request, error, title=_TITLES.get(status, "It was refused"), status=status)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for nothing else
    with suppress(HandrailError):  # no page was found, so nobody has looked who asks
        if not is_of_a_program(request):
            know_session(request)
    if error.status_code == 404:
        words = HandrailError(
            "There is no such page.", next_step="Check the address, or search for the case."
        )
    else:
        words = HandrailError(str(error.detail), next_step="Go back and try again.")
    title = _TITLES.get(error.status_code, "It did not work")
    return _shown(request, words, title=title, status=error.status_code)


def _unread(request: Request, _error: Exception) -> Response:
    return _http(request, HTTPException(404))  # what cannot be read in an address leads nowhere


def _broken(request: Request, _error: Exception) -> Response:
    words = HandrailError(
        "Something went wrong that is no fault of yours.",
        why="Nothing of it was recorded by this page.",
        next_step="Try again. If it happens again, tell whoever looks after Handrail the time.",
    )
    return _shown(request, words, title="It did not work", status=500)


def _shown(request: Request, error: HandrailError, *, title: str, status: int) -> Response:
    if is_of_a_program(request):
        return problem(error, title=title, status=status)
    viewer = getattr(request.state, "viewer", None)
    values = {"title": title, "error": error}
    return page(request, "layout/pages/fault.html", values, viewer=viewer, status=status)
