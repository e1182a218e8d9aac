"""A worker of Prefect's on our pool, as a process: its death loses nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from flows.sweep import sweep
from tests.flows.conducting import press_run, states_of
from tests.flows.test_backlog import backlog, priced
from tests.flows.test_leases import HALF_AN_HOUR, Later, later
from tests.looking import messages
from tests.served import sqlite_service

__all__ = ["later", "sqlite_service"]

pytestmark = pytest.mark.usefixtures("deployments")

LONGEST = 120.0  # seconds: a worker and each of its runs import Prefect first


@contextmanager
def worker(name: str, environment: dict[str, str], said: Path) -> Iterator[None]:
    """Run a worker, and kill it at the end with the runs that it has in hand."""
    command = [sys.executable, "-P", "-m", "deployments.worker", "--name", name, "--limit", "1"]
    with said.open("ab") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        yield
    finally:
        runs = psutil.Process(process.pid).children(recursive=True)  # each in a group of its own
        process.kill()
        for one in runs:
            one.kill()
        process.wait()


def until_one_of(run: str, said: Path, *states: str) -> str:
    end = time.monotonic() + LONGEST
    while (state := states_of(run)[-1]) not in states:
        assert time.monotonic() < end, f"{state}: {said.read_text(encoding='utf-8')[-2000:]}"
        time.sleep(0.1)
    return str(state)


def test_a_worker_killed_with_its_run_leaves_the_case_to_the_next_and_nothing_is_done_twice(
    sqlite_service: str, prefect_environment: dict[str, str], tmp_path: Path, later: Later
) -> None:
    (reference,) = backlog(sqlite_service, cases=1)
    environment = {
        **prefect_environment,
        "HANDRAIL_HOME": str(tmp_path),
        "HANDRAIL_DATABASE_URL": sqlite_service,
        "HANDRAIL_CLOCK_FILE": str(tmp_path / "clock"),
        "PREFECT_WORKER_QUERY_SECONDS": "0.5",
    }
    said = tmp_path / "said"
    run = press_run("advance-case/handrail", case_ref=reference)
    with worker("one", environment, said):
        until_one_of(run, said, "Pending", "Running")
    later(HALF_AN_HOUR + timedelta(minutes=1))
    sweep()
    assert states_of(run)[-1] == "AwaitingRetry", states_of(run)
    with worker("two", environment, said):
        assert until_one_of(run, said, "AwaitingPriceConfirmation", "NeedsAttention", "Failed") == (
            "AwaitingPriceConfirmation"
        )
    assert priced(sqlite_service, [reference])
    assert len(messages(sqlite_service)) == 1, "the applicant is asked once"
    sweep()
    assert states_of(run)[-1] == "AwaitingPriceConfirmation", "what has ended is left alone"
