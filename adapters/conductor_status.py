"""The conductor's heartbeat: a small file that says it is alive and what it has in hand.

The desk reads it to see a conductor that hangs; the next conductor reads it to learn which run its
predecessor was killed in.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Final
from uuid import uuid4

FILE_NAME: Final = "conductor.json"
STALE_SECONDS: Final = 30
"""A heartbeat older than this means that the conductor is gone or hangs."""


@dataclass(frozen=True, slots=True)
class ConductorStatus:
    """What the conductor said last.

    Args:
        pid: Its process id.
        at: When it said so, in UTC.
        phase: ``starting``, ``ready``, ``waiting`` (for Prefect or the database) or ``stopped``.
        flow_run_id: The run in hand, or None.
        since: When the run in hand began, in UTC, or None.
        runs: Runs finished since it started.
        trouble: What it waits for, or an empty string.
        holder: What a run says that was created in its hands, or in those of its predecessors.
    """

    pid: int
    at: datetime
    phase: str
    flow_run_id: str | None = None
    since: datetime | None = None
    runs: int = 0
    trouble: str = ""
    holder: str = ""

    def stale(self, *, now: datetime) -> bool:
        """Return whether the heartbeat is too old to come from a living conductor.

        Args:
            now: The present instant on the real clock.
        """
        return (now - self.at).total_seconds() > STALE_SECONDS


def read_status(*, home: Path) -> ConductorStatus | None:
    """Return what the conductor of a state folder said last, or None if nothing legible is there.

    Args:
        home: The state folder.
    """
    try:
        fields = json.loads((home / FILE_NAME).read_text(encoding="utf-8"))
        fields.pop("request_ids", None)  # an earlier version's
        fields["at"] = datetime.fromisoformat(fields["at"])
        fields["since"] = datetime.fromisoformat(fields["since"]) if fields["since"] else None
        return ConductorStatus(**fields)
    except (OSError, ValueError, TypeError, KeyError):
        return None


class Heartbeat:
    """Writes the status file; readers never see half of it, and a full disk never stops a run.

    Args:
        home: The state folder.
        pid: The conductor's process id.
        before: What a predecessor said last; what it had in hand is kept until it is served.
    """

    def __init__(self, *, home: Path, pid: int, before: ConductorStatus | None = None) -> None:
        self._file = home / FILE_NAME
        self._lock = Lock()  # the loop says what it does; the main thread says that it lives
        fresh = ConductorStatus(pid=pid, at=datetime.now(UTC), phase="starting")
        fresh = replace(fresh, holder=f"In the hands of conductor {uuid4().hex[:12]}.")
        kept = ("flow_run_id", "since", "holder")
        in_hand: dict[str, Any] = {name: getattr(before or fresh, name) for name in kept}
        self._status = replace(fresh, **in_hand)
        self.holder = self._status.holder

    def beat(self) -> None:
        """Say that the conductor lives."""
        self._write()

    def say(self, phase: str, *, trouble: str = "") -> None:
        """Say what the conductor does as a whole, and what it waits for."""
        if (phase, trouble) != (self._status.phase, self._status.trouble):
            self._write(phase=phase, trouble=trouble)

    def take_in_hand(self, *, flow_run_id: str | None) -> None:
        """Say which run is in hand, or None before it is created, before anything is done."""
        self._write(flow_run_id=flow_run_id, since=datetime.now(UTC))

    def put_down(self, *, finished: bool) -> None:
        """Say that nothing is in hand, and whether a run came to its end."""
        runs = self._status.runs + int(finished)
        self._write(flow_run_id=None, since=None, runs=runs)

    def _write(self, **changed: Any) -> None:
        fresh = self._file.with_suffix(".next")
        with self._lock:
            self._status = replace(self._status, at=datetime.now(UTC), **changed)
            try:
                fresh.write_text(json.dumps(asdict(self._status), default=str), encoding="utf-8")
                fresh.replace(self._file)
            except OSError:
                return  # the heartbeat goes stale, which is what there is to see
