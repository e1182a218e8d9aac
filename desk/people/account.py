"""One's own account: where one is signed in, the password, the authenticator app."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from adapters.passwords import fresh_secret, secret_address, step_of_code
from adapters.qr import qr_svg
from adapters.settings import settings
from desk.web.forms import Sent, text
from desk.web.page import KnownViewer, page
from desk.web.security_log import note_refused
from desk.web.sessions import address_of, check_stepped_up, real_now, session_of
from rules.errors import (
    HandrailError,
    InvalidPasswordError,
    NotPermittedError,
    SignInRefusedError,
    TooManyTriesError,
)
from rules.people import Actor
from rules.sign_in import SHORTEST_PASSWORD, browser_words, needs_second_factor
from rules.typed import whole_or
from services.people import sessions
from services.people.authenticator import set_app as keep_app
from services.people.passwords import set_password, usable_hash
from services.people.sign_in import check_by_password, confirm, has_password, kept_of
from services.session import reading, writing

router = APIRouter(prefix="/account")


@router.get("")
def show(request: Request, viewer: KnownViewer) -> Response:
    """Show who is signed in, and where."""
    present, now = session_of(request), real_now()
    with reading() as conn:
        live = sessions.live_sessions(conn, email=viewer.identity, now=now)
        kept = kept_of(conn, email=viewer.identity)
    held = [
        {
            "id": row.id,
            "browser": browser_words(row.agent),
            "address": row.address,
            "begun_at": row.begun_at,
            "seen_at": row.seen_at,
            "present": row.id == present.id,
        }
        for row in live
    ]
    values = {
        "sessions": held,
        "has_password": kept is not None and settings().desk_passwords,
        "came_by": present.came_by,
        "app_asked": _app_asked(viewer),
        "codes_left": len(kept.recovery_codes.split()) if kept and kept.totp_secret else None,
    }
    return page(request, "people/pages/account.html", values, viewer=viewer)


@router.post("/sessions")
def end_sessions(request: Request, viewer: KnownViewer, form: Sent) -> Response:
    """End one other session of one's own, or all of them."""
    check_stepped_up(request, form)
    present, which, now = session_of(request), text(form, "session"), real_now()
    with writing() as conn:
        if which == "others":
            why = "ended from another browser"
            sessions.end_all(conn, email=viewer.identity, now=now, why=why, but=present)
        elif number := whole_or(which, 0):
            why = "signed out" if number == present.id else "ended from another browser"
            sessions.end(conn, email=viewer.identity, session_id=number, now=now, why=why)
    return RedirectResponse("/account", status_code=303)


# ---- the password


@router.get("/password")
def show_password(request: Request, viewer: KnownViewer) -> Response:
    """Show the form that changes the password."""
    return _password_form(request, viewer)


@router.post("/password")
def change_password(request: Request, viewer: KnownViewer, form: Sent) -> Response:
    """Change the password: the present one is given with it, and every other session ends."""
    session, now = session_of(request), real_now()
    given, first, again = (str(form.get(name, "")) for name in ("present", "password", "again"))
    try:
        confirm(session=session, password=given, address=address_of(request), now=now)
    except (SignInRefusedError, TooManyTriesError) as error:
        note_refused(request, "password again", why="wrong, or too often")
        return _password_form(request, viewer, field="present", error=error)
    try:
        chosen = usable_hash(first, again=again, email=viewer.identity)
    except InvalidPasswordError as error:
        return _password_form(request, viewer, field="password", error=error)
    with writing() as conn:
        set_password(conn, email=viewer.identity, password_hash=chosen, now=now, but=session)
    return RedirectResponse("/account", status_code=303)


def _password_form(
    request: Request, viewer: Actor, field: str = "", error: HandrailError | None = None
) -> Response:
    with reading() as conn:
        has = has_password(conn, email=viewer.identity)
    check_by_password()
    if not has:
        raise NotPermittedError(
            "You have no password here to change.",
            why="You came in by a demo's link or your council's account, which need none.",
        )
    values = {"field": field, "error": error, "shortest": SHORTEST_PASSWORD}
    template = "people/pages/password.html"
    return page(request, template, values, viewer=viewer, status=422 if error else 200)


# ---- the authenticator app


def _app_asked(viewer: Actor) -> bool:
    return needs_second_factor(viewer.role, asked_of=settings().second_factor)


@router.get("/app")
def show_app(request: Request, viewer: KnownViewer) -> Response:
    """Show how to set up an authenticator app, where one is asked of this role."""
    return _app_form(request, viewer, secret=fresh_secret())


@router.post("/app")
def set_app(request: Request, viewer: KnownViewer, form: Sent) -> Response:
    """Keep the secret of an app that has shown it by a code."""
    check_stepped_up(request, form)
    secret, code = text(form, "secret"), text(form, "code")
    with reading() as conn:
        kept = kept_of(conn, email=viewer.identity)
    if kept is None or not _app_asked(viewer):
        raise _no_app()
    step = step_of_code(code, secret=secret, now=real_now(), after=kept.totp_step)
    if step is None:
        wrong = SignInRefusedError(
            "This is not the code of now.", next_step="Type the one that the app shows now."
        )
        return _app_form(request, viewer, secret=secret or fresh_secret(), error=wrong)
    with writing() as conn:
        codes = keep_app(conn, email=viewer.identity, secret=secret, step=step)
    return page(request, "people/pages/app_codes.html", {"codes": codes}, viewer=viewer)


def _no_app() -> NotPermittedError:
    return NotPermittedError("No code of an app is asked of you here.")


def _app_form(
    request: Request, viewer: Actor, *, secret: str, error: HandrailError | None = None
) -> Response:
    with reading() as conn:
        kept = kept_of(conn, email=viewer.identity)
    if kept is None or not _app_asked(viewer):
        raise _no_app()
    address = secret_address(secret, email=viewer.identity)
    values = {
        "secret": secret,
        "groups": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "address": address,
        "qr": Markup(qr_svg(address, label="QR code of the key below")),  # noqa: S704 - drawn here
        "there": bool(kept.totp_secret),
        "error": error,
    }
    template = "people/pages/app.html"
    return page(request, template, values, viewer=viewer, status=422 if error else 200)
