"""Signing in and out."""

from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from adapters.council_sign_in import is_on
from adapters.settings import settings
from desk.web.forms import Sent, text
from desk.web.kept import carry_over
from desk.web.page import KnownViewer, page
from desk.web.security_log import note_not_let_in
from desk.web.sessions import (
    address_of,
    drop_token,
    end_present,
    keep_form_seed,
    keep_token,
    real_now,
)
from rules.errors import HandrailError, SignInRefusedError, TooManyTriesError
from services.people.invitations import count_asking, send_forgotten
from services.people.sign_in import asks_for_codes, check_by_password, sign_in
from services.session import writing

router = APIRouter()

_SIGN_IN: Final = "people/pages/sign_in.html"
_LONGEST_PATH: Final = 1_500  # characters; a browser drops a cookie of 4 kB
_FORGOTTEN: Final = "people/pages/forgotten.html"


def own_path(wanted: str) -> str:
    r"""Return where to go on, if it is a path of ours; else the first page.

    A browser takes ``//host`` and ``/\host`` for another site, so neither is ours.
    """
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    plain = (
        wanted.isprintable()
        and len(wanted) <= _LONGEST_PATH
        and not parts.scheme
        and not parts.netloc
    )
    return wanted if ours and plain else "/"


@router.get("/sign-in")
def show(request: Request) -> Response:
    """Show the form, or go on where somebody is signed in already."""
    after = own_path(request.query_params.get("next", "/"))
    if getattr(request.state, "viewer", None):
        return RedirectResponse(after, status_code=303)
    return _before_sign_in(request, _SIGN_IN, after=after)


@router.post("/sign-in")
def enter(request: Request, form: Sent) -> Response:
    """Sign somebody in, in a session of its own; one before in this browser ends."""
    check_by_password()
    after, email = own_path(text(form, "next")), text(form, "email")
    try:
        token, session = sign_in(
            email=email,
            password=str(form.get("password", "")),
            code=text(form, "code"),
            address=address_of(request),
            agent=request.headers.get("user-agent", ""),
            now=real_now(),
        )
    except (SignInRefusedError, TooManyTriesError) as error:
        note_not_let_in(request, error, email=email)
        status = 429 if isinstance(error, TooManyTriesError) else 422
        return _before_sign_in(
            request, _SIGN_IN, after=after, email=email, error=error, status=status
        )
    carry_over(request, token=token, session=session)
    end_present(request, why="signed in anew")
    answer = RedirectResponse(after, status_code=303)
    keep_token(answer, token)
    return answer


@router.post("/sign-out")
def leave(request: Request, viewer: KnownViewer, form: Sent) -> Response:
    """End this browser's session."""
    del viewer, form
    end_present(request, why="signed out")
    answer = RedirectResponse("/sign-in", status_code=303)
    drop_token(answer)
    return answer


@router.get("/sign-in/forgotten")
def show_forgotten(request: Request) -> Response:
    """Show the form that asks for a link."""
    check_by_password()
    return _before_sign_in(request, _FORGOTTEN)


@router.post("/sign-in/forgotten")
def forgotten(request: Request, form: Sent) -> Response:
    """Send a link where somebody has the address; the answer is the same for any address."""
    check_by_password()
    email = text(form, "email")
    try:
        with writing() as conn:
            count_asking(conn, email=email, address=address_of(request), now=real_now())
    except TooManyTriesError as error:
        note_not_let_in(request, error, email=email)
        return _before_sign_in(request, _FORGOTTEN, email=email, error=error, status=429)
    answer = _before_sign_in(request, "people/pages/link_sent.html", email=email)
    answer.background = BackgroundTask(_send_link, email)  # how long it takes tells nobody anything
    return answer


def _send_link(email: str) -> None:
    with writing() as conn:
        send_forgotten(conn, email=email, now=real_now())


def _before_sign_in(
    request: Request,
    template: str,
    *,
    after: str = "/",
    email: str = "",
    error: HandrailError | None = None,
    status: int = 200,
) -> Response:
    values = {
        "after": after,
        "email": email,
        "error": error,
        "asks_for_codes": asks_for_codes(),
        "by_password": settings().desk_passwords,
        "by_council": is_on(),
    }
    answer = page(request, template, values, viewer=None, status=status)
    keep_form_seed(request, answer)
    return answer
