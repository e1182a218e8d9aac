"""The sweep's turn: the conductor looks, and there is a run only where there is something to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters import clock, prefect_client, prefect_runs
from adapters.settings import settings
from deployments.conductor import Conductor
from deployments.execution import warm_engine
from models.database import reading
from models.tables.prices import Offer
from services.alerts import machine
from services.alerts.turns import give_turn
from services.alerts.watch_marks import mark_at
from services.cases.run_requests import POOL
from tests.factories import case_at, later, runs_ended
from tests.flows.conducting import one_more, turn_until_idle
from tests.served import sqlite_service

__all__ = ["sqlite_service"]

pytestmark = pytest.mark.usefixtures("deployments")


@pytest.fixture
def conductor(
    sqlite_service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Conductor]:
    """Return a conductor for which it is always the sweep's turn."""
    assert sqlite_service
    monkeypatch.setattr(settings(), "sweep_seconds", 0)
    give_turn(machine.SWEEP)
    with warm_engine(), prefect_client.connected():
        yield one_more(tmp_path)


def sweeps_due() -> int:
    deployment = prefect_runs.deployment_id(name="sweep/handrail")
    due = prefect_runs.due_runs(pool=POOL, now=datetime.now(UTC))
    return sum(run.deployment_id == deployment for run in due)


def test_where_there_is_nothing_to_do_the_turn_is_noted_and_no_run_is_made(
    conductor: Conductor, sqlite_service: str
) -> None:
    case_at(sqlite_service, "assign")
    runs_ended()
    before = sweeps_due()
    assert not conductor.turn()
    with reading(sqlite_service) as conn:
        assert mark_at(conn, name=machine.SWEEP) == clock.now()
    assert sweeps_due() == before


def test_where_there_is_something_to_do_the_sweep_runs_and_the_case_goes_on(
    conductor: Conductor, sqlite_service: str
) -> None:
    case_at(sqlite_service, "assign")
    runs_ended()
    later(days=30)
    turn_until_idle(conductor)
    with reading(sqlite_service) as conn:
        assert mark_at(conn, name=machine.SWEEP) == clock.now()
        offers = conn.execute(select(Offer.status).order_by(Offer.id)).scalars().all()
    assert offers == ["lapsed", "offered"]
