"""What was refused, for whoever looks after Handrail: one line of JSON an event, in the desk's log.

It says when, who, where from and at which kind of page, and nothing that was typed, looked for or
kept: no client, no password, no token. An address that is no officer's may be a password typed into
the wrong field, so it is not said either.
"""

import sys
from contextlib import suppress
from typing import Final

import structlog
from fastapi import Request

from desk.web.sessions import address_of, cookie_name
from rules.errors import HandrailError
from services.people import sessions
from services.people.sign_in import officer_serving
from services.session import reading

_AS_JSON: Final = (
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.JSONRenderer(),
)


def note_refused(request: Request, what: str, *, officer: str = "", why: str = "") -> None:
    """Write down that something was refused.

    Args:
        what: In a word or two, the same for the same thing.
        officer: Who it is about, where nobody is signed in.
        why: In words of ours alone.
    """
    viewer = getattr(request.state, "viewer", None)
    said = {
        "officer": viewer.identity if viewer else officer,
        "from": address_of(request),
        "method": request.method,
        "page": getattr(request.scope.get("route"), "path", ""),
        "why": why,
    }
    with suppress(OSError):  # a line that a full disk does not take is lost, and nothing else
        log = structlog.wrap_logger(structlog.PrintLogger(sys.stdout), processors=_AS_JSON)
        log.warning(what, security="refused", **{name: one for name, one in said.items() if one})


def note_not_let_in(request: Request, error: HandrailError, *, email: str = "") -> None:
    """Write down that somebody was not let in; who, only where it is an officer's address."""
    with reading() as conn:
        actor = officer_serving(conn, email=email) if email else None
    officer = actor.identity if actor else ""
    note_refused(request, "not let in", officer=officer, why=type(error).__name__)


def note_ended_session(request: Request) -> None:
    """Write down that a browser came with a session that something else than time had ended."""
    token = request.cookies.get(cookie_name(), "")
    with reading() as conn:
        session = sessions.revoked(conn, token=token) if token else None
    if session is not None:
        why = session.ended_because or "has left, or has another role"
        note_refused(request, "ended session", officer=session.officer, why=why)
