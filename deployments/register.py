"""Tell Prefect what can be run: every deployment and schedule of ``prefect.yaml``.

``handrail up`` does this at each start, within a second or two, and then sets up who is notified of
alerts. ``prefect deploy --all`` reads the same file where Prefect's server is somewhere else.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import yaml
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import DeploymentFilter
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema

from adapters.prefect_client import connected
from adapters.settings import settings
from deployments.automations import register_automations
from deployments.logs import log
from rules.errors import HandrailError, PrefectDownError
from services.cases.run_requests import DEPLOYMENT, POOL
from services.ready import in_turn

FILE: Final = Path(__file__).with_name("prefect.yaml")
SWEEP_SHOWS: Final = 3600
"""Seconds between sweeps that run whether there is anything to do or not, so that each is seen."""

_registered_here: set[str] = set()


def deployments_in(file: Path = FILE) -> list[dict[str, Any]]:
    """Return the deployments of a ``prefect.yaml``, as it describes them."""
    found: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))["deployments"]
    return found


@lru_cache(maxsize=1)
def _ours() -> frozenset[str]:
    return frozenset(one["entrypoint"] for one in deployments_in())


def count_as_ours(file: Path) -> None:
    """Let this process run the entry points of another file as well."""
    _registered_here.update(one["entrypoint"] for one in deployments_in(file))


def is_ours(entrypoint: str) -> bool:
    """Return whether an entry point is of our file, or of one that this very process registered.

    What Prefect's server says that a deployment runs is the word of whoever reached the server.
    """
    return entrypoint in _ours() or entrypoint in _registered_here


def register(*, file: Path = FILE) -> tuple[str, ...]:
    """Create or renew every deployment in the file, going again where paused; drop what left it.

    Args:
        file: A ``prefect.yaml`` whose entry points are module paths.

    Returns:
        The names, such as ``advance-case/handrail``, in the order of the file.

    Raises:
        PrefectDownError: The server does not answer.
    """
    wanted = deployments_in(file)
    count_as_ours(file)
    with in_turn(settings().resolved_database_url, what="register"), connected() as client:
        _have_pool(client)
        there = registered(client)
        kept = {_register_one(client, one, there): one["name"] for one in wanted}
        for entrypoint, one in there.items():
            if entrypoint.startswith("flows.") and one.id not in kept:
                client.delete_deployment(one.id)
        _have_automations()
        return tuple(f"{_flow(one).name}/{one['name']}" for one in wanted)


def _have_automations() -> None:
    """Renew who is notified; one that Prefect does not take must not stop the runs."""
    try:
        register_automations()
    except PrefectDownError:
        raise
    except HandrailError as error:
        log.warning("nobody is notified through Prefect", reason=error.text())


def _have_pool(client: SyncPrefectClient) -> None:
    try:
        if client.read_work_pool(POOL).is_paused:
            client.update_work_pool(POOL, WorkPoolUpdate(is_paused=False))
    except ObjectNotFound:
        # Without a job template: a worker that joins the pool brings its own, and until then the
        # server need not check the job variables of every new run.
        pool = WorkPoolCreate(
            name=POOL,
            type="process",
            description="Handrail's runs: the conductor of `handrail up`, or process workers.",
        )
        try:
            client.create_work_pool(pool)
        except ObjectAlreadyExists:
            return  # another machine was quicker


def registered(client: SyncPrefectClient) -> dict[str, DeploymentResponse]:
    """Return the deployments that this version, or an earlier one, registered, by entry point."""
    chosen = DeploymentFilter.model_validate({"name": {"any_": [DEPLOYMENT]}})
    found = client.read_deployments(deployment_filter=chosen, limit=200)
    return {one.entrypoint: one for one in found if one.entrypoint}


def difference(wanted: Mapping[str, Any], there: DeploymentResponse | None) -> str:
    """Say what is wrong with a deployment as Prefect has it, or nothing."""
    if there is None:
        return "was deleted"
    if there.paused:
        return "was paused"
    running = {one.slug for one in there.schedules if one.active}
    if {one["slug"] for one in wanted["schedules"] if one["active"]} - running:
        return "had its schedule stopped"
    as_registered = (POOL, True, wanted["parameters"], None)
    limit = there.global_concurrency_limit
    is_now = (there.work_pool_name, there.enforce_parameter_schema, there.parameters, limit)
    return "" if is_now == as_registered else "was changed"


def _flow(wanted: Mapping[str, Any]) -> Flow[..., Any]:
    return load_flow_from_entrypoint(wanted["entrypoint"], use_placeholder_flow=False)


def _register_one(
    client: SyncPrefectClient, wanted: Mapping[str, Any], there: Mapping[str, DeploymentResponse]
) -> UUID:
    """Register a deployment unless it is there as it should be; return its id.

    Prefect takes every registering for a change: it drops the runs that a schedule has made, and
    the schedule's turns begin anew.
    """
    flow, found = _flow(wanted), there.get(wanted["entrypoint"])
    if found and not difference(wanted, found) and _says(found) == _would_say(wanted, flow):
        return found.id
    return client.create_deployment(
        flow_id=client.create_flow_from_name(flow.name),
        name=wanted["name"],
        entrypoint=wanted["entrypoint"],
        description=wanted["description"],
        tags=[],  # Prefect keeps every tag of a run again with each of its events
        paused=False,
        parameters=wanted["parameters"],
        parameter_openapi_schema=parameter_schema(flow).model_dump_for_openapi(),
        enforce_parameter_schema=wanted["enforce_parameter_schema"],
        schedules=_schedules(wanted["schedules"]),
        work_pool_name=wanted["work_pool"]["name"],
        pull_steps=[],
    )


def _says(there: DeploymentResponse) -> tuple[object, ...]:
    """Return what a deployment says of itself and when its schedules have their turns."""
    turns = {
        (one.slug, one.active, getattr(one.schedule, "interval", None)) for one in there.schedules
    }
    return there.description, there.tags, there.parameter_openapi_schema, turns


def _would_say(wanted: Mapping[str, Any], flow: Flow[..., Any]) -> tuple[object, ...]:
    turns = {
        (one["slug"], one["active"], timedelta(seconds=_interval(one)))
        for one in wanted["schedules"]
    }
    return wanted["description"], [], parameter_schema(flow).model_dump_for_openapi(), turns


def _schedules(wanted: Sequence[Mapping[str, Any]]) -> list[DeploymentScheduleCreate]:
    return [
        DeploymentScheduleCreate(
            schedule=IntervalSchedule(interval=timedelta(seconds=_interval(one))),
            slug=one["slug"],
            active=one["active"],
        )
        for one in wanted
    ]


def _interval(schedule: Mapping[str, Any]) -> int:
    # The conductor, which registers, looks itself whether a sweep has anything to do.
    ours = {"sweep": max(SWEEP_SHOWS, settings().sweep_seconds), "watch": settings().watch_seconds}
    return ours.get(schedule["slug"]) or int(schedule["interval"])
