"""Handing cases over: those of somebody who leaves, or those that were chosen; all or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from models.people import acting, name_of, staff
from models.spelling import as_recorded
from models.tables.cases import Case
from models.tables.reference import Officer
from rules.clocks.dates import london_date
from rules.errors import (
    DatabaseBusyError,
    HandrailError,
    InvalidDecisionError,
    UnknownReferenceError,
)
from rules.officers import serves_on
from rules.people import Actor, Role, may_see
from rules.sentences import several
from services.cases.officers import AssignAssessor, AssignOfficer
from services.cases.visible import nothing_here
from services.cases.whose import of_leaver
from services.decisions.record import Receipt, record_decision

MOST: Final = 100
"""Cases that are handed over at once at most."""

_HAVE: Final = frozenset({Role.TECHNICAL_OFFICER, Role.ASSESSOR})
_CHOSEN: Final = (
    select(
        Case.reference, Case.client_name, Case.postcode, Case.authority, Case.officer, Case.assessor
    )
    .where(Case.reference.in_(bindparam("references", expanding=True)))
    .order_by(Case.reference)
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One case that is to be handed over.

    Args:
        officer: The address of its officer, or an empty string; the assessor's likewise.
    """

    reference: str
    client: str
    postcode: str
    authority: str
    officer: str
    officer_name: str
    assessor: str
    assessor_name: str

    def held_by(self, role: Role) -> str:
        """Return the name of whoever of a role has it, or an empty string."""
        return self.assessor_name if role is Role.ASSESSOR else self.officer_name


def hand_over(
    conn: Connection, *, leaver: str, to: str, by: str, reason: str, now: datetime
) -> list[Receipt]:
    """Hand every open case of an officer, or an assessor, to another; each has its own decision.

    Args:
        leaver: Whose cases, by address; also of somebody who has left already.
        to: Who has them from now on.
        by: A manager's or an administrator's address.

    Raises:
        HandrailError: Somebody is not known or may not; or cases cannot go to them, every one of
            which is named. Nothing is handed over.
    """
    acting(conn, identity=by, on=london_date(now))
    leaver = as_recorded(conn, Officer.email, leaver)
    if leaver not in staff(conn):
        raise UnknownReferenceError(
            f"Nobody is known as “{leaver}”.", next_step="Give the address of an officer."
        )
    decision, references = _given(staff(conn)[leaver].role, to), _open_cases(conn, leaver)
    return _assign(conn, references, decision, f" of {leaver}", by=by, reason=reason, now=now)


def hand_over_chosen(
    conn: Connection, *, references: Sequence[str], to: str, by: str, reason: str, now: datetime
) -> list[Receipt]:
    """Hand chosen cases to an officer or, by their role, an assessor; each has its own decision.

    Raises:
        HandrailError: As ``hand_over``.
    """
    person = staff(conn).get(as_recorded(conn, Officer.email, to))
    decision = _given(person.role if person else None, to)
    return _assign(conn, references, decision, "", by=by, reason=reason, now=now)


def _open_cases(conn: Connection, holder: str) -> Sequence[str]:
    assessor = staff(conn)[holder].role is Role.ASSESSOR
    return conn.execute(of_leaver(holder, assessor=assessor)).scalars().all()


def cases_of(conn: Connection, *, holder: str, viewer: Actor) -> list[str]:
    """Return the references of the first open cases of somebody that the viewer may see."""
    theirs = _open_cases(conn, holder) if holder in staff(conn) else ()
    rows = conn.execute(_CHOSEN, {"references": theirs}).all() if theirs else []
    return [row.reference for row in rows if may_see(viewer, authority=row.authority)][:MOST]


def _given(role: Role | None, to: str) -> AssignOfficer | AssignAssessor:
    return AssignAssessor(to) if role is Role.ASSESSOR else AssignOfficer(to)


def _assign(
    conn: Connection,
    references: Iterable[str],
    decision: AssignOfficer | AssignAssessor,
    whose: str,
    *,
    by: str,
    reason: str,
    now: datetime,
) -> list[Receipt]:
    receipts, problems = [], []
    for reference in references:
        try:
            receipts.append(
                record_decision(
                    conn, reference=reference, decision=decision, by=by, reason=reason, now=now
                )
            )
        except DatabaseBusyError:
            raise
        except HandrailError as error:
            problems.append(error.text())
    if problems:
        to = decision.officer if isinstance(decision, AssignOfficer) else decision.assessor
        raise InvalidDecisionError(
            f"{several(len(problems), 'case')}{whose} cannot be handed to {to}.",
            why=" ".join(dict.fromkeys(problems)),
            next_step="Nothing was handed over.",
        )
    return receipts


def chosen_cases(conn: Connection, *, references: Sequence[str], viewer: Actor) -> list[Chosen]:
    """Return the cases of these references, in their order, as somebody may see them.

    Raises:
        InvalidDecisionError: None was chosen, or more than can be handed over at once.
        UnknownReferenceError: One is not among those they may see.
    """
    wanted = sorted(set(references))
    if not wanted or len(wanted) > MOST:
        raise InvalidDecisionError(
            f"Choose at least one case, and at most {MOST}.",
            next_step="Choose cases on the list of work, by the boxes beside them.",
        )
    rows = [
        row
        for row in conn.execute(_CHOSEN, {"references": wanted})
        if may_see(viewer, authority=row.authority)
    ]
    if len(rows) < len(wanted):
        raise nothing_here("case")
    return [
        Chosen(
            reference=row.reference,
            client=row.client_name,
            postcode=row.postcode,
            authority=row.authority,
            officer=row.officer or "",
            officer_name=name_of(conn, row.officer),
            assessor=row.assessor or "",
            assessor_name=name_of(conn, row.assessor),
        )
        for row in rows
    ]


def who_may_have(
    conn: Connection, *, authorities: Iterable[str], viewer: Actor, now: datetime
) -> list[Actor]:
    """Return who may be given cases of these authorities by somebody; an officer only themselves.

    What each case says to it is found when it is handed over.
    """
    wanted, on = frozenset(authorities), london_date(now)
    roles = _HAVE & {viewer.role} or _HAVE
    return [
        one
        for one in staff(conn).values()
        if one.role in roles
        and serves_on(one, on)
        and (not one.authorities or wanted <= one.authorities)
        and (viewer.role is not Role.TECHNICAL_OFFICER or one.identity == viewer.identity)
    ]
