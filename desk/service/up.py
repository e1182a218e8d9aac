"""``handrail up``: Prefect's server, the conductor and the desk, on one state folder, until Ctrl-C.

They are processes of their own. They end with this one, however it ends; one that falls by itself
is started again, later each time, and that is said. What stalls all the same is raised as an alert.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Final

from rich.console import Console

from adapters.conductor_status import read_status
from adapters.desk_server import desk_answers
from adapters.locks import only_one
from adapters.prefect_server import (
    LOOPBACK,
    SECRET_FILE,
    api_url,
    prefect_environment,
    server_answers,
    ui_url,
)
from adapters.private import private_folder
from adapters.settings import Settings, settings
from desk.service.ports import check_port
from desk.service.processes import Child, Say, stop_left_behind, write_marks
from desk.service.state_folder import check_our_database, check_prefect_database, open_folder
from desk.service.watching import Watchman
from rules.errors import StartFailedError
from services.ready import prepare

LOOK_SECONDS: Final = 0.2  # between looks at the processes
START_SECONDS: Final = 180.0  # longest wait for the first start; Prefect migrates its database then
FINISH_SECONDS: Final = 15.0  # the conductor may finish the run it has in hand
SERVER_STOP_SECONDS: Final = 5.0
TELL_AGAIN_SECONDS: Final = 60.0  # between tries to tell Prefect of what the watchman raised


def up(*, on_ready: Callable[[], None] | None = None) -> None:
    """Run the service on the state folder until Ctrl-C or SIGTERM.

    Call it from the main thread: it takes the signals, and its processes end with that thread.

    Args:
        on_ready: Called once, when decisions recorded from now on are acted on at once.

    Raises:
        AlreadyRunningError: Another ``up`` works on the folder.
        PortTakenError: A port is taken.
        BrokenStateError: The folder or a database in it cannot be used.
        StartFailedError: One of the processes did not start.
    """
    chosen = settings()
    home = chosen.resolved_home
    open_folder(home=home)
    with only_one(
        file=home / "up.lock",
        what="`handrail up`",
        next_step="Stop it first, or give this one its own HANDRAIL_HOME, HANDRAIL_PORT and "
        "HANDRAIL_DESK_PORT.",
    ):
        Service(chosen, say=Console(highlight=False, soft_wrap=True, markup=False).print).run(
            on_ready
        )


def _in_full(chosen: Settings) -> dict[str, str]:
    """Return the settings that name files, for processes that work in another folder than this."""
    named = {"HANDRAIL_DATABASE_URL": chosen.resolved_database_url}
    if chosen.clock_file is not None:
        named["HANDRAIL_CLOCK_FILE"] = str(chosen.clock_file.absolute())
    return named


class Service:
    """The processes of one state folder.

    Args:
        chosen: The settings.
        say: Tells people what happens.
        with_desk: Whether the desk is among them.
    """

    def __init__(self, chosen: Settings, *, say: Say, with_desk: bool = True) -> None:
        self._chosen = chosen
        self._home = chosen.resolved_home
        self._say = say
        self._stop = Event()
        self._signals = 0
        self._marks = self._home / "processes.json"
        address = ("--host", LOOPBACK, "--port", str(chosen.port))
        self._server = self._child("deployments.server", "Prefect's server", *address)
        self._conductor = self._child("deployments.conductor", "The conductor", "--register")
        self._desk = self._child("desk.serve", "The desk", name="desk") if with_desk else None
        later = (self._desk,) if self._desk else ()
        self._children = (self._server, self._conductor, *later)
        self._alarm = self._child("deployments.alarm", "The alarm")
        self._alarmed = float("-inf")

    def _child(self, module: str, what: str, *options: str, name: str = "") -> Child:
        home = self._home
        base = {**os.environ, **_in_full(self._chosen)}
        environment = prefect_environment(home=home, port=self._chosen.port, base=base)
        return Child(
            name=name or module.rpartition(".")[2],
            module=module,
            what=what,
            options=options,
            home=home,
            environment=environment,
        )

    def run(self, on_ready: Callable[[], None] | None) -> None:
        """Start everything, keep it going, and stop it.

        Args:
            on_ready: Called once, when everything is ready.
        """
        stop_left_behind(file=self._marks, say=self._say)
        self._check()
        check_port(port=self._chosen.port, setting="HANDRAIL_PORT")
        if self._desk:
            check_port(port=self._chosen.desk_port, setting="HANDRAIL_DESK_PORT")
        with self._signals_taken():
            try:
                self._start()
                if not self._stop.is_set():
                    self._say_ready()
                    if on_ready is not None:
                        on_ready()
                self._keep_going()
            finally:
                self._end()

    def stop(self) -> None:
        """Ask for everything to be stopped, from any thread, as Ctrl-C does."""
        self._stop.set()

    def _check(self) -> None:
        private_folder(self._home / "prefect")
        check_our_database(
            url=self._chosen.resolved_database_url, documents=self._chosen.documents_folder
        )
        if "PREFECT_API_DATABASE_CONNECTION_URL" not in os.environ:
            check_prefect_database(file=self._home / "prefect" / "prefect.db")

    @contextmanager
    def _signals_taken(self) -> Iterator[None]:
        taken = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._on_signal) for number in taken}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._signals += 1
        self._stop.set()

    def _hurried(self) -> bool:
        return self._signals > 1

    def _start(self) -> None:
        """Start the server, bring our database up to date meanwhile, then start the others."""
        self._say(f"Starting on {self._home} (logs: {self._home / 'logs'})")
        self._server.start()
        write_marks(file=self._marks, children=(self._server,))
        prepare(self._chosen.resolved_database_url)
        for child in self._children[1:]:
            child.start()
        write_marks(file=self._marks, children=self._children)
        until = time.monotonic() + START_SECONDS
        while not self._stop.is_set() and not self._ready():
            for child in self._children:
                if child.fallen() is not None:
                    raise self._not_started(child)
            if time.monotonic() > until:
                raise self._not_started(self._conductor)
            self._stop.wait(LOOK_SECONDS)

    def _ready(self) -> bool:
        status = read_status(home=self._home)
        return (
            status is not None
            and status.pid == self._conductor.pid
            and status.phase == "ready"
            and server_answers(url=api_url(port=self._chosen.port))
            and (self._desk is None or desk_answers(port=self._chosen.desk_port))
        )

    def _not_started(self, child: Child) -> StartFailedError:
        return StartFailedError(
            f"{child.what} did not start.",
            why=f"Its log ends:\n{child.last_words()}\n",
            next_step=f"The whole log is {child.log}.",
        )

    def _say_ready(self) -> None:
        self._say(f"Ready. The desk: {self._chosen.desk_address}")
        self._say(f"Prefect's own pages: {ui_url(port=self._chosen.port)}")
        self._say(f"They ask for the password in {self._home / SECRET_FILE}.")
        self._say("Recorded decisions are acted on at once. Ctrl-C stops everything.")

    def _keep_going(self) -> None:
        watchman = Watchman(
            say=self._say, tell=self._tell_prefect, with_desk=self._desk is not None
        )
        while not self._stop.wait(LOOK_SECONDS):
            started = [child.keep_going(self._say) for child in self._children]
            if any(started):
                write_marks(file=self._marks, children=self._children)
            watchman.look()

    def _tell_prefect(self) -> None:
        """Start the process that tells Prefect of alerts, unless it was started a moment ago."""
        if time.monotonic() - self._alarmed > TELL_AGAIN_SECONDS:
            self._alarm.stop(grace=0, hurry=self._hurried)
            self._alarm.start()
            self._alarmed = time.monotonic()

    def _end(self) -> None:
        """Let the conductor finish its run, then stop the server; a second Ctrl-C hurries it."""
        if self._stop.is_set():
            self._say("Stopping: the run in hand is finished first. Ctrl-C again to stop at once.")
        if not self._conductor.stop(grace=FINISH_SECONDS, hurry=self._hurried):
            self._say("The run in hand was broken off; the next `handrail up` takes it up again.")
        self._alarm.stop(grace=0, hurry=self._hurried)
        if self._desk:
            self._desk.stop(grace=SERVER_STOP_SECONDS, hurry=self._hurried)
        self._server.stop(grace=SERVER_STOP_SECONDS, hurry=self._hurried)
        self._marks.unlink(missing_ok=True)
        self._say("Stopped.")
