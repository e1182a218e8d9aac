"""The steps of a case as rows: each opening with its clocks, and the values it is written with."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, exists, not_, select, update

from models.asked import LEDGER_END, STATE, CaseState, know_state
from models.base import AnyRow, columns_of, on_conflict
from models.listed import DIALECTS, Listed, listed
from models.tables.cases import Case, CaseStep
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
_NEVER_MOVED: Final = {"row_id", "step", "revision", "opened_at"}
_COLUMNS: Final = columns_of(CaseStep, StepRow)
_STEPS: Final = (
    select(*_COLUMNS)
    .where(CaseStep.case_id == bindparam("case_id"), CaseStep.current)
    .order_by(CaseStep.id)
)
_HAS_PAUSES: Final = exists().where(Pause.case_id == Case.id, not_(Pause.withdrawn))
_PRESENT: Final = (CaseStep.case_id == Case.id, CaseStep.current)
_RUNNING: Final = (Clock.case_id == Case.id, Clock.stopped_on.is_(None))
_STEP_LIST, _CLOCK_LIST = Listed(_COLUMNS), Listed(READ)
_LOOK: Final = {
    dialect: select(
        *Case.__table__.c,
        LEDGER_END.label("ledger_end"),
        STATE.label("reference_state"),
        _HAS_PAUSES.label("has_pauses"),
        listed(_COLUMNS, *_PRESENT, dialect=dialect).label("listed_steps"),
        listed(READ, *_RUNNING, dialect=dialect).label("listed_clocks"),
    ).where(Case.reference == bindparam("reference"))
    for dialect in DIALECTS
}


def steps_of(conn: Connection, *, case_id: int) -> list[StepRow]:
    """Return the current opening of each step of a case, in the order they opened."""
    return [_step(row) for row in conn.execute(_STEPS, {"case_id": case_id})]


def _or_move(fresh: Any) -> Any:
    moved = {
        name: fresh.excluded[name] for name in ("current", *_NAMES) if name not in _NEVER_MOVED
    }
    key = ["case_id", "step", "revision"]
    return fresh.on_conflict_do_update(index_elements=key, set_=moved)


KEEP_STEPS: Final = on_conflict(CaseStep, _or_move)
"""By dialect, what puts openings on record, or moves those that are there; in the order given."""
REPLACE_STEPS: Final = (
    update(CaseStep)
    .where(
        CaseStep.case_id == bindparam("of_case"),
        CaseStep.step == bindparam("of_step"),
        CaseStep.revision == bindparam("of_revision"),
    )
    .values(current=False)
)
"""What puts openings out of force; nothing else of them changes."""


class Look(NamedTuple):
    """A case as it stands: its row, its state, the present opening of each step, their clocks."""

    row: AnyRow
    state: CaseState
    steps: list[StepRow]
    running: list[Running]
    has_pauses: bool


def look(conn: Connection, *, reference: str) -> Look | None:
    """Return a case with its steps and the clocks that run at those, in one question, or None.

    With it the transaction is told the state of reference data.
    """
    row = conn.execute(_LOOK[conn.dialect.name], {"reference": reference}).one_or_none()
    if row is None:
        return None
    know_state(conn, row.reference_state)
    steps = [_step(step) for step in _STEP_LIST.rows(row.listed_steps)]
    going_on = {(step.step, step.revision) for step in steps if step.closed_at is None}
    clocks = (Running(*clock) for clock in _CLOCK_LIST.rows(row.listed_clocks))
    return Look(
        row,
        CaseState(row.revision, row.audit_sequence, row.audit_hash, row.ledger_end),
        sorted(steps, key=lambda step: step.row_id or 0),
        [clock for clock in clocks if (clock.step, clock.step_revision) in going_on],
        bool(row.has_pauses),
    )


def _step(row: Sequence[Any]) -> StepRow:
    step, revision, status, *others = row
    return StepRow(StepName(step), revision, StepStatus(status), *others)


def step_values(row: StepRow, *, case_id: int) -> dict[str, Any]:
    """Return the values of the opening in force, for ``KEEP_STEPS``."""
    values = {name: getattr(row, name) for name in _NAMES if name != "row_id"}
    return {**values, "case_id": case_id, "current": True}


def step_key(row: StepRow, *, case_id: int) -> dict[str, Any]:
    """Return what names an opening, for ``REPLACE_STEPS``."""
    return {"of_case": case_id, "of_step": row.step, "of_revision": row.revision}


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
