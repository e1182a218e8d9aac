"""What one test run shares between its processes: a folder, made first and removed last.

pytest's first process makes the folder and holds a lock on it for as long as it lives; xdist's
workers find it by an environment variable. Whatever is slow to make (a migrated database, a
PostgreSQL server) is made once, by the first process that needs it, while the others wait.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "HANDRAIL_TEST_GROUND"
SERVER_STOPS_WITHIN = 10.0  # seconds
MEMORY = Path("/dev/shm")  # noqa: S108 - only ever the parent of folders with names of their own
ROOM = 1 << 30  # bytes; a run has taken a quarter of it


def in_memory() -> Path | None:
    """Return where files are kept in memory, or None where this machine has no room for ours.

    Copying a PostgreSQL database is 900 small files: 0.3 s of a processor on a disk, 0.06 s here.
    """
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        return MEMORY
    return None


@contextmanager
def test_ground() -> Iterator[Path]:
    """Hold the shared folder: make it in pytest's first process, find it in a worker.

    Yields:
        The folder, private to this user.
    """
    found = os.environ.get(VARIABLE)
    if found:
        yield Path(found)
        return
    folder = Path(tempfile.mkdtemp(prefix="handrail-tests-", dir=in_memory()))
    os.environ[VARIABLE] = str(folder)
    try:
        with locked(folder / "alive"):
            yield folder
        _await_guardian(folder)
    finally:
        del os.environ[VARIABLE]
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold a lock that the system lets go of when this process ends, however it ends.

    Args:
        file: The lock file, made if it is missing.
    """
    with file.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def made_once(*, ground: Path, name: str, make: Callable[[], str]) -> str:
    """Return what ``make`` returned in the first process of this run that asked for it.

    Args:
        ground: The shared folder.
        name: What is made.
        make: Makes it and returns where it is; if it raises, the next to ask tries again.
    """
    answer = ground / name
    with locked(ground / f"{name}.lock"):
        if not answer.exists():
            text = make()
            answer.write_text(text, encoding="utf-8")
        return answer.read_text(encoding="utf-8")


def _await_guardian(ground: Path) -> None:
    """Wait until the guardian of the PostgreSQL server, if there is one, has stopped it."""
    until = time.monotonic() + SERVER_STOPS_WITHIN
    while (ground / "guardian").exists() and time.monotonic() < until:
        time.sleep(0.02)
