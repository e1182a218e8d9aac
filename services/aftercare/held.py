"""What is on record of a case's defects: each with where it stands and everything before that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from models.asked import rows
from models.base import AnyRow, Instant, rows_by
from models.tables.aftercare import Defect as Row
from models.tables.aftercare import DefectStep
from models.tables.works import WorkOrder
from rules.aftercare.defects import OPEN, STATES, State, recall_number
from rules.errors import InvalidDecisionError, StepNotOpenError
from services.cases import Context

DEFECTS: Final = (
    select(*Row.__table__.c, WorkOrder.contractor)
    .add_columns(WorkOrder.number.label("order_number"))
    .join(WorkOrder, WorkOrder.id == Row.order_id)
    .where(Row.case_id == bindparam("case_id"))
    .order_by(Row.number)
)
STEPS: Final = rows_by(DefectStep, "case_id").order_by(DefectStep.id)
OF_CASE: Final = (DEFECTS, STEPS)
"""The questions that are asked of a case, by ``case_id``."""

_ADD: Final = insert(Row).returning(Row.id)
_ADD_STEP: Final = insert(DefectStep)
_OF_CASE: Final = {
    model: update(model).where(
        model.case_id == bindparam("of_case"), at > bindparam("since", type_=Instant)
    )
    for model, at in ((Row, Row.reported_at), (DefectStep, DefectStep.recorded_at))
}


@dataclass(frozen=True, slots=True)
class Defect:
    """A defect as it stands.

    Args:
        number: What it is known by on its case.
        line: The works line that it is of, or None where nobody named one.
        words: What is wrong, as it was told.
        contractor: Who did the works, and has them to put right.
        steps: Its life so far, oldest first.
    """

    row_id: int
    number: int
    order_number: str
    contractor: str
    line: int | None
    words: str
    urgent: bool
    noticed_on: date
    reported_by: str
    reported_at: datetime
    steps: tuple[AnyRow, ...]

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.steps[-1].state)

    @property
    def holder(self) -> str:
        """Who has something to do about it; nobody where it is over."""
        return STATES[self.state].holder

    @property
    def recall(self) -> str:
        """The number of its recall, or an empty string where it was never one."""
        issued = any(step.state == State.ISSUED for step in self.steps)
        return recall_number(order_number=self.order_number, defect=self.number) if issued else ""

    @property
    def called(self) -> str:
        """What an officer calls it."""
        return f"recall {self.recall}" if self.recall else f"defect {self.number}"

    def last(self, *states: State) -> AnyRow | None:
        """Return its newest step of one of some states."""
        return next((step for step in reversed(self.steps) if step.state in states), None)


def defects_on(conn: Connection, *, case_id: int) -> list[Defect]:
    """Return the defects reported on a case, by number."""
    steps: dict[int, list[AnyRow]] = {}
    for row in rows(conn, STEPS, case_id=case_id):
        steps.setdefault(row.defect_id, []).append(row)
    return [
        Defect(
            row.id,
            *(row.number, row.order_number, row.contractor, row.line, row.words, row.urgent),
            *(row.noticed_on, row.reported_by, row.reported_at),
            tuple(steps[row.id]),
        )
        for row in rows(conn, DEFECTS, case_id=case_id)
    ]


def open_defects(conn: Connection, *, case_id: int) -> list[Defect]:
    """Return the defects of a case about which somebody has something to do."""
    return [one for one in defects_on(conn, case_id=case_id) if one.state in OPEN]


def recalls_to(conn: Connection, *, case_id: int, firm: str) -> list[Defect]:
    """Return the recalls that were sent to a contractor on a case, as it may see them."""
    held = defects_on(conn, case_id=case_id)
    return [one for one in held if one.recall and one.contractor == firm]


def in_states(context: Context, states: Sequence[State] | frozenset[State]) -> list[Defect]:
    """Return the defects of a case that stand in one of some states; a firm's, its own alone.

    Raises:
        StepNotOpenError: There is none.
    """
    held = defects_on(context.conn, case_id=context.case.id)
    found = [one for one in held if one.state in states]
    if not found:
        raise StepNotOpenError(
            f"No defect of {context.case.reference} waits for that.",
            why="; ".join(f"{one.called}: {one.state.words}" for one in held),
            next_step="Nothing was changed.",
        )
    return found


def the_one(found: Sequence[Defect], number: int) -> Defect:
    """Return the defect that is meant.

    Raises:
        InvalidDecisionError: None of those that wait has the number.
    """
    for one in found:
        if one.number == number:
            return one
    raise InvalidDecisionError(
        f"Defect {number} does not wait for that.",
        next_step=f"Those that do: {', '.join(str(one.number) for one in found)}.",
    )


def add_defect(context: Context, *, state: State, **values: Any) -> None:
    """Keep a defect that was reported, with its first step."""
    by = {"reported_by": context.actor.identity, "reported_at": context.now}
    added = {"case_id": context.case.id, **values, **by}
    row_id = context.conn.execute(_ADD, added).scalar_one()
    add_step(context, row_id, state=state)


def add_step(
    context: Context, row_id: int, *, state: State, day: date | None = None, **more: Any
) -> None:
    """Keep the next step in the life of a defect."""
    keep_step(
        context.conn,
        case_id=context.case.id,
        defect_id=row_id,
        state=state,
        day=day or context.today,
        by=context.actor.identity,
        now=context.now,
        **more,
    )


def keep_step(
    conn: Connection,
    *,
    case_id: int,
    defect_id: int,
    state: State,
    day: date,
    by: str,
    now: datetime,
    **more: Any,
) -> None:
    """Keep a step of a defect that a person or a run took."""
    known = {"words": "", "contractor": None, "cost_pence": None, **more}
    values = {"case_id": case_id, "defect_id": defect_id, "state": state.value, "day": day}
    conn.execute(_ADD_STEP, {**values, **known, "recorded_by": by, "recorded_at": now})


def erase_defects(conn: Connection, *, case_id: int, since: datetime, said: str) -> int:
    """Erase what was told of defects, by whomever; return of how many."""
    values = {"of_case": case_id, "since": since, "words": said}
    conn.execute(_OF_CASE[DefectStep].where(DefectStep.words != ""), values)
    return conn.execute(_OF_CASE[Row], values).rowcount
