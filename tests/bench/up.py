"""A real ``handrail up`` on a home of its own, and what its processes take."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from adapters.prefect_server import prefect_environment
from models import outbox
from models.database import reading
from tests.bench.either import ROOT

HANDRAIL: Final = (sys.executable, "-c", "from desk.cli import app; app()")
LOOK_SECONDS: Final = 0.005
LONGEST_WAIT: Final = 180.0


@dataclass(frozen=True, slots=True)
class Up:
    """A ``handrail up`` that says it is ready, and the port of its Prefect server."""

    service: psutil.Process
    port: int

    def processor_seconds(self, part: str) -> float:
        """Return what a process of it has taken so far: ``server`` or ``conductor``."""
        for process in self.service.children(recursive=True):
            if f"deployments.{part}" in process.cmdline():
                spent = process.cpu_times()
                return spent.user + spent.system
        raise AssertionError(f"handrail up has no {part}.")


@contextmanager
def handrail_up(home: Path) -> Iterator[Up]:
    """Run ``handrail up`` on the database in force, until the end of the block."""
    said = home / "up.txt"
    ports = {name: str(free_port()) for name in ("HANDRAIL_PORT", "HANDRAIL_DESK_PORT")}
    environment = os.environ | ports | {"PYTHONPATH": str(ROOT)}
    with said.open("wb") as output:
        service = subprocess.Popen(
            [*HANDRAIL, "up"], env=environment, cwd=home, stdout=output, stderr=output
        )
    try:
        until(lambda: "Ready." in said.read_text(encoding="utf-8"))
        yield Up(psutil.Process(service.pid), int(ports["HANDRAIL_PORT"]))
    finally:
        service.terminate()
        service.wait(timeout=60)


@contextmanager
def one_more_conductor(up: Up, home: Path, *, name: str) -> Iterator[psutil.Process]:
    """Run a conductor beside that of a ``handrail up``, as on a machine that shares its folders."""
    own = home / name
    own.mkdir()
    for folder in ("documents", "mail"):
        (home / folder).mkdir(exist_ok=True)
        (own / folder).symlink_to(home / folder)
    environment = prefect_environment(home=home, port=up.port, base=os.environ)
    environment |= {"HANDRAIL_HOME": str(own), "PYTHONPATH": str(ROOT)}
    with (own / "said").open("wb") as output:
        command = [sys.executable, "-m", "deployments.conductor"]
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        until(lambda: "ready" in (own / "said").read_text(encoding="utf-8"))
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


def all_ended(url: str) -> bool:
    """Say whether every run that was asked for has ended."""
    with reading(url) as conn:
        return not any(row.kind == "run" for row in outbox.undelivered(conn))


def until(what: Callable[[], bool], *, longest: float = LONGEST_WAIT) -> None:
    """Wait until something is so; times are seconds.

    Raises:
        TimeoutError: It never was.
    """
    end = time.monotonic() + longest
    while not what():
        if time.monotonic() > end:
            raise TimeoutError(f"Nothing happened for {longest:.0f} seconds.")
        time.sleep(LOOK_SECONDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
