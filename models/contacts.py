"""Who to name and whom to write to on a case: authority, officer, client, landlord, contractor."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.contractors import Contractor
from models.tables.record import Decision
from models.tables.reference import Authority, Officer, Provider
from rules.errors import UnknownReferenceError
from rules.people import Role

_AUTHORITY: Final = select(*Authority.__table__.c).where(Authority.code == bindparam("code"))
_PROVIDER: Final = select(*Provider.__table__.c).where(Provider.code == bindparam("code"))
_CONTRACTOR: Final = select(*Contractor.__table__.c).where(Contractor.code == bindparam("code"))
_WHO_SPECIFIED: Final = (
    select(Officer.name, Officer.email)
    .join(Decision, Decision.actor == Officer.email)
    .where(Decision.case_id == bindparam("case_id"), Decision.kind == "specify")
    .order_by(Decision.id.desc())
    .limit(1)
)
_TECHNICAL_OFFICERS: Final = (
    select(Officer.name, Officer.email, Officer.authorities)
    .where(Officer.role == Role.TECHNICAL_OFFICER)
    .order_by(Officer.email)
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to write to; ``email`` may be empty, and then the letter goes by post.

    Args:
        name: Their name.
        email: Where to write.
        address: Where they are.
        phone: Where to call.
    """

    name: str
    email: str = ""
    address: str = ""
    phone: str = ""


def check_authority(conn: Connection, *, code: str) -> None:
    """Refuse the code of an authority that is not there; an empty one stands for all of them.

    Args:
        code: Its code, or an empty string.

    Raises:
        UnknownReferenceError: There is no such authority.
    """
    held = conn.execute(select(Authority.code).order_by(Authority.code)).scalars().all()
    if code and code not in held:
        raise UnknownReferenceError(
            f"There is no authority {code}.",
            next_step=f"Use one of: {', '.join(held) or 'none yet'}.",
        )


def authority_of(conn: Connection, *, case: AnyRow) -> Contact:
    """Return the case's authority."""
    row = conn.execute(_AUTHORITY, {"code": case.authority}).one()
    return Contact(name=row.name, email=row.email, address=row.address, phone=row.phone)


def officer_of(conn: Connection, *, case: AnyRow) -> Contact:
    """Return the technical officer to call: who specified, else the first of the authority."""
    return officer_at(conn, case=case, authority=authority_of(conn, case=case))


def officer_at(conn: Connection, *, case: AnyRow, authority: Contact) -> Contact:
    """Return the grant technical officer to call, as ``officer_of`` where the authority is known.

    Args:
        authority: The case's authority, whose telephone is the officer's.
    """
    chosen = _who_specified(conn, case=case) or _first_serving(conn, case=case)
    if chosen is None:
        return authority
    return Contact(name=chosen.name, email=chosen.email, phone=authority.phone)


def _who_specified(conn: Connection, *, case: AnyRow) -> AnyRow | None:
    return conn.execute(_WHO_SPECIFIED, {"case_id": case.id}).one_or_none()


def _first_serving(conn: Connection, *, case: AnyRow) -> AnyRow | None:
    officers = conn.execute(_TECHNICAL_OFFICERS)
    serving = (row for row in officers if not row.authorities or case.authority in row.authorities)
    return next(serving, None)


def client_of(case: AnyRow) -> Contact:
    """Return the client."""
    return Contact(
        name=case.client_name,
        email=case.email,
        address=f"{case.address}\n{case.postcode}",
        phone=case.phone,
    )


def landlord_of(conn: Connection, *, case: AnyRow) -> Contact:
    """Return the landlord: a registered provider, the council itself, or a name on the case."""
    if case.tenure == "rp_tenant":
        row = conn.execute(_PROVIDER, {"code": case.landlord}).one_or_none()
        if row is not None:
            return Contact(name=row.name, email=row.email, address=row.address)
    if case.tenure == "council_tenant":
        return authority_of(conn, case=case)
    return Contact(name=case.landlord or "The landlord")


def contractor_of(conn: Connection, *, code: str) -> Contact:
    """Return a contractor.

    Args:
        code: The contractor's code.
    """
    row = conn.execute(_CONTRACTOR, {"code": code}).one()
    return Contact(name=row.name, email=row.email, phone=row.phone)


def works_title(case: AnyRow) -> str:
    """Return the works in a few words."""
    return str(case.work_type).replace("_", " ")
