"""A landlord that was asked and has not answered: reminded by schedule, then put to an officer.

Nothing follows from silence by itself. The day after the one asked for, the step is the officer's,
and the evidence is put on file.
"""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection

from adapters import clock
from models.audit import AUTOMATIC
from models.base import AnyRow
from models.case_queries import consent_of
from models.contacts import landlord_of
from models.tables.cases import Case
from models.tables.consents import ConsentTerms
from models.tables.works import Consent
from rules.clocks.dates import london_date
from rules.consents.chasing import Terms, next_chase
from rules.pathway import CaseStatus, StepName, StepStatus
from services.cases.in_hand import CaseInHand
from services.cases.messages import tell
from services.cases.unit import in_hand
from services.consents.page_link import page_for
from services.consents.tenancy import law_for
from services.session import reading

SILENT: Final = "officer decides on the landlord’s silence: what it means is on the case"
_DUE: Final = (
    select(Case.reference)
    .join(Consent, Consent.case_id == Case.id)
    .where(Consent.chase_on <= bindparam("today"), Case.status == CaseStatus.OPEN)
    .order_by(Case.reference)
)
_TERMS: Final = (
    select(ConsentTerms.first_reminder, ConsentTerms.second_reminder, ConsentTerms.renew_days)
    .where(
        ConsentTerms.authority.in_((bindparam("authority"), "")),
        ConsentTerms.valid_from <= bindparam("on"),
    )
    .order_by(ConsentTerms.authority.desc(), ConsentTerms.valid_from.desc())
    .limit(1)
)
CHANGE: Final = update(Consent).where(Consent.id == bindparam("row_id"))


def terms_on(conn: Connection, *, authority: str, on: date) -> Terms:
    """Return when landlords are reminded and consents renewed, as an authority has it on a day."""
    row = conn.execute(_TERMS, {"authority": authority, "on": on}).one_or_none()
    return Terms(*row) if row is not None else Terms()


def first_chase(case: CaseInHand, *, asked_on: date, reply_by: date, chased: int = 0) -> date:
    """Return the day on which a landlord is reminded next, or its silence is put to an officer."""
    return next_chase(
        terms=terms_on(case.conn, authority=case.row.authority, on=asked_on),
        asked_on=asked_on,
        reply_by=reply_by,
        chased=chased,
        add=case.calendar.add,
    )


def landlords_to_chase() -> tuple[str, ...]:
    """Return the cases whose landlord is to be reminded, or was silent, by reference."""
    with reading() as conn:
        return tuple(conn.execute(_DUE, {"today": london_date(clock.now())}).scalars())


def chase_landlord(case_ref: str) -> bool:
    """Remind the landlord of a case, or put its silence to the officer.

    Returns:
        Whether it was silent, so that the evidence is to be put on file.
    """
    with in_hand(case_ref) as case:
        asked = consent_of(case.conn, case_id=case.id)
        today = london_date(case.now)
        if asked is None or asked.chase_on is None or asked.chase_on > today:
            return False
        if asked.basis != "requested" or case.step_status(StepName.CONSENT) != StepStatus.WAITING:
            case.conn.execute(CHANGE, {"row_id": asked.id, "chase_on": None})
            return False
        if today > asked.reply_by:
            return _put_to_officer(case, asked)
        _remind(case, asked)
    return False


def _put_to_officer(case: CaseInHand, asked: AnyRow) -> bool:
    case.conn.execute(CHANGE, {"row_id": asked.id, "chase_on": None})
    case.move(StepName.CONSENT, StepStatus.WAITING, owner="technical officer", waiting_for=SILENT)
    law = law_for(case.row)
    case.note(
        actor=AUTOMATIC,
        action="consent: no answer",
        reason=f"the landlord was asked to answer by {asked.reply_by}; {law.name}: {law.statute}",
    )
    return True


def _remind(case: CaseInHand, asked: AnyRow) -> None:
    chased = (asked.chased or 0) + 1
    tell(
        case,
        kind="consent_reminder_to_landlord",
        once_for=f"{asked.step_revision}:{chased}",
        to=landlord_of(case.conn, case=case.row),
        context={"reply_by": asked.reply_by, "asked_on": asked.asked_on, "page": page_for(case)},
    )
    days = {"asked_on": asked.asked_on, "reply_by": asked.reply_by}
    on = first_chase(case, **days, chased=chased)
    case.conn.execute(CHANGE, {"row_id": asked.id, "chase_on": on, "chased": chased})
    case.request_advance()  # which sends it
