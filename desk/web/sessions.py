"""Which session a request belongs to: looked up once, before anything of a page is done.

The cookie holds a random token and nothing else. It is Secure where people reach the desk by https,
and its name has the port otherwise, so that two desks on one machine do not sign each other out.

Something that moves money or powers asks for the password again where it was not given lately: one
line at the beginning of what answers the POST, outside any ``try``::

    check_stepped_up(request, form)

Where it is due the browser is shown a page that asks for the password and sends the very same form
again, to the same address, so nothing that was typed is lost.
"""

from datetime import UTC, datetime
from typing import Final

from fastapi import Request, Response
from starlette.datastructures import FormData, UploadFile

from adapters.settings import settings
from rules.errors import DatabaseBusyError, NotSignedInError, SignInRefusedError, TooManyTriesError
from rules.sign_in import password_stands
from services.people import sessions
from services.people.sessions import Session
from services.people.sign_in import confirm, has_password, lacks_second_factor
from services.people.tokens import fresh_token, hash_of
from services.session import reading, writing

AGAIN: Final = "password_again"
"""The field in which a form carries the password, where it is asked for again."""

EVENTS: Final = "text/event-stream"
"""What a browser accepts that follows work; no sign that somebody is there."""

_NOT_KEPT: Final = (AGAIN, "csrf")


class PasswordDueError(Exception):
    """Something asks for the password again; the answer is a page with the form that was sent.

    Args:
        form: That form.
        way: ``password``; ``demo``, where there may be none to give; or ``council``, whose own
            sign-in asks for it.
        problem: What was wrong with the one that was given, if any was.
    """

    def __init__(self, form: FormData, *, way: str, problem: str = "") -> None:
        self.fields, self.files = typed(form)
        self.way = way
        self.problem = problem
        super().__init__(problem or "The password is asked for again.")


def know_session(request: Request) -> None:
    """Find whose request this is: ``request.state`` has ``viewer``, ``session`` and ``csrf``.

    A dependency of every page. Nothing is written, but once a minute that the session was seen.
    """
    now = real_now()
    know_again(request)
    found = getattr(request.state, "session", None)
    if found and not asks_for_events(request) and sessions.to_be_marked(found, now=now):
        _mark_seen(found, now)


def asks_for_events(request: Request) -> bool:
    """Say whether a browser asks for what happens to a page, and not for the page."""
    return EVENTS in request.headers.get("accept", "")


def know_again(request: Request) -> None:
    """Find whose request this is by now, as ``know_session`` does; nothing is written."""
    token, now = request.cookies.get(cookie_name(), ""), real_now()
    found, due = None, False
    if token:
        with reading() as conn:
            found = sessions.find(conn, token=token, now=now)
            if found and found[0].came_by != sessions.COUNCIL:  # that has its own second factor
                due = lacks_second_factor(conn, actor=found[1])
    if found is None:
        request.state.session = request.state.viewer = None
        seed = request.cookies.get(cookie_name("form"), "") or fresh_token()
        request.state.form_seed, request.state.csrf = seed, hash_of(f"form {seed}")
        return
    session, viewer = found
    request.state.session, request.state.viewer = session, viewer
    request.state.csrf, request.state.second_factor_due = session.csrf, due


def _mark_seen(session: Session, now: datetime) -> None:
    try:
        with writing() as conn:
            sessions.mark_seen(conn, session=session, now=now)
    except DatabaseBusyError:
        return  # the next page says it; a page that is only read waits for no writer


def session_of(request: Request) -> Session:
    """Return the session of a request.

    Raises:
        NotSignedInError: It has none.
    """
    found = getattr(request.state, "session", None)
    if not isinstance(found, Session):
        raise NotSignedInError("Nobody is signed in here.", next_step="Sign in.")
    return found


def check_stepped_up(request: Request, form: FormData) -> None:
    """Have the password given again, unless it was within the last ten minutes.

    Raises:
        PasswordDueError: It was not, or what was given is wrong; the desk's answer asks for it.
    """
    session, now = session_of(request), real_now()
    if password_stands(session.stepped_up_at, now=now):
        return
    if session.came_by == sessions.COUNCIL:
        raise PasswordDueError(form, way=sessions.COUNCIL)
    problem, given = "", form.get(AGAIN)
    if isinstance(given, str):
        try:
            confirm(session=session, password=given, address=address_of(request), now=now)
        except (SignInRefusedError, TooManyTriesError) as error:
            problem = error.text()
        else:
            return
    with reading() as conn:
        needs = has_password(conn, email=session.officer)
    way = sessions.PASSWORD if needs else sessions.DEMO
    raise PasswordDueError(form, way=way, problem=problem)


def typed(form: FormData) -> tuple[list[tuple[str, str]], list[str]]:
    """Return what was typed in a form, no password and no token, and which fields held files."""
    given = [(name, value) for name, value in form.multi_items() if name not in _NOT_KEPT]
    files = {name for name, value in given if isinstance(value, UploadFile) and value.filename}
    return [(name, value) for name, value in given if isinstance(value, str)], sorted(files)


def address(request: Request) -> str:
    """Return the path that was asked for, and what stands behind its question mark."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def address_of(request: Request) -> str:
    """Return where a request comes from; a proxy on this machine says so truly."""
    return request.client.host if request.client else ""


def end_present(request: Request, *, why: str) -> None:
    """End the session of a request, if it has one."""
    session = getattr(request.state, "session", None)
    if isinstance(session, Session):
        with writing() as conn:
            sessions.end(
                conn, email=session.officer, session_id=session.id, now=real_now(), why=why
            )


# ---- cookies


def cookie_name(purpose: str = "") -> str:
    """Return the name of the cookie of sessions, or of another purpose's."""
    secure = settings().desk_url.startswith("https://")
    name = "__Host-handrail" if secure else f"handrail-{settings().desk_port}"
    return f"{name}-{purpose}" if purpose else name


def keep_token(response: Response, token: str) -> None:
    """Give the browser the token of a session, until it is closed."""
    _set(response, cookie_name(), token)


def drop_token(response: Response) -> None:
    """Take the token back from the browser."""
    _set(response, cookie_name(), "", max_age=0)


def keep_form_seed(request: Request, response: Response) -> None:
    """Give the browser what the forms before sign-in are bound to."""
    seed = getattr(request.state, "form_seed", "")
    if seed and not request.cookies.get(cookie_name("form")):
        _set(response, cookie_name("form"), seed)


def keep_cookie(response: Response, purpose: str, value: str, *, max_age: int) -> None:
    """Give the browser something of its own for a while, in seconds."""
    _set(response, cookie_name(purpose), value, max_age=max_age)


def drop_cookie(response: Response, purpose: str) -> None:
    """Take it back."""
    _set(response, cookie_name(purpose), "", max_age=0)


def _set(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        secure=settings().desk_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )


def real_now() -> datetime:
    """Return the real time: somebody is signed in by that, whatever day a demo lives on."""
    return datetime.now(UTC)
