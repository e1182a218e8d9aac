"""The sweep: what was lost is found and started again, and what ran out of time is moved on."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from adapters import clock, prefect_runs
from adapters.prefect_runs import RunView
from models import outbox
from models.tables.cases import Case, CaseStep
from models.tables.record import Outbox
from rules.pathway import LIVE, OVER, PATHWAY, Step, StepName, StepStatus
from services.cases.run_requests import DEPLOYMENT, POOL
from services.cases.runners import forget_run, lease_lasts, leased_now
from services.session import reading, writing

TROUBLE_RESTS: Final = timedelta(minutes=10)
"""How long a case rests between two tries at work that met trouble."""


def left_behind() -> tuple[str, ...]:
    """Return the cases with automatic work left and no run asked for, by reference; just a look."""
    with reading() as conn:
        return tuple(row.reference for row in conn.execute(_left_behind(clock.now())))


def request_left_behind() -> tuple[str, ...]:
    """Ask for a run for every case with automatic work left and no run asked for.

    Returns:
        Their references.
    """
    now = clock.now()
    with writing() as conn:
        rows = conn.execute(_left_behind(now)).all()
        requests = [
            outbox.advance_row(
                row, revision=row.revision, now=now, why=f":sweep:{now:%Y%m%dT%H%M%S}"
            )
            for row in rows
        ]
        outbox.add(conn, requests)
        return tuple(row.reference for row in rows)


def _left_behind(now: datetime) -> Select[int, str, int]:
    """Find cases left behind; one whose work met trouble less often than one whose run was lost."""
    runs = and_(Outbox.case_id == Case.id, Outbox.kind == "run")
    asked = exists().where(runs, Outbox.status.in_(("waiting", "claimed")))
    tried = exists().where(runs, Outbox.created_at > now - TROUBLE_RESTS)
    return (
        select(Case.id, Case.reference, Case.revision)
        .join(_AT, _AT.c.case_id == Case.id)
        .where(_ready(_AT.c.untroubled) | _DUE_TO_OPEN | (_ready(_AT.c.ready) & ~tried), ~asked)
        .order_by(Case.id)
    )


def _bits(*also: ColumnElement[bool]) -> ColumnElement[int]:
    """Sum the bits of those current steps of a case that are so; it has one of each at most."""
    return func.sum(case((and_(CaseStep.current, *also), _BIT_OF), else_=0))


_BIT: Final = {step: 1 << number for number, step in enumerate(PATHWAY)}
_BIT_OF: Final = case(_BIT, value=CaseStep.step, else_=0)
_OPEN: Final = CaseStep.closed_at.is_(None)
_READY: Final = CaseStep.status == StepStatus.READY
_AT: Final = (
    select(
        Case.id.label("case_id"),
        _bits().label("opened"),
        _bits(_OPEN).label("open"),
        _bits(CaseStep.status.in_(sorted(OVER))).label("over"),
        _bits(_READY).label("ready"),
        _bits(_READY, CaseStep.trouble == "").label("untroubled"),
    )
    .outerjoin(CaseStep, and_(CaseStep.case_id == Case.id, CaseStep.current))
    .where(Case.status.in_(LIVE))
    .group_by(Case.id)
    .subquery("at")
)
"""Where each live case stands: its steps as bits of whole numbers, from one look at each step."""


def _none(steps: ColumnElement[int], bits: int) -> ColumnElement[bool]:
    return steps.op("&")(bits) == 0


def _ready(steps: ColumnElement[int]) -> ColumnElement[bool]:
    """Say in SQL that a case has automatic work: at one of some steps that rests on none open."""
    return or_(
        *(
            and_(~_none(steps, _BIT[step.name]), _none(_AT.c.open, _before(step)))
            for step in PATHWAY.values()
        )
    )


def _before(step: Step) -> int:
    """Return the bits of the steps that must be over before one opens."""
    return sum(_BIT[name] for name in step.requires)


_DUE_TO_OPEN: Final = or_(
    *(
        and_(
            _none(_AT.c.opened, _BIT[step.name]),
            _AT.c.over.op("&")(_before(step)) == _before(step),
        )
        for step in PATHWAY.values()
    )
)
"""That a step of a case has not opened although all before it are over."""


def has_step(step: StepName, *, status: Iterable[StepStatus] = StepStatus) -> ColumnElement[bool]:
    """Say in SQL that a case has a step open or over, in one of some statuses if given."""
    found = exists().where(CaseStep.case_id == Case.id, CaseStep.current, CaseStep.step == step)
    return found.where(CaseStep.status.in_(sorted(status)))


def lost_runs(*, for_longer: timedelta = timedelta(0)) -> tuple[RunView, ...]:
    """Return the runs of ours that are Running or Pending, and that nobody has in hand.

    Args:
        for_longer: Only those that are so for so much longer than a lease lasts.
    """
    before = datetime.now(UTC) - lease_lasts() - for_longer
    return abandoned(prefect_runs.unfinished(pool=POOL, deployment=DEPLOYMENT, before=before))


def abandoned(runs: Iterable[RunView]) -> tuple[RunView, ...]:
    """Return those of some unfinished runs that nobody has in hand.

    One that nobody ever leased counts from its last change of state, as where a machine died
    between taking it and saying so.
    """
    before = datetime.now(UTC) - lease_lasts()
    old = [run for run in runs if run.since and run.since < before]
    leased = leased_now([run.id for run in old])
    return tuple(run for run in old if run.id not in leased)


def restart_lost_runs() -> int:
    """Force runs that nobody has in hand to crash, and give them another go; return how many."""
    lost = lost_runs()
    for run in lost:
        prefect_runs.force_crashed_then_retry(flow_run_id=run.id)
        forget_run(run.id)
    return len(lost)


def cases_to_advance(authority: str) -> tuple[str, ...]:
    """Return the cases with automatic work left, of one authority if it is given, by reference.

    Args:
        authority: An authority's code, or an empty string for all.
    """
    with reading() as conn:
        work = _ready(_AT.c.ready) | _DUE_TO_OPEN
        query = select(Case.reference).join(_AT, _AT.c.case_id == Case.id).where(work)
        if authority:
            query = query.where(Case.authority == authority)
        return tuple(conn.execute(query.order_by(Case.id)).scalars())
