"""Who to name and whom to write to on a case: authority, officer, client, landlord, contractor."""

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.asked import one, reference_row, reference_rows
from models.base import AnyRow, rows_by
from models.tables.contractors import Contractor
from models.tables.record import Decision
from models.tables.reference import Authority, Officer, Provider
from rules.documents.paper_lines import Contact
from rules.errors import UnknownReferenceError
from rules.people import Role

_AUTHORITY: Final = rows_by(Authority, "code")
_PROVIDER: Final = rows_by(Provider, "code")
_CONTRACTOR: Final = rows_by(Contractor, "code")
_OFFICER: Final = rows_by(Officer, "email")
_WHO_SPECIFIED: Final = (
    select(Decision.actor)
    .where(Decision.case_id == bindparam("case_id"), Decision.kind == "specify")
    .order_by(Decision.id.desc())
    .limit(1)
)
_TECHNICAL_OFFICERS: Final = (
    select(Officer.name, Officer.email, Officer.authorities)
    .where(Officer.role == Role.TECHNICAL_OFFICER)
    .order_by(Officer.email)
)


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
    row = reference_rows(conn, _AUTHORITY, code=case.authority)[0]
    return Contact(name=row.name, email=row.email, address=row.address, phone=row.phone)


def officer_of(conn: Connection, *, case: AnyRow) -> Contact:
    """Return the technical officer to call: who specified, else the first of the authority."""
    return officer_at(conn, case=case, authority=authority_of(conn, case=case))


def officer_at(conn: Connection, *, case: AnyRow, authority: Contact) -> Contact:
    """Return the grant technical officer to call, as ``officer_of`` where the authority is known.

    Args:
        authority: The case's authority, whose telephone is the officer's.
    """
    who = one(conn, _WHO_SPECIFIED, case_id=case.id)
    chosen = reference_row(conn, _OFFICER, email=who.actor) if who else None
    if chosen is None:
        serving = (
            row
            for row in reference_rows(conn, _TECHNICAL_OFFICERS)
            if not row.authorities or case.authority in row.authorities
        )
        chosen = next(serving, None)
    if chosen is None:
        return authority
    return Contact(name=chosen.name, email=chosen.email, phone=authority.phone)


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
        row = reference_row(conn, _PROVIDER, code=case.landlord)
        if row is not None:
            return Contact(name=row.name, email=row.email, address=row.address)
    if case.tenure == "council_tenant":
        return authority_of(conn, case=case)
    return Contact(name=case.landlord or "The landlord")


def contractor_of(conn: Connection, *, code: str) -> Contact:
    """Return a contractor."""
    row = reference_rows(conn, _CONTRACTOR, code=code)[0]
    return Contact(name=row.name, email=row.email, phone=row.phone)


def works_title(case: AnyRow) -> str:
    """Return the works in a few words."""
    return str(case.work_type).replace("_", " ")
