"""Whether the applicant was told before the approval that the contractor may be paid (s.39(1))."""

from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, literal_column, or_, select
from sqlalchemy.engine import Connection

from models.approved import approved_on
from models.asked import one
from models.base import AnyRow
from models.case_queries import approval_of
from models.tables.cases import Case
from models.tables.record import Decision, Outbox, ReturnedMail
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts
from rules.errors import InvalidDecisionError, StatuteError
from rules.people import OFFICERS, Role
from services.cases.effect import Context, Effect, applies


class ToldHow(StrEnum):
    """How the applicant was told."""

    LETTER = "letter"
    VISIT = "visit"
    TELEPHONE = "telephone"
    FORM = "application_form"


@decided(
    "tell-direct-payment",
    at=None,
    by=OFFICERS | {Role.ASSESSOR, Role.APPROVING_OFFICER, Role.MANAGER},
    any_time=True,
)
class TellDirectPayment(BaseDecision):
    """The applicant was told that the grant may be paid to the contractor directly (s.39(1))."""

    told_on: date = particular(
        "The applicant was told on this day, before the approval.",
        label="The applicant was told on",
    )
    how: ToldHow = particular(
        "How they were told.", choices={one.value: one for one in ToldHow}, label="How"
    )
    shown_by: str = particular(
        "What shows it, such as doc:3; asked where the grant is approved already.",
        default="",
        evidence=True,
        label="What shows it",
        hint="Asked where the grant is approved already: the letter, the form, the note of then.",
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say when they were told, and how."""
        day = facts.day("told_on")
        return f"The applicant was told on {day} of direct payment ({facts.words('how')}), s.39(1)."


SAID: Final = (
    select(Decision.facts["told_on"].as_string().label("told_on"))
    .where(
        Decision.case_id == bindparam("case_id"),
        Decision.kind == literal_column("'tell-direct-payment'"),
    )
    .order_by(Decision.id.desc())
    .limit(1)
)
_LETTERS: Final = and_(
    Outbox.case_id == Case.id,
    Outbox.status != "dead",
    Outbox.key.like(Case.reference + ":certificate_request_to_applicant:%"),
)
_ARRIVED: Final = and_(
    _LETTERS,
    ~exists()
    .where(ReturnedMail.outbox_id == Outbox.id, ReturnedMail.settled_at.is_(None))
    .correlate(Outbox),
)
_RECORDED: Final = (
    exists()
    .where(Decision.case_id == Case.id, Decision.kind == TellDirectPayment.kind)
    .correlate(Case)
)
TOLD: Final[ColumnElement[bool]] = or_(exists().where(_ARRIVED).correlate(Case), _RECORDED)
"""Whether a case's applicant was told, by a letter of ours or as an officer recorded."""

WRITTEN_TO: Final[ColumnElement[bool]] = or_(exists().where(_LETTERS).correlate(Case), _RECORDED)
"""The same, were it by a letter that came back, perhaps after a payment rested on it."""

FIRST_LETTER: Final = (
    select(func.min(Outbox.created_at).label("at"))
    .join(Case, _ARRIVED)
    .where(Case.id == bindparam("case_id"))
)


def told_of_direct_payment(conn: Connection, *, case: AnyRow) -> date | None:
    """Return when the applicant was told that the contractor may be paid directly, or None.

    The request for the applicant's certificate says so; one that left after the approval is none,
    nor is one that came back and was not settled.
    """
    said, letter = one(conn, SAID, case_id=case.id), one(conn, FIRST_LETTER, case_id=case.id)
    if said is not None:
        return date.fromisoformat(said.told_on)
    told = london_date(letter.at) if letter and letter.at else None
    decided_on = _approved_on(conn, case_id=case.id)
    return None if told and decided_on and told > decided_on else told


def _approved_on(conn: Connection, *, case_id: int) -> date | None:
    approval = approval_of(conn, case_id=case_id)
    if approval is None or approval.outcome != "approved":
        return None
    return approved_on(conn, case_id=case_id)


@applies(TellDirectPayment)
def tell_direct_payment(context: Context, decision: TellDirectPayment) -> Effect:
    """Record it; once the grant is approved, with what shows that it was before."""
    day, decided_on = decision.told_on, _approved_on(context.conn, case_id=context.case.id)
    if day > context.today:
        raise InvalidDecisionError(
            f"{in_words(day)} is still to come.", next_step="Give the day on which they were told."
        )
    if decided_on is None:
        return Effect(to=None)
    if day > decided_on:
        raise StatuteError(
            f"The grant was approved on {in_words(decided_on)}, before {in_words(day)}.",
            why="The contractor is paid directly only where the applicant was told so before.",
            section="s.39(1)",
            next_step="Pay the applicant instead: "
            f"`handrail decide {context.case.reference} pay-applicant`.",
        )
    if not decision.shown_by.strip():
        raise InvalidDecisionError(
            f"The grant was approved on {in_words(decided_on)}: say what shows that the applicant "
            "was told before.",
            why="What is recorded afterwards has to be found on the file (s.39(1)).",
            next_step="Name the letter, the form or the note of then: --shown-by doc:3.",
        )
    return Effect(to=None, facts={"after_approval": True})
