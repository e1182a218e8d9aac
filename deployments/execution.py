"""Carrying one run through in this process, with Prefect's own engine."""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx
from prefect import Flow
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import Pause
from prefect.flow_engine import run_flow
from prefect.flows import load_flow_from_entrypoint
from prefect.settings import (
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)

from adapters import prefect_client, prefect_runs
from deployments.logs import log
from deployments.register import is_ours
from rules.errors import PrefectDownError, RunRefusedError
from rules.runs import ATTENTION
from services.cases.runners import Runner
from services.cases.sweep import abandoned

NO_RESULTS: Final = Path(os.devnull)
"""Where our flows would keep results if they kept any; unless told, Prefect asks its server."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Args:
        state: The name of its last state, such as ``AwaitingConsent`` or ``Failed``.
        message: What the state says.
        cut_off: Whether it failed only because Prefect's server went away meanwhile.
    """

    state: str
    message: str
    cut_off: bool = False


@contextmanager
def warm_engine() -> Iterator[None]:
    """Set Prefect's engine up for many short runs in one process.

    Without the heartbeat a run does not wait up to a second for its thread at the end; no
    environment variable switches it off.
    """
    short = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, PREFECT_LOGGING_TO_API_ENABLED: False}
    with temporary_settings(short):
        yield


class Engine:
    """Carries runs through, one at a time, and knows which runs are this process's own.

    Args:
        runner: The one that the runs are leased to.
        holder: What a run says that was created in this process's hands, or a predecessor's.
        lost: The run a predecessor was killed in, or None.
    """

    def __init__(self, *, runner: Runner, holder: str, lost: str | None = None) -> None:
        self._runner = runner
        self._ours = {lost} if lost else set()
        self._holder = holder

    def own(self, flow_run_ids: Iterable[str]) -> None:
        """Count runs as this process's own: whoever carried them before is gone.

        Args:
            flow_run_ids: Their ids.
        """
        self._ours.update(flow_run_ids)

    def carry_through(self, flow_run: FlowRun) -> Outcome | None:
        """Run a run to its end, unless it has one, or give a lost one another go.

        Args:
            flow_run: The run as Prefect last described it.

        Returns:
            How it ended, or None where it is in the hands of another process.

        Raises:
            RunRefusedError: Its flow is not one that this process can run.
            PrefectDownError: The server went away; carry the same run through again later.
        """
        run = prefect_runs.view(flow_run)
        if run.ended and run.state_type != "CRASHED":
            return Outcome(state=run.state_name, message=run.message)
        flow = _flow_of(flow_run)
        once_more = run.state_type == "CRASHED" or self._lost(run)
        self._runner.take(run.id)
        try:
            return self._perform(flow, flow_run, once_more=once_more)
        finally:
            self._runner.put_down()

    def _perform(
        self, flow: Flow[..., Any], flow_run: FlowRun, *, once_more: bool
    ) -> Outcome | None:
        run = prefect_runs.view(flow_run)
        if once_more:
            prefect_runs.force_crashed_then_retry(flow_run_id=run.id)
        if not (self.held(run) or prefect_runs.take(flow_run_id=run.id)):
            return None
        self._ours.add(run.id)
        began = time.monotonic()
        outcome = perform(flow=flow, flow_run=flow_run)
        if outcome.cut_off:  # its tasks are safe to run again, and the server is back
            prefect_runs.force_crashed_then_retry(flow_run_id=run.id)
            prefect_runs.take(flow_run_id=run.id)
            outcome = perform(flow=flow, flow_run=flow_run)
        self._ours.discard(run.id)
        seconds = round(time.monotonic() - began, 3)
        log.info("run ended", run=run.name, id=run.id, seconds=seconds, state=outcome.state)
        return outcome

    def held(self, run: prefect_runs.RunView) -> bool:
        """Say whether a run was created in this process's hands, or a predecessor's, and no more.

        Args:
            run: The run as Prefect last described it.
        """
        return run.state_type == "PENDING" and run.message == self._holder

    def _lost(self, run: prefect_runs.RunView) -> bool:
        """Return whether a Pending or Running run has no process behind it."""
        if run.state_type not in {"PENDING", "RUNNING"} or self.held(run):
            return False
        return run.id in self._ours or bool(abandoned([run]))


def _flow_of(flow_run: FlowRun) -> Flow[..., Any]:
    if flow_run.deployment_id is None:
        raise RunRefusedError(f"Run {flow_run.name} belongs to no deployment.")
    return load_flow(_entrypoint(flow_run.deployment_id))


@lru_cache(maxsize=128)
def _entrypoint(deployment_id: UUID) -> str:
    return prefect_runs.deployment_entrypoint(deployment_id=deployment_id)


@lru_cache(maxsize=128)
def load_flow(entrypoint: str) -> Flow[..., Any]:
    """Import a flow by its module path.

    Args:
        entrypoint: Such as ``flows.sweep.sweep``.

    Raises:
        RunRefusedError: It was not registered by ``deployments``, or cannot be imported.
    """
    if not is_ours(entrypoint):
        raise RunRefusedError(
            f"The deployment's entry point {entrypoint!r} is none of Handrail's.",
            next_step="Give it a work pool of its own, served by a Prefect worker.",
        )
    try:
        flow: Flow[..., Any] = load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
        return flow.with_options(result_storage=NO_RESULTS)
    except Exception as error:
        raise RunRefusedError(
            f"The flow {entrypoint} cannot be loaded.",
            why=f"{type(error).__name__}: {error}",
            next_step="Restart `handrail up` after mending the installation.",
        ) from error


def perform(*, flow: Flow[..., Any], flow_run: FlowRun) -> Outcome:
    """Run a flow to its end and say how it ended; whatever the flow does, this process goes on.

    Args:
        flow: The flow.
        flow_run: Its run, Pending and ours.

    Raises:
        PrefectDownError: The server went away, so how the run ended is not known.
    """
    # Prefect listens for suspension on a websocket of its own for each run of a deployment, which
    # takes longer than the run. Ours are never suspended; the server keeps the run's deployment.
    quiet = flow_run.model_copy(update={"deployment_id": None})
    try:
        state = run_flow(_as_named(flow, flow_run), flow_run=quiet, return_type="state")
        return _outcome(state)
    except Pause:
        return Outcome(state="Paused", message="Paused in Prefect; it goes on when it is resumed.")
    except BaseException as error:  # noqa: BLE001 - SystemExit in a flow must not end the conductor
        return _after(error, flow_run_id=str(flow_run.id))


def _as_named(flow: Flow[..., Any], flow_run: FlowRun) -> Flow[..., Any]:
    """Return a flow that does not name its run again where the run has that name already."""
    template = flow.flow_run_name
    if not isinstance(template, str) or template.format(**flow_run.parameters) != flow_run.name:
        return flow
    named = copy(flow)
    named.flow_run_name = None
    return named


def _outcome(state: object) -> Outcome:
    if not isinstance(state, State):
        raise TypeError("the conductor runs flows that are plain functions, no async ones")
    said = state.message or ""
    return Outcome(state=state.name or state.type.value, message=said, cut_off=_cut_off(state))


def _cut_off(state: State[Any]) -> bool:
    if not state.is_failed() or state.name == ATTENTION:  # ended by the flow itself
        return False
    return isinstance(state.result(raise_on_failure=False), httpx.TransportError)


def _after(error: BaseException, *, flow_run_id: str) -> Outcome:
    """See to it that a run the engine gave up has an end, and return it."""
    if not prefect_client.server_reachable():
        raise PrefectDownError(
            "Prefect's server went away during a run.",
            why=f"{type(error).__name__}: {error}",
            next_step="It is run again when the server is back.",
        ) from error
    said = f"The run broke off: {type(error).__name__}: {error}"
    run = prefect_runs.find_run(flow_run_id=flow_run_id)
    if run is not None and run.ended:
        return Outcome(state=run.state_name, message=run.message)
    if run is not None:
        prefect_runs.crash(flow_run_id=flow_run_id, message=said)
    return Outcome(state="Crashed", message=said)
