"""What Prefect knows of a machine that stalls: runs that nobody takes up, and runs that broke off.

Nothing here changes anything in Prefect, nor makes a work pool look as if somebody polled it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, WorkPoolFilter
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound

from adapters.prefect_client import talking

MANY: Final = 200  # runs looked at, at most
_BROKEN: Final = ("CRASHED", "FAILED")


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
    due = {"state": {"type": {"any_": ["SCHEDULED"]}}, "next_scheduled_start_time": _until(before)}
    pools = WorkPoolFilter.model_validate({"name": {"any_": [pool]}})
    with talking() as client:
        runs = client.read_flow_runs(
            flow_run_filter=FlowRunFilter.model_validate(due),
            work_pool_filter=pools,
            sort=FlowRunSort.NEXT_SCHEDULED_START_TIME_ASC,
            limit=MANY,
        )
        times = [run.next_scheduled_start_time for run in runs if run.next_scheduled_start_time]
        if not times:
            return None
        return Waiting(count=len(times), oldest=min(times), workers=_online(client, pool))


def _online(client: SyncPrefectClient, pool: str) -> int:
    try:
        workers = client.read_workers_for_work_pool(pool)
    except ObjectNotFound:
        return 0
    return sum(worker.status == "ONLINE" for worker in workers)


def broken_off(*, since: datetime) -> tuple[str, ...]:
    """Return the names of runs that crashed or failed with none like them that ended well after.

    Like it is a run for the same case, or, where a run is for none, of the same deployment.

    Args:
        since: Runs that ended earlier are left out; an aware instant on the real clock.

    Raises:
        PrefectDownError: The server does not answer.
    """
    with talking() as client:
        broken = _ended(client, _BROKEN, since, {})
        if not broken:
            return ()
        latest: dict[str, FlowRun] = {}
        for run in broken:  # newest first
            latest.setdefault(_alike(run), run)
        for run in _ended_well(client, broken, since):
            one = latest.get(_alike(run))
            if one is not None and one.end_time and run.end_time and run.end_time > one.end_time:
                del latest[_alike(run)]
        return tuple(sorted(_shown(client, run) for run in latest.values()))


def _ended_well(
    client: SyncPrefectClient, broken: Sequence[FlowRun], since: datetime
) -> list[FlowRun]:
    names = sorted({run.name for run in broken if _of_case(run)})
    others = sorted({str(run.deployment_id) for run in broken if not _of_case(run)} - {"None"})
    found: list[FlowRun] = []
    if names:
        found += _ended(client, ("COMPLETED",), since, {"name": {"any_": names}})
    if others:
        found += _ended(client, ("COMPLETED",), since, {"deployment_id": {"any_": others}})
    return found


def _ended(
    client: SyncPrefectClient, types: Sequence[str], since: datetime, which: dict[str, Any]
) -> list[FlowRun]:
    chosen = {
        "state": {"type": {"any_": list(types)}},
        "end_time": {"after_": since},
        **which,
    }
    return client.read_flow_runs(
        flow_run_filter=FlowRunFilter.model_validate(chosen),
        sort=FlowRunSort.END_TIME_DESC,
        limit=MANY,
    )


def _of_case(run: FlowRun) -> bool:
    return any(tag.startswith("case:") for tag in run.tags)


def _alike(run: FlowRun) -> str:
    return run.name if _of_case(run) or run.deployment_id is None else str(run.deployment_id)


def _shown(client: SyncPrefectClient, run: FlowRun) -> str:
    return run.name if _of_case(run) else client.read_flow(run.flow_id).name


def _until(before: datetime) -> dict[str, str]:
    return {"before_": before.isoformat()}
