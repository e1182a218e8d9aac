"""Whose run it is: what the sweep starts again, and what it leaves to those who are at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from uuid import UUID

import pytest
from prefect.client.schemas.objects import State
from prefect.states import Pending, Running

from adapters import prefect_client, prefect_runs, prefect_watch
from deployments.execution import warm_engine
from flows.deliver_messages import deliver_messages
from flows.sweep import anything_to_sweep, sweep
from models.database import reading
from services.cases import runners
from services.cases import sweep as sweeping
from services.cases.run_requests import DEPLOYMENT
from services.cases.runners import Runner
from tests.flows.conducting import Asks, created, one_more, row_of, states_of, unique
from tests.flows.test_machine import nothing_hangs, put_into

pytestmark = pytest.mark.usefixtures("deployments", "sqlite_url")

Later = Callable[[timedelta], None]
HALF_AN_HOUR = timedelta(minutes=30)  # twice as long as a lease lasts


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Return a function that moves the real clock on, for all that asks whose a run is."""
    shift = timedelta(0)

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # as datetime has it
            return datetime.now(tz) + shift

    for module in (runners, sweeping):
        monkeypatch.setattr(module, "datetime", Moved)

    def move(by: timedelta) -> None:
        nonlocal shift
        shift += by

    return move


def of_another_team() -> str:
    """Return a run of somebody else's in our very work pool, under way."""
    with prefect_client.connected() as client:
        deployment = client.create_deployment(
            flow_id=client.create_flow_from_name("nightly-figures"),
            name="finance",
            entrypoint="figures.py:nightly",
            work_pool_name="handrail",
        )
        run = str(client.create_flow_run_from_deployment(deployment).id)
    put_into(run, Running())
    return run


def by_hand() -> str:
    """Return a run that belongs to no deployment, as of a script that somebody has started."""
    with prefect_client.connected() as client:
        flow_id = str(client.create_flow_from_name("by-hand"))
        run = str(client.request("POST", "/flow_runs/", json={"flow_id": flow_id}).json()["id"])
    put_into(run, Running())
    return run


def lingering(tmp_path: Path, state: State[None]) -> str:
    run = created(unique("lease"), "linger", file=str(tmp_path / "traces"), seconds=0)
    put_into(run, state)
    return run


def test_only_runs_of_ours_that_nobody_is_at_are_started_again(
    tmp_path: Path, later: Later
) -> None:
    nothing_hangs()
    theirs = (of_another_team(), by_hand())
    slow, lost, never_leased = (lingering(tmp_path, Running()) for _ in range(3))
    taken = lingering(tmp_path, Pending())
    alive, dead = Runner("worker on atlas", kind="worker"), Runner("worker on mars", kind="worker")
    starting = Runner("run 1", kind="run")
    for runner, run in ((alive, slow), (dead, lost), (starting, taken)):
        runner.take(run)
    later(HALF_AN_HOUR)
    alive.sign()
    starting.sign()
    assert anything_to_sweep()
    assert "2 runs restarted" in str(sweep(return_state=True).message)
    for run in (lost, never_leased):
        assert states_of(run)[-3:] == ["Running", "Crashed", "AwaitingRetry"]
    for run in (*theirs, slow):
        assert states_of(run)[-1] == "Running"
    assert states_of(taken)[-1] == "Pending"
    later(HALF_AN_HOUR)
    assert {run.id for run in sweeping.lost_runs()} == {slow, taken}, "they are gone now too"
    nothing_hangs()


def test_what_others_run_is_not_reported_as_broken_off() -> None:
    began = datetime.now(UTC)
    for run in (of_another_team(), by_hand()):
        prefect_runs.crash(flow_run_id=run, message="Its own trouble.")
    assert prefect_watch.broken_off(deployment=DEPLOYMENT, since=began) == ()


def test_a_flow_outside_the_conductor_leases_its_run_and_lets_go_at_the_end(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def look() -> object:
        with reading(sqlite_url) as conn:
            seen.extend(str(name) for name in conn.exec_driver_sql("SELECT name FROM runner"))
        return type("Delivered", (), {"sent": 0, "failed": 0})()

    monkeypatch.setattr("flows.deliver_messages.deliver_due", look)
    state = deliver_messages(return_state=True)
    assert state.name == "Delivered"
    assert [name[2:6] for name in seen] == ["run "]
    with reading(sqlite_url) as conn:
        assert conn.exec_driver_sql("SELECT name FROM runner").all() == []


def test_a_conductor_leaves_a_slow_run_to_whoever_is_at_it_and_takes_it_up_once_it_is_gone(
    ask: Asks, sqlite_url: str, tmp_path: Path, later: Later
) -> None:
    key, traces = unique("theirs"), tmp_path / "traces"
    row_id = ask(key, "linger", file=str(traces), seconds=0)
    theirs = created(key, "linger", file=str(traces), seconds=0)
    put_into(theirs, Running())
    other = Runner("worker on atlas", kind="worker")
    other.take(theirs)
    later(HALF_AN_HOUR)
    other.sign()
    with warm_engine(), prefect_client.connected():
        conductor = one_more(tmp_path)
        conductor._requested.serve_one()
        assert "in the hands of another process" in row_of(sqlite_url, row_id).last_error
        assert not traces.exists()
        later(HALF_AN_HOUR)
        with prefect_client.connected() as client:
            flow_run = client.read_flow_run(UUID(theirs))
        assert conductor._engine.carry_through(flow_run) is not None
    assert traces.read_text(encoding="utf-8").splitlines() == ["began", "ended"]
