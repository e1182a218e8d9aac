"""The sweep: what was lost is found and started again, and what ran out of time is moved on."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from adapters import clock, prefect_runs
from adapters.settings import settings
from models import outbox
from models.tables.cases import Case, CaseStep
from models.tables.record import Outbox
from rules.pathway import LIVE, OVER, PATHWAY, StepName, StepStatus
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


def stuck_runs(own_run_id: str | None = None) -> tuple[prefect_runs.RunView, ...]:
    """Return the runs that have been Running or Pending for too long.

    Args:
        own_run_id: The sweep's own run, which is left out.
    """
    before = datetime.now(UTC) - timedelta(seconds=settings().stuck_after_seconds)
    return tuple(run for run in prefect_runs.stuck_runs(before=before) if run.id != own_run_id)


def restart_stuck_runs(own_run_id: str | None) -> int:
    """Force runs that are stuck to crash, and give them another go.

    Args:
        own_run_id: The sweep's own run, which is left alone.

    Returns:
        How many were restarted.
    """
    stuck = stuck_runs(own_run_id)
    for run in stuck:
        prefect_runs.force_crashed_then_retry(flow_run_id=run.id)
    return len(stuck)


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
