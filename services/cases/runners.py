"""Who carries out runs, on whichever machine: its signs of life, and the lease of a run.

A run is leased to whoever has it in hand, for as long as the signs of life come; however slow it
is, it is nobody else's. All of this goes by the real clock, which machines must have in common to
within seconds.
"""

import os
import platform
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Lock, Thread
from typing import Any, Final, Literal

import structlog
from sqlalchemy import bindparam, delete, select
from sqlalchemy.engine import Connection

from adapters.settings import settings
from models.base import AnyRow, Instant, on_conflict
from models.tables.runners import Runner as Row
from rules.clocks.dates import instant
from services.session import reading, writing

Kind = Literal["conductor", "worker", "run"]

SIGN_EVERY: Final = 20.0  # seconds
GONE_AFTER: Final = timedelta(minutes=2)
"""How long a conductor or worker gives no sign of life before it counts as gone."""

FORGOTTEN_AFTER: Final = timedelta(days=7)
"""How long what is known of one that is gone is kept."""

_log = structlog.get_logger(__name__)
_in_hand_here: Final[set[str]] = set()

_SIGN: Final = on_conflict(
    Row,
    lambda fresh: fresh.on_conflict_do_update(
        index_elements=["name"],
        set_={
            name: fresh.excluded[name]
            for name in ("kind", "pid", "began_at", "seen_at", "stopped", "flow_run_id")
        },
    ),
)
_FORGET: Final = delete(Row).where(Row.name == bindparam("one"))
_PRUNE: Final = delete(Row).where(Row.seen_at < bindparam("before", type_=Instant))
_ALL: Final = select(*Row.__table__.c).where(Row.kind != "run").order_by(Row.name)
_LEASED: Final = select(Row.flow_run_id).where(
    Row.flow_run_id.in_(bindparam("ids", expanding=True)),
    Row.seen_at > bindparam("since", type_=Instant),
)


def sign_every() -> float:
    """Return the seconds between two signs of life, and between looks for who gives none."""
    return min(SIGN_EVERY, lease_lasts().total_seconds() / 4)


def lease_lasts() -> timedelta:
    """Return for how long a run stays its runner's after the last sign of life."""
    return timedelta(seconds=settings().stuck_after_seconds)


class Runner:
    """One that carries out runs, and says so.

    Args:
        name: What it is known by; no two that live have the same.
    """

    def __init__(self, name: str, *, kind: Kind) -> None:
        self.name = name
        self._kind = kind
        self._began = datetime.now(UTC)
        self._flow_run_id: str | None = None
        self._signing = Lock()
        self._end = Event()

    def take(self, flow_run_id: str) -> None:
        """Lease a run, before anything is done with it.

        Raises:
            DatabaseBusyError: It is not leased.
        """
        self._flow_run_id = flow_run_id
        _in_hand_here.add(flow_run_id)
        self.sign()

    def put_down(self) -> None:
        """Let go of the run in hand; the next sign of life says so."""
        _in_hand_here.discard(self._flow_run_id or "")
        self._flow_run_id = None

    def sign(self, *, stopped: bool = False) -> None:
        """Say that it lives, or that it is stopped, which is no fault."""
        with self._signing, writing() as conn:
            said: dict[str, Any] = {
                "name": self.name,
                "kind": self._kind,
                "pid": os.getpid(),
                "began_at": self._began,
                "seen_at": datetime.now(UTC),
                "stopped": stopped,
                "flow_run_id": self._flow_run_id,
            }
            conn.execute(_SIGN[conn.dialect.name], said)

    @contextmanager
    def living(self) -> Iterator[None]:
        """Give signs of life for the block, from a thread of their own, whatever the block does."""
        thread = Thread(target=self._live, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._end.set()
            thread.join()
            self.put_down()
            self._try(stopped=True)

    def _live(self) -> None:
        self._try()
        while not self._end.wait(sign_every()):
            self._try()

    def _try(self, *, stopped: bool = False) -> None:
        try:
            if self._kind == "run" and stopped:
                forget(self.name)
            else:
                self.sign(stopped=stopped)
        except Exception as error:  # noqa: BLE001 - the next sign may come through
            _log.warning("no_sign_of_life", runner=self.name, why=str(error)[:300])


def conductor() -> Runner:
    """Return the conductor of this state folder."""
    return Runner(own_conductor(), kind="conductor")


def own_conductor() -> str:
    """Return what the conductor of this state folder is known by."""
    return f"conductor on {platform.node()} ({settings().resolved_home})"


@contextmanager
def leased(flow_run_id: str | None) -> Iterator[None]:
    """Lease a run to this process for the block, unless it has it in hand already."""
    if flow_run_id is None or flow_run_id in _in_hand_here:
        yield
        return
    runner = Runner(_of_run(flow_run_id), kind="run")
    runner.take(flow_run_id)
    with runner.living():
        yield


def leased_now(flow_run_ids: Collection[str]) -> frozenset[str]:
    """Return those of some runs that somebody has in hand who is alive."""
    if not flow_run_ids:
        return frozenset()
    since = datetime.now(UTC) - lease_lasts()
    with reading() as conn:
        found = conn.execute(_LEASED, {"ids": list(flow_run_ids), "since": since})
        return frozenset(str(one) for one in found.scalars())


def forget_run(flow_run_id: str) -> None:
    """Forget the process that had a run in hand, which is gone."""
    forget(_of_run(flow_run_id))


def forget(name: str) -> None:
    """Forget a runner, and those that have been gone for long."""
    with writing() as conn:
        conn.execute(_FORGET, {"one": name})
        conn.execute(_PRUNE, {"before": datetime.now(UTC) - FORGOTTEN_AFTER})


def _of_run(flow_run_id: str) -> str:
    return f"run {flow_run_id}"


def known(conn: Connection) -> list[AnyRow]:
    """Return every conductor and worker, on whichever machine, by name."""
    return list(conn.execute(_ALL))


def runners_view(conn: Connection) -> list[dict[str, Any]]:
    """Return every conductor and worker as it is shown."""
    return [
        {
            "name": row.name,
            "kind": row.kind,
            "began_at": instant(row.began_at),
            "seen_at": instant(row.seen_at),
            "stopped": row.stopped,
            "flow_run_id": row.flow_run_id,
        }
        for row in known(conn)
    ]


def gone(conn: Connection, *, now: datetime, but: Collection[str] = ()) -> list[AnyRow]:
    """Return the conductors and workers that gave no sign of life lately and were not stopped.

    Args:
        now: The present instant on the real clock.
        but: The names of those that are not asked about.
    """
    return [
        row
        for row in known(conn)
        if not row.stopped and now - row.seen_at > GONE_AFTER and row.name not in but
    ]
