"""What the tests of the conductor do over and over: ask for runs, take turns, look at the end."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import select

from adapters import prefect_client, prefect_runs
from adapters.conductor_status import Heartbeat, read_status
from deployments.conductor import Conductor
from models.base import AnyRow
from models.database import reading
from models.tables.record import Outbox

Asks = Callable[..., int]


def one_more(home: Path, *, lost_run: str | None = None) -> Conductor:
    fresh = Conductor(
        heartbeat=Heartbeat(home=home, pid=os.getpid(), before=read_status(home=home)),
        stop=Event(),
        lost_run=lost_run,
    )
    fresh.prepare(register_first=False)
    return fresh


def row_of(url: str, row_id: int) -> AnyRow:
    with reading(url) as conn:
        return conn.execute(select(Outbox.__table__).where(Outbox.id == row_id)).one()


def unique(word: str) -> str:
    return f"{word}:{time.time_ns()}"


def states_of(flow_run_id: str) -> list[str | None]:
    with prefect_client.connected() as client:
        return [state.name for state in client.read_flow_run_states(UUID(flow_run_id))]


def press_run(name: str, **parameters: object) -> str:
    """Ask Prefect for a run as its "Run" button does."""
    found = prefect_runs.deployment_id(name=name)
    with prefect_client.connected() as client:
        return str(client.create_flow_run_from_deployment(found, parameters=parameters).id)


def turn_until_idle(conductor: Conductor, *, turns: int = 20) -> None:
    for _ in range(turns):
        if not conductor.turn():
            return
    pytest.fail("the conductor never came to rest")


def created(key: str, flow: str, *, holder: str | None = None, **parameters: object) -> str:
    """Create a run as the conductor does, without running it."""
    run = prefect_runs.create_run(
        deployment_id=prefect_runs.deployment_id(name=f"{flow}/handrail"),
        key=key,
        name=None,
        tags=(),
        parameters=parameters,
        holder=holder,
    )
    return str(run.id)
