"""The work pool and the deployments kept as they were registered.

Whoever may use Prefect's pages can delete or pause them, and cases would stand still without a
word. What is found so is put back, and said.
"""

from collections.abc import Iterator, Mapping
from time import monotonic
from typing import Any, Final

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import DeploymentFilter
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound

from adapters.prefect_client import talking
from deployments.logs import log
from deployments.register import deployments_in, register
from services.cases.run_requests import DEPLOYMENT, POOL
from tasks.alerts import say_put_back

LOOK_SECONDS: Final = 30.0


class Guard:
    """Looks now and then whether everything is as registered, and puts back what is not."""

    def __init__(self) -> None:
        self._looked = monotonic()  # all of it was registered just now

    def look(self) -> None:
        """Look, if it is time.

        Raises:
            PrefectDownError: The server does not answer; it is looked at next time.
        """
        if monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = monotonic()
        if found := differences():
            register()
            log.warning("put back", what="; ".join(found))
            say_put_back(found)


def differences() -> tuple[str, ...]:
    """Return what somebody has deleted, paused or changed, in words.

    Raises:
        PrefectDownError: The server does not answer.
    """
    ours = DeploymentFilter.model_validate({"name": {"any_": [DEPLOYMENT]}})
    with talking() as client:
        pool = tuple(_of_pool(client))
        found = client.read_deployments(deployment_filter=ours, limit=200)
    there = {one.entrypoint: one for one in found}
    wrong = [
        f"{one['entrypoint'].rpartition('.')[2].replace('_', '-')} {what}"
        for one in deployments_in()
        if (what := _wrong(one, there.get(one["entrypoint"])))
    ]
    return (*pool, *wrong)


def _of_pool(client: SyncPrefectClient) -> Iterator[str]:
    try:
        pool = client.read_work_pool(POOL)
    except ObjectNotFound:
        yield "the work pool was deleted"
        return
    if pool.is_paused:
        yield "the work pool was paused"


def _wrong(wanted: Mapping[str, Any], there: DeploymentResponse | None) -> str:
    """Say what is wrong with a deployment, or nothing."""
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
