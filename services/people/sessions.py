"""Sessions: who is signed in, in which browser, since when; ended ones stay as a record.

Times go by the real clock, which the demo does not move. What somebody may do is asked anew with
each page: whoever has left, or whose role is another by now, is signed in no more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from adapters import clock
from adapters.settings import settings
from models.audit import note_service
from models.base import AnyRow, Instant, columns_of
from models.people import actor_for
from models.tables.people import DeskSession
from rules.errors import NotPermittedError, UnknownReferenceError
from rules.people import STAFF, Actor, check_administers, check_serves
from rules.sign_in import AT_ONCE, SEEN_EVERY, Limits, Spell, stands
from services.people.tokens import fresh_token, hash_of

PASSWORD, DEMO, COUNCIL = "password", "demo", "council"

_AGENT: Final = 200  # characters
_BEGIN: Final = insert(DeskSession).returning(DeskSession.id)
_LIVE: Final = (
    select(*DeskSession.__table__.c)
    .where(DeskSession.officer == bindparam("email"), DeskSession.ended_at.is_(None))
    .order_by(DeskSession.seen_at.desc(), DeskSession.id.desc())
)
_LAST: Final = (
    select(DeskSession.officer, func.max(DeskSession.begun_at))
    .group_by(DeskSession.officer)
    .order_by(DeskSession.officer)
)
_END: Final = (
    update(DeskSession)
    .where(DeskSession.officer == bindparam("email"), DeskSession.ended_at.is_(None))
    .values(ended_at=bindparam("now", type_=Instant), ended_because=bindparam("why"))
)
_END_ONE: Final = _END.where(DeskSession.id == bindparam("one"))
_END_OTHERS: Final = _END.where(DeskSession.id != bindparam("one"))
_END_OLDEST: Final = _END.where(
    DeskSession.id.not_in(
        select(DeskSession.id)
        .where(DeskSession.officer == bindparam("email"), DeskSession.ended_at.is_(None))
        .order_by(DeskSession.seen_at.desc(), DeskSession.id.desc())
        .limit(AT_ONCE)
    )
)


@dataclass(frozen=True, slots=True)
class Session:
    """A session in use.

    Args:
        csrf: What its forms send back.
        stepped_up_at: When they last showed who they are.
        came_by: How: ``PASSWORD``, ``DEMO`` or ``COUNCIL``.
    """

    id: int
    officer: str
    role: str
    csrf: str
    begun_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    ended_because: str
    stepped_up_at: datetime | None
    came_by: str


_SESSION: Final = select(*columns_of(DeskSession, Session)).where(
    DeskSession.token_hash == bindparam("hash")
)
_ONE: Final = update(DeskSession).where(DeskSession.id == bindparam("one"))


def limits() -> Limits:
    """Return for how long somebody stays signed in here."""
    chosen = settings()
    return Limits(
        idle=timedelta(minutes=chosen.desk_idle_minutes),
        at_most=timedelta(hours=chosen.desk_session_hours),
    )


def begin(
    conn: Connection,
    *,
    actor: Actor,
    now: datetime,
    address: str = "",
    agent: str = "",
    came_by: str = PASSWORD,
    shown_at: datetime | None = None,
) -> tuple[str, Session]:
    """Begin a session of somebody who has shown who they are; one too many ends the oldest.

    Args:
        address: Where from, such as an IP address.
        agent: What the browser says it is.
        came_by: By their password, given just now; or by ``DEMO`` or ``COUNCIL``.
        shown_at: When they showed who they are, where it was not by a password.

    Returns:
        The token for the cookie, and the session.
    """
    token = fresh_token()
    values: dict[str, Any] = {
        "officer": actor.identity,
        "role": actor.role.value,
        "csrf": fresh_token(),
        "begun_at": now,
        "seen_at": now,
        "stepped_up_at": now if came_by == PASSWORD else shown_at,
        "ended_at": None,
        "ended_because": "",
        "came_by": came_by,
    }
    also = {"token_hash": hash_of(token), "address": address[:_AGENT], "agent": agent[:_AGENT]}
    row_id = conn.execute(_BEGIN, values | also).scalar_one()
    why = f"more than {AT_ONCE} at once"
    conn.execute(_END_OLDEST, {"email": actor.identity, "now": now, "why": why})
    return token, Session(id=row_id, **values)


def find(conn: Connection, *, token: str, now: datetime) -> tuple[Session, Actor] | None:
    """Return a cookie's session with whoever is signed in, as they are now; None for nobody."""
    session = _kept(conn, token)
    actor = _still_serving(conn, session) if session and _stands(session, now) else None
    return (session, actor) if session and actor else None


def ran_out(conn: Connection, *, token: str, now: datetime) -> Session | None:
    """Return a cookie's session that only time has ended, of somebody who still serves."""
    session = _kept(conn, token)
    if session is None or session.ended_at or _stands(session, now):
        return None
    return session if _still_serving(conn, session) else None


def revoked(conn: Connection, *, token: str) -> Session | None:
    """Return a cookie's session that was ended, or whose officer has left or another role."""
    session = _kept(conn, token)
    if session is None or not (session.ended_at or not _still_serving(conn, session)):
        return None
    return session


def _kept(conn: Connection, token: str) -> Session | None:
    row = conn.execute(_SESSION, {"hash": hash_of(token)}).one_or_none()
    return Session(*row) if row else None


def _stands(session: Session, now: datetime) -> bool:
    if session.came_by == PASSWORD and not settings().desk_passwords:
        return False  # switched off since
    spell = Spell(session.begun_at, session.seen_at, session.ended_at)
    return stands(spell, limits=limits(), now=now)


def _still_serving(conn: Connection, session: Session) -> Actor | None:
    try:
        actor = actor_for(conn, identity=session.officer)
        check_serves(actor=actor, on=clock.today())
    except (UnknownReferenceError, NotPermittedError):
        return None
    return actor if actor.role == session.role and actor.role in STAFF else None


def to_be_marked(session: Session, *, now: datetime) -> bool:
    """Say whether it is time to write down that a session was seen."""
    return now - session.seen_at >= SEEN_EVERY


def mark_seen(conn: Connection, *, session: Session, now: datetime) -> None:
    """Write down that a session was seen."""
    conn.execute(_ONE, {"one": session.id, "seen_at": now})


def step_up(conn: Connection, *, session: Session, now: datetime) -> None:
    """Write down that somebody has shown again who they are."""
    conn.execute(_ONE, {"one": session.id, "stepped_up_at": now})


def end(conn: Connection, *, email: str, session_id: int, now: datetime, why: str) -> None:
    """End one session of an officer; somebody else's is left alone."""
    conn.execute(_END_ONE, {"email": email, "one": session_id, "now": now, "why": why})


def end_all(
    conn: Connection, *, email: str, now: datetime, why: str, but: Session | None = None
) -> int:
    """End every session of an officer, or every other one; return how many."""
    statement, one = (_END_OTHERS, {"one": but.id}) if but else (_END, {})
    return conn.execute(statement, {"email": email, "now": now, "why": why, **one}).rowcount


def last_sign_ins(conn: Connection) -> dict[str, datetime]:
    """Return when each officer signed in last, by address; sessions are kept for some months."""
    return {row[0]: row[1] for row in conn.execute(_LAST)}


def sign_out(conn: Connection, *, by: Actor, email: str, now: datetime) -> None:
    """End every session of somebody, in an administrator's name.

    Raises:
        NotPermittedError: Whoever asks for it is none.
    """
    check_administers(actor=by, what="that somebody is signed out")
    if end_all(conn, email=email, now=now, why="ended by an administrator"):
        action, detail = "sign-in: signed out", {"officer": email}
        note_service(
            conn, now=clock.now(), actor=by.identity, action=action, reason="", detail=detail
        )


def live_sessions(conn: Connection, *, email: str, now: datetime) -> list[AnyRow]:
    """Return an officer's sessions that may still be used, the one seen last first."""
    return [
        row
        for row in conn.execute(_LIVE, {"email": email})
        if stands(Spell(row.begun_at, row.seen_at), limits=limits(), now=now)
    ]
