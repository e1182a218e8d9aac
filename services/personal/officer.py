"""What is held on an officer, as for one who has left and asks."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.engine import Connection

from models.audit import note_service
from models.base import rows_by
from models.people import actor_for
from models.tables.cases import Case
from models.tables.files import Looked
from models.tables.people import DeskSession, SignIn
from models.tables.record import Audit, Decision
from models.tables.reference import Absence, Officer
from rules.decisions.particulars import check_reason
from rules.people import Actor, check_may_erase

_OFFICER: Final = rows_by(Officer, "email")
_WHO: Final[Any] = bindparam("email")
_ABSENCES: Final = (
    select(Absence.first_day, Absence.last_day, Absence.reason, Absence.withdrawn)
    .where(Absence.officer == _WHO)
    .order_by(Absence.id)
)
_SIGN_IN: Final = select(SignIn.set_at, (SignIn.totp_secret != "").label("authenticator")).where(
    SignIn.email == _WHO
)
_SESSIONS: Final = (
    select(DeskSession.begun_at, DeskSession.seen_at, DeskSession.ended_at)
    .where(DeskSession.officer == _WHO)
    .order_by(DeskSession.id)
)
_CASES: Final = (
    select(Case.reference)
    .where(or_(Case.officer == _WHO, Case.assessor == _WHO))
    .order_by(Case.reference)
)
_DECISIONS: Final = (
    select(Case.reference, Decision.kind, Decision.decided_at)
    .join(Case, Case.id == Decision.case_id)
    .where(Decision.actor == _WHO)
    .order_by(Decision.id)
)
_LOOKS: Final = (
    select(Case.reference, Looked.day)
    .join(Case, Case.id == Looked.case_id)
    .where(Looked.officer == _WHO)
    .order_by(Looked.first_at, Case.reference)
)
_ON_RECORD: Final = select(func.count()).select_from(Audit).where(Audit.actor == _WHO)


def held_on_officer(
    conn: Connection, *, email: str, by: Actor, reason: str, now: datetime
) -> dict[str, Any]:
    """Return what is held on an officer, of no client anything but the reference.

    Whoever asks for somebody else's is on record in the service's chain; an officer's own needs
    nobody's leave.

    Raises:
        HandrailError: The person or the reason does not allow it, or there is no such officer.
    """
    found = actor_for(conn, identity=email)
    if found.identity != by.identity:
        mine = min(by.authorities, default="")
        check_may_erase(actor=by, what="what is held on an officer", authority=mine)
    check_reason(reason, what="Giving out what is held on an officer")
    values = {"email": found.identity}
    note_service(
        conn,
        now=now,
        actor=by.identity,
        action="personal data: given out",
        reason=reason,
        detail={"officer": found.identity},
    )

    def asked(question: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
        return [dict(row._mapping) for row in conn.execute(question, values)]

    return {
        "made_at": now,
        "officer": asked(_OFFICER),
        "absences": asked(_ABSENCES),
        "signing_in": asked(_SIGN_IN),
        "signed_in": asked(_SESSIONS),
        "cases_theirs": [row["reference"] for row in asked(_CASES)],
        "decisions": asked(_DECISIONS),
        "cases_looked_at": asked(_LOOKS),
        "rows_on_record": conn.execute(_ON_RECORD, values).scalar_one(),
        "not_given": "The password and the secret of the authenticator app are kept so that "
        "nobody can read them. What they recorded stays, as the record of the cases.",
    }
