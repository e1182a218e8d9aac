"""Clocks that are missing are started: on a database of an earlier version, or put in by hand.

The date on record for an open step was told to people, so it stays: where the target gives that
very date the clock counts its days, and where it does not the date is kept as one that was given.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, exists, not_, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.cases import Case, CaseStep
from models.tables.clocks import Clock
from rules.clocks.clock_names import CLOCKS, TOTAL
from rules.clocks.dates import london_date
from rules.clocks.pauses import PausedTime
from rules.clocks.targets import Target
from rules.errors import NoBankHolidayDataError
from rules.parties import party_of
from rules.pathway import CaseStatus
from services.cases.clocks import rows
from services.cases.clocks.case_level import sync_case_clocks
from services.cases.clocks.pause_rows import paused_times
from services.cases.clocks.step_dates import STEP_DUE
from services.cases.clocks.terms import ClockTerms, clock_terms, lot_of
from services.clocks.contract_dates import ContractClock, contract_clocks

_LIVE: Final = (CaseStatus.OPEN, CaseStatus.PAID)
_CASES: Final = (
    select(Case.id)
    .where(
        Case.status.in_(_LIVE),
        not_(exists().where(Clock.case_id == Case.id, Clock.name == TOTAL)),
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
        return len(cases)
    fresh = [clock for step in _steps_with_clocks(conn, steps) for clock in _clocks(step)]
    rows.start_clocks(conn, fresh)
    conn.execute(
        STEP_DUE,
        [
            {"of_case": step.case_id, "of_step": step.step, "of_revision": step.revision}
            for step in steps
        ],
    )
    return len(cases) + len(steps)


@dataclass(frozen=True, slots=True)
class _Step:
    """An open step without clocks, with what they are reckoned with."""

    row: AnyRow
    contracts: tuple[ContractClock, ...]
    terms: ClockTerms
    lot: str
    pauses: tuple[PausedTime, ...]

    def target(self, clock: str, on: date) -> Target | None:
        """Return the target of a clock of the step on a date."""
        case = self.row
        return self.terms.target(
            clock, lot=self.lot, urgent=case.urgent, complexity=case.complexity, on=on
        )

    def clock(self, name: str, opened_on: date, **given: Any) -> dict[str, Any]:
        """Return the values of a clock of the step."""
        return rows.clock_row(
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
    contracts: dict[tuple[int, str], list[ContractClock]] = {}
    for clock in contract_clocks(conn, case_ids=ids):
        contracts.setdefault((clock.case_id, str(CLOCKS[clock.name].step)), []).append(clock)
    pauses = paused_times(conn, ids)
    terms: dict[str, ClockTerms] = {}
    for step in steps:
        if step.authority not in terms:
            terms[step.authority] = clock_terms(conn, authority=step.authority)
        known = terms[step.authority]
        yield _Step(
            row=step,
            contracts=tuple(contracts.get((step.case_id, step.step), ())),
            terms=known,
            lot=lot_of(conn, case_id=step.case_id, book=known.book),
            pauses=pauses.get(step.case_id, ()),
        )


def _clocks(step: _Step) -> list[dict[str, Any]]:
    """Return the clocks of one step; none where a date lies in a year that nobody loaded."""
    try:
        given = [
            step.clock(c.name, c.opened_on, promised_on=c.promised_on, subject=c.subject)
            for c in step.contracts
        ]
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
