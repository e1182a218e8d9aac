"""The conductor: one warm process in which every run of the embedded default takes place.

It starts the runs that our outbox asks for, and takes up those that Prefect has scheduled, one at
a time, with Prefect's own engine. Being killed at any instant loses nothing: the request stays in
the outbox, its run is found again by its key, and what a run has done is safe to do again.

``python -m deployments.conductor [--register]``
"""

import os
import platform
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Final

from adapters import prefect_client, prefect_runs
from adapters.conductor_status import Heartbeat, read_status
from adapters.locks import only_one
from adapters.private import private_folder
from adapters.settings import settings
from deployments.execution import Engine, warm_engine
from deployments.guard import Guard
from deployments.logs import log
from deployments.register import register
from deployments.runs import RequestedRuns
from deployments.scheduled import ScheduledRuns
from rules.errors import (
    AlreadyRunningError,
    BrokenStateError,
    DatabaseBusyError,
    PrefectDownError,
)
from services.cases import runners
from services.cases.run_requests import (
    DEPLOYMENT,
    POOL,
    release_claims,
    runs_begun,
)
from services.ready import check_ready

IDLE_SECONDS: Final = 0.03  # between looks into the outbox when nothing waits
LOOK_SECONDS: Final = 0.3  # between looks whether Prefect's server is back
BEAT_SECONDS: Final = 5.0  # between signs of life in the status file
LONGEST_WAIT: Final = 5.0  # seconds between attempts while something else is wrong


class Conductor:
    """Takes one run after another until it is told to stop.

    Args:
        heartbeat: Where it says what it has in hand.
        stop: Set by somebody else when the present run is to be the last.
        lost_run: The run a predecessor was killed in, or None.
    """

    def __init__(
        self,
        *,
        heartbeat: Heartbeat,
        stop: Event,
        lost_run: str | None = None,
    ) -> None:
        self._heartbeat = heartbeat
        self._stop = stop
        self._registers = False
        self._lost_run = lost_run
        self.runner = runners.conductor()
        self._engine = Engine(runner=self.runner, holder=heartbeat.holder, lost=lost_run)
        worker = f"conductor on {platform.node()}"
        self._requested = RequestedRuns(
            engine=self._engine, heartbeat=heartbeat, conductor=self.runner.name
        )
        self._guard = Guard()
        self._scheduled = ScheduledRuns(engine=self._engine, heartbeat=heartbeat, worker=worker)

    def work(self, *, register_first: bool) -> None:
        """Work until told to stop; nothing that goes wrong in between ends it.

        Args:
            register_first: Whether to register every deployment before the first run.
        """
        ready = False
        troubles = 0
        while not self._stop.is_set():
            try:
                with warm_engine(), prefect_client.connected():
                    if not ready:
                        self.prepare(register_first=register_first)
                        ready = True
                    while not self._stop.is_set():
                        busy = self.turn()
                        troubles = 0
                        if not busy:
                            self._stop.wait(IDLE_SECONDS)
            except Exception as error:  # noqa: BLE001 - the loop outlives every fault, and says it
                troubles += 1
                self._say_trouble(error)
                self._stop.wait(min(0.1 * 2**troubles, LONGEST_WAIT))
                if isinstance(error, PrefectDownError):
                    self._await_prefect()
        self._heartbeat.say("stopped")

    def _await_prefect(self) -> None:
        while not self._stop.is_set() and not prefect_client.server_reachable():
            self._stop.wait(LOOK_SECONDS)

    def _say_trouble(self, error: Exception) -> None:
        expected = isinstance(error, (PrefectDownError, DatabaseBusyError, BrokenStateError))
        self._heartbeat.say("waiting", trouble=str(error)[:300])
        log.warning("waiting", reason=str(error)[:300], exc_info=not expected)

    def prepare(self, *, register_first: bool) -> None:
        """Register the deployments and take over what a predecessor left.

        Args:
            register_first: Whether to register.

        Raises:
            PrefectDownError: The server does not answer.
            BrokenStateError: The database is of another version.
        """
        check_ready()
        self._registers = register_first
        if register_first:
            log.info("registered", deployments=len(register()))
        self.runner.sign()
        self._engine.own(runs_begun(by=self.runner.name))
        left = release_claims(by=self.runner.name)
        if self._lost_run is not None:
            self._take_over(self._lost_run, requested=left > 0)
        self._take_over_unnamed()
        log.info("ready", lost_run=self._lost_run, lost_requests=left)
        self._heartbeat.say("ready")

    def _take_over(self, flow_run_id: str, *, requested: bool) -> None:
        """See that the run a predecessor was killed in is run again, by its request if any is left.

        A run over many cases marks each request itself: killed after the last, it has none.
        """
        flow_run = prefect_runs.read_run(flow_run_id=flow_run_id)
        if flow_run is None or prefect_runs.view(flow_run).ended:
            self._heartbeat.put_down(finished=False)
        elif not requested:
            self._scheduled.add(flow_run)

    def _take_over_unnamed(self) -> None:
        """See that a run is not left which was created for a request, and named nowhere yet.

        As a rule its request finds it by its key; not where others came since, and it goes with
        them in one run.
        """
        now = datetime.now(UTC)
        for run in prefect_runs.unfinished(pool=POOL, deployment=DEPLOYMENT, before=now):
            flow_run = prefect_runs.read_run(flow_run_id=run.id) if self._engine.held(run) else None
            if flow_run is not None and run.id != self._lost_run:
                self._scheduled.add_last(flow_run)

    def turn(self) -> bool:
        """Do one run at most. Returns whether there was one.

        Raises:
            PrefectDownError: The server went away; what was in hand is taken up again next time.
            DatabaseBusyError: The same, for our database.
        """
        if self._registers:
            self._guard.look()
        self._scheduled.look_for_turns()
        if self._scheduled.overdue() and not self._requested.broken_off:
            served = self._scheduled.serve_one()
        else:
            served = self._requested.serve_one() or self._scheduled.serve_one()
        self._heartbeat.say("ready")
        return served


def conduct(*, register_first: bool) -> None:
    """Conduct in this process until SIGTERM or SIGINT; the present run is finished first.

    Args:
        register_first: Whether to register every deployment first.

    Raises:
        AlreadyRunningError: Another conductor works on this state folder.
    """
    home = settings().resolved_home
    private_folder(home)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with only_one(
        file=home / "conductor.lock",
        what="A conductor",
        next_step="Stop it first; one conductor serves one state folder.",
    ):
        before = read_status(home=home)
        heartbeat = Heartbeat(home=home, pid=os.getpid(), before=before)
        conductor = Conductor(
            heartbeat=heartbeat,
            stop=stop,
            lost_run=before.flow_run_id if before else None,
        )
        # Prefect's engine takes SIGTERM for itself in the main thread, and would break the run off.
        loop = Thread(target=conductor.work, kwargs={"register_first": register_first})
        with conductor.runner.living():
            loop.start()
            while loop.is_alive():
                loop.join(timeout=BEAT_SECONDS)
                heartbeat.beat()


def main(options: Sequence[str]) -> int:
    """Run as a command.

    Args:
        options: ``--register`` to register every deployment first, or nothing.

    Returns:
        The exit status.
    """
    try:
        conduct(register_first="--register" in options)
    except AlreadyRunningError as error:
        log.error("not started", reason=error.text())
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
