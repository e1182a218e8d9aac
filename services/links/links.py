"""Links to a contractor's page: each for one offer or one order, for a while, until revoked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from adapters.signed_links import fresh_name, name_in
from models.base import AnyRow, Instant
from models.people import actor_for
from models.tables.cases import Case
from models.tables.contractors import Contractor
from models.tables.links import ContractorLink
from rules.errors import UnknownReferenceError
from rules.people import Actor

OFFER_FOR: Final = timedelta(days=30)
ORDER_FOR: Final = timedelta(days=180)
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


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be used, and for what.

    Args:
        firm: The contractor, as whoever records by it.
        offer_id: The offer that it is for, or None.
        order_id: The order that it is for, or None.
    """

    case_id: int
    reference: str
    firm: Actor
    offer_id: int | None
    order_id: int | None


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


def find_link(conn: Connection, *, token: str, now: datetime) -> Link:
    """Return what a link is for; nothing is changed.

    Raises:
        UnknownReferenceError: It cannot be used: it is none of ours, has run out or was revoked, or
            its firm is suspended. Which of them, nobody learns.
    """
    row = row_of(conn, token=token)
    if row is None or row.revoked_at is not None or row.suspended or row.expires_at <= now:
        raise UnknownReferenceError(
            "This link cannot be used.",
            why="It may have run out, been stopped, or not been copied whole.",
            next_step="Have a new one sent, or call the council’s officer named in our e-mail.",
        )
    firm = actor_for(conn, identity=row.contractor)
    return Link(row.case_id, row.reference, firm, row.offer_id, row.order_id)


def row_of(conn: Connection, *, token: str) -> AnyRow | None:
    """Return the row of a link that we signed, with its case and whether its firm is suspended."""
    name = name_in(token)
    return None if name is None else conn.execute(_FIND, {"name": name}).one_or_none()


def revoke_links(conn: Connection, *, case_id: int, now: datetime) -> int:
    """Stop every link of a case; return how many could be used."""
    return conn.execute(_REVOKE, {"of_case": case_id, "now": now}).rowcount
