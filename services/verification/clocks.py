"""Clocks run only where their step and case are, dated as the rules date them; so with pauses."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Select, Text, and_, cast, exists, func, not_, select

from models.base import AnyRow
from models.tables.cases import Case, CaseStep
from models.tables.clocks import Clock, Holding, Pause
from rules.clocks.clock_names import CLOCKS
from rules.clocks.workdays import in_words
from rules.errors import NoBankHolidayDataError
from rules.pathway import LIVE, PATHWAY, CaseStatus
from services.cases.clocks import rows
from services.cases.clocks.case_level import cases_out_of_step
from services.cases.clocks.rows import EARLIEST, paused_times
from services.cases.clocks.terms import ClockTerms, clock_terms
from services.verification.checks import PLACE, Check, Finding, broken, of_case, of_opening

_TIMED_STEPS: Final = [step.name for step in PATHWAY.values() if step.target_days]


_OPENING: Final = and_(of_opening(Clock), CaseStep.closed_at.is_(None))
_OWN: Final = and_(
    Clock.case_id == CaseStep.case_id,
    Clock.name == CaseStep.step,
    Clock.step_revision == CaseStep.revision,
    Clock.stopped_on.is_(None),
)


def _steps(*columns: Any) -> Select[*tuple[Any, ...]]:
    return of_case(CaseStep, *columns).where(CaseStep.current, CaseStep.closed_at.is_(None))


def _running(*columns: Any) -> Select[*tuple[Any, ...]]:
    return of_case(Clock, *columns).where(Clock.stopped_on.is_(None))


CLOCKS_AND_STEPS: Final = (
    Check(
        _running(Clock.name).where(Clock.name.not_in(list(CLOCKS))),
        "“{name}” is no clock that Handrail knows.",
    ),
    Check(
        _running(Clock.name, Case.status).where(Case.status.not_in(LIVE)),
        "The case has ended ({status}), and clock “{name}” runs.",
    ),
    Check(
        _running(Clock.name, Clock.step).where(Clock.step != "", not_(exists().where(_OPENING))),
        "Clock “{name}” runs, and that opening of step “{step}” is over.",
    ),
    Check(
        _steps(CaseStep.step).where(
            CaseStep.step.in_(_TIMED_STEPS), not_(exists().where(_OWN)), Case.status.in_(LIVE)
        ),
        "Step “{step}” is open, and its clock does not run.",
    ),
    Check(
        _steps(CaseStep.step).where(CaseStep.due_on.is_distinct_from(EARLIEST)),
        "Step “{step}” is not due when the earliest of its clocks is.",
    ),
)
"""How clocks, steps and cases agree."""

_RECKONED: Final = (
    select(*Clock.__table__.c, Case.reference, Case.authority)
    .join(Case, Case.id == Clock.case_id)
    .where(Clock.stopped_on.is_(None), Clock.name.in_(list(CLOCKS)))
    .order_by(Case.id, Clock.id)
)
_CASES: Final = select(Case.id, Case.reference).where(Case.status.in_(LIVE)).order_by(Case.id)


def reckoned_again(conn: Connection) -> Iterator[Finding]:
    """Yield the running clocks whose stored dates are not what the rules make of them."""
    clocks = conn.execute(_RECKONED).all()
    pauses = paused_times(conn, {clock.case_id for clock in clocks})
    terms: dict[str, ClockTerms] = {}
    for clock in clocks:
        if clock.authority not in terms:
            terms[clock.authority] = clock_terms(conn, authority=clock.authority)
        known, paused = terms[clock.authority], pauses.get(clock.case_id, ())
        held: Any = clock._mapping
        try:
            found = rows.timed(held, terms=known, pauses=paused, rung=clock.rung)
        except NoBankHolidayDataError as error:
            yield broken(clock.reference, f"Clock “{clock.name}”: {error.text()}")
            continue
        yield from _differences(clock, found)


def _differences(clock: AnyRow, found: dict[str, Any]) -> Iterator[Finding]:
    if clock.due_on != found["due_on"]:
        sentence = (
            f"Clock “{clock.name}” is due {_day(clock.due_on)}; reckoned again it is due "
            f"{_day(found['due_on'])}."
        )
        yield broken(clock.reference, sentence)
    elif others := [name for name, value in found.items() if clock._mapping[name] != value]:
        sentence = f"Clock “{clock.name}” is not as it is reckoned again: {', '.join(others)}."
        yield broken(clock.reference, sentence)


def _day(day: date | None) -> str:
    return "on no day, being paused" if day is None else f"on {in_words(day)}"


def cases_without_their_clocks(conn: Connection) -> Iterator[Finding]:
    """Yield the open cases whose stages and limits are not those that their dates call for."""
    cases = {row.id: row.reference for row in conn.execute(_CASES)}
    for case_id, known in cases_out_of_step(conn, case_ids=cases):
        sentence = (
            "The clocks of the case as a whole are not those that its dates call for."
            if known
            else "Its dates lie in years whose bank holidays are not held, so no clock counts them."
        )
        yield broken(cases[case_id], sentence)


_REVIEW: Final = "review_pause"
_UNDER_WAY = and_(Pause.case_id == Case.id, Pause.ended_on.is_(None), not_(Pause.withdrawn))
_SINCE = select(func.min(Pause.started_on)).where(_UNDER_WAY).scalar_subquery()
_REVIEWED = and_(
    Clock.case_id == Case.id,
    Clock.name == _REVIEW,
    Clock.subject == cast(Pause.number, Text),
    Clock.stopped_on.is_(None),
)

PAUSES: Final = (
    Check(
        select(PLACE, Case.paused_on.label("held"), _SINCE.label("since")).where(
            Case.paused_on.is_distinct_from(_SINCE)
        ),
        "The case says that it is paused since {held}; its pauses under way begin {since}.",
    ),
    Check(
        select(PLACE, Pause.number, Case.status)
        .join(Pause, _UNDER_WAY)
        .where(Case.status != CaseStatus.OPEN),
        "Pause {number} is under way on a case that is {status}.",
    ),
    Check(
        of_case(Pause, func.max(Pause.number).label("last"), func.count().label("held"))
        .group_by(Case.id, Case.reference)
        .having(func.max(Pause.number) != func.count()),
        "Its pauses are numbered to {last}, and there are {held}.",
    ),
    Check(
        select(PLACE, Pause.number).join(Pause, _UNDER_WAY).where(not_(exists().where(_REVIEWED))),
        "Pause {number} is under way, and no clock says when it is looked at again.",
    ),
    Check(
        of_case(Clock, Clock.subject).where(
            Clock.name == _REVIEW,
            Clock.stopped_on.is_(None),
            not_(exists().where(_UNDER_WAY, _REVIEWED)),
        ),
        "A clock runs for the review of pause {subject}, which is not under way.",
    ),
)
"""How pauses, their reviews and their cases agree."""

_HANDED_ON = func.lag(Holding.held_to).over(
    partition_by=(Holding.case_id, Holding.step, Holding.step_revision),
    order_by=(Holding.held_from, Holding.id),
)
_TURNS = select(*Holding.__table__.c, _HANDED_ON.label("handed_on")).subquery().c
_LAST = select(func.max(Holding.held_to)).where(of_opening(Holding)).scalar_subquery()

HOLDINGS: Final = (
    Check(
        of_case(CaseStep, _TURNS.step, _TURNS.owner).where(
            of_opening(_TURNS),
            _TURNS.held_from != func.coalesce(_TURNS.handed_on, CaseStep.opened_at),
        ),
        "“{step}” came to {owner} at another instant than somebody gave it away.",
    ),
    Check(
        of_case(CaseStep, CaseStep.step, CaseStep.owner).where(
            CaseStep.held_since != func.coalesce(_LAST, CaseStep.opened_at)
        ),
        "“{step}” is held by {owner} since another instant than somebody gave it away.",
    ),
)
"""How the times agree in which each owner held a step."""
