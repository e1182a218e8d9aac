"""The runs that Prefect has scheduled, as the conductor serves them, and the sweep's turn."""

from collections import deque
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final

from prefect.client.schemas.objects import FlowRun

from adapters import prefect_runs
from adapters.conductor_status import Heartbeat
from adapters.settings import settings
from deployments.execution import Engine
from deployments.logs import log
from flows.sweep import anything_to_sweep
from rules.errors import DatabaseBusyError, HandrailError, PrefectDownError
from services.alerts.machine import SWEEP
from services.alerts.turns import give_turn, turn_due
from services.alerts.watch_marks import WATCH
from services.cases.run_requests import DEPLOYMENT, POOL
from tasks.alerts import note_swept

LOOK_SECONDS: Final = 2.0  # between looks into Prefect's work pool
FAIR_SECONDS: Final = 10.0  # a scheduled run waits no longer than this behind a full outbox
ALIVE_SECONDS: Final = 30.0  # between signs of life to Prefect
TURNS_SECONDS: Final = 1.0  # between looks whose turn it is
OVERDUE: Final = 1.2
"""Prefect's schedule starts the watch; one that is so many intervals ago is made up for here."""


class ScheduledRuns:
    """Takes up due runs of the work pool, one at a time: of schedules, of a "Run" button.

    Args:
        worker: The name under which Prefect's pool page shows this process.
    """

    def __init__(self, *, engine: Engine, heartbeat: Heartbeat, worker: str) -> None:
        self._engine = engine
        self._heartbeat = heartbeat
        self._worker = worker
        self._due: deque[FlowRun] = deque()
        self._broken_off = False
        self._looked = self._said_alive = float("-inf")
        self._served = monotonic()
        self._looked_for_turns = self._asked_to_watch = float("-inf")

    def add(self, flow_run: FlowRun) -> None:
        """Put a run that a predecessor was killed in first, before all else that is to be done."""
        self._due.appendleft(flow_run)
        self._broken_off = True

    def add_last(self, flow_run: FlowRun) -> None:
        """Put a run last in the queue, as one that a request may see to before its turn comes."""
        self._due.append(flow_run)

    def look_for_turns(self) -> None:
        """Give the sweep and the watch their turns where they have come.

        Raises:
            PrefectDownError: The server does not answer; the turn is had later.
            DatabaseBusyError: The same, for our database.
        """
        now = monotonic()
        if now - self._looked_for_turns < TURNS_SECONDS:
            return
        self._looked_for_turns = now
        if turn_due(SWEEP, every=timedelta(seconds=settings().sweep_seconds)):
            self._sweep()
        late = timedelta(seconds=settings().watch_seconds * OVERDUE)
        if now - self._asked_to_watch > late.total_seconds() and turn_due(WATCH, every=late):
            self._asked_to_watch = now
            self._due.append(_run_of("watch-slas"))

    def _sweep(self) -> None:
        """See whether the sweep has anything to do, and only then run it.

        A run that finds nothing would be the most of what Prefect keeps.
        """
        if anything_to_sweep():
            self._due.append(_run_of("sweep"))
            give_turn(SWEEP)
        else:
            note_swept()

    def overdue(self) -> bool:
        """Look into the pool if it is time, and return whether a run has waited long enough.

        One that was broken off has: only the status file names it, and only until another run
        takes its place there. A conductor killed after that would leave it until its lease ends.
        """
        now = monotonic()
        if now - self._said_alive >= ALIVE_SECONDS:
            prefect_runs.say_alive(pool=POOL, worker=self._worker, seconds=ALIVE_SECONDS)
            self._said_alive = now
        if not self._due and now - self._looked >= LOOK_SECONDS:
            due = prefect_runs.due_runs(pool=POOL, now=datetime.now(UTC))
            self._due.extend(_without_overtaken(due))
            self._looked = monotonic()
        waited = bool(self._due) and now - self._served >= FAIR_SECONDS
        return self._broken_off or waited

    def serve_one(self) -> bool:
        """Carry the next due run through. Returns whether there was one.

        Raises:
            PrefectDownError: The server went away; the run stays first in the queue.
            DatabaseBusyError: The same, for our database.
        """
        if not self._due:
            return False
        flow_run = self._due[0]
        self._broken_off = True
        self._heartbeat.take_in_hand(flow_run_id=str(flow_run.id))
        try:
            fresh = prefect_runs.read_run(flow_run_id=str(flow_run.id))
            if fresh is not None:  # it may have been cancelled meanwhile
                self._engine.carry_through(fresh)
        except (PrefectDownError, DatabaseBusyError):
            raise
        except Exception as error:  # noqa: BLE001 - one bad run must not hold up the others
            expected = isinstance(error, HandrailError)
            log.warning("not run", run=flow_run.name, reason=str(error), exc_info=not expected)
            prefect_runs.crash(flow_run_id=str(flow_run.id), message=str(error))
        self._due.popleft()
        self._broken_off = False
        self._served = monotonic()
        self._heartbeat.put_down(finished=True)
        return True


def _run_of(flow: str) -> FlowRun:
    return prefect_runs.create_run(
        deployment_id=prefect_runs.deployment_id(name=f"{flow}/{DEPLOYMENT}"),
        key=f"{flow}:{datetime.now(UTC).isoformat()}",
        name=flow,
        tags=(),
        parameters={},
    )


def _without_overtaken(due: tuple[FlowRun, ...]) -> list[FlowRun]:
    """Cancel runs of a schedule that a later one has overtaken, as after a stop of some days."""
    newest = {run.deployment_id: run for run in due if run.auto_scheduled}
    kept = []
    for run in due:
        if run.auto_scheduled and run is not newest[run.deployment_id]:
            prefect_runs.cancel(
                flow_run_id=str(run.id), message="Overtaken by a later run of the same schedule."
            )
        else:
            kept.append(run)
    return kept
