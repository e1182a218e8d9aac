"""A conductor killed twice in a row: what the first had in hand is taken up again at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from prefect.states import Running
from sqlalchemy import update

from adapters import prefect_client, prefect_runs
from deployments.execution import warm_engine
from models.database import writing
from models.tables.record import Outbox
from tests.flows.conducting import (
    Asks,
    created,
    one_more,
    row_of,
    states_of,
    turn_until_idle,
    unique,
)

pytestmark = pytest.mark.usefixtures("deployments")


@pytest.fixture(autouse=True)
def _engine() -> Iterator[None]:
    with warm_engine(), prefect_client.connected():
        yield


@pytest.mark.parametrize("status", ["claimed", "waiting"])
def test_a_run_that_the_status_file_no_longer_names_is_run_again_at_once(
    sqlite_url: str, ask: Asks, tmp_path: Path, status: str
) -> None:
    key, traces = unique("linger"), tmp_path / "traces"
    row_id = ask(key, "linger", file=str(traces), seconds=0)
    killed = created(key, "linger", file=str(traces), seconds=0)
    prefect_runs.take(flow_run_id=killed)
    with prefect_client.connected() as client:
        client.set_flow_run_state(UUID(killed), Running(), force=True)
    with writing(sqlite_url) as conn:  # the first died in the run; the second before it came to it
        conn.execute(update(Outbox).values(status=status, flow_run_id=killed))
    turn_until_idle(one_more(tmp_path))
    assert (row_of(sqlite_url, row_id).status, row_of(sqlite_url, row_id).attempts) == ("sent", 1)
    assert states_of(killed)[-1] == "Lingered"
    assert traces.read_text(encoding="utf-8").splitlines() == ["began", "ended"]
