"""A form that was sent after its session ran out: kept, shown again, and sent by its own person.

It is kept only where it was made by a page of the very session that ran out, as its token and the
cookie show. Passwords and codes are not kept, nor are files: those are to be chosen again.
"""

from collections.abc import Sequence
from typing import Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from desk.web.forms import check_made_by, check_size
from desk.web.sessions import address, cookie_name, real_now, typed
from rules.errors import HandrailError
from services.people import sessions, unsent
from services.people.sessions import Session
from services.people.unsent import Unsent
from services.session import reading, writing

SHOWN_AT: Final = "/kept"
"""Where a kept form is shown."""

_NEVER: Final = ("/account", "/sign-", "/invitations", SHOWN_AT)
"""Where passwords and codes are typed; elsewhere none is kept by its field's name."""


async def keep_what_came_late(request: Request) -> bool:
    """Keep the form of a request whose session has run out; say whether it was."""
    token = request.cookies.get(cookie_name(), "")
    if not token or request.url.path.startswith(_NEVER):
        return False
    session = await run_in_threadpool(_ran_out, token)
    if session is None:
        return False
    try:
        check_size(request)
        async with request.form() as form:
            check_made_by(request, form, csrf=session.csrf)
            fields, files = typed(form)
        return await run_in_threadpool(keep, request, session, fields, files)
    except HandrailError:
        return False


def keep(
    request: Request, session: Session, fields: Sequence[tuple[str, str]], files: Sequence[str]
) -> bool:
    """Keep what was typed in a form of a session; say whether it was not too long for that."""
    token, held = request.cookies.get(cookie_name(), ""), Unsent(address(request), fields, files)
    with writing() as conn:
        return unsent.keep(conn, session=session, token=token, unsent=held, now=real_now())


def carry_over(request: Request, *, token: str, session: Session) -> None:
    """Take what was kept along into the session that has just begun in this browser."""
    old = request.cookies.get(cookie_name(), "")
    before = getattr(request.state, "session", None) or (_ran_out(old) if old else None)
    if before is not None:
        with writing() as conn:
            unsent.carry_over(conn, before=(old, before), after=(token, session))


def kept_of(request: Request, session: Session) -> Unsent | None:
    """Return what is kept in the session of a request."""
    token = request.cookies.get(cookie_name(), "")
    with reading() as conn:
        return unsent.find(conn, session=session, token=token, now=real_now())


def _ran_out(token: str) -> Session | None:
    with reading() as conn:
        return sessions.ran_out(conn, token=token, now=real_now())
