"""Clocks and alerts for tests: a clock whose days are given, and what stands, in few words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from models.database import dispose, reading, writing
from models.tables.clocks import Alert, AlertTold, Clock
from services.alerts.raising import Raised, sweep_clocks
from tests.looking import case

DAY = timedelta(days=1)


def add_clock(
    url: str,
    *,
    reference: str = "DFG-1",
    due_on: date,
    warn_on: date | None = None,
    escalate_on: date | None = None,
    again_on: date | None = None,
    **columns: Any,
) -> int:
    """Put one running clock on a case, its dates as given, and return its row id."""
    given = {
        "case_id": case(url, reference).id,
        "kind": "contract",
        "name": "finish_works",
        "step": "works",
        "step_revision": 1,
        "subject": f"{due_on} {warn_on} {escalate_on} {again_on}",
        "holder": "contractor",
        "opened_on": due_on - 28 * DAY,
        "promised_on": due_on,
        "due_on": due_on,
        "warn_on": warn_on,
        "late_on": due_on + DAY,
        "escalate_on": escalate_on,
        "escalate_again_on": again_on,
        "next_on": warn_on or due_on + DAY,
    }
    with writing(url) as conn:
        return int(
            conn.execute(sa.insert(Clock).returning(Clock.id), [{**given, **columns}]).scalar_one()
        )


def change_clock(url: str, clock_id: int, **columns: Any) -> None:
    """Change a clock's row, as whoever retimes, pauses or stops it does."""
    with writing(url) as conn:
        conn.execute(sa.update(Clock).where(Clock.id == clock_id).values(**columns))


def sweep(url: str, now: datetime) -> Raised:
    """Sweep the clocks once."""
    with writing(url) as conn:
        return sweep_clocks(conn, now=now)


def sweep_elsewhere(url: str, now: datetime) -> None:
    """Sweep the clocks a few times in a process of its own."""
    for _ in range(3):
        sweep(url, now)
    dispose()


def raised(url: str, clock_id: int | None = None) -> list[tuple[int, str]]:
    """Return the rung of each alert and why it was cleared, oldest first."""
    query = sa.select(Alert.rung, Alert.cleared_why).order_by(Alert.id)
    if clock_id is not None:
        query = query.where(Alert.clock_id == clock_id)
    with reading(url) as conn:
        return [(row.rung, row.cleared_why) for row in conn.execute(query)]


def clock_row(url: str, clock_id: int) -> Any:
    """Return a clock's row."""
    with reading(url) as conn:
        return conn.execute(sa.select(Clock.__table__).where(Clock.id == clock_id)).one()


def told(url: str) -> list[tuple[str, int, int]]:
    """Return who was told of which alert, and at which turn."""
    query = sa.select(AlertTold.person, AlertTold.alert_id, AlertTold.turn)
    with reading(url) as conn:
        return sorted((row.person, row.alert_id, row.turn) for row in conn.execute(query))
