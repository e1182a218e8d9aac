"""The conductor as a process: told to stop, killed, left without Prefect, started twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.conductor_status import read_status
from adapters.locks import only_one
from rules.errors import AlreadyRunningError
from tests.flows.conducting import Asks, row_of, unique

pytestmark = pytest.mark.usefixtures("deployments")


@pytest.fixture
def process(
    sqlite_url: str, prefect_environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Return a function that starts a conductor of this test's state folder."""
    started: list[subprocess.Popen[bytes]] = []
    environment = {
        **prefect_environment,
        "HANDRAIL_HOME": str(tmp_path),
        "HANDRAIL_DATABASE_URL": sqlite_url,
    }

    def start(log: Path = tmp_path / "conductor.log", **otherwise: str) -> subprocess.Popen[bytes]:
        with log.open("ab") as said:
            command = [sys.executable, "-m", "tests.flows.toy_conductor"]
            chosen = {**environment, **otherwise}
            started.append(subprocess.Popen(command, env=chosen, stdout=said, stderr=said))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


def wait_for(what: Callable[[], bool], *, log: Path, seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, log.read_text(encoding="utf-8")[-3000:]
        time.sleep(0.05)


def test_sigterm_lets_the_present_run_finish_and_starts_no_other(
    process: Callable[..., subprocess.Popen[bytes]], ask: Asks, sqlite_url: str, tmp_path: Path
) -> None:
    traces, log = tmp_path / "traces", tmp_path / "conductor.log"
    first = ask(unique("a"), "linger", file=str(traces), seconds=1)
    second = ask(unique("b"), "linger", file=str(traces), seconds=1)
    running = process()
    wait_for(traces.exists, log=log)
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=15) == 0
    assert traces.read_text(encoding="utf-8").splitlines() == ["began", "ended"]
    assert row_of(sqlite_url, first).status == "sent"
    assert row_of(sqlite_url, second).status == "waiting"


def test_a_killed_conductor_leaves_nothing_undone_for_the_next(
    process: Callable[..., subprocess.Popen[bytes]], ask: Asks, sqlite_url: str, tmp_path: Path
) -> None:
    traces, log = tmp_path / "traces", tmp_path / "conductor.log"
    rows = [ask(unique("a"), "linger", file=str(traces), seconds=0.7) for _ in range(2)]
    killed = process()
    wait_for(traces.exists, log=log)
    killed.kill()
    killed.wait()
    status = read_status(home=tmp_path)
    assert status is not None
    assert [row_of(sqlite_url, one).claimed_by is not None for one in rows] == [True, False]
    process()
    wait_for(lambda: all(row_of(sqlite_url, one).status == "sent" for one in rows), log=log)
    lines = traces.read_text(encoding="utf-8").splitlines()
    assert lines == ["began", "began", "ended", "began", "ended"]
    assert row_of(sqlite_url, rows[0]).flow_run_id == status.flow_run_id


def test_a_log_that_cannot_be_written_stops_nothing(
    process: Callable[..., subprocess.Popen[bytes]], ask: Asks, sqlite_url: str, tmp_path: Path
) -> None:
    rows = [ask(unique("deliver"), "deliver-messages"), ask(unique("fail"), "fail")]
    process(log=Path("/dev/full"), PYTHONUNBUFFERED="1")
    wait_for(
        lambda: all(row_of(sqlite_url, one).status == "sent" for one in rows), log=Path(os.devnull)
    )
    assert all(row_of(sqlite_url, one).flow_run_id for one in rows), "each has its run"


def test_without_prefect_it_waits_takes_nothing_and_can_be_stopped(
    process: Callable[..., subprocess.Popen[bytes]], ask: Asks, sqlite_url: str, tmp_path: Path
) -> None:
    row_id = ask(unique("deliver"), "deliver-messages")
    waiting = process(PREFECT_API_URL="http://127.0.0.1:9/api")

    def waits() -> bool:
        status = read_status(home=tmp_path)
        return status is not None and status.phase == "waiting" and "does not" in status.trouble

    wait_for(waits, log=tmp_path / "conductor.log")
    waiting.terminate()
    assert waiting.wait(timeout=15) == 0
    row = row_of(sqlite_url, row_id)
    assert (row.status, row.attempts) == ("waiting", 0)


def test_a_second_conductor_on_the_same_folder_is_told_so(tmp_path: Path) -> None:
    lock = tmp_path / "conductor.lock"
    with (
        only_one(file=lock, what="A conductor", next_step="Stop it."),
        pytest.raises(AlreadyRunningError, match=f"process {os.getpid()}"),
        only_one(file=lock, what="A conductor", next_step="Stop it."),
    ):
        pytest.fail("held twice")
    with only_one(file=lock, what="A conductor", next_step="Stop it."):
        assert lock.read_text(encoding="ascii").strip() == str(os.getpid())
