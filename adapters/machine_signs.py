"""What can be seen of the machine without Prefect and without the database: heartbeat and disk."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from adapters.conductor_status import ConductorStatus, read_status
from rules.alerts.stalled import Stalled, conductor_gone, conductor_hangs, disk_nearly_full

SUBJECTS: Final = ("conductor", "disk")
"""What ``signs`` looks at."""


def signs(*, home: Path, now: datetime, stuck_after: timedelta) -> tuple[Stalled, ...]:
    """Return what the state folder shows to be stalled.

    A conductor that was stopped on purpose says so itself and is no fault; nor is a folder in
    which none ever ran, as on a machine of workers.

    Args:
        home: The state folder.
        now: The present instant on the real clock.
        stuck_after: How long the conductor may have one run in hand.
    """
    status = read_status(home=home)
    found = [
        _conductor(status, now, stuck_after) if status else None,
        _disk(home),
    ]
    return tuple(one for one in found if one)


def conductor_busy(*, home: Path, now: datetime, stuck_after: timedelta) -> bool:
    """Return whether a living conductor is at a run, so that others rightly wait their turn.

    Args:
        home: The state folder.
        now: The present instant on the real clock.
        stuck_after: How long it may have one run in hand.
    """
    status = read_status(home=home)
    if status is None or status.stale(now=now) or status.since is None:
        return False
    return now - status.since <= stuck_after


def _conductor(status: ConductorStatus, now: datetime, stuck_after: timedelta) -> Stalled | None:
    if status.phase == "stopped":
        return None
    if status.stale(now=now):
        return conductor_gone(at=status.at, now=now)
    if status.since is not None and now - status.since > stuck_after:
        return conductor_hangs(since=status.since, now=now, run=status.flow_run_id or "")
    return None


def _disk(home: Path) -> Stalled | None:
    if not home.is_dir():
        return None
    usage = shutil.disk_usage(home)
    return disk_nearly_full(folder=str(home), free=usage.free, total=usage.total)
