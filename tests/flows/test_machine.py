"""A machine that really stalls: runs stuck, crashed, waiting; a conductor killed; who is told."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from prefect.client.schemas.objects import State
from prefect.states import Completed, Crashed, Running, Scheduled

from adapters import clock, prefect_client, prefect_runs, prefect_watch
from adapters.conductor_status import FILE_NAME, read_status
from adapters.settings import settings
from deployments.automations import register_automations
from desk.service import watching
from desk.service.watching import Watchman
from models.base import AnyRow
from models.database import reading, writing
from services.alerts import machine
from services.alerts.machine_watch import look_at_machine, tell_prefect_of_machine
from services.alerts.watch_marks import mark_at, note_mark
from services.cases.run_requests import DEPLOYMENT, POOL
from services.cases.runners import Runner
from tests.flows.conducting import created, unique
from tests.flows.receiving import Receiver

pytestmark = pytest.mark.usefixtures("deployments")
HOUR = timedelta(hours=1)


def alerts(url: str) -> dict[str, AnyRow]:
    with reading(url) as conn:
        return {one.subject: one for one in machine.live(conn)}


def put_into(flow_run_id: str, state: State[None]) -> None:
    with prefect_client.connected() as client:
        client.set_flow_run_state(UUID(flow_run_id), state, force=True)


def lingering() -> str:
    return created(unique("stall"), "linger", file="/dev/null", seconds=0)


def nothing_hangs() -> None:
    """Cancel whatever other tests left under way on the server that all of them share."""
    for run in prefect_runs.unfinished(pool=POOL, deployment=DEPLOYMENT, before=datetime.now(UTC)):
        prefect_runs.cancel(flow_run_id=run.id, message="The test before is over.")


def test_a_run_that_hangs_is_raised_at_the_second_look_and_cleared_when_it_has_ended(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "stuck_after_seconds", 1)
    monkeypatch.setattr(settings(), "sweep_seconds", 0)
    nothing_hangs()
    hanging = lingering()
    put_into(hanging, Running())
    worker = Runner("worker on atlas", kind="worker")
    time.sleep(1.1)
    try:
        worker.take(hanging)
        assert "runs-stuck" not in look_at_machine().found, "it is slow, and somebody is at it"
        time.sleep(1.1)
        assert "runs-stuck" in look_at_machine().found
        assert "runs-stuck" not in alerts(sqlite_url), "a restart may set it right"
        assert "runs-stuck" in look_at_machine().raised
        assert "has been under way" in alerts(sqlite_url)["runs-stuck"].words
        assert look_at_machine().raised == ()
    finally:
        prefect_runs.cancel(flow_run_id=hanging, message="The test is over.")
    look_at_machine()
    assert "runs-stuck" not in alerts(sqlite_url)


def test_a_crash_counts_until_a_run_like_it_has_ended_well() -> None:
    began = datetime.now(UTC) - timedelta(seconds=5)
    name = unique("DFG-2026-0099 · advance")
    deployment = prefect_runs.deployment_id(name="linger/handrail")

    def run(end: State[None]) -> None:
        made = prefect_runs.create_run(
            deployment_id=deployment,
            key=unique("crash"),
            name=name,
            tags=("case:DFG-2026-0099",),
            parameters={"file": "/dev/null", "seconds": 0},
        )
        put_into(str(made.id), end)

    run(Completed())
    run(Crashed(message="The machine lost its power."))
    assert name in prefect_watch.broken_off(deployment=DEPLOYMENT, since=began)
    assert name not in prefect_watch.broken_off(
        deployment=DEPLOYMENT, since=datetime.now(UTC) + HOUR
    )
    run(Completed())
    assert name not in prefect_watch.broken_off(deployment=DEPLOYMENT, since=began)


def test_scheduled_runs_that_nobody_takes_up_are_counted() -> None:
    before = datetime.now(UTC) - timedelta(minutes=15)
    assert prefect_watch.waiting_runs(pool=POOL, before=before) is None
    waiting = lingering()
    due = datetime.now(UTC) - HOUR
    put_into(waiting, Scheduled(scheduled_time=due))
    try:
        found = prefect_watch.waiting_runs(pool=POOL, before=before)
        assert found is not None
        assert found.count == 1
        assert abs(found.oldest - due) < timedelta(seconds=1)
        assert prefect_watch.waiting_runs(pool="no such pool", before=before) is None
    finally:
        prefect_runs.cancel(flow_run_id=waiting, message="The test is over.")


# ---- a conductor that is gone


@contextmanager
def conductor(environment: dict[str, str], *, home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a real conductor until the block ends."""
    with (home / "conductor.log").open("wb") as said:
        command = [sys.executable, "-m", "tests.flows.toy_conductor"]
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def wait_until(so: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not so():
        assert time.monotonic() < until
        time.sleep(0.05)


def age_heartbeat(home: Path, by: timedelta) -> None:
    """Let time pass since a conductor said that it lives."""
    status = read_status(home=home)
    assert status is not None
    older = replace(status, at=status.at - by, since=status.since and status.since - by)
    (home / FILE_NAME).write_text(json.dumps(asdict(older), default=str), encoding="utf-8")


def posting_to(
    receiver: Receiver, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Have Prefect post what stalls to a receiver; return the settings that say so."""
    own = {
        "HANDRAIL_PORT": environment["HANDRAIL_PORT"],
        "HANDRAIL_ALERT_PRIVATE_ADDRESSES": "1",
        "HANDRAIL_ALERT_WEBHOOK_URL": receiver.url,
    }
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    register_automations()
    return own


def test_a_killed_conductor_is_raised_by_handrail_up_and_prefect_told_by_a_process_of_its_own(
    sqlite_url: str,
    prefect_environment: dict[str, str],
    receiver: Receiver,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment = {
        **prefect_environment,
        **posting_to(receiver, prefect_environment, monkeypatch),
        "HANDRAIL_HOME": str(tmp_path),
        "HANDRAIL_DATABASE_URL": sqlite_url,
    }
    said: list[str] = []
    told: list[int] = []

    def tell() -> None:
        command = [sys.executable, "-m", "deployments.alarm"]
        told.append(subprocess.run(command, env=environment, check=False).returncode)

    watchman = Watchman(say=said.append, tell=tell, every=0)
    with conductor(environment, home=tmp_path) as process:
        wait_until(
            lambda: (status := read_status(home=tmp_path)) is not None and status.phase == "ready"
        )
        for _ in range(3):
            watchman.look()
        assert (said, alerts(sqlite_url)) == ([], {}), "all is well"
        process.kill()
        process.wait()
    age_heartbeat(tmp_path, timedelta(minutes=4))
    watchman.look()
    assert said == [], "it may be back at the next look"
    watchman.look()
    gone = alerts(sqlite_url)["conductor"]
    assert said == [f"ALERT: {gone.words}"]
    assert "4 minutes ago. Decisions are recorded, but nothing happens after them." in gone.words
    assert (told, gone.emitted_at is not None) == ([0], True)
    (post,) = receiver.wait_for(f'"alert": {gone.id},', count=1)
    facts = json.loads(post.body)
    assert (facts["event"], facts["subject"]) == ("handrail.machine.stalled", "conductor")
    watchman.look()
    assert (len(said), told) == (1, [0]), "said and told once"
    assert tell_prefect_of_machine() == 0
    age_heartbeat(tmp_path, -timedelta(minutes=4))
    watchman.look()
    assert said[1:] == [f"Well again (conductor): {gone.words}"]
    assert alerts(sqlite_url) == {}
    monkeypatch.delenv("HANDRAIL_ALERT_WEBHOOK_URL")
    settings.cache_clear()
    assert register_automations() == ()


def test_a_sweep_that_misses_its_turn_is_raised_unless_a_long_run_holds_it_up(
    sqlite_url: str,
    prefect_environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HANDRAIL_PORT", prefect_environment["HANDRAIL_PORT"])
    settings.cache_clear()
    now = datetime.now(UTC)
    said: list[str] = []
    watchman = Watchman(say=said.append, tell=lambda: None, every=0)

    def later(minutes: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=minutes))
        watchman.look()
        watchman.look()

    later(6)
    assert said == []
    with writing(sqlite_url) as conn:
        note_mark(conn, name=machine.SWEEP, now=now + timedelta(minutes=5))
    later(11)
    assert said == []
    in_hand = {"pid": 1, "at": now, "phase": "ready", "flow_run_id": "a long run", "since": now}
    (tmp_path / FILE_NAME).write_text(json.dumps(in_hand, default=str), encoding="utf-8")
    later(12)
    assert said == [], "the run in hand comes first"
    (tmp_path / FILE_NAME).unlink()
    later(12)
    assert len(said) == 1
    assert said[0].startswith("ALERT: The sweep last ran on ")
    assert list(alerts(sqlite_url)) == ["sweep"]
    with writing(sqlite_url) as conn:
        note_mark(conn, name=machine.SWEEP, now=now + timedelta(minutes=12))
        assert mark_at(conn, name=machine.SWEEP) == now + timedelta(minutes=12)
    later(13)
    assert alerts(sqlite_url) == {}


def test_a_server_that_is_gone_is_raised_after_half_a_minute(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_PORT", "9")
    settings.cache_clear()
    said: list[str] = []
    told: list[None] = []
    watchman = Watchman(say=said.append, tell=lambda: told.append(None), every=0)
    watchman.look()
    monkeypatch.setattr(watching, "DOWN_FOR", timedelta(0))
    watchman.look()
    assert said == []
    watchman.look()
    assert said[0].startswith("ALERT: Prefect's server at http://127.0.0.1:9/api has not answered")
    watchman.look()
    assert len(said) == 1
    assert len(told) == 2, "until Prefect knows"
