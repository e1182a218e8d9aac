"""A form that came too late, kept for whoever typed it until they have signed in again.

It lies in their own session's row, sealed with a key made of the token that their browser's cookie
holds. The database has only the token's hash, so neither it nor a copy of it can be read.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, or_, select, update

from adapters.sealing import sealed, unsealed
from models.base import Instant
from models.tables.people import DeskSession
from services.people.sessions import Session

KEPT_FOR: Final = timedelta(hours=1)
LONGEST: Final = 100_000  # bytes of what was typed, all of it together

_PUT: Final = (
    update(DeskSession)
    .where(DeskSession.id == bindparam("one"))
    .values(unsent_form=bindparam("sealed"), unsent_at=bindparam("at", type_=Instant))
)
_GET: Final = select(DeskSession.unsent_form, DeskSession.unsent_at).where(
    DeskSession.id == bindparam("one")
)
_TOO_OLD: Final = or_(
    DeskSession.unsent_at <= bindparam("before", type_=Instant), DeskSession.unsent_at.is_(None)
)
_ERASE: Final = (
    update(DeskSession)
    .where(DeskSession.unsent_form != "", _TOO_OLD)
    .values(unsent_form="", unsent_at=None)
)


@dataclass(frozen=True, slots=True)
class Unsent:
    """What somebody typed and sent too late.

    Args:
        path: Where it was sent to.
        fields: Each field's name and what was typed.
        files: The names of the fields that held files; the files are not kept.
    """

    path: str
    fields: Sequence[tuple[str, str]]
    files: Sequence[str]


def keep(conn: Connection, *, session: Session, token: str, unsent: Unsent, now: datetime) -> bool:
    """Keep a form in place of any before it; say whether it was not too long for that.

    Args:
        token: The session's, as the cookie holds it.
    """
    plain = json.dumps(asdict(unsent)).encode()
    if len(plain) > LONGEST:
        return False
    kept = sealed(plain, key=_key(token), about=session.officer)
    conn.execute(_PUT, {"one": session.id, "sealed": kept, "at": now})
    return True


def find(conn: Connection, *, session: Session, token: str, now: datetime) -> Unsent | None:
    """Return the form that is kept, unless it is older than an hour."""
    found = _read(conn, session=session, token=token)
    return found[0] if found and now - found[1] < KEPT_FOR else None


def forget(conn: Connection, *, session: Session) -> None:
    """Keep it no longer."""
    conn.execute(_PUT, {"one": session.id, "sealed": "", "at": None})


def forget_old(conn: Connection, *, now: datetime) -> int:
    """Erase forms that nobody came back for in time; return how many."""
    return conn.execute(_ERASE, {"before": now - KEPT_FOR}).rowcount


def carry_over(
    conn: Connection, *, before: tuple[str, Session], after: tuple[str, Session]
) -> None:
    """Take a form along from a session to the same person's next; another's is forgotten.

    Args:
        before: The token and the session in which it was typed.
        after: Those of the session that began in the same browser.
    """
    found = _read(conn, session=before[1], token=before[0])
    forget(conn, session=before[1])
    if found and before[1].officer == after[1].officer:
        keep(conn, session=after[1], token=after[0], unsent=found[0], now=found[1])


def _read(conn: Connection, *, session: Session, token: str) -> tuple[Unsent, datetime] | None:
    kept = conn.execute(_GET, {"one": session.id}).one()
    if not (kept.unsent_form and kept.unsent_at):
        return None
    plain = unsealed(kept.unsent_form, key=_key(token), about=session.officer)
    if plain is None:
        return None
    held = json.loads(plain)
    fields = [(name, value) for name, value in held["fields"]]
    return Unsent(held["path"], fields, held["files"]), kept.unsent_at


def _key(token: str) -> bytes:
    return hashlib.sha256(f"unsent form {token}".encode("utf-8", "replace")).digest()
