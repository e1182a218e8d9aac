"""What Prefect knows of a machine that stalls: runs not taken up or broken off, and lost notices.

Nothing here changes anything in Prefect, nor makes a work pool look as if somebody polled it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import DeploymentFilter, FlowRunFilter, WorkPoolFilter
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.events.filters import EventFilter
from prefect.exceptions import ObjectNotFound

from adapters.prefect_client import talking
from rules.runs import ATTENTION

MANY: Final = 200  # runs looked at, at most


@dataclass(frozen=True, slots=True)
class Waiting:
    """Scheduled runs that are due and not taken up.

    Args:
        count: How many, at most 200.
        oldest: Since when the first of them is due, in UTC.
        workers: How many workers of the pool say that they are online.
    """

    count: int
    oldest: datetime
    workers: int


def waiting_runs(*, pool: str, before: datetime) -> Waiting | None:
    """Return the scheduled runs of a work pool that have been due since before an instant, if any.

    Args:
        pool: The work pool's name.
        before: An aware instant on the real clock.

    Raises:
        PrefectDownError: The server does not answer.
    """
    due = {
        "state": {"type": {"any_": ["SCHEDULED"]}},
        "next_scheduled_start_time": {"before_": before.isoformat()},
    }
    with talking() as client:
        runs = client.read_flow_runs(
            flow_run_filter=FlowRunFilter.model_validate(due),
            work_pool_filter=WorkPoolFilter.model_validate({"name": {"any_": [pool]}}),
            sort=FlowRunSort.NEXT_SCHEDULED_START_TIME_ASC,
            limit=MANY,
        )
        times = [run.next_scheduled_start_time for run in runs if run.next_scheduled_start_time]
        return Waiting(len(times), min(times), _online(client, pool)) if times else None


def _online(client: SyncPrefectClient, pool: str) -> int:
    try:
        workers = client.read_workers_for_work_pool(pool)
    except ObjectNotFound:
        return 0
    return sum(worker.status == "ONLINE" for worker in workers)


# ---- broken off


def broken_off(*, deployment: str, since: datetime) -> tuple[str, ...]:
    """Return the names of runs that crashed or failed with none like them that ended well after.

    Like it is a run for the same case, or, where a run is for none, of the same deployment.

    Args:
        deployment: What the deployments of our flows are called; what others run is left out.
        since: Runs that ended earlier are left out; an aware instant on the real clock.

    Raises:
        PrefectDownError: The server does not answer.
    """
    ours = DeploymentFilter.model_validate({"name": {"any_": [deployment]}})
    with talking() as client:
        latest: dict[str, FlowRun] = {}
        for run in _ended(client, ours, since, "CRASHED", "FAILED"):  # newest first
            if run.state_name != ATTENTION:
                latest.setdefault(_alike(run), run)
        for run in _ended_well(client, ours, tuple(latest.values()), since):
            one = latest.get(_alike(run))
            if one is not None and one.end_time and run.end_time and run.end_time > one.end_time:
                del latest[_alike(run)]
        return tuple(sorted(_shown(client, run) for run in latest.values()))


def _ended_well(
    client: SyncPrefectClient, ours: DeploymentFilter, broken: Sequence[FlowRun], since: datetime
) -> Iterator[FlowRun]:
    names = sorted({run.name for run in broken if _of_case(run)})
    others = sorted({str(run.deployment_id) for run in broken if not _of_case(run)} - {"None"})
    for column, wanted in (("name", names), ("deployment_id", others)):
        if wanted:
            chosen = {column: {"any_": wanted}}
            found = _ended(client, ours, since, "COMPLETED", "FAILED", **chosen)
            yield from (run for run in found if _well(run))


def _well(run: FlowRun) -> bool:
    """Return whether a run came to its own end, though it left a case in trouble."""
    return run.state_type == StateType.COMPLETED or run.state_name == ATTENTION


def _ended(
    client: SyncPrefectClient, ours: DeploymentFilter, since: datetime, *types: str, **which: Any
) -> list[FlowRun]:
    chosen = {"state": {"type": {"any_": list(types)}}, "end_time": {"after_": since}, **which}
    return client.read_flow_runs(
        flow_run_filter=FlowRunFilter.model_validate(chosen),
        deployment_filter=ours,
        sort=FlowRunSort.END_TIME_DESC,
        limit=MANY,
    )


def _of_case(run: FlowRun) -> bool:
    return any(tag.startswith("case:") for tag in run.tags)


def _alike(run: FlowRun) -> str:
    return run.name if _of_case(run) or run.deployment_id is None else str(run.deployment_id)


def _shown(client: SyncPrefectClient, run: FlowRun) -> str:
    return run.name if _of_case(run) else client.read_flow(run.flow_id).name


# ---- notifications, which Prefect tries once; its own events say for some days what became of them

NAMES_BEGIN: Final = "Handrail: "
"""How the name of every automation of ours begins."""

_REFUSED: Final = 400  # an HTTP status from here on is no success
_TRIED: Final = ("prefect.automation.action.failed", "prefect.automation.action.executed")


def not_sent(*, since: datetime) -> tuple[tuple[str, int | None], ...]:
    """Return the automations of ours whose latest notification did not get through.

    Args:
        since: Earlier tries are not looked at; an aware instant.

    Returns:
        Each one's name, with the HTTP status of the answer or None where there was none.

    Raises:
        PrefectDownError: The server does not answer.
    """
    with talking() as client:
        ours = [one for one in client.read_automations() if one.name.startswith(NAMES_BEGIN)]
        found = [
            (one.name, status)
            for one in ours
            for status in _refused(client, f"prefect.automation.{one.id}", since)
        ]
        return tuple(sorted(found, key=lambda one: one[0]))


def _refused(client: SyncPrefectClient, resource: str, since: datetime) -> Iterator[int | None]:
    """Yield the status of an automation's latest try if it failed."""
    chosen = {
        "event": {"name": list(_TRIED)},
        "resource": {"id": [resource]},
        "occurred": {"since": since, "until": datetime.now(UTC) + timedelta(minutes=1)},
        "order": "DESC",
    }
    for event in client.read_events(EventFilter.model_validate(chosen), limit=1).events:
        # Prefect counts any answer to a webhook as a success, whatever its status.
        status = event.payload.get("status_code")
        if event.event == _TRIED[0] or (status is not None and status >= _REFUSED):
            yield status
