"""Looking at what a service holds: its steps, its messages, its audit trail, everything at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from models.base import AnyRow
from models.case_queries import case_row
from models.database import reading
from models.outbox import OutboxRow, undelivered
from models.tables.cases import Case
from models.tables.clocks import Clock
from models.tables.record import Audit, Outbox
from rules.pathway import StepStatus
from services.cases.case_steps import StepRow, steps_of
from tests.services.imports.importing import contents, rows

__all__ = [
    "asked_for",
    "case",
    "clocks",
    "contents",
    "message_kinds",
    "messages",
    "rows",
    "running",
    "statements",
    "status_of",
    "step_of",
    "steps",
    "trail",
    "waiting_rows",
]


def steps(url: str, reference: str) -> dict[str, StepRow]:
    """Return the current opening of each step of a case."""
    with reading(url) as conn:
        case = case_row(conn, reference=reference)
        return {row.step: row for row in steps_of(conn, case_id=case.id)}


def step_of(url: str, reference: str, step: str) -> StepRow:
    """Return the current opening of one step."""
    return steps(url, reference)[step]


def status_of(url: str, reference: str, step: str) -> StepStatus:
    """Return where a step stands."""
    row = steps(url, reference).get(step)
    return row.status if row else StepStatus.NOT_STARTED


def case(url: str, reference: str) -> Any:
    """Return a case's row."""
    with reading(url) as conn:
        return case_row(conn, reference=reference)


def clocks(url: str, reference: str) -> list[AnyRow]:
    """Return every clock of a case, running or stopped, oldest first."""
    query = sa.select(*Clock.__table__.c).join(Case, Case.id == Clock.case_id)
    with reading(url) as conn:
        return list(conn.execute(query.where(Case.reference == reference).order_by(Clock.id)))


def running(url: str, reference: str) -> dict[str, AnyRow]:
    """Return the running clocks of a case, by name; one of each."""
    found = [clock for clock in clocks(url, reference) if clock.stopped_on is None]
    assert len({clock.name for clock in found}) == len(found), "a clock runs twice"
    return {clock.name: clock for clock in found}


def trail(url: str, chain: str) -> list[str]:
    """Return what the audit trail of a case says was done, oldest first."""
    query = sa.select(Audit.action).where(Audit.chain == chain).order_by(Audit.sequence)
    with reading(url) as conn:
        return list(conn.execute(query).scalars())


def messages(url: str, kind: str = "") -> list[dict[str, Any]]:
    """Return the payloads of the messages in the outbox, oldest first; of one kind if given."""
    query = sa.select(Outbox.payload).where(Outbox.kind == "message").order_by(Outbox.id)
    with reading(url) as conn:
        found = conn.execute(query).scalars()
        return [payload for payload in found if kind in ("", payload["kind"])]


def message_kinds(url: str) -> list[str]:
    """Return the kinds of the messages in the outbox, oldest first."""
    return [payload["kind"] for payload in messages(url)]


def asked_for(url: str, reference: str) -> list[str]:
    """Return the keys of the runs asked for on a case, oldest first."""
    query = (
        sa.select(Outbox.key)
        .join(Case, Case.id == Outbox.case_id)
        .where(Outbox.kind == "run", Case.reference == reference)
        .order_by(Outbox.id)
    )
    with reading(url) as conn:
        return list(conn.execute(query).scalars())


def waiting_rows(url: str) -> list[OutboxRow]:
    """Return the rows of the outbox that have not left."""
    with reading(url) as conn:
        return undelivered(conn)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Keep every statement that is asked meanwhile."""
    asked: list[str] = []

    def keep(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", keep)
    try:
        yield asked
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", keep)
