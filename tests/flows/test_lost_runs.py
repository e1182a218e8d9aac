"""A conductor killed twice in a row: what the first had in hand is taken up again at once.

However it was killed, or Prefect's server: nothing waits until the lease of the dead has run out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from prefect.states import Running
from sqlalchemy import update

from adapters import prefect_client, prefect_runs
from adapters.conductor_status import read_status
from deployments.conductor import Conductor
from deployments.execution import warm_engine
from models.database import writing
from models.tables.record import Outbox
from rules.errors import PrefectDownError
from services.cases.runners import own_conductor
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
    killed = _running(created(key, "linger", file=str(traces), seconds=0))
    with writing(sqlite_url) as conn:  # the first died in the run; the second before it came to it
        left = {"status": status, "flow_run_id": killed, "claimed_by": own_conductor()}
        conn.execute(update(Outbox).values(left))
    turn_until_idle(one_more(tmp_path))
    assert (row_of(sqlite_url, row_id).status, row_of(sqlite_url, row_id).attempts) == ("sent", 1)
    assert states_of(killed)[-1] == "Lingered"
    assert traces.read_text(encoding="utf-8").splitlines() == ["began", "ended"]


def _running(flow_run_id: str) -> str:
    """Leave a run as one whose conductor was killed in it."""
    prefect_runs.take(flow_run_id=flow_run_id)
    with prefect_client.connected() as client:
        client.set_flow_run_state(UUID(flow_run_id), Running(), force=True)
    return flow_run_id


def test_a_run_without_a_request_goes_before_what_would_take_its_place_in_the_status_file(
    sqlite_url: str, ask: Asks, tmp_path: Path
) -> None:
    assert sqlite_url
    killed = _running(press_run("linger/handrail", file=str(tmp_path / "traces"), seconds=0))
    ask(unique("deliver"), "deliver-messages")
    assert one_more(tmp_path, lost_run=killed).turn()  # and killed after it
    assert states_of(killed)[-1] == "Lingered"


def test_a_run_that_prefect_broke_off_goes_before_what_would_take_its_place_in_the_status_file(
    sqlite_url: str, ask: Asks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sqlite_url
    conductor = one_more(tmp_path)
    press_run("deliver-messages/handrail")
    turn_until_idle(conductor)  # so that what is scheduled has waited for no time at all
    broken_off = press_run("linger/handrail", file=str(tmp_path / "traces"), seconds=0)
    monkeypatch.setattr("deployments.scheduled.LOOK_SECONDS", 0)
    _without_prefect(conductor, monkeypatch)
    ask(unique("deliver"), "deliver-messages")
    assert conductor.turn()
    assert states_of(broken_off)[-1] == "Lingered"


def test_a_request_that_prefect_broke_off_goes_before_what_was_scheduled(
    sqlite_url: str, ask: Asks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id = ask(unique("linger"), "linger", file=str(tmp_path / "traces"), seconds=0)
    conductor = one_more(tmp_path)
    _without_prefect(conductor, monkeypatch)
    press_run("deliver-messages/handrail")
    monkeypatch.setattr("deployments.scheduled.FAIR_SECONDS", 0)
    monkeypatch.setattr("deployments.scheduled.LOOK_SECONDS", 0)
    assert conductor.turn()
    assert row_of(sqlite_url, row_id).status == "sent"


def _without_prefect(conductor: Conductor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Prefect's server go away in the run that comes next."""
    with monkeypatch.context() as patch:
        patch.setattr("deployments.execution.perform", _goes_away)
        with pytest.raises(PrefectDownError):
            turn_until_idle(conductor)


def _goes_away(**_: object) -> None:
    raise PrefectDownError("Prefect's server went away during a run.", next_step="Wait.")


def test_a_run_whose_every_request_is_marked_is_brought_to_its_end(
    sqlite_url: str, ask: Asks, tmp_path: Path
) -> None:
    key, traces = unique("linger"), tmp_path / "traces"
    ask(key, "linger", file=str(traces), seconds=0)
    killed = _running(created(key, "linger", file=str(traces), seconds=0))
    with writing(sqlite_url) as conn:  # as a run over many cases does, case by case
        conn.execute(update(Outbox).values(status="sent", flow_run_id=killed))
    turn_until_idle(one_more(tmp_path, lost_run=killed))
    assert states_of(killed)[-1] == "Lingered"


def test_a_run_that_is_named_nowhere_yet_is_brought_to_its_end(
    sqlite_url: str, tmp_path: Path
) -> None:
    assert sqlite_url
    one_more(tmp_path)
    killed = read_status(home=tmp_path)
    assert killed is not None
    traces = tmp_path / "traces"
    made = created(unique("a"), "linger", holder=killed.holder, file=str(traces), seconds=0)
    turn_until_idle(one_more(tmp_path))  # its request went into a run with others
    assert states_of(made) == ["Pending", "Running", "Lingered"]
