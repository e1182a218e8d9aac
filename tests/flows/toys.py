"""Flows that behave badly or take their time, for the tests of the conductor."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed


@task(cache_policy=NO_CACHE)
def write_line(file: str, text: str) -> None:
    """Add a line to a file."""
    with Path(file).open("a", encoding="utf-8") as opened:
        opened.write(f"{text}\n")


@flow(persist_result=False)
def linger(file: str, seconds: float) -> State[Any]:
    """Say that it began, take its time, and say that it ended."""
    write_line(file, "began")
    time.sleep(seconds)
    write_line(file, "ended")
    return Completed(name="Lingered", message=f"{seconds} s")


@flow(persist_result=False)
def leave() -> None:
    """End the whole process, as a library may."""
    sys.exit(3)


@flow(persist_result=False)
def fail() -> None:
    """Raise what nobody expected."""
    raise ZeroDivisionError("nobody expected this")
