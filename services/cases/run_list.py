"""Runs as people look at them: what needs somebody, what waits, what ended; and run again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select, text
from sqlalchemy.engine import Connection

from models import outbox
from models.asked import one
from models.base import AnyRow, can_be_stored, rows_by
from models.case_queries import case_row, no_case
from models.tables.cases import Case, CaseStep, FlowRun
from models.tables.record import Outbox
from rules.alerts.alerts import serves
from rules.errors import HandrailError, UnknownReferenceError
from rules.pathway import PATHWAY, StepName
from rules.people import Actor
from rules.reports.work import SEE_BOARD
from rules.runs import TROUBLED, check_may_carry_on, work_words
from services.cases.runs import ADVANCE
from services.cases.take import take

A_PAGE: Final = 50
_A_WEEK: Final = timedelta(days=7)

# Spelt out as the indexes have it, so that SQLite reads the few rows left and not the many gone.
_LEFT: Final = text("outbox.status in ('waiting', 'claimed')")
_DEAD: Final = text("outbox.status = 'dead'")
_TROUBLE: Final = text("case_step.trouble <> ''")
_RUNS: Final = select(*FlowRun.__table__.c, Case.reference, Case.authority).outerjoin(
    Case, Case.id == FlowRun.case_id
)
_REQUESTS: Final = (
    select(*Outbox.__table__.c, Case.reference, Case.authority)
    .outerjoin(Case, Case.id == Outbox.case_id)
    .where(Outbox.kind == "run")
    .order_by(Outbox.id)
)
_STEPS: Final = (
    select(CaseStep.step, CaseStep.trouble, CaseStep.held_since, Case.reference, Case.authority)
    .join(Case, Case.id == CaseStep.case_id)
    .where(_TROUBLE, CaseStep.closed_at.is_(None))
    .order_by(CaseStep.id)
)
_KEYED: Final = rows_by(Outbox, "key")


@dataclass(frozen=True, slots=True)
class RunWanted:
    """Which of the runs that ended to show.

    Args:
        case: Only those of this case, if given.
        step: Only what they did at this step, if given.
        state: Only those that ended in this state, by its name in Prefect, if given.
        days: Only those of so many days, if given.
    """

    case: str = ""
    step: StepName | None = None
    state: str = ""
    days: int | None = None


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run, or a request for one, as a list shows it.

    Args:
        what: What it does, or did.
        state: Its state's name; ``waiting`` or ``stopped`` for a request.
        words: What it says, or what went wrong.
        at: When that was.
        flow_run_id: The run in Prefect, or empty where there is none.
        key: What a request is asked for again by; empty where that is not to be done.
    """

    what: str
    case: str
    authority: str
    state: str
    words: str
    at: datetime
    flow_run_id: str
    key: str = ""


def in_trouble(conn: Connection, *, viewer: Actor, now: datetime) -> list[RunRow]:
    """Return what needs somebody: requests that gave up, steps that stopped, runs that failed."""
    found = [_request(row) for row in conn.execute(_REQUESTS.where(_DEAD))]
    found += [
        RunRow(
            what=PATHWAY[StepName(row.step)].title,
            case=row.reference,
            authority=row.authority,
            state="NeedsAttention",
            words=row.trouble,
            at=row.held_since,
            flow_run_id="",
        )
        for row in conn.execute(_STEPS)
    ]
    of_service = _RUNS.where(FlowRun.case_id.is_(None), FlowRun.started_at > now - _A_WEEK)
    failed = of_service.where(FlowRun.state.in_(sorted(TROUBLED))).order_by(FlowRun.id.desc())
    found += [_run(row) for row in conn.execute(failed.limit(A_PAGE))]
    return [row for row in found if _may_see(viewer, row)]


def waiting(conn: Connection, *, viewer: Actor) -> list[RunRow]:
    """Return the requests for runs that have not ended, the oldest first."""
    found = (_request(row) for row in conn.execute(_REQUESTS.where(_LEFT)))
    return [row for row in found if _may_see(viewer, row)]


def ended(
    conn: Connection, *, wanted: RunWanted, viewer: Actor, now: datetime, page: int = 1
) -> tuple[list[RunRow], bool]:
    """Return a page of the runs that ended, the newest first, and whether there are more."""
    conditions = list(_conditions(conn, wanted, viewer, now))
    query = _RUNS.where(*conditions).order_by(FlowRun.id.desc())
    found = conn.execute(query.limit(A_PAGE + 1).offset((page - 1) * A_PAGE)).all()
    return [_run(row) for row in found[:A_PAGE]], len(found) > A_PAGE


def _conditions(
    conn: Connection, wanted: RunWanted, viewer: Actor, now: datetime
) -> Iterator[ColumnElement[bool]]:
    yield FlowRun.step == (wanted.step.value if wanted.step else ADVANCE)
    if viewer.role not in SEE_BOARD:
        yield FlowRun.case_id.is_not(None)
    if viewer.authorities:
        theirs = Case.authority.in_(sorted(viewer.authorities))
        yield theirs if viewer.role not in SEE_BOARD else theirs | FlowRun.case_id.is_(None)
    if wanted.case:
        yield FlowRun.case_id == _case_id(conn, wanted.case)
    if wanted.state:
        yield FlowRun.state == wanted.state
    if wanted.days is not None:
        yield FlowRun.started_at > now - timedelta(days=wanted.days)


def _case_id(conn: Connection, typed: str) -> int:
    """Return a case's row, or one that no case has."""
    try:
        return int(case_row(conn, reference=typed).id)
    except UnknownReferenceError:
        return 0


def one_run(conn: Connection, *, flow_run_id: str, viewer: Actor) -> list[RunRow]:
    """Return what one run did, case by case and step by step, as far as somebody may see it.

    Raises:
        UnknownReferenceError: No run is known by that id, or none of it is the viewer's to see.
    """
    found: Sequence[AnyRow] = ()
    if can_be_stored(flow_run_id):
        of_run: Select[Any] = _RUNS.where(FlowRun.flow_run_id == flow_run_id)
        found = conn.execute(of_run.order_by(FlowRun.id)).all()
    rows = [row for row in map(_run, found) if _may_see(viewer, row)]
    if not rows:
        requests = _REQUESTS.where(Outbox.flow_run_id == flow_run_id, _LEFT)
        asked = conn.execute(requests).all() if can_be_stored(flow_run_id) else ()
        rows = [row for row in map(_request, asked) if _may_see(viewer, row)]
    if not rows:
        raise UnknownReferenceError(
            "There is no such run.", next_step="The list of runs shows those that are known."
        )
    return rows


# ---- again


def carry_on(conn: Connection, *, reference: str, actor: Actor, now: datetime) -> str:
    """Ask for a run that carries a case on; return its reference.

    Raises:
        NotPermittedError: Their role changes nothing.
        UnknownReferenceError: There is no such case, or it is not theirs.
    """
    if not serves(actor, case_row(conn, reference=reference).authority):
        raise no_case(reference)
    check_may_carry_on(actor=actor)
    case = take(conn, reference=reference, now=now)
    case.request_advance()
    case.put_back()
    return case.reference


def ask_again(conn: Connection, *, key: str, actor: Actor, now: datetime) -> None:
    """Give a request that gave up a fresh set of attempts.

    Raises:
        NotPermittedError: Their role changes nothing.
        UnknownReferenceError: No such request waits or gave up, or it is not theirs to see.
    """
    row = one(conn, _KEYED, key=key) if can_be_stored(key) else None
    found = None
    if row is not None and row.kind == "run":
        found = conn.execute(_REQUESTS.where(Outbox.id == row.id)).one()
    if found is None or not _may_see(actor, _request(found)):
        raise _gone()
    check_may_carry_on(actor=actor)
    if not outbox.retry(conn, now=now, key=key):
        raise _gone()


def _gone() -> HandrailError:
    return UnknownReferenceError(
        "That request does not wait any more.", next_step="Look at the list of runs again."
    )


# ---- as rows


def _may_see(viewer: Actor, row: RunRow) -> bool:
    """Say whether somebody may see a run: a case's by its authority, the service's by role."""
    return serves(viewer, row.authority) if row.case else viewer.role in SEE_BOARD


def _request(row: AnyRow) -> RunRow:
    dead = row.status == "dead"
    tried = f"Tried {row.attempts} times. " if row.attempts else ""
    return RunRow(
        what=work_words(row.payload["flow"]),
        case=row.reference or "",
        authority=row.authority or "",
        state="Stopped" if dead else ("Running" if row.flow_run_id else "Waiting"),
        words=f"{tried}{row.last_error}",
        at=row.created_at,
        flow_run_id=row.flow_run_id or "",
        key=row.key if dead or row.attempts else "",
    )


def _run(row: AnyRow) -> RunRow:
    step = PATHWAY[StepName(row.step)].title if row.step in set(StepName) else ""
    return RunRow(
        what=step or (f"Carried {row.reference} on" if row.reference else work_words(row.name)),
        case=row.reference or "",
        authority=row.authority or "",
        state=row.state,
        words=row.message,
        at=row.ended_at or row.started_at,
        flow_run_id=row.flow_run_id,
    )
