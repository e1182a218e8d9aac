"""What is held on an officer, as for one who has left and asks."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, func, or_, select

from models.audit import note_service
from models.base import rows_by
from models.people import actor_for
from models.tables.cases import Case
from models.tables.files import Looked
from models.tables.people import CouncilAccount, DeskSession, Invitation, SignIn
from models.tables.record import Audit, Decision, Outbox, ReturnedMail
from models.tables.reference import Absence, Officer, OwnLetter
from rules.decisions.particulars import check_reason
from rules.people import Actor, check_may_erase

_OFFICER: Final = rows_by(Officer, "email")
_WHO: Final[Any] = bindparam("email")
_ABSENCES: Final = (
    select(Absence.first_day, Absence.last_day, Absence.reason, Absence.withdrawn)
    .where(Absence.officer == _WHO)
    .order_by(Absence.id)
)
_SIGN_IN: Final = select(
    SignIn.set_at,
    (SignIn.totp_secret != "").label("authenticator"),
    (SignIn.recovery_codes != "").label("codes_for_a_lost_telephone"),
).where(SignIn.email == _WHO)
_ACCOUNT: Final = select(
    CouncilAccount.issuer, CouncilAccount.subject, CouncilAccount.known_since
).where(CouncilAccount.email == _WHO)
_SESSIONS: Final = (
    select(DeskSession.begun_at, DeskSession.seen_at, DeskSession.ended_at)
    .add_columns(DeskSession.ended_because, DeskSession.came_by, DeskSession.role)
    .add_columns(DeskSession.address, DeskSession.agent)
    .where(DeskSession.officer == _WHO)
    .order_by(DeskSession.id)
)
_LINKS: Final = (
    select(Invitation.purpose, Invitation.made_by, Invitation.made_at)
    .add_columns(Invitation.expires_at, Invitation.used_at)
    .where(Invitation.officer == _WHO)
    .order_by(Invitation.id)
)
_LETTERS: Final = (
    select(OwnLetter.authority, OwnLetter.version, OwnLetter.made_at)
    .where(OwnLetter.made_by == _WHO)
    .order_by(OwnLetter.id)
)
_RETURNED: Final = (
    select(Case.reference, ReturnedMail.reported_at, ReturnedMail.settled_at)
    .join(Outbox, Outbox.id == ReturnedMail.outbox_id)
    .join(Case, Case.id == Outbox.case_id)
    .where(or_(ReturnedMail.reported_by == _WHO, ReturnedMail.settled_by == _WHO))
    .order_by(ReturnedMail.id)
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
        "council_account": asked(_ACCOUNT),
        "signed_in": asked(_SESSIONS),
        "links_to_sign_in": asked(_LINKS),
        "cases_theirs": [row["reference"] for row in asked(_CASES)],
        "decisions": asked(_DECISIONS),
        "cases_looked_at": asked(_LOOKS),
        "letters_worded": asked(_LETTERS),
        "messages_that_did_not_arrive": asked(_RETURNED),
        "rows_on_record": conn.execute(_ON_RECORD, values).scalar_one(),
        "not_given": "The password, the authenticator app’s secret and codes, and a form that came "
        "too late are kept so that nobody can read them. What they recorded stays, as the record "
        "of the cases.",
    }
