"""Links by which an officer sets a password, and those of a demo, which sign in by themselves.

An administrator sends one, or whoever has forgotten their password asks for it.
A link holds a random token of which the database keeps the hash. Opening it changes nothing; what
it is for happens when its form is sent. A new one for the same person ends those before it;
one for a forgotten password, which anybody may ask for, ends no invitation.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from adapters import clock
from adapters.settings import settings
from models import outbox
from models.audit import note_service
from models.base import Instant
from models.tables.people import Invitation
from rules.errors import NotPermittedError, UnknownReferenceError
from rules.people import Actor, check_administers
from rules.sign_in import FORGOTTEN_FOR, INVITED_FOR
from services.people import tries
from services.people.council_account import forget_account
from services.people.demo_home import is_demo_home
from services.people.sign_in import officer_serving
from services.people.tokens import fresh_token, hash_of

INVITED, FORGOTTEN, DEMO = "invited", "forgotten", "demo"
_FOR: Final = {INVITED: INVITED_FOR, FORGOTTEN: FORGOTTEN_FOR, DEMO: timedelta(days=3650)}
_MESSAGE: Final = {INVITED: "invitation_to_officer", FORGOTTEN: "password_link_to_officer"}

_ADD: Final = insert(Invitation)
_FIND: Final = select(*Invitation.__table__.c).where(Invitation.token_hash == bindparam("hash"))
_USE: Final = (
    update(Invitation)
    .where(Invitation.id == bindparam("one"), Invitation.used_at.is_(None))
    .values(used_at=bindparam("now", type_=Instant))
)
_USE_UP: Final = (
    update(Invitation)
    .where(
        Invitation.officer == bindparam("email"),
        Invitation.purpose != DEMO,
        Invitation.used_at.is_(None),
    )
    .values(used_at=bindparam("now", type_=Instant))
)
_USE_UP_FORGOTTEN: Final = _USE_UP.where(Invitation.purpose == FORGOTTEN)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be used, and whose it is."""

    id: int
    officer: Actor
    purpose: str


def address_of_token(token: str) -> str:
    """Return the address of a link."""
    return f"{settings().desk_address}/invitations/{token}"


def invite(conn: Connection, *, by: Actor, email: str, now: datetime) -> str:
    """Send an officer a link to set their password; return it, to be handed over in another way.

    Raises:
        NotPermittedError: Whoever invites is no administrator, or the officer has left.
        UnknownReferenceError: No officer has the address.
    """
    check_administers(actor=by)
    officer = officer_serving(conn, email=email)
    if officer is None:
        raise UnknownReferenceError(
            f"No officer who serves now has the address “{email}”.",
            next_step="Import the officer first: `handrail import officers FILE`.",
        )
    forget_account(conn, email=officer.identity)
    link = _make(conn, officer=officer, purpose=INVITED, by=by.identity, now=now)
    _send(conn, officer=officer, purpose=INVITED, link=link, by=by.name, now=now)
    return link


def count_asking(conn: Connection, *, email: str, address: str, now: datetime) -> None:
    """Count that a link for a forgotten password was asked for, before it is looked for whom.

    Raises:
        TooManyTriesError: It was asked for too often.
    """
    tries.count(conn, against=tries.counted(email=f"link {email}", address=address), now=now)


def send_forgotten(conn: Connection, *, email: str, now: datetime) -> None:
    """Send a link to whoever has forgotten their password; nothing where nobody has the address."""
    officer = officer_serving(conn, email=email)
    if officer is None:
        return
    link = _make(conn, officer=officer, purpose=FORGOTTEN, by=officer.identity, now=now)
    _send(conn, officer=officer, purpose=FORGOTTEN, link=link, by=officer.name, now=now)


def demo_link(conn: Connection, *, officer: Actor, now: datetime) -> str:
    """Return a link that signs an officer of a demo in, as often as it is used.

    Raises:
        NotPermittedError: No demo made this home.
    """
    if not is_demo_home():
        raise NotPermittedError("Only a demo has links that sign in by themselves.")
    return _make(conn, officer=officer, purpose=DEMO, by="handrail demo", now=now)


def _make(conn: Connection, *, officer: Actor, purpose: str, by: str, now: datetime) -> str:
    if purpose != DEMO:  # a stranger who asks for a forgotten password's ends no invitation
        before = _USE_UP_FORGOTTEN if purpose == FORGOTTEN else _USE_UP
        conn.execute(before, {"email": officer.identity, "now": now})
    token = fresh_token()
    values = {
        "token_hash": hash_of(token),
        "officer": officer.identity,
        "purpose": purpose,
        "made_by": by,
        "made_at": now,
        "expires_at": now + _FOR[purpose],
    }
    conn.execute(_ADD, values)
    if purpose != FORGOTTEN:  # anybody may ask for one of those
        detail = {"officer": officer.identity, "role": officer.role.value}
        action = f"sign-in: link {purpose}"
        note_service(conn, now=clock.now(), actor=by, action=action, reason="", detail=detail)
    return address_of_token(token)


def _send(
    conn: Connection, *, officer: Actor, purpose: str, link: str, by: str, now: datetime
) -> None:
    context = {
        "officer_name": officer.name,
        "by_name": by,
        "link": link,
        "until": (now + _FOR[purpose]).date().isoformat(),
    }
    payload = {
        "kind": _MESSAGE[purpose],
        "to": officer.identity,
        "by_post_to": "",
        "attachments": [],
        "context": context,
    }
    at = clock.now()
    key = f"sign-in:{purpose}:{hash_of(link)[:16]}"
    outbox.add(conn, [outbox.message_row(key=key, case_id=None, payload=payload, now=at)])
    outbox.request_run(conn, key=f"{key}:send", flow="deliver-messages", parameters={}, now=at)


def find_link(conn: Connection, *, token: str, now: datetime) -> Link:
    """Return what a link is for; nothing is changed.

    Raises:
        UnknownReferenceError: It is no link of ours, is used up, or has run out.
    """
    row = conn.execute(_FIND, {"hash": hash_of(token)}).one_or_none()
    usable = row is not None and row.used_at is None and now < row.expires_at
    if row is None or not usable or (row.purpose == DEMO and not is_demo_home()):
        raise _unusable()
    officer = officer_serving(conn, email=row.officer)
    if officer is None:
        raise _unusable()
    return Link(row.id, officer, row.purpose)


def use_link(conn: Connection, *, link: Link, now: datetime) -> None:
    """Use a link up, and every other one of the same person; a demo's may be used again.

    Raises:
        UnknownReferenceError: Somebody else used it a moment ago.
    """
    if link.purpose == DEMO:
        return
    if not conn.execute(_USE, {"one": link.id, "now": now}).rowcount:
        raise _unusable()
    conn.execute(_USE_UP, {"email": link.officer.identity, "now": now})


def _unusable() -> UnknownReferenceError:
    return UnknownReferenceError(
        "This link cannot be used.",
        why="It was used already, has run out, or a newer one was sent.",
        next_step="Ask for another on the sign-in page, under “I have forgotten my password”.",
    )
