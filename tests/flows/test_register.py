"""What Prefect is told: every flow, its form, and the sweep's schedule."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import yaml
from prefect.client.schemas.objects import State
from prefect.states import Scheduled

from adapters import prefect_client, prefect_runs
from deployments.execution import warm_engine
from deployments.register import FILE, register, registered
from rules.errors import RunRefusedError
from services.cases.run_requests import POOL
from tests.flows.conducting import created, one_more, states_of, turn_until_idle, unique

pytestmark = pytest.mark.usefixtures("deployments")


def test_every_flow_is_registered_once_however_often_it_is_done(
    deployments: tuple[str, ...],
) -> None:
    again = register()
    assert again == deployments
    assert len(set(again)) == len(again) == len(yaml.safe_load(FILE.read_text())["deployments"])
    with prefect_client.connected() as client:
        sweep = client.read_deployment_by_name("sweep/handrail")
        assert [one.slug for one in sweep.schedules] == ["sweep"]


def test_what_is_registered_as_it_should_be_is_left_alone_with_the_turns_of_its_schedule(
    deployments: tuple[str, ...],
) -> None:
    coming = scheduled_sweeps(at_least=2)
    before = as_prefect_has_them()
    with ThreadPoolExecutor(2) as both:
        assert [one.result() for one in [both.submit(register) for _ in range(2)]] == [
            deployments
        ] * 2
    assert as_prefect_has_them() == before
    assert scheduled_sweeps(at_least=2)[:2] == coming[:2]


def as_prefect_has_them() -> dict[str, tuple[object, ...]]:
    with prefect_client.connected() as client:
        found = registered(client)
        automations = sorted(one.name for one in client.read_automations())
    seen = {
        one: (it.updated, [(s.id, s.updated) for s in it.schedules]) for one, it in found.items()
    }
    return {**seen, "automations": (*automations,)}


def test_the_form_asks_for_a_case_reference_and_says_what_it_is() -> None:
    with prefect_client.connected() as client:
        form = client.read_deployment_by_name("price-works/handrail").parameter_openapi_schema
    assert form is not None
    field = form["properties"]["case_ref"]
    assert form["required"] == ["case_ref"]
    assert "DFG-2026-0042" in field["description"]
    with pytest.raises(RunRefusedError, match="case_ref"):
        created(unique("x"), "price-works", case_ref="no such reference")


def test_the_schedule_of_the_sweep_makes_runs_and_only_the_latest_overdue_one_is_run(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Prefect's own scheduler fails on SQLAlchemy 2.1; ``deployments.server`` mends it."""
    coming = scheduled_sweeps(at_least=2)
    now = datetime.now(UTC)
    with prefect_client.connected() as client:
        for minutes, flow_run_id in zip((6, 3), coming, strict=False):
            due: State[None] = Scheduled(scheduled_time=now - timedelta(minutes=minutes))
            client.set_flow_run_state(UUID(flow_run_id), due, force=True)
    with warm_engine(), prefect_client.connected():
        turn_until_idle(one_more(tmp_path))
    assert states_of(coming[0])[-1] == "Cancelled"
    assert states_of(coming[1])[-1] == "Swept"


def scheduled_sweeps(*, at_least: int) -> list[str]:
    """Wait until Prefect's scheduler has made runs of the sweep, and return their ids."""
    until = time.monotonic() + 30
    far = datetime.now(UTC) + timedelta(hours=4)
    sweep = prefect_runs.deployment_id(name="sweep/handrail")
    while True:
        runs = prefect_runs.due_runs(pool=POOL, now=far)
        found = [str(run.id) for run in runs if run.deployment_id == sweep and run.auto_scheduled]
        if len(found) >= at_least:
            return found
        assert time.monotonic() < until, "no run was scheduled"
        time.sleep(0.5)
