"""Handing over all the open cases of somebody who leaves: all of them, or none."""

from datetime import datetime

from sqlalchemy.engine import Connection

from models.people import acting, staff
from models.spelling import as_recorded
from models.tables.reference import Officer
from rules.clocks.dates import london_date
from rules.errors import (
    DatabaseBusyError,
    HandrailError,
    InvalidDecisionError,
    UnknownReferenceError,
)
from rules.people import Role
from rules.sentences import several
from services.cases.officers import AssignAssessor, AssignOfficer
from services.cases.whose import of_leaver
from services.decisions.record import Receipt, record_decision


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
    assessor = staff(conn)[leaver].role is Role.ASSESSOR
    decision = AssignAssessor(to) if assessor else AssignOfficer(to)
    receipts, problems = [], []
    for reference in conn.execute(of_leaver(leaver, assessor=assessor)).scalars().all():
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
        raise InvalidDecisionError(
            f"{several(len(problems), 'case')} of {leaver} cannot be handed to {to}.",
            why=" ".join(dict.fromkeys(problems)),
            next_step="Nothing was handed over.",
        )
    return receipts
