"""Who to name and whom to write to on a case: authority, officer, client, landlord, contractor."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from models.arrangement_queries import arrangement_of
from models.asked import one, reference_row, reference_rows, rows
from models.base import AnyRow, rows_by
from models.people import answers_for, staff
from models.spelling import as_recorded
from models.tables.contractors import Contractor
from models.tables.files import ContactChange
from models.tables.record import Decision
from models.tables.reference import Authority, OwnLetter, Provider
from rules.documents.own import Logo, OwnLetters, filled
from rules.documents.paper_lines import Contact
from rules.errors import UnknownReferenceError
from rules.officers import serves_on
from rules.people import Role

_AUTHORITY: Final = rows_by(Authority, "code")
NEWEST_LETTERS: Final = rows_by(OwnLetter, "authority").order_by(OwnLetter.version.desc()).limit(1)
"""An authority's own letters as they stand, by ``authority``."""

_PROVIDER: Final = rows_by(Provider, "code")
CONTACTS: Final = rows_by(ContactChange, "case_id").order_by(ContactChange.id)
"""Every change of how somebody is reached for a case, by ``case_id``."""

_CONTRACTOR: Final = rows_by(Contractor, "code")
_WHO_SPECIFIED: Final = (
    select(Decision.actor)
    .where(Decision.case_id == bindparam("case_id"), Decision.kind == "specify")
    .order_by(Decision.id.desc())
    .limit(1)
)


def contractor_called(conn: Connection, *, code: str) -> AnyRow:
    """Return the row of a contractor, whichever way its code is typed.

    Raises:
        UnknownReferenceError: There is no such contractor.
    """
    meant = as_recorded(conn, Contractor.code, code)
    row = next(iter(reference_rows(conn, _CONTRACTOR, code=meant)), None)
    if row is None:
        raise UnknownReferenceError(f"There is no contractor {code}.", next_step="See Contractors.")
    return row


def check_authority(conn: Connection, *, code: str) -> str:
    """Return the code of an authority as it is on record; an empty one stands for all of them.

    Args:
        code: Its code, however it is typed, or an empty string.

    Raises:
        UnknownReferenceError: There is no such authority.
    """
    held = conn.execute(select(Authority.code).order_by(Authority.code)).scalars().all()
    meant = as_recorded(conn, Authority.code, code) if code else ""
    if meant and meant not in held:
        raise UnknownReferenceError(
            f"There is no authority {code}.",
            next_step=f"Use one of: {', '.join(held) or 'none yet'}.",
        )
    return meant


def authority_of(conn: Connection, *, case: AnyRow) -> Contact:
    """Return the case's authority, reached where a host does the work for it: by its agent."""
    held = reference_row(conn, NEWEST_LETTERS, authority=case.authority)
    known = authority_named(conn, code=case.authority)
    team = arrangement_of(conn, case=case)
    if team is not None and team.agent:
        host = authority_named(conn, code=team.agent)
        known = replace(host, name=known.name, agent=host.name)
    return known if held is None else replace(known, own=_own(held, known, case))


def authority_named(conn: Connection, *, code: str) -> Contact:
    """Return an authority, without letters of its own."""
    row = reference_rows(conn, _AUTHORITY, code=code)[0]
    return Contact(name=row.name, email=row.email, address=row.address, phone=row.phone)


def _own(held: AnyRow, authority: Contact, case: AnyRow) -> OwnLetters:
    """Return an authority's own letters with the fields of a case filled."""
    values = {
        "case_reference": case.reference,
        "works_title": works_title(case),
        "authority_name": authority.name,
        "authority_phone": authority.phone,
        "authority_email": authority.email,
    }
    logo = Logo(held.logo_path, held.logo_sha256, held.logo_mime) if held.logo_path else None
    return OwnLetters(logo, filled(held.words, values))


def officer_of(conn: Connection, *, case: AnyRow, on: date) -> Contact:
    """Return the technical officer to call, as ``officer_at``, for a paper of a day."""
    return officer_at(conn, case=case, authority=authority_of(conn, case=case), on=on)


def officer_at(conn: Connection, *, case: AnyRow, authority: Contact, on: date) -> Contact:
    """Return the grant technical officer to call: whoever answers for the case on a day.

    That is its officer, or who stands in for them; where it has none who serves, whoever specified
    it, else the first of the authority.

    Args:
        authority: The case's authority, whose telephone is the officer's.
    """
    known = staff(conn)
    found = answers_for(conn, case.officer, on=on) or _who_specified(conn, case, on=on)
    if not found:
        serving = (
            row
            for row in known.values()
            if row.role is Role.TECHNICAL_OFFICER
            and serves_on(row, on)
            and (not row.authorities or case.authority in row.authorities)
        )
        found = next((row.identity for row in serving), "")
    if not found:
        return authority
    return Contact(name=known[found].name, email=found, phone=authority.phone)


def _who_specified(conn: Connection, case: AnyRow, *, on: date) -> str:
    who = one(conn, _WHO_SPECIFIED, case_id=case.id)
    return answers_for(conn, who.actor, on=on) if who else ""


def client_of(case: AnyRow) -> Contact:
    """Return the client."""
    return Contact(
        name=case.client_name,
        email=case.email,
        address=case.correspondence_address or f"{case.address}\n{case.postcode}",
        phone=case.phone,
    )


def landlord_of(conn: Connection, *, case: AnyRow) -> Contact:
    """Return the landlord: a registered provider, the council itself, or a name on the case.

    How the landlord is reached for this case goes before the provider's own address.
    """
    if case.tenure == "council_tenant":
        return authority_of(conn, case=case)
    row = reference_row(conn, _PROVIDER, code=case.landlord) if case.tenure == "rp_tenant" else None
    known = Contact(name=case.landlord or "The landlord")
    if row is not None:
        known = Contact(name=row.name, email=row.email, address=row.address)
    return reached_by(known, contacts_of(conn, case_id=case.id).get("landlord", {}))


def contacts_of(conn: Connection, *, case_id: int) -> dict[str, dict[str, str]]:
    """Return the contact details of a case as they were last changed: whose, then field to value.

    Those of the client are on the case itself.
    """
    found: dict[str, dict[str, str]] = {}
    for row in rows(conn, CONTACTS, case_id=case_id):
        found.setdefault(row.whose, {})[row.field] = row.after
    return found


def reached_by(known: Contact, held: Mapping[str, str]) -> Contact:
    """Return somebody with the ways to reach them that a case holds; a person asked for is named.

    Args:
        held: Field to value; what is empty or missing stays as it is known.
    """
    named = held.get("name", "")
    ways: dict[str, Any] = {
        way: held[way] for way in ("address", "email", "phone") if held.get(way)
    }
    name = f"{known.name}, {named}" if named and named != known.name else known.name
    return replace(known, name=name, **ways)


def contractor_of(conn: Connection, *, code: str) -> Contact:
    """Return a contractor."""
    row = reference_rows(conn, _CONTRACTOR, code=code)[0]
    return Contact(name=row.name, email=row.email, phone=row.phone)


def works_title(case: AnyRow) -> str:
    """Return the works in a few words."""
    return str(case.work_type).replace("_", " ")
