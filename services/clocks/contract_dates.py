"""The contract clocks that a case at its present steps ought to have, from what is on record."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Date, Select, and_, cast, exists, func, literal, null, or_, select
from sqlalchemy.engine import Connection

from models.tables.cases import CaseStep
from models.tables.competition import Competition
from models.tables.prices import Award, Offer
from models.tables.record import Decision
from models.tables.works import Consent, Inspection, Invoice, WorkOrder
from rules.clocks.dates import london_date
from rules.pathway import StepName, StepStatus


@dataclass(frozen=True, slots=True)
class ContractClock:
    """A contract clock that ought to run.

    Args:
        name: A key of ``CLOCKS``.
        step_revision: The opening of its step.
        opened_on: Day 0.
        promised_on: The date that was given, or None where its target counts.
        subject: Which of several of its name.
    """

    name: str
    case_id: int
    step_revision: int
    opened_on: date
    promised_on: date | None
    subject: str


def _at(step: StepName, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return the question for a clock of an open step: since when, to which date, of what."""
    query = select(CaseStep.case_id, CaseStep.revision, *columns)
    return query.where(CaseStep.step == step, CaseStep.current, CaseStep.closed_at.is_(None))


_NO_DATE: Final = cast(null(), Date)
_NO_SUBJECT: Final = literal("")
_WAITS: Final = CaseStep.status == StepStatus.WAITING
_THE_ORDER: Final = and_(
    WorkOrder.case_id == CaseStep.case_id,
    WorkOrder.status != "cancelled",
    WorkOrder.version
    == select(func.max(WorkOrder.version))
    .where(WorkOrder.case_id == CaseStep.case_id, WorkOrder.status != "cancelled")
    .correlate(CaseStep)
    .scalar_subquery(),
)
_NEWEST_INVOICE: Final = and_(
    Invoice.order_id == WorkOrder.id,
    Invoice.id
    == select(func.max(Invoice.id))
    .where(Invoice.order_id == WorkOrder.id)
    .correlate(WorkOrder)
    .scalar_subquery(),
)
_NEWEST_CONSENT: Final = and_(
    Consent.case_id == CaseStep.case_id,
    Consent.step_revision
    == select(func.max(Consent.step_revision))
    .where(Consent.case_id == CaseStep.case_id)
    .correlate(CaseStep)
    .scalar_subquery(),
)
_SURVEYED: Final = exists().where(Decision.case_id == CaseStep.case_id, Decision.kind == "survey")
_SNAG: Final = (
    select(Inspection.order_id, func.max(Inspection.id).label("newest"))
    .where(Inspection.result == "snag")
    .group_by(Inspection.order_id)
    .subquery()
)


def _questions() -> dict[str, Select[*tuple[Any, ...]]]:
    by_contractor = CaseStep.owner == "contractor"
    quotes = _at(StepName.TENDER, Competition.invited_at, Competition.deadline, Award.version)
    asked = _at(StepName.CONSENT, Consent.asked_on, CaseStep.due_on, _NO_SUBJECT)
    to_pay = _at(StepName.PAY, Invoice.dated, _NO_DATE, Invoice.number)
    snags = _at(StepName.SIGN_OFF, Inspection.inspected_on, _NO_DATE, Inspection.id)
    survey = _at(StepName.AFTERCARE, CaseStep.opened_at, _NO_DATE, _NO_SUBJECT)
    lapsing = _at(StepName.APPROVE, CaseStep.opened_at, Consent.valid_to, _NO_SUBJECT)
    to_bill = _at(
        StepName.PAY, CaseStep.opened_at, _NO_DATE, func.coalesce(Invoice.number, _NO_SUBJECT)
    )
    order = {
        "start_works": (StepName.WORKS, WorkOrder.raised_at, WorkOrder.start_by),
        "finish_works": (StepName.WORKS, WorkOrder.raised_at, WorkOrder.complete_by),
        "defects_period": (StepName.AFTERCARE, CaseStep.opened_at, WorkOrder.defects_until),
    }
    ordered = {
        name: _at(step, opened, until, _NO_SUBJECT).join(WorkOrder, _THE_ORDER)
        for name, (step, opened, until) in order.items()
    }
    return ordered | {
        "start_works": ordered["start_works"].where(WorkOrder.started_on.is_(None)),
        "return_quote": quotes.join(Award, Award.case_id == CaseStep.case_id)
        .join(Competition, Competition.award_id == Award.id)
        .where(_WAITS, by_contractor, Competition.status == "open"),
        "answer_consent": asked.join(
            Consent,
            and_(Consent.case_id == CaseStep.case_id, Consent.step_revision == CaseStep.revision),
        ).where(Consent.basis == "requested", CaseStep.due_on.is_not(None)),
        "return_certificates": _at(
            StepName.CERTIFICATES, CaseStep.opened_at, _NO_DATE, _NO_SUBJECT
        ).where(_WAITS),
        "answer_offer": _at(StepName.ASSIGN, Offer.offered_at, Offer.expires_on, Offer.id)
        .join(Offer, Offer.case_id == CaseStep.case_id)
        .where(Offer.status == "offered"),
        "clear_snags": snags.join(WorkOrder, _THE_ORDER)
        .join(_SNAG, _SNAG.c.order_id == WorkOrder.id)
        .join(Inspection, Inspection.id == _SNAG.c.newest)
        .where(_WAITS, by_contractor),
        "send_invoice": to_bill.join(WorkOrder, _THE_ORDER)
        .outerjoin(Invoice, _NEWEST_INVOICE)
        .where(_WAITS, by_contractor, or_(Invoice.id.is_(None), Invoice.status == "queried")),
        "pay_invoice": to_pay.join(WorkOrder, _THE_ORDER)
        .join(Invoice, _NEWEST_INVOICE)
        .where(Invoice.status.in_(("received", "matched"))),
        "answer_survey": survey.where(_WAITS, ~_SURVEYED),
        "consent_lapses": lapsing.join(Consent, _NEWEST_CONSENT).where(
            Consent.valid_to.is_not(None), CaseStep.outcome == ""
        ),
    }


_QUESTIONS: Final = _questions()


def contract_clocks(conn: Connection, *, case_ids: Collection[int]) -> Iterator[ContractClock]:
    """Yield the contract clocks that cases ought to have at the steps that are open.

    Args:
        case_ids: The cases' row ids; nothing is said of others.
    """
    for name, query in _QUESTIONS.items():
        for case_id, revision, opened, until, subject in conn.execute(query):
            if case_id in case_ids:
                yield ContractClock(
                    name, case_id, revision, _day(opened), until and _day(until), str(subject)
                )


def _day(at: date | datetime) -> date:
    return london_date(at) if isinstance(at, datetime) else at
