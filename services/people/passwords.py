"""Setting a password: on record, and it ends other sessions."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from adapters import clock
from adapters.guessing import tries_to_guess
from adapters.passwords import hashed
from models.audit import note_service
from models.base import on_conflict
from models.tables.people import SignIn
from rules.errors import InvalidPasswordError
from rules.sign_in import LONGEST_PASSWORD, own_words, password_problems
from services.people import sessions
from services.people.authenticator import let_app_go
from services.people.sessions import Session

_SET: Final = on_conflict(
    SignIn,
    lambda fresh: fresh.on_conflict_do_update(
        index_elements=["email"],
        set_={name: getattr(fresh.excluded, name) for name in ("password_hash", "set_at")},
    ),
)


def usable_hash(password: str, *, again: str, email: str) -> str:
    """Return what is kept of a password that somebody chose; slow, so outside any transaction.

    Args:
        again: The same once more, as it was typed to be sure.

    Raises:
        InvalidPasswordError: It is not one that may be used; every reason is said.
    """
    if password != again:
        raise InvalidPasswordError("The two are not the same.", next_step="Type both anew.")
    tries = tries_to_guess(password[: LONGEST_PASSWORD + 1], own_words=own_words(email))
    if problems := password_problems(password, email=email, tries=tries):
        raise InvalidPasswordError(
            "This password cannot be used.", why=" ".join(problems), next_step="Choose another."
        )
    return hashed(password)


def set_password(
    conn: Connection,
    *,
    email: str,
    password_hash: str,
    now: datetime,
    but: Session | None = None,
    forget_app: bool = False,
) -> None:
    """Keep an officer's new password, and end every session but the one it was set in.

    Args:
        forget_app: Let their authenticator app go as well, as where the telephone is lost.
    """
    values = {"email": email, "password_hash": password_hash, "set_at": now}
    none = {"totp_secret": "", "totp_step": 0, "recovery_codes": ""}
    conn.execute(_SET[conn.dialect.name], values | none)
    if forget_app:
        let_app_go(conn, email=email)
    sessions.end_all(conn, email=email, now=now, why="the password was changed", but=but)
    note_service(
        conn,
        now=clock.now(),
        actor=email,
        action="sign-in: password",
        reason="set by themselves",
        detail={},
    )
