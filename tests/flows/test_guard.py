"""What somebody deletes or pauses in Prefect is noticed, said, and put back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolUpdate

from adapters import prefect_client, prefect_runs
from deployments import guard
from deployments.conductor import Conductor
from deployments.execution import warm_engine
from deployments.register import register
from models.database import reading
from services.alerts import machine
from services.alerts.machine_watch import look_at_machine
from services.cases.run_requests import POOL
from tests.flows.conducting import one_more, press_run, states_of, turn_until_idle
from tests.flows.conftest import TOYS

pytestmark = pytest.mark.usefixtures("deployments")

Harm = Callable[[SyncPrefectClient], object]


@pytest.fixture
def conductor(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Conductor]:
    """Return a conductor for which it is always time to look."""
    assert sqlite_url
    monkeypatch.setattr(guard, "LOOK_SECONDS", 0)
    with warm_engine(), prefect_client.connected():
        one = one_more(tmp_path)
        one.prepare(register_first=True)
        yield one
        register(file=TOYS)
        register()


def pay(client: SyncPrefectClient) -> UUID:
    return client.read_deployment_by_name("pay/handrail").id


def stop_schedule(client: SyncPrefectClient) -> None:
    """Switch off the schedule of a deployment that has one, as its page does."""
    sweep = client.read_deployment_by_name("sweep/handrail")
    client.update_deployment_schedule(sweep.id, sweep.schedules[0].id, active=False)


HARMS: dict[str, dict[str, Harm]] = {
    "deleted": {
        "pay was deleted": lambda client: client.delete_deployment(pay(client)),
        "the work pool was paused": lambda client: client.update_work_pool(
            POOL, WorkPoolUpdate(is_paused=True)
        ),
        "sweep had its schedule stopped": stop_schedule,
    },
    "paused": {
        "pay was paused": lambda client: client.pause_deployment(pay(client)),
        "the work pool was deleted": lambda client: client.delete_work_pool(POOL),
    },
}
"""What somebody may do in Prefect and what is said of it, as far as both can be so at once."""


@pytest.mark.parametrize("harms", HARMS.values(), ids=HARMS)
def test_what_was_deleted_or_paused_is_said_and_put_back(
    conductor: Conductor, sqlite_url: str, tmp_path: Path, harms: dict[str, Harm]
) -> None:
    turn_until_idle(conductor)
    assert guard.differences() == ()
    with prefect_client.connected() as client:
        for harm in harms.values():
            harm(client)
    assert set(guard.differences()) >= harms.keys()
    conductor.turn()
    assert guard.differences() == ()
    with reading(sqlite_url) as conn:
        alerts = {one.subject: one.words for one in machine.live(conn)}
        assert "deployments" in {one.subject for one in machine.stalled_here(conn)}
    assert "Found in Prefect on " in alerts["deployments"]
    assert all(said in alerts["deployments"] for said in harms)
    look_at_machine()
    with reading(sqlite_url) as conn:
        assert "deployments" in {one.subject for one in machine.live(conn)}, "it stays for a day"
    run = press_run("deliver-messages/handrail")
    turn_until_idle(one_more(tmp_path))
    assert states_of(run)[-1] == "Delivered"
    assert prefect_runs.deployment_id(name="pay/handrail")
