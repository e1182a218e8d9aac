"""Who is acting: an officer by e-mail address, or a contractor by code."""

from datetime import date
from typing import Final

from sqlalchemy import Connection, bindparam, select

from models.asked import lasting, reference_row, reference_rows, rows
from models.base import AnyRow, can_be_stored, rows_by
from models.spelling import as_recorded
from models.tables.contractors import Contractor
from models.tables.record import Decision
from models.tables.reference import Absence as AbsenceRow
from models.tables.reference import Authority, Officer
from rules.errors import UnknownReferenceError
from rules.officers import Absence, answering
from rules.people import Actor, Role, check_serves

_OFFICER: Final = rows_by(Officer, "email")
_STAFF: Final = rows_by(Officer).order_by(Officer.email)
_ABSENCES: Final = (
    select(AbsenceRow.id, AbsenceRow.officer, AbsenceRow.covered_by)
    .add_columns(AbsenceRow.first_day, AbsenceRow.last_day)
    .where(AbsenceRow.withdrawn.is_(False))
    .order_by(AbsenceRow.first_day, AbsenceRow.id)
)
_AUTHORITIES: Final = select(Authority.code)
_FIRM: Final = select(Contractor.code, Contractor.name).where(Contractor.code == bindparam("code"))
_WHO_DECIDED: Final = (
    select(Decision.actor, Decision.kind)
    .where(
        Decision.case_id == bindparam("case_id"),
        Decision.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(Decision.id)
)


def actor_for(conn: Connection, *, identity: str) -> Actor:
    """Return the person behind an e-mail address or a contractor's code, however it is typed.

    Raises:
        UnknownReferenceError: Nobody is known by it, or more than one.
    """
    if not can_be_stored(identity):
        raise _unknown(identity)
    officer = reference_row(conn, _OFFICER, email=as_recorded(conn, Officer.email, identity))
    if officer:
        return _actor(conn, officer)
    firm = reference_row(conn, _FIRM, code=as_recorded(conn, Contractor.code, identity))
    if firm:
        return Actor(identity=firm.code, name=firm.name, role=Role.CONTRACTOR)
    raise _unknown(identity)


def _actor(conn: Connection, officer: AnyRow) -> Actor:
    return Actor(
        identity=officer.email,
        name=officer.name,
        role=Role(officer.role),
        authorities=_served(conn, frozenset(officer.authorities)),
        approval_limit_pence=officer.approval_limit_pence,
        last_day=officer.last_day,
    )


def staff(conn: Connection) -> dict[str, Actor]:
    """Return every officer by address, those who have left included, in the order of addresses."""
    rows_held = reference_rows(conn, _STAFF)
    return lasting(conn, "staff", lambda: {row.email: _actor(conn, row) for row in rows_held})


def absences(conn: Connection) -> tuple[Absence, ...]:
    """Return every absence that stands, the earliest first."""
    return tuple(Absence(*row) for row in reference_rows(conn, _ABSENCES))


def answers_for(conn: Connection, identity: str | None, *, on: date) -> str:
    """Return the address of who answers on a day for what is an officer's, or an empty string."""
    return answering(identity or "", staff=staff(conn), absences=absences(conn), on=on)


def name_of(conn: Connection, identity: str | None) -> str:
    """Return an officer's name, or a firm's by its code.

    Returns:
        What was given where nobody is known by it, and nothing for nobody.
    """
    if not identity:
        return ""
    known = staff(conn).get(identity) or reference_row(conn, _FIRM, code=identity)
    return str(known.name) if known else identity


def _served(conn: Connection, named: frozenset[str]) -> frozenset[str]:
    """Return the authorities somebody serves; none where they are all that there are."""
    every = {row.code for row in reference_rows(conn, _AUTHORITIES)} if named else frozenset()
    return frozenset() if named >= every else named


def acting(conn: Connection, *, identity: str, on: date) -> Actor:
    """Return the person who does something on a day, if they serve on it.

    Raises:
        UnknownReferenceError: Nobody is known by it.
        NotPermittedError: They have left.
    """
    actor = actor_for(conn, identity=identity)
    check_serves(actor=actor, on=on)
    return actor


def _unknown(identity: str) -> UnknownReferenceError:
    return UnknownReferenceError(
        f"Nobody is known as “{identity}”.",
        next_step="Give an officer's e-mail address or a contractor's code, as imported.",
    )


def who_decided(conn: Connection, *, case_id: int, kinds: tuple[str, ...]) -> dict[str, str]:
    """Return who recorded decisions of some kinds on a case: identity to the newest kind."""
    return {row.actor: row.kind for row in rows(conn, _WHO_DECIDED, case_id=case_id, kinds=kinds)}
