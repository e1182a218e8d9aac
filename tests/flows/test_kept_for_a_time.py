"""What Prefect keeps goes after its time, with all that belongs to it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters import prefect_client
from deployments.execution import warm_engine
from deployments.server import PAGE_BYTES
from tests.flows.conducting import one_more, press_run, turn_until_idle

pytestmark = pytest.mark.usefixtures("deployments", "sqlite_url")

# Prefect's own service does the same once an hour, in the server's process.
VACUUM = """
import asyncio
from prefect.server.database import provide_database_interface
from prefect.server.services import db_vacuum
async def once():
    db = provide_database_interface()
    await db_vacuum.vacuum_events_with_retention_overrides(db=db)
    await db_vacuum.vacuum_old_events(db=db)
    await db_vacuum.vacuum_old_flow_runs(db=db)
asyncio.run(once())
"""
COUNTS = {
    "flow_run": "SELECT count(*) FROM flow_run WHERE id = ?",
    "flow_run_state": "SELECT count(*) FROM flow_run_state WHERE flow_run_id = ?",
    "task_run": "SELECT count(*) FROM task_run WHERE flow_run_id = ?",
    "events": "SELECT count(*) FROM events WHERE resource_id = 'prefect.flow-run.' || ?",
    "event_resources": "SELECT count(*) FROM event_resources "
    "WHERE resource_id = 'prefect.flow-run.' || ? AND resource_role = ''",
}
OLDER = """
UPDATE flow_run SET end_time = datetime(end_time, :age) WHERE id = :run;
UPDATE event_resources SET occurred = datetime(occurred, :age)
WHERE event_id IN (SELECT id FROM events WHERE resource_id = 'prefect.flow-run.' || :run);
UPDATE events SET occurred = datetime(occurred, :age)
WHERE resource_id = 'prefect.flow-run.' || :run
"""


@pytest.fixture
def prefects_own(prefect_home: Path) -> Iterator[sqlite3.Connection]:
    """Give Prefect's database."""
    with closing(sqlite3.connect(prefect_home / "prefect" / "prefect.db", timeout=30)) as found:
        yield found


def kept(conn: sqlite3.Connection, run: str) -> dict[str, int]:
    return {table: conn.execute(query, (run,)).fetchone()[0] for table, query in COUNTS.items()}


def ended(conn: sqlite3.Connection, folder: Path) -> str:
    """Run a flow with two task runs to its end, and wait until all of it is kept."""
    run = press_run("linger/handrail", file=str(folder / "traces"), seconds=0)
    with warm_engine(), prefect_client.connected():
        turn_until_idle(one_more(folder))
    until = time.monotonic() + 30
    while (found := kept(conn, run))["events"] < 4 or found["task_run"] < 2:
        assert time.monotonic() < until, found
        time.sleep(0.2)
    return run


def test_a_run_and_its_events_go_each_after_its_time(
    prefects_own: sqlite3.Connection, prefect_environment: dict[str, str], tmp_path: Path
) -> None:
    fresh, hours, days, month = [ended(prefects_own, tmp_path) for _ in range(4)]
    before = kept(prefects_own, fresh)
    assert before == dict(zip(COUNTS, (1, 4, 2, 4, 4), strict=True))
    for run, age in ((hours, 0.5), (days, 4), (month, 31)):
        with prefects_own:
            for statement in OLDER.split(";"):
                prefects_own.execute(statement, {"run": run, "age": f"-{age} days"})
    subprocess.run([sys.executable, "-c", VACUUM], env=prefect_environment, check=True, timeout=120)
    assert kept(prefects_own, fresh) == before
    assert kept(prefects_own, hours) == before | {"events": 1, "event_resources": 1}, "how it ended"
    assert kept(prefects_own, days) == before | {"events": 0, "event_resources": 0}
    assert kept(prefects_own, month) == dict.fromkeys(COUNTS, 0)


def test_the_file_has_pages_that_hold_an_event_with_room_to_spare(
    prefects_own: sqlite3.Connection,
) -> None:
    assert prefects_own.execute("PRAGMA page_size").fetchone() == (PAGE_BYTES,)
