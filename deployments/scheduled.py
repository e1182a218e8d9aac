"""Runs that Prefect has scheduled: its "Run" button, its CLI, the sweep's schedule."""

from collections import deque
from datetime import UTC, datetime
from time import monotonic
from typing import Final
from uuid import UUID

from prefect.client.schemas.objects import FlowRun

from adapters import prefect_runs
from adapters.conductor_status import Heartbeat
from deployments.execution import Engine
from deployments.logs import log
from deployments.register import POOL
from rules.errors import DatabaseBusyError, HandrailError, PrefectDownError
from services.cases.run_requests import record_run_ended

LOOK_SECONDS: Final = 2.0  # between looks into Prefect's work pool
FAIR_SECONDS: Final = 10.0  # a scheduled run waits no longer than this behind a full outbox
ALIVE_SECONDS: Final = 30.0  # between signs of life to Prefect


class ScheduledRuns:
    """Takes up due runs of the work pool, one at a time.

    Args:
        engine: Carries the runs through.
        heartbeat: Where it says which run is in hand.
        worker: The name under which Prefect's pool page shows this process.
    """

    def __init__(self, *, engine: Engine, heartbeat: Heartbeat, worker: str) -> None:
        self._engine = engine
        self._heartbeat = heartbeat
        self._worker = worker
        self._due: deque[FlowRun] = deque()
        self._looked = self._said_alive = self._served = float("-inf")

    def add(self, flow_run: FlowRun) -> None:
        """Put a run first in the queue, as one that a predecessor left.

        Args:
            flow_run: The run.
        """
        self._due.appendleft(flow_run)

    def overdue(self) -> bool:
        """Look into the pool if it is time, and return whether a run has waited long enough."""
        now = monotonic()
        if now - self._said_alive >= ALIVE_SECONDS:
            prefect_runs.say_alive(pool=POOL, worker=self._worker, seconds=ALIVE_SECONDS)
            self._said_alive = now
        if not self._due and now - self._looked >= LOOK_SECONDS:
            self._due.extend(_without_overtaken(_due()))
            self._looked = monotonic()
        return bool(self._due) and now - self._served >= FAIR_SECONDS

    def serve_one(self) -> bool:
        """Carry the next due run through. Returns whether there was one.

        Raises:
            PrefectDownError: The server went away; the run stays first in the queue.
            DatabaseBusyError: The same, for our database.
        """
        if not self._due:
            return False
        flow_run = self._due[0]
        self._heartbeat.take_in_hand(request_id=None, flow_run_id=str(flow_run.id))
        try:
            self._carry_through(flow_run)
        except (PrefectDownError, DatabaseBusyError):
            raise
        except Exception as error:  # noqa: BLE001 - one bad run must not hold up the others
            expected = isinstance(error, HandrailError)
            log.warning("not run", run=flow_run.name, reason=str(error), exc_info=not expected)
            prefect_runs.crash(flow_run_id=str(flow_run.id), message=str(error))
        self._due.popleft()
        self._served = monotonic()
        self._heartbeat.put_down(finished=True)
        return True

    def _carry_through(self, flow_run: FlowRun) -> None:
        fresh = prefect_runs.read_run(flow_run_id=str(flow_run.id))  # it may have been cancelled
        outcome = self._engine.carry_through(fresh) if fresh is not None else None
        if outcome is not None:
            record_run_ended(
                request_id=None,
                flow_run_id=str(flow_run.id),
                state=outcome.state,
                message=outcome.message,
            )


def _due() -> tuple[FlowRun, ...]:
    return prefect_runs.due_runs(pool=POOL, now=datetime.now(UTC))


def _without_overtaken(due: tuple[FlowRun, ...]) -> list[FlowRun]:
    """Cancel runs of a schedule that a later one has overtaken, as after a stop of some days."""
    newest: dict[UUID | None, FlowRun] = {}
    for run in due:
        if run.auto_scheduled:
            newest[run.deployment_id] = run
    kept = []
    for run in due:
        if run.auto_scheduled and run is not newest[run.deployment_id]:
            prefect_runs.cancel(
                flow_run_id=str(run.id), message="Overtaken by a later run of the same schedule."
            )
        else:
            kept.append(run)
    return kept
