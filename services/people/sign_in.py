"""Signing in: who somebody is, shown by a password and, where it is asked for, an app's code.

Whatever is wrong, the answer is the same and takes as long. The password is compared outside any
transaction, because that takes longer than everything else.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from adapters import clock
from adapters.passwords import fits
from adapters.settings import settings
from models.base import AnyRow
from models.people import acting
from models.tables.people import SignIn
from rules.errors import NotPermittedError, SignInRefusedError, UnknownReferenceError
from rules.people import STAFF, Actor
from rules.sign_in import needs_second_factor
from services.people import sessions, tries
from services.people.authenticator import takes_code
from services.people.demo_home import is_demo_home
from services.people.sessions import Session
from services.session import reading, writing

_KEPT: Final = select(*SignIn.__table__.c).where(SignIn.email == bindparam("of_email"))


def kept_of(conn: Connection, *, email: str) -> AnyRow | None:
    """Return how an officer shows who they are; None where they have set no password."""
    return conn.execute(_KEPT, {"of_email": email}).one_or_none()


def officer_serving(conn: Connection, *, email: str) -> Actor | None:
    """Return who signs in by an address; None for a firm, a stranger, or one who has left."""
    try:
        actor = acting(conn, identity=email, on=clock.today())
    except (UnknownReferenceError, NotPermittedError):
        return None
    return actor if actor.role in STAFF else None


def sign_in(
    *, email: str, password: str, code: str, address: str, agent: str, now: datetime
) -> tuple[str, Session]:
    """Begin a session of whoever shows who they are; returns the cookie's token with it.

    Args:
        code: Of an authenticator app, or empty.
        address: Where from.
        agent: What the browser says it is.

    Raises:
        SignInRefusedError: Something is wrong; what, is not said.
        TooManyTriesError: It was tried too often.
    """
    against = tries.counted(email=email, address=address)
    with writing() as conn:
        tries.count(conn, against=against, now=now)
    with reading() as conn:
        actor = officer_serving(conn, email=email)
        kept = kept_of(conn, email=actor.identity) if actor else None
    right = fits(password, kept.password_hash if kept else "")
    if not (actor and kept and right):
        raise _refused()
    with writing() as conn:
        _take_code(conn, actor=actor, kept=kept, code=code, now=now)
        tries.forgive(conn, against=against)
        return sessions.begin(conn, actor=actor, now=now, address=address, agent=agent)


def _take_code(conn: Connection, *, actor: Actor, kept: AnyRow, code: str, now: datetime) -> None:
    """Use up a code; whoever has no app yet is asked to set one up once they are in."""
    if not kept.totp_secret or not needs_second_factor(
        actor.role, asked_of=settings().second_factor
    ):
        return
    if not takes_code(conn, kept=kept, code=code, now=now):
        raise _refused()


def asks_for_codes() -> bool:
    """Say whether anybody here signs in with a code of an app as well."""
    return settings().second_factor != "off"


def check_by_password() -> None:
    """Refuse a password where nobody signs in with one.

    Raises:
        NotPermittedError: It is set so.
    """
    if not settings().desk_passwords:
        raise NotPermittedError(
            "Nobody signs in with a password of Handrail's here.",
            why="It is set so by whoever looks after Handrail.",
            next_step="Sign in with your council's account, on the sign-in page.",
        )


def lacks_second_factor(conn: Connection, *, actor: Actor) -> bool:
    """Say whether somebody has yet to set up the app that is asked of them."""
    if not needs_second_factor(actor.role, asked_of=settings().second_factor):
        return False
    kept = kept_of(conn, email=actor.identity)
    return kept is not None and not kept.totp_secret


def asks_code_of(conn: Connection, *, actor: Actor) -> bool:
    """Say whether somebody signs in with a code of an app that they have set up."""
    kept = kept_of(conn, email=actor.identity)
    asked = needs_second_factor(actor.role, asked_of=settings().second_factor)
    return asked and kept is not None and bool(kept.totp_secret)


def confirm(*, session: Session, password: str, address: str, now: datetime) -> None:
    """Take somebody's password again, for what asks for it.

    In a demo's home, where nobody needs a password, none is needed.

    Raises:
        NotPermittedError: Nobody signs in with a password here.
        SignInRefusedError: It is wrong.
        TooManyTriesError: It was tried too often.
    """
    against = tries.counted(email=session.officer, address=address)
    with writing() as conn:
        tries.count(conn, against=against, now=now)
        kept = kept_of(conn, email=session.officer)
    came_by_demo = kept is None and is_demo_home()
    if not came_by_demo:
        check_by_password()
    if not came_by_demo and not fits(password, kept.password_hash if kept else ""):
        raise SignInRefusedError("This is not your password.", next_step="Type it again.")
    with writing() as conn:
        tries.forgive(conn, against=against)
        sessions.step_up(conn, session=session, now=now)


def has_password(conn: Connection, *, email: str) -> bool:
    """Say whether somebody has set a password."""
    return kept_of(conn, email=email) is not None


def _refused() -> SignInRefusedError:
    either = ", the password or the code" if asks_for_codes() else " or the password"
    return SignInRefusedError(
        "That does not let you in.",
        why=f"The address{either} is wrong.",
        next_step="Try again, or ask for a link to set another password.",
    )
