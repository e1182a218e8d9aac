"""A real ``handrail up`` on a folder of its own, and what a test does to it from outside."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from adapters import clock
from adapters.settings import settings
from desk.service.processes import started
from models.database import dispose, reading
from models.tables.record import Outbox
from rules.pathway import StepName, StepStatus
from services.decisions.record import Receipt
from tests.factories import decide, live_at, usual_decision
from tests.ground import VARIABLE, made_once
from tests.journeys.commands import HOUSE, PROCESS
from tests.looking import status_of
from tests.small_service import NOW

LOOK = 0.05  # seconds between looks
STILL = 600.0  # seconds without a change, after which nothing more will come; load is no reason


@dataclass
class Service:
    """One state folder, whose clock the test moves, and the ``handrail up`` on it."""

    home: Path
    url: str
    process: subprocess.Popen[bytes] | None = None
    _moved: float = field(default_factory=time.monotonic)

    @property
    def said(self) -> str:
        """Everything that ``handrail up`` has said since its last start."""
        return (self.home / "up.out").read_text(encoding="utf-8")

    def start(self) -> None:
        """Start ``handrail up`` and wait until it is ready."""
        self.begin("up")
        self.wait_for(lambda: "Ready." in self.said)

    def begin(self, *words: str) -> None:
        """Start ``handrail up``, or the command that is given in its place, and go on at once."""
        if not (self.home / "prefect").exists():
            _prefect_database(self.home)
        with (self.home / "up.out").open("wb") as out:
            self.process = subprocess.Popen(
                [*PROCESS, *words],
                cwd=HOUSE,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def stop(self) -> None:
        """Press Ctrl-C and wait until everything has stopped."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(timeout=30) == 0, self.said
        self.process = None

    def kill(self) -> None:
        """``kill -9`` the ``handrail up`` itself, and wait until its processes are gone too."""
        if self.process is None:
            return
        left = self._marks()
        self.process.kill()
        self.process.wait()
        self.process = None
        while any(started(mark["pid"]) == mark["started"] for mark in left):
            time.sleep(LOOK)

    def kill_one(self, name: str) -> None:
        """``kill -9`` the server or the conductor, if it is there to be killed."""
        for mark in self._marks():
            if mark["name"] == name and started(mark["pid"]) == mark["started"]:
                os.kill(mark["pid"], signal.SIGKILL)

    def _marks(self) -> list[dict[str, Any]]:
        try:
            found: list[dict[str, Any]] = json.loads((self.home / "processes.json").read_text())
        except FileNotFoundError:
            return []
        return found

    # ---- waiting

    def wait_for(self, what: Callable[[], bool], *, seconds: float = STILL) -> None:
        """Wait until something is so, while the clock goes on as the real one does."""
        until = time.monotonic() + seconds
        while not what():
            assert self.process is None or self.process.poll() is None, self.said
            assert time.monotonic() < until, f"{self.said}\n{self._left()}"
            self.tick()
            time.sleep(LOOK)

    def tick(self) -> None:
        """Move the clock on by the real time that has passed since it was moved last."""
        now = time.monotonic()
        live_at(clock.now() + timedelta(seconds=now - self._moved))
        self._moved = now

    def wait_out(self, left: Callable[[], object]) -> None:
        """Wait until nothing is left, for as long as what is left goes on changing."""
        seen, until = None, 0.0
        while found := left():
            if found != seen:
                seen, until = found, time.monotonic() + STILL
            alive = self.process is None or self.process.poll() is None
            assert alive or not left(), self.said
            assert time.monotonic() < until, f"{self.said}\n{found}"
            self.tick()
            time.sleep(LOOK)

    def settle(self) -> None:
        """Wait until every run that was asked for has ended and every message has left."""
        self.wait_out(self._left)

    def _left(self) -> list[tuple[str, str, str]]:
        query = sa.select(Outbox.key, Outbox.status, Outbox.last_error)
        with reading(self.url) as conn:
            left = conn.execute(query.where(Outbox.status != "sent"))
            return [(row.key, row.status, row.last_error) for row in left]

    # ---- living in it

    def open_gates(self, reference: str) -> list[StepName]:
        """Return the steps of a case that wait for somebody."""
        return [
            step for step in StepName if status_of(self.url, reference, step) is StepStatus.WAITING
        ]

    def decide(self, reference: str, step: StepName) -> Receipt:
        """Record what brings a step nearer to its end, as its people do where nothing is amiss."""
        self.tick()
        return decide(self.url, reference, usual_decision(self.url, reference, step))


@contextmanager
def living_in(
    home: Path, *, url: str = "", now: datetime = NOW, **chosen: str
) -> Iterator[Service]:
    """Make a folder the one that this process and those it starts live in.

    Args:
        home: The state folder; it is made.
        url: The database, if it is not the folder's own.
        now: The instant to begin at.
        chosen: Further settings, without ``HANDRAIL_`` and in small letters.
    """
    home.mkdir(parents=True)
    own = {
        "HANDRAIL_HOME": str(home),
        "HANDRAIL_CLOCK_FILE": str(home / "clock"),
        "HANDRAIL_PORT": str(free_port()),
        "HANDRAIL_DESK_PORT": str(free_port()),
        "HANDRAIL_DATABASE_URL": url,
        "COLUMNS": "300",
    }
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in {**own, **_named(chosen)}.items():
            patch.setenv(name, value)
        settings.cache_clear()
        stack.callback(settings.cache_clear)
        live_at(now)
        service = Service(home=home, url=settings().resolved_database_url)
        stack.callback(dispose)
        stack.callback(service.kill)
        yield service


def _prefect_database(home: Path) -> None:
    """Give a state folder a copy of Prefect's database, empty and migrated, which takes seconds."""
    ground = Path(os.environ[VARIABLE])

    def make() -> str:
        folder = ground / "prefect-migrated"
        subprocess.run(
            [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"],
            env={**os.environ, "PREFECT_HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
        return str(folder / "prefect.db")

    made = made_once(ground=ground, name="prefect-database", make=make)
    (home / "prefect").mkdir()
    shutil.copyfile(made, home / "prefect" / "prefect.db")


def _named(chosen: dict[str, str]) -> dict[str, str]:
    return {f"HANDRAIL_{name.upper()}": value for name, value in chosen.items()}


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
