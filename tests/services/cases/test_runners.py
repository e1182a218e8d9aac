"""Signs of life in the database: seen from any machine, and not held up by what a run does."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from adapters.settings import settings
from models.base import AnyRow
from models.database import reading, writing
from models.tables.runners import Runner as Row
from services.alerts import machine
from services.alerts.elsewhere import seen_elsewhere
from services.cases import runners
from services.cases.runners import Runner

WAIT = 20.0  # seconds before a sign that should come counts as missing


def row(url: str, name: str) -> AnyRow:
    with reading(url) as conn:
        return conn.execute(select(Row.__table__).where(Row.name == name)).one()


def silent_for(url: str, name: str, minutes: int) -> None:
    """Let time pass since a runner gave its last sign of life."""
    with writing(url) as conn:
        at = datetime.now(UTC) - timedelta(minutes=minutes)
        conn.execute(update(Row).where(Row.name == name).values(seen_at=at))


def words(url: str) -> list[str]:
    with reading(url) as conn:
        return [one.words for one in seen_elsewhere(conn, now=datetime.now(UTC))]


def test_signs_of_life_keep_a_lease_until_they_end(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runners, "SIGN_EVERY", 0.05)
    worker = Runner("worker on atlas", kind="worker")
    worker.take("run-1")
    with worker.living():
        first = row(database_url, worker.name).seen_at
        until = time.monotonic() + WAIT
        while row(database_url, worker.name).seen_at == first:
            assert time.monotonic() < until
            time.sleep(0.02)
        assert runners.leased_now(["run-1", "run-2"]) == {"run-1"}
    stopped = row(database_url, worker.name)
    assert (stopped.stopped, stopped.flow_run_id) == (True, None)
    assert runners.leased_now(["run-1"]) == frozenset()


@pytest.mark.sqlite
def test_a_lease_lapses_with_the_time_that_is_set(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Runner("worker on atlas", kind="worker").take("run-1")
    silent_for(database_url, "worker on atlas", minutes=14)
    assert runners.leased_now(["run-1"]) == {"run-1"}
    monkeypatch.setattr(settings(), "stuck_after_seconds", 13 * 60)
    assert runners.leased_now(["run-1"]) == frozenset()


def test_a_conductor_or_worker_that_is_gone_is_seen_from_any_machine(database_url: str) -> None:
    for name in ("conductor on mars (/srv/handrail)", "worker on atlas"):
        Runner(name, kind="worker" if "worker" in name else "conductor").sign()
    assert words(database_url) == []
    silent_for(database_url, "worker on atlas", minutes=5)
    (said,) = words(database_url)
    assert "No sign of life for up to 5 minutes from: worker on atlas." in said
    silent_for(database_url, "conductor on mars (/srv/handrail)", minutes=8)
    (said,) = words(database_url)
    assert "for up to 8 minutes from: conductor on mars (/srv/handrail), worker on atlas." in said
    with reading(database_url) as conn:
        assert "runners" in {one.subject for one in machine.stalled_here(conn)}


@pytest.mark.sqlite
def test_one_that_was_stopped_or_is_looked_at_in_its_folder_is_no_fault(database_url: str) -> None:
    Runner("worker on atlas", kind="worker").sign(stopped=True)
    runners.conductor().sign()
    for name in ("worker on atlas", runners.own_conductor()):
        silent_for(database_url, name, minutes=60)
    assert words(database_url) == []


def test_what_is_gone_for_a_week_is_forgotten(database_url: str) -> None:
    for name in ("worker on atlas", "worker on mars"):
        Runner(name, kind="worker").sign()
    silent_for(database_url, "worker on atlas", minutes=8 * 24 * 60)
    runners.forget_run("run-1")
    with reading(database_url) as conn:
        assert [one.name for one in runners.known(conn)] == ["worker on mars"]
