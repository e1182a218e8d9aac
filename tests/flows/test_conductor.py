"""The conductor on a real Prefect server: every request runs once, and nothing it meets ends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from prefect.states import Running
from sqlalchemy import update

from adapters import prefect_client, prefect_runs
from deployments.conductor import Conductor
from deployments.execution import warm_engine
from models.database import writing
from models.tables.record import Outbox
from tests.flows.conducting import (
    Asks,
    created,
    one_more,
    press_run,
    row_of,
    states_of,
    turn_until_idle,
    unique,
)

pytestmark = pytest.mark.usefixtures("deployments")


@pytest.fixture
def conductor(sqlite_url: str, tmp_path: Path) -> Iterator[Conductor]:
    """Return a conductor in this process, ready to take turns."""
    with warm_engine(), prefect_client.connected():
        yield one_more(tmp_path)


# ---- requests of the outbox


def test_a_request_becomes_one_run_with_its_end_recorded(
    conductor: Conductor, ask: Asks, sqlite_url: str
) -> None:
    row_id = ask(unique("sweep"), "sweep")
    assert conductor.turn()
    row = row_of(sqlite_url, row_id)
    assert (row.status, row.attempts) == ("sent", 1)
    run = prefect_runs.find_run(flow_run_id=row.flow_run_id)
    assert run is not None
    assert (run.state_type, run.state_name) == ("COMPLETED", "Swept")
    assert not conductor.turn()


def test_a_request_claimed_again_after_its_run_ended_is_not_run_again(
    conductor: Conductor, ask: Asks, sqlite_url: str, tmp_path: Path
) -> None:
    traces = tmp_path / "traces"
    row_id = ask(unique("linger"), "linger", file=str(traces), seconds=0)
    conductor.turn()
    first = row_of(sqlite_url, row_id).flow_run_id
    with writing(sqlite_url) as conn:  # as if the process had died before recording the end
        conn.execute(update(Outbox).values(status="waiting"))
    turn_until_idle(one_more(tmp_path))
    assert row_of(sqlite_url, row_id).status == "sent"
    assert row_of(sqlite_url, row_id).flow_run_id == first
    assert traces.read_text(encoding="utf-8").splitlines() == ["began", "ended"]


def test_the_run_a_predecessor_was_killed_in_runs_again_under_its_id(
    conductor: Conductor, ask: Asks, sqlite_url: str, tmp_path: Path
) -> None:
    key, traces = unique("linger"), tmp_path / "traces"
    row_id = ask(key, "linger", file=str(traces), seconds=0)
    killed = created(key, "linger", file=str(traces), seconds=0)
    prefect_runs.take(flow_run_id=killed)
    with prefect_client.connected() as client:
        client.set_flow_run_state(UUID(killed), Running(), force=True)
    turn_until_idle(one_more(tmp_path, lost_run=killed))
    assert row_of(sqlite_url, row_id).flow_run_id == killed
    assert states_of(killed)[-5:] == ["Crashed", "AwaitingRetry", "Pending", "Running", "Lingered"]
    assert traces.read_text(encoding="utf-8").splitlines() == ["began", "ended"]


def test_a_run_in_the_hands_of_another_process_is_left_to_it(
    conductor: Conductor, ask: Asks, sqlite_url: str, tmp_path: Path
) -> None:
    key, traces = unique("linger"), tmp_path / "traces"
    row_id = ask(key, "linger", file=str(traces), seconds=0)
    theirs = created(key, "linger", file=str(traces), seconds=0)
    prefect_runs.take(flow_run_id=theirs)
    conductor.turn()
    row = row_of(sqlite_url, row_id)
    assert row.status == "waiting"
    assert "in the hands of another process" in row.last_error
    assert states_of(theirs) == ["Scheduled", "Pending"]
    assert not traces.exists()


@pytest.mark.parametrize(
    ("flow", "state", "said"),
    [("leave", "Crashed", "system exit"), ("fail", "Failed", "nobody expected this")],
)
def test_a_flow_that_ends_badly_does_not_end_the_conductor(
    conductor: Conductor, ask: Asks, sqlite_url: str, flow: str, state: str, said: str
) -> None:
    bad, good = ask(unique(flow), flow), ask(unique("deliver"), "deliver-messages")
    turn_until_idle(conductor)
    assert row_of(sqlite_url, good).status == "sent"
    run = prefect_runs.find_run(flow_run_id=row_of(sqlite_url, bad).flow_run_id)
    assert run is not None
    assert run.state_name == state
    assert said in run.message


def test_parameters_that_the_form_refuses_put_the_request_back_with_the_reason(
    conductor: Conductor, ask: Asks, sqlite_url: str
) -> None:
    row_id = ask(unique("bad"), "advance-case", case_ref="<script>")
    conductor.turn()
    row = row_of(sqlite_url, row_id)
    assert (row.status, row.attempts, row.flow_run_id) == ("waiting", 1, None)
    assert "case_ref" in row.last_error


def test_a_request_that_cannot_be_served_holds_up_no_other(
    conductor: Conductor, ask: Asks, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_order(*, request_ids: list[int], flow_run_id: str) -> None:
        raise ZeroDivisionError(f"nobody expected this of {request_ids} and {flow_run_id}")

    bad = ask(unique("a"), "deliver-messages")
    with monkeypatch.context() as patch:
        patch.setattr("deployments.runs.record_run_started", out_of_order)
        assert conductor.turn()
    good = ask(unique("b"), "deliver-messages")
    turn_until_idle(conductor)
    assert (row_of(sqlite_url, bad).status, row_of(sqlite_url, bad).attempts) == ("waiting", 1)
    assert "nobody expected this" in row_of(sqlite_url, bad).last_error
    assert row_of(sqlite_url, good).status == "sent"


def test_a_request_for_a_flow_nobody_knows_is_put_back_and_the_next_is_served(
    conductor: Conductor, ask: Asks, sqlite_url: str
) -> None:
    unknown, known = ask(unique("x"), "no-such-flow"), ask(unique("y"), "deliver-messages")
    turn_until_idle(conductor)
    assert "There is no deployment no-such-flow/handrail" in row_of(sqlite_url, unknown).last_error
    assert row_of(sqlite_url, known).status == "sent"


def test_deployments_deleted_in_prefect_are_registered_again_when_they_are_needed(
    conductor: Conductor, ask: Asks, sqlite_url: str
) -> None:
    with prefect_client.connected() as client:
        client.delete_deployment(prefect_runs.deployment_id(name="deliver-messages/handrail"))
    row_id = ask(unique("deliver"), "deliver-messages")
    turn_until_idle(conductor)
    assert row_of(sqlite_url, row_id).status == "sent"


# ---- runs that Prefect has scheduled


def test_a_run_started_in_prefect_is_taken_up(conductor: Conductor, tmp_path: Path) -> None:
    flow_run_id = press_run("linger/handrail", file=str(tmp_path / "traces"), seconds=0)
    turn_until_idle(conductor)
    assert states_of(flow_run_id) == ["Scheduled", "Pending", "Running", "Lingered"]


def test_a_run_cancelled_before_its_turn_is_not_run(conductor: Conductor, tmp_path: Path) -> None:
    traces = tmp_path / "traces"
    flow_run_id = press_run("linger/handrail", file=str(traces), seconds=0)
    prefect_runs.cancel(flow_run_id=flow_run_id, message="not wanted")
    turn_until_idle(conductor)
    assert not traces.exists()
    assert states_of(flow_run_id)[-1] == "Cancelled"


def test_a_run_lost_by_a_predecessor_is_taken_over_without_a_request(
    conductor: Conductor, tmp_path: Path
) -> None:
    flow_run_id = press_run("linger/handrail", file=str(tmp_path / "traces"), seconds=0)
    prefect_runs.take(flow_run_id=flow_run_id)
    turn_until_idle(one_more(tmp_path, lost_run=flow_run_id))
    assert states_of(flow_run_id)[-1] == "Lingered"
