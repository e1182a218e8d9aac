"""The steps of a case as rows: each opening with its clocks, and the values it is written with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, bindparam, exists, not_, select
from sqlalchemy.engine import Connection

from models.asked import STATE, know_state
from models.base import columns_of
from models.tables.cases import CaseStep
from models.tables.clocks import Clock, Pause
from rules.pathway import StepName, StepStatus
from services.cases.clocks.case_clocks import READ, Running


@dataclass(frozen=True, slots=True)
class StepRow:
    """One opening of a step, as stored."""

    step: StepName
    revision: int
    status: StepStatus
    owner: str
    waiting_for: str
    opened_at: datetime
    held_since: datetime
    due_on: date | None
    closed_at: datetime | None = None
    outcome: str = ""
    trouble: str = ""
    row_id: int | None = None


STOPPED_BY: Final = {
    StepStatus.DONE: "done",
    StepStatus.NOT_NEEDED: "not needed",
    StepStatus.ENDED: "case ended",
}
"""Why the clocks of a step stop when it closes."""

_NAMES: Final = tuple(field.name for field in fields(StepRow))
_NEVER_MOVED: Final = {"step", "revision", "opened_at"}
_COLUMNS: Final = columns_of(CaseStep, StepRow)
_CURRENT: Final = (CaseStep.case_id == bindparam("case_id"), CaseStep.current)
_STEPS: Final = select(*_COLUMNS).where(*_CURRENT).order_by(CaseStep.id)
_RUNNING: Final = and_(
    CaseStep.closed_at.is_(None),
    Clock.case_id == CaseStep.case_id,
    Clock.stopped_on.is_(None),
    Clock.step == CaseStep.step,
    Clock.step_revision == CaseStep.revision,
)
_HAS_PAUSES: Final = exists().where(Pause.case_id == bindparam("case_id"), not_(Pause.withdrawn))
# Asked once the case is locked: what was recorded while we waited for the lock is seen.
_STEPS_AND_CLOCKS: Final = (
    select(*_COLUMNS, _HAS_PAUSES.label("has_pauses"), STATE, *READ)
    .select_from(CaseStep)
    .outerjoin(Clock, _RUNNING)
    .where(*_CURRENT)
    .order_by(CaseStep.id, Clock.id)
)


def steps_of(conn: Connection, *, case_id: int) -> list[StepRow]:
    """Return the current opening of each step of a case, in the order they opened."""
    return [_step(row) for row in conn.execute(_STEPS, {"case_id": case_id})]


class Opened(NamedTuple):
    """The present opening of each step, the clocks that run at those, whether there are pauses."""

    steps: list[StepRow]
    running: list[Running]
    has_pauses: bool


def steps_and_clocks(conn: Connection, *, case_id: int) -> Opened:
    """Return the same in one question with the running clocks of the steps that are open.

    With it the transaction is told the state of reference data.
    """
    steps: dict[str, StepRow] = {}
    running: list[Running] = []
    has_pauses, width = False, len(_COLUMNS)
    found: Iterable[Sequence[Any]] = conn.execute(_STEPS_AND_CLOCKS, {"case_id": case_id})
    for row in found:
        if row[0] not in steps:
            steps[row[0]] = _step(row[:width])
        has_pauses, state, *clock = row[width:]
        know_state(conn, state)
        if clock[0] is not None:
            running.append(Running(*clock))
    return Opened(list(steps.values()), running, bool(has_pauses))


def _step(row: Sequence[Any]) -> StepRow:
    step, revision, status, *others = row
    return StepRow(StepName(step), revision, StepStatus(status), *others)


def moved_values(row: StepRow, *, current: bool) -> dict[str, Any]:
    """Return the values that an opening on record is changed to, and its row.

    Args:
        current: Whether it is the one in force.
    """
    values = {name: getattr(row, name) for name in _NAMES if name not in _NEVER_MOVED}
    return {**values, "current": current}


def fresh_values(row: StepRow, *, case_id: int) -> dict[str, Any]:
    """Return the values of an opening that is not on record yet."""
    values = {name: getattr(row, name) for name in _NAMES if name != "row_id"}
    return {**values, "case_id": case_id, "current": True}


def holding_values(row: StepRow, *, case_id: int, until: datetime) -> dict[str, Any]:
    """Return the values of a holding that is over: somebody else owns the step from now on.

    Args:
        row: The opening, as its owner until now leaves it.
        until: When it changes hands.
    """
    return {
        "case_id": case_id,
        "step": row.step,
        "step_revision": row.revision,
        "owner": row.owner,
        "held_from": row.held_since,
        "held_to": until,
    }
