"""Links to pages without an account: each for one purpose, for a while, until it is revoked.

A contractor's is for one offer or one order; a client's for their case; a landlord's for what they
are asked of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from adapters.signed_links import fresh_name, name_in, placed
from models.base import AnyRow, Instant
from models.case_queries import case_row
from models.contacts import client_of, landlord_of
from models.people import actor_for
from models.tables.cases import Case
from models.tables.contractors import Contractor
from models.tables.links import CaseLink, ContractorLink
from rules.errors import UnknownReferenceError
from rules.people import Actor, Role, of_one_case

OFFER_FOR: Final = timedelta(days=30)
ORDER_FOR: Final = timedelta(days=180)
CASE_FOR: Final = timedelta(days=180)
"""How long a link works; a new one goes to the address on file."""

_ADD: Final = insert(ContractorLink)
_FIND: Final = (
    select(*ContractorLink.__table__.c, Case.reference, Contractor.suspended)
    .join(Case, Case.id == ContractorLink.case_id)
    .join(Contractor, Contractor.code == ContractorLink.contractor)
    .where(ContractorLink.name == bindparam("name"))
)
_REVOKE: Final = (
    update(ContractorLink)
    .where(
        ContractorLink.case_id == bindparam("of_case"),
        ContractorLink.revoked_at.is_(None),
        ContractorLink.expires_at > bindparam("now", type_=Instant),
    )
    .values(revoked_at=bindparam("now", type_=Instant))
)
_ADD_OF_CASE: Final = insert(CaseLink)
_FIND_OF_CASE: Final = (
    select(*CaseLink.__table__.c, Case.reference)
    .join(Case, Case.id == CaseLink.case_id)
    .where(CaseLink.name == bindparam("name"), CaseLink.purpose == bindparam("purpose"))
)
_NEWEST_OF_CASE: Final = (
    select(CaseLink.subject_id)
    .where(CaseLink.case_id == bindparam("case_id"), CaseLink.purpose == bindparam("purpose"))
    .order_by(CaseLink.id.desc())
    .limit(1)
)
_REVOKE_OF_CASE: Final = (
    update(CaseLink)
    .where(
        CaseLink.case_id == bindparam("of_case"),
        CaseLink.purpose == bindparam("of_purpose"),
        CaseLink.revoked_at.is_(None),
        CaseLink.expires_at > bindparam("now", type_=Instant),
    )
    .values(revoked_at=bindparam("now", type_=Instant))
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be used, and for what.

    Args:
        actor: Whose it is, as whoever records by it.
        offer_id: A contractor's: the offer that it is for, or None.
        order_id: A contractor's: the order that it is for, or None.
        subject_id: A landlord's: the number of what is asked.
    """

    case_id: int
    reference: str
    actor: Actor
    offer_id: int | None = None
    order_id: int | None = None
    subject_id: int | None = None


def make_link(
    conn: Connection,
    *,
    case_id: int,
    contractor: str,
    now: datetime,
    offer_id: int | None = None,
    order_id: int | None = None,
) -> str:
    """Make a link for an offer or an order; return its name, which a message holds as ``page``."""
    name = fresh_name()
    values = {
        "case_id": case_id,
        "name": name,
        "contractor": contractor,
        "offer_id": offer_id,
        "order_id": order_id,
        "made_at": now,
        "expires_at": now + (OFFER_FOR if order_id is None else ORDER_FOR),
    }
    conn.execute(_ADD, values)
    return name


def make_case_link(
    conn: Connection,
    *,
    case_id: int,
    role: Role,
    now: datetime,
    subject_id: int | None = None,
    lasts: timedelta = CASE_FOR,
) -> str:
    """Make a link for a case's client or landlord; return what a message holds as ``page``."""
    name = fresh_name()
    values = {
        "case_id": case_id,
        "name": name,
        "purpose": role.value,
        "subject_id": subject_id,
        "made_at": now,
        "expires_at": now + lasts,
    }
    conn.execute(_ADD_OF_CASE, values)
    return placed(name, role=role)


def find_link(conn: Connection, *, token: str, role: Role, now: datetime) -> Link:
    """Return what a link to the page of a role is for; nothing is changed.

    Raises:
        UnknownReferenceError: It cannot be used: it is none of ours, has run out or was revoked, or
            its firm is suspended. Which of them, nobody learns.
    """
    row = row_of(conn, token=token, role=role)
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        raise UnknownReferenceError(
            "This link cannot be used.",
            why="It may have run out, been stopped, or not been copied whole.",
            next_step="Have a new one sent, or call the council’s officer named in our e-mail.",
        )
    if role is Role.CONTRACTOR:
        firm = actor_for(conn, identity=row.contractor)
        return Link(row.case_id, row.reference, firm, row.offer_id, row.order_id)
    case = case_row(conn, reference=row.reference)
    known = client_of(case) if role is Role.CLIENT else landlord_of(conn, case=case)
    who = of_one_case(role, name=known.name)
    return Link(row.case_id, row.reference, who, subject_id=row.subject_id)


def row_of(conn: Connection, *, token: str, role: Role) -> AnyRow | None:
    """Return the row of a link that we signed, with its case; None for a suspended firm's."""
    name = name_in(token, role=role)
    if name is None:
        return None
    if role is not Role.CONTRACTOR:
        of_case = {"name": name, "purpose": role.value}
        return conn.execute(_FIND_OF_CASE, of_case).one_or_none()
    row = conn.execute(_FIND, {"name": name}).one_or_none()
    return None if row is None or row.suspended else row


def last_asked(conn: Connection, *, case_id: int, role: Role) -> AnyRow | None:
    """Return what the newest link of a case's client or landlord was for, or None without any."""
    asked = {"case_id": case_id, "purpose": role.value}
    return conn.execute(_NEWEST_OF_CASE, asked).one_or_none()


def revoke_links(
    conn: Connection, *, case_id: int, now: datetime, role: Role = Role.CONTRACTOR
) -> int:
    """Stop every link of a role to a case; return how many could be used."""
    values = {"of_case": case_id, "now": now}
    if role is Role.CONTRACTOR:
        return conn.execute(_REVOKE, values).rowcount
    return conn.execute(_REVOKE_OF_CASE, {**values, "of_purpose": role.value}).rowcount
