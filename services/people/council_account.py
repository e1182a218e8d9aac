"""Signing in with an account of the council's own, once its provider has said whose it is.

The first time its name leads to the officer of that address; from then on the account is theirs
and no other is, until an administrator invites them again.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select

from adapters import clock
from models.audit import note_service
from models.base import on_conflict
from models.tables.people import CouncilAccount
from rules.council_account import Account, check_is_theirs, check_shown_lately
from rules.errors import SignInRefusedError
from rules.people import Actor
from rules.sign_in import PASSWORD_STANDS
from services.people import sessions
from services.people.sessions import COUNCIL, Session
from services.people.sign_in import officer_serving

_WHOSE: Final = select(CouncilAccount.email).where(
    CouncilAccount.issuer == bindparam("of_issuer"), CouncilAccount.subject == bindparam("one")
)
_THEIRS: Final = select(CouncilAccount.issuer, CouncilAccount.subject).where(
    CouncilAccount.email == bindparam("of_email")
)
_ADD: Final = on_conflict(CouncilAccount, lambda fresh: fresh.on_conflict_do_nothing())
_FORGET: Final = delete(CouncilAccount).where(CouncilAccount.email == bindparam("of_email"))


def sign_in_by(
    conn: Connection, *, account: Account, address: str, agent: str, now: datetime
) -> tuple[str, Session]:
    """Begin a session of whoever an account belongs to; returns the cookie's token with it.

    Args:
        address: Where from.
        agent: What the browser says it is.

    Raises:
        SignInRefusedError: It is nobody's who serves now, or they are known by another.
    """
    actor = _owner(conn, account=account, now=now)
    return sessions.begin(
        conn,
        actor=actor,
        now=now,
        address=address,
        agent=agent,
        came_by=COUNCIL,
        shown_at=min(account.shown_at, now) if account.shown_at else None,
    )


def confirm_by(conn: Connection, *, session: Session, account: Account, now: datetime) -> None:
    """Take the provider's word that somebody gave their password there again.

    Raises:
        SignInRefusedError: It was not just now, or it is somebody else's account.
    """
    owner = _owner(conn, account=account, now=now)
    if owner.identity != session.officer:
        raise SignInRefusedError(
            f"You are signed in as {session.officer}, and gave the password of {owner.identity}.",
            next_step="Sign out first, or give your own.",
        )
    shown = check_shown_lately(account, now=now, within=PASSWORD_STANDS)
    sessions.step_up(conn, session=session, now=shown)


def forget_account(conn: Connection, *, email: str) -> None:
    """Let an officer's account go: the next of their address that signs in is theirs."""
    conn.execute(_FORGET, {"of_email": email})


def _owner(conn: Connection, *, account: Account, now: datetime) -> Actor:
    asked = {"of_issuer": account.issuer, "one": account.subject}
    known = conn.execute(_WHOSE, asked).scalar_one_or_none()
    actor = officer_serving(conn, email=known or account.address)
    if actor is None:
        raise _nobodys(account)
    if known is None:
        _take(conn, actor=actor, account=account, now=now)
    return actor


def _take(conn: Connection, *, actor: Actor, account: Account, now: datetime) -> None:
    """Know an officer by an account from now on, unless they are known by another."""
    row = {
        "email": actor.identity,
        "issuer": account.issuer,
        "subject": account.subject,
        "known_since": now,
    }
    added = conn.execute(_ADD[conn.dialect.name], row).rowcount
    theirs = conn.execute(_THEIRS, {"of_email": actor.identity}).one_or_none()
    check_is_theirs(
        actor=actor, known=(theirs.issuer, theirs.subject) if theirs else None, account=account
    )
    if added:
        note_service(
            conn,
            now=clock.now(),
            actor=actor.identity,
            action="sign-in: council account",
            reason="signed in with it for the first time",
            detail={"issuer": account.issuer},
        )


def _nobodys(account: Account) -> SignInRefusedError:
    named = f"“{account.address[:100]}”" if account.address else "your account"
    return SignInRefusedError(
        f"Your council's sign-in knows you as {named}; nobody who serves here has that address.",
        why="Only officers on record may come in, until their last day.",
        next_step="Ask an administrator of Handrail to put you on record under that address.",
    )
