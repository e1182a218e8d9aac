"""Locks that a process holds for as long as it lives: ``kill -9`` frees them at once.

The kernel keeps the lock with the open file, so a lock file left behind blocks nobody.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.private import FILE
from rules.errors import AlreadyRunningError


@contextmanager
def only_one(*, file: Path, what: str, next_step: str) -> Iterator[None]:
    """Hold a lock for the block, or say who holds it.

    Args:
        file: The lock file; it is created and left behind, and holds the holder's process id.
        what: What is running, such as ``handrail up``.
        next_step: What a person who meets the lock can do.

    Raises:
        AlreadyRunningError: A living process holds the lock; the message names its process id.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, FILE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            process = f" (process {holder})" if holder.isdigit() else ""
            raise AlreadyRunningError(
                f"{what} is already running on {file.parent}{process}.", next_step=next_step
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Have a folder to oneself for the block, after whoever has it now, however long that takes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def held(file: Path) -> bool:
    """Return whether a living process holds a lock, such as ``up.lock`` of a state folder."""
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
