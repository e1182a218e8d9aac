"""Whether a request reached its landlord: while it has not, the landlord's clock does not run."""

from typing import Final

from sqlalchemy import String, and_, cast, exists, or_, select

from models.audit import AUTOMATIC
from models.case_queries import consent_of
from models.tables.cases import Case
from models.tables.record import Outbox, ReturnedMail
from models.tables.works import Consent
from rules.clocks.dates import london_date
from rules.pathway import CaseStatus, StepName, StepStatus
from services.cases.in_hand import CaseInHand
from services.cases.messages import working_days_on
from services.cases.unit import in_hand
from services.consents.chasing import CHANGE, first_chase
from services.session import reading

NOT_ARRIVED: Final = "the request did not reach the landlord: send it again to another address"
_KEY: Final = Case.reference + ":consent_request_to_landlord:" + cast(Consent.step_revision, String)
_REQUEST: Final = and_(
    Outbox.case_id == Consent.case_id,
    or_(Outbox.key == _KEY, Outbox.key.startswith(_KEY + ":again")),
)
_OPEN: Final = exists().where(
    _REQUEST,
    or_(
        and_(Outbox.status == "dead", ~exists().where(ReturnedMail.outbox_id == Outbox.id)),
        exists().where(ReturnedMail.outbox_id == Outbox.id, ReturnedMail.settled_at.is_(None)),
    ),
)
"""A message with the request that did not arrive, which nobody has settled."""

_ASKED: Final = (
    select(Case.reference, Consent.undelivered_on)
    .join(Consent, Consent.case_id == Case.id)
    .where(
        Case.status == CaseStatus.OPEN,
        Consent.basis == "requested",
        Consent.reply_by.is_not(None),
        Consent.sent_on.is_not(None),
        or_(
            and_(Consent.undelivered_on.is_(None), _OPEN),
            and_(Consent.undelivered_on.is_not(None), ~_OPEN),
        ),
    )
    .order_by(Case.reference)
)


def requests_to_follow() -> tuple[str, ...]:
    """Return the cases whose request came back, or went out again, since the clock was set."""
    with reading() as conn:
        return tuple(row.reference for row in conn.execute(_ASKED))


def follow_request(case_ref: str) -> None:
    """Stop the landlord's clock where its request came back; start it again once it goes out."""
    with in_hand(case_ref) as case:
        asked = consent_of(case.conn, case_id=case.id)
        found = case.conn.execute(_ASKED.where(Case.id == case.id)).first()
        waits = case.step_status(StepName.CONSENT) is StepStatus.WAITING
        if found is None or asked is None or not waits:
            return
        if asked.undelivered_on is None:
            _came_back(case, row_id=asked.id)
        else:
            _sent_again(case, row_id=asked.id, days=asked.reply_days or 0)


def _came_back(case: CaseInHand, *, row_id: int) -> None:
    today = london_date(case.now)
    case.conn.execute(CHANGE, {"row_id": row_id, "undelivered_on": today, "chase_on": None})
    case.stop_clock("answer_consent", why="the request did not arrive")
    case.move(
        StepName.CONSENT, StepStatus.WAITING, owner="technical officer", waiting_for=NOT_ARRIVED
    )
    case.note(actor=AUTOMATIC, action="consent: the request came back", reason=NOT_ARRIVED)


def _sent_again(case: CaseInHand, *, row_id: int, days: int) -> None:
    """Give the landlord its whole time from the day on which the request left again."""
    today = london_date(case.now)
    reply_by = working_days_on(case, days or case.days("answer_consent"))
    case.conn.execute(
        CHANGE,
        {
            "row_id": row_id,
            "undelivered_on": None,
            "reply_by": reply_by,
            "chase_on": first_chase(case, asked_on=today, reply_by=reply_by),
        },
    )
    case.start_clock("answer_consent", due_on=reply_by)
    case.date_step(StepName.CONSENT, until=reply_by, why="the landlord has until then to answer")
    case.move(
        StepName.CONSENT, StepStatus.WAITING, owner="landlord", waiting_for="the landlord answers"
    )
    case.note(
        actor=AUTOMATIC,
        action="consent: the request was sent again",
        reason=f"the landlord has until {reply_by} to answer",
    )
