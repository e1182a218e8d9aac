"""Runs in Prefect: create one, find it by its stored id, and give a lost one another go.

All functions wait for their answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect.client.schemas.filters import DeploymentFilter, FlowRunFilter, WorkPoolFilter
from prefect.client.schemas.objects import FlowRun, State
from prefect.client.schemas.responses import OrchestrationResult, SetStateStatus
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.states import AwaitingRetry, Cancelled, Crashed, Pending

from adapters.prefect_client import talking


@dataclass(frozen=True, slots=True)
class RunView:
    """A flow run as Prefect knows it.

    Args:
        id: The run's id, as stored with the case.
        name: The run's name, such as ``DFG-2026-0042 · advance``.
        state_type: ``SCHEDULED PENDING RUNNING COMPLETED FAILED CANCELLED CRASHED PAUSED …``.
        state_name: The state's own name, such as ``AwaitingConsent``.
        message: What the state says, or an empty string.
        since: Since when it is in this state, in UTC, or None.
    """

    id: str
    name: str
    state_type: str
    state_name: str
    message: str
    since: datetime | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen in this run."""
        return self.state_type in {"COMPLETED", "FAILED", "CANCELLED", "CRASHED"}


def view(flow_run: FlowRun) -> RunView:
    """Return the facts about a flow run that Handrail keeps."""
    state = flow_run.state
    return RunView(
        id=str(flow_run.id),
        name=flow_run.name,
        state_type=state.type.value if state else "",
        state_name=(state.name or "") if state else "",
        message=(state.message or "") if state else "",
        since=state.timestamp if state else None,
    )


def create_run(
    *,
    deployment_id: UUID,
    key: str,
    name: str | None,
    tags: Sequence[str],
    parameters: Mapping[str, object],
    holder: str | None = None,
) -> FlowRun:
    """Create the run of a deployment, or return the one that this key created before.

    Args:
        deployment_id: The deployment's id.
        key: The idempotency key, such as ``DFG-2026-0042:advance:7``.
        name: The run's name, or None to let the flow name it.
        tags: Tags such as ``case:DFG-2026-0042``.
        parameters: Flat parameters; Prefect checks them against the flow's form.
        holder: Who has it in hand from the start, as its Pending state says; None schedules it.

    Raises:
        RunRefusedError: A parameter is not what the form allows.
        UnknownReferenceError: The deployment is not registered.
        PrefectDownError: The server does not answer.
    """
    with talking() as client:
        return client.create_flow_run_from_deployment(
            deployment_id,
            idempotency_key=key,
            name=name,
            tags=list(tags),
            parameters=dict(parameters),
            state=Pending(message=holder) if holder else None,
        )


def deployment_id(*, name: str) -> UUID:
    """Return the id of a registered deployment.

    Args:
        name: ``flow-name/deployment-name``.

    Raises:
        UnknownReferenceError: It is not registered.
        PrefectDownError: The server does not answer.
    """
    with talking() as client:
        return client.read_deployment_by_name(name).id


def deployment_entrypoint(*, deployment_id: UUID) -> str:
    """Return where the flow of a deployment is, such as ``flows.sweep.sweep``.

    Args:
        deployment_id: The deployment's id.

    Raises:
        UnknownReferenceError: It is not registered.
        PrefectDownError: The server does not answer.
    """
    with talking() as client:
        return client.read_deployment(deployment_id).entrypoint or ""


def read_run(*, flow_run_id: str) -> FlowRun | None:
    """Return Prefect's own object for a stored id, or None if Prefect no longer has it.

    Raises:
        PrefectDownError: The server does not answer.
    """
    with talking() as client:
        try:
            return client.read_flow_run(UUID(flow_run_id))
        except ObjectNotFound:
            return None


def find_run(*, flow_run_id: str) -> RunView | None:
    """Return a run by its stored id, or None if Prefect no longer has it.

    Raises:
        PrefectDownError: The server does not answer.
    """
    flow_run = read_run(flow_run_id=flow_run_id)
    return view(flow_run) if flow_run else None


def unfinished(
    *, pool: str, deployment: str, before: datetime, limit: int = 200
) -> tuple[RunView, ...]:
    """Return runs that have been Running or Pending since before an instant, oldest first.

    Args:
        pool: The work pool that their deployments are in; what others run is left out.
        deployment: What their deployments are called, whichever flow each is of.
        before: An aware instant; runs that entered their state later are left out.
        limit: How many to look at, at most.

    Raises:
        PrefectDownError: The server does not answer.
    """
    states = {"state": {"type": {"any_": ["RUNNING", "PENDING"]}}}
    with talking() as client:
        runs = client.read_flow_runs(
            flow_run_filter=FlowRunFilter.model_validate(states),
            deployment_filter=DeploymentFilter.model_validate({"name": {"any_": [deployment]}}),
            work_pool_filter=WorkPoolFilter.model_validate({"name": {"any_": [pool]}}),
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            limit=limit,
        )
    views = (view(run) for run in runs)
    return tuple(run for run in views if run.since and run.since < before)


def due_runs(*, pool: str, now: datetime) -> tuple[FlowRun, ...]:
    """Return the runs of a work pool that Prefect has scheduled and that are due, oldest first.

    Args:
        pool: The work pool's name.
        now: The present instant on the real clock, which Prefect's schedules follow.

    Raises:
        PrefectDownError: The server does not answer.
    """
    with talking() as client:
        found = client.get_scheduled_flow_runs_for_work_pool(pool, scheduled_before=now)
    runs = (one.flow_run for one in found)
    return tuple(sorted(runs, key=lambda run: run.next_scheduled_start_time or now))


def say_alive(*, pool: str, worker: str, seconds: float) -> None:
    """Tell Prefect that somebody serves the work pool, so that its page shows it as ready.

    Args:
        pool: The work pool's name.
        worker: The name to show.
        seconds: How often this is said.

    Raises:
        PrefectDownError: The server does not answer.
    """
    with talking() as client:
        client.send_worker_heartbeat(pool, worker, heartbeat_interval_seconds=seconds)


def take(*, flow_run_id: str) -> bool:
    """Claim a scheduled run for this process; only one of many claimants gets it.

    Raises:
        PrefectDownError: The server does not answer.
    """
    return _propose(flow_run_id, Pending()).status == SetStateStatus.ACCEPT


def _propose(
    flow_run_id: str, state: State[Any], *, force: bool = False
) -> OrchestrationResult[Any]:
    with talking() as client:
        return client.set_flow_run_state(UUID(flow_run_id), state, force=force)


def cancel(*, flow_run_id: str, message: str) -> None:
    """End a run that has not started.

    Args:
        flow_run_id: The run's id.
        message: Why, for whoever looks.

    Raises:
        PrefectDownError: The server does not answer.
    """
    _propose(flow_run_id, Cancelled(message=message), force=True)


def crash(*, flow_run_id: str, message: str) -> None:
    """End a run that cannot go on.

    Args:
        flow_run_id: The run's id.
        message: Why, for whoever looks.

    Raises:
        PrefectDownError: The server does not answer.
    """
    _propose(flow_run_id, Crashed(message=message), force=True)


def force_crashed_then_retry(*, flow_run_id: str) -> None:
    """Give a run whose process is gone another go under the same id.

    It is marked Crashed first, so that its history says what happened, then AwaitingRetry, due at
    once: the conductor or a worker takes it up like any scheduled run.

    Raises:
        UnknownReferenceError: Prefect no longer has the run.
        PrefectDownError: The server does not answer.
    """
    crash(flow_run_id=flow_run_id, message="The process that ran this is gone; it is run again.")
    _propose(flow_run_id, AwaitingRetry(), force=True)
