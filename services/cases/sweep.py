"""The sweep: what was lost is found and started again, and what ran out of time is moved on."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from adapters import clock, prefect_runs
from adapters.prefect_runs import RunView
from models import outbox
from models.tables.cases import Case, CaseStep
from models.tables.record import Outbox
from rules.pathway import LIVE, OVER, PATHWAY, StepName, StepStatus
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
        .where(
            Case.status.in_(LIVE),
            ~asked,
            _ready(CaseStep.trouble == "") | _due_to_open() | (_ready() & ~tried),
        )
        .order_by(Case.id)
    )


def _ready(*also: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say in SQL that a case has automatic work to do: at a step that rests on nothing open."""
    before = aliased(CaseStep)
    open_before = exists().where(
        before.case_id == CaseStep.case_id,
        before.current,
        before.closed_at.is_(None),
        or_(
            *(
                and_(CaseStep.step == step.name, before.step.in_(step.requires))
                for step in PATHWAY.values()
            )
        ),
    )
    ready = (
        CaseStep.case_id == Case.id,
        CaseStep.current,
        CaseStep.status == StepStatus.READY,
        ~open_before,
    )
    return exists().where(*ready, *also)


def _due_to_open() -> ColumnElement[bool]:
    """Say in SQL that a step of a case has not opened although all before it are over."""
    return or_(
        *(
            and_(~has_step(step.name), *(has_step(before, status=OVER) for before in step.requires))
            for step in PATHWAY.values()
        )
    )


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
        query = select(Case.reference).where(Case.status.in_(LIVE), _ready() | _due_to_open())
        if authority:
            query = query.where(Case.authority == authority)
        return tuple(conn.execute(query.order_by(Case.id)).scalars())
