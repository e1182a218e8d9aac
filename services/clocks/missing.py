"""Clocks that are missing are started: on a database of an earlier version, or put in by hand.

The date on record for an open step was told to people, so it stays: where the target gives that
very date the clock counts its days, and where it does not the date is kept as one that was given.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Select, Text, and_, case, cast, exists, func, not_, or_, select
from sqlalchemy.orm import aliased

from models.base import AnyRow
from models.invoices import CALLED
from models.tables.cases import Case, CaseStep
from models.tables.clocks import Clock
from models.tables.competition import Competition
from models.tables.completion import ClaimDocument, FindingEntry
from models.tables.prices import Award, Offer
from models.tables.record import Decision
from models.tables.works import ORDER_IN_FORCE, Inspection, Invoice, WorkOrder
from rules.clocks.clock_names import PRIORITY, TOTAL
from rules.clocks.dates import london_date
from rules.clocks.pauses import PausedTime
from rules.clocks.targets import Target
from rules.errors import NoBankHolidayDataError
from rules.parties import party_of
from rules.pathway import CaseStatus, StepName, StepStatus
from rules.payments.match import AWAITED_AGAIN
from rules.snags import ANSWERED, PASSES, WITH_CONTRACTOR, SnagState
from services.cases.clocks.calendar import ByAuthority
from services.cases.clocks.case_level import sync_case_clocks
from services.cases.clocks.rows import ClockWrites, clock_row, paused_times, write_step_dates
from services.cases.clocks.terms import ClockTerms, clock_terms, lot_of
from services.clocks.missing_consents import OF_CONSENTS
from services.clocks.missing_payments import start_missing_payments
from services.clocks.missing_refused import OF_REFUSED, REFUSED
from services.clocks.open_steps import NO_DATE, NO_SUBJECT, of_open_step

Questions: TypeAlias = dict[str, Select[*tuple[Any, ...]]]

_LIVE: Final = (CaseStatus.OPEN, CaseStatus.PAID)
_CASES: Final = (
    select(Case.id)
    .where(
        Case.status.in_(_LIVE),
        or_(
            not_(exists().where(Clock.case_id == Case.id, Clock.name == TOTAL)),
            and_(
                not_(exists().where(Clock.case_id == Case.id, Clock.name == PRIORITY)),
                not_(exists().where(WorkOrder.case_id == Case.id, ORDER_IN_FORCE)),
            ),
        ),
    )
    .order_by(Case.id)
)
_OF_STEP: Final = and_(
    Clock.case_id == CaseStep.case_id,
    Clock.step == CaseStep.step,
    Clock.step_revision == CaseStep.revision,
)
_STEPS: Final = (
    select(
        *(CaseStep.case_id, CaseStep.step, CaseStep.revision, CaseStep.owner),
        *(CaseStep.opened_at, CaseStep.due_on, Case.authority, Case.urgent, Case.complexity),
    )
    .join(Case, Case.id == CaseStep.case_id)
    .where(
        Case.status.in_(_LIVE),
        CaseStep.current,
        CaseStep.closed_at.is_(None),
        not_(exists().where(_OF_STEP)),
    )
    .order_by(CaseStep.id)
)
_WHEN_THE_STEP_WAITS: Final = ("answer_consent", "finish_works", "return_quote", "clear_snags")
"""The contract clocks before whose date their step is not due either."""


def start_missing(conn: Connection, *, now: datetime) -> int:
    """Give open cases and open steps that have no clocks the ones they ought to have.

    A clock whose dates lie in years nobody loaded is left out; `handrail verify` names its case.

    Returns:
        How many cases and steps were given clocks.
    """
    cases = list(conn.scalars(_CASES))
    sync_case_clocks(conn, case_ids=cases, now=now, skip_unknown=True)
    steps = conn.execute(_STEPS).all()
    if not steps:
        return len(cases) + start_missing_payments(conn, now=now)
    fresh = [clock for step in _steps_with_clocks(conn, steps) for clock in _clocks(step)]
    ClockWrites(now, fresh=fresh).write(conn)
    write_step_dates(conn, [(step.case_id, step.step, step.revision) for step in steps])
    return len(cases) + len(steps) + start_missing_payments(conn, now=now)


@dataclass(frozen=True, slots=True)
class _Step:
    """An open step without clocks, with what they are reckoned with."""

    row: AnyRow
    contracts: Sequence[dict[str, Any]]
    terms: ClockTerms
    lot: str
    pauses: tuple[PausedTime, ...]

    def target(self, clock: str, on: date) -> Target | None:
        """Return the target of a clock of the step on a date."""
        return self.terms.target(clock, case=self.row, lot=self.lot, on=on)

    def clock(self, name: str, opened_on: date, **given: Any) -> dict[str, Any]:
        """Return the values of a clock of the step."""
        return clock_row(
            case_id=self.row.case_id,
            name=name,
            opened_on=opened_on,
            terms=self.terms,
            target=self.target(name, opened_on),
            step_revision=self.row.revision,
            pauses=self.pauses,
            **given,
        )


def _steps_with_clocks(conn: Connection, steps: Sequence[AnyRow]) -> Iterator[_Step]:
    ids = {step.case_id for step in steps}
    contracts = _contract_clocks(conn)
    pauses = paused_times(conn, ids)
    terms = ByAuthority(conn, clock_terms)
    for step in steps:
        known = terms[step.authority]
        yield _Step(
            row=step,
            contracts=contracts.get((step.case_id, step.step), ()),
            terms=known,
            lot=lot_of(conn, case_id=step.case_id, book=known.book),
            pauses=pauses.get(step.case_id, ()),
        )


def _clocks(step: _Step) -> list[dict[str, Any]]:
    """Return the clocks of one step; none where a date lies in a year that nobody loaded."""
    try:
        given = [step.clock(**contract) for contract in step.contracts]
        return [*_own(step, given), *given]
    except NoBankHolidayDataError:
        return []


def _own(step: _Step, given: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the step's own clock, if it has a target: not due before a date others were given."""
    row = step.row
    opened_on = london_date(row.opened_at)
    target = step.target(row.step, opened_on)
    if target is None:
        return []
    calendar = step.terms.calendar
    by_target = calendar.add(opened_on, target.days)
    others = {clock["due_on"] for clock in given}
    stored = row.due_on if row.due_on not in {None, by_target, *others} else None
    waits = [
        calendar.add(due, target.days) if clock["name"] == "return_quote" else due
        for clock in given
        if clock["name"] in _WHEN_THE_STEP_WAITS and (due := clock["due_on"]) is not None
    ]
    until = max([stored or by_target, *waits])
    return [
        step.clock(
            row.step,
            opened_on,
            promised_on=None if until == by_target else until,
            holder=party_of(row.owner),
        )
    ]


# ---- what is on record for the contract clocks


_THE_ORDER: Final = and_(
    WorkOrder.case_id == CaseStep.case_id,
    ORDER_IN_FORCE,
    WorkOrder.version
    == select(func.max(WorkOrder.version))
    .where(WorkOrder.case_id == CaseStep.case_id, ORDER_IN_FORCE)
    .correlate(CaseStep)
    .scalar_subquery(),
)
_NEWEST_INVOICE: Final = and_(
    Invoice.order_id == WorkOrder.id,
    Invoice.id
    == select(func.max(Invoice.id))
    .where(Invoice.order_id == WorkOrder.id, Invoice.credits_id.is_(None))
    .correlate(WorkOrder)
    .scalar_subquery(),
)
_SURVEYED: Final = exists().where(Decision.case_id == CaseStep.case_id, Decision.kind == "survey")
_LATER: Final = aliased(Inspection)
_OPEN_SNAG: Final = and_(
    Inspection.order_id == WorkOrder.id,
    Inspection.result == "snag",
    ~exists().where(
        _LATER.order_id == Inspection.order_id,
        _LATER.line == Inspection.line,
        _LATER.id > Inspection.id,
        _LATER.result.in_(sorted(PASSES)),
    ),
)


def _newest_said(column: Any) -> Any:
    return (
        select(column)
        .where(FindingEntry.inspection_id == Inspection.id)
        .order_by(FindingEntry.id.desc())
        .limit(1)
        .correlate(Inspection)
        .scalar_subquery()
    )


_SAID: Final = func.coalesce(_newest_said(FindingEntry.said), SnagState.FOUND.value)
_STILL: Final = (
    select(func.count())
    .where(FindingEntry.inspection_id == Inspection.id, FindingEntry.said == SnagState.STILL.value)
    .correlate(Inspection)
    .scalar_subquery()
)
_HEARD: Final = case(
    (_STILL > 0, cast(Inspection.id, Text) + "." + cast(_STILL, Text)),
    else_=cast(Inspection.id, Text),
)
"""What a snag's turn is called, as ``Snag.heard`` says it."""


def _snags(states: frozenset[SnagState], *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return the question for a clock of the open snags that stand in some states."""
    return (
        of_open_step(StepName.SIGN_OFF, *columns)
        .join(WorkOrder, _THE_ORDER)
        .join(Inspection, _OPEN_SNAG)
        .where(CaseStep.status == StepStatus.WAITING, _SAID.in_(sorted(states)))
    )


_WAITS: Final = CaseStep.status == StepStatus.WAITING
_BY_CONTRACTOR: Final = and_(_WAITS, CaseStep.owner == "contractor")


def _of_choosing() -> Questions:
    """Return the questions for the clocks of quotes and offers."""
    return {
        "return_quote": of_open_step(
            StepName.TENDER, Competition.invited_at, Competition.deadline, Award.version
        )
        .join(Award, Award.case_id == CaseStep.case_id)
        .join(Competition, Competition.award_id == Award.id)
        .where(_BY_CONTRACTOR, Competition.status == "open"),
        "answer_offer": of_open_step(StepName.ASSIGN, Offer.offered_at, Offer.expires_on, Offer.id)
        .join(Offer, Offer.case_id == CaseStep.case_id)
        .where(Offer.status == "offered"),
    }


def _of_works() -> Questions:
    """Return the questions for the clocks of an order, its snags and its certificates."""
    opened = CaseStep.opened_at
    return {
        "start_works": of_open_step(
            StepName.WORKS, WorkOrder.raised_at, WorkOrder.start_by, NO_SUBJECT
        )
        .join(WorkOrder, _THE_ORDER)
        .where(WorkOrder.started_on.is_(None)),
        "finish_works": of_open_step(
            StepName.WORKS, WorkOrder.raised_at, WorkOrder.complete_by, NO_SUBJECT
        ).join(WorkOrder, _THE_ORDER),
        # Works are in the officer's hands only after two visits without access.
        "agree_access": of_open_step(
            StepName.WORKS, CaseStep.held_since, NO_DATE, NO_SUBJECT
        ).where(_WAITS, CaseStep.owner == "technical officer"),
        "defects_period": of_open_step(
            StepName.AFTERCARE, opened, WorkOrder.defects_until, NO_SUBJECT
        ).join(WorkOrder, _THE_ORDER),
        "return_certificates": of_open_step(
            StepName.CERTIFICATES, opened, NO_DATE, NO_SUBJECT
        ).where(_WAITS),
        "clear_snags": _snags(
            WITH_CONTRACTOR, Inspection.inspected_on, _newest_said(FindingEntry.rectify_by), _HEARD
        ),
        "look_again": _snags(ANSWERED, _newest_said(FindingEntry.at), NO_DATE, _HEARD),
        "hand_in_again": OF_REFUSED.join(WorkOrder, _THE_ORDER)
        .join(ClaimDocument, REFUSED)
        .where(_WAITS),
        "old_snag": _snags(
            WITH_CONTRACTOR | ANSWERED, Inspection.inspected_on, NO_DATE, Inspection.id
        ),
    }


def _of_money() -> Questions:
    """Return the questions for the clocks of an invoice, and of what is asked at the end."""
    opened, number = CaseStep.opened_at, func.coalesce(CALLED, NO_SUBJECT)
    return {
        "send_invoice": of_open_step(StepName.PAY, opened, NO_DATE, number)
        .join(WorkOrder, _THE_ORDER)
        .outerjoin(Invoice, _NEWEST_INVOICE)
        .where(_BY_CONTRACTOR, or_(Invoice.id.is_(None), Invoice.status.in_(AWAITED_AGAIN))),
        "pay_invoice": of_open_step(StepName.PAY, Invoice.dated, NO_DATE, CALLED)
        .join(WorkOrder, _THE_ORDER)
        .join(Invoice, _NEWEST_INVOICE)
        .where(Invoice.status.in_(("received", "matched"))),
        "answer_survey": of_open_step(StepName.AFTERCARE, opened, NO_DATE, NO_SUBJECT).where(
            _WAITS, ~_SURVEYED
        ),
    }


_QUESTIONS: Final = _of_choosing() | _of_works() | _of_money() | OF_CONSENTS


def _contract_clocks(conn: Connection) -> dict[tuple[int, str], list[dict[str, Any]]]:
    """Return the contract clocks that ought to run at the open steps, by case and step."""
    found: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for name, query in _QUESTIONS.items():
        for case_id, step, opened, until, subject in conn.execute(query):
            dates = {"opened_on": _day(opened), "promised_on": until and _day(until)}
            clock = {"name": name, "subject": str(subject), **dates}
            found.setdefault((case_id, step), []).append(clock)
    return found


def _day(at: date | datetime) -> date:
    return london_date(at) if isinstance(at, datetime) else at
