"""The stalled machine: what shows it without asking Prefect, and the alerts about it.

One alert at a time stands about each subject. Its words follow what is so, and it is cleared as
soon as whoever looks finds all well again. Nothing here imports Prefect, so that the desk can look
without waiting for it.
"""

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, bindparam, func, not_, or_, select, text, update

from adapters import clock
from adapters.conductor_status import read_status
from adapters.settings import settings
from models.base import AnyRow, Instant
from models.outbox import SETTLED
from models.tables.cases import Case
from models.tables.clocks import Alert, WatchMark
from models.tables.record import Outbox
from rules.alerts import stalled
from rules.alerts.stalled import Stalled
from services.alerts.elsewhere import SUBJECTS as ELSEWHERE
from services.alerts.elsewhere import seen_elsewhere
from services.alerts.watch_marks import WATCH, mark_at, note_mark
from services.alerts.without_clock import ToStand, reconcile

SWEEP: Final = "sweep"
IN_FOLDER: Final = ("conductor", "disk")
"""What ``signs`` looks at."""

SUBJECTS: Final = (
    *("messages", "run-requests", "dead-letters", SWEEP, WATCH),
    *ELSEWHERE,
    *IN_FOLDER,
)
"""What ``stalled_here`` looks at."""

RUNG: Final = 2
"""A stalled machine is as grave as a breach; it does not escalate."""

LOOK: Final = "machine"
"""The mark of the last look at the machine."""

WELL_AGAIN: Final = "well again"

# Spelt out as the indexes have it, so that SQLite reads the few rows left and not the many gone.
_LEFT: Final = text("outbox.status in ('waiting', 'claimed')")
_DEAD: Final = text("outbox.status = 'dead'")
_LATE: Final = (
    select(Outbox.kind, func.count(), func.min(Outbox.next_attempt_at, type_=Instant))
    .where(
        _LEFT,
        Outbox.next_attempt_at < bindparam("before"),
        # A run that has begun is no longer the outbox's to answer for.
        or_(Outbox.kind == "message", Outbox.flow_run_id.is_(None), Outbox.status == "waiting"),
    )
    .group_by(Outbox.kind)
    .order_by(Outbox.kind)
)
_DEAD_ROWS: Final = select(func.count()).select_from(Outbox).where(_DEAD, not_(SETTLED))
_DEAD_CASES: Final = (
    select(Case.reference)
    .join(Outbox, Outbox.case_id == Case.id)
    .where(_DEAD, not_(SETTLED))
    .distinct()
    .order_by(Case.reference)
    .limit(3)
)


def stalled_here(conn: Connection) -> tuple[Stalled, ...]:
    """Return what shows to be stalled without Prefect, even if nothing has run."""
    now = datetime.now(UTC)
    by_real_clock = (*seen_elsewhere(conn, now=now), *signs(home=settings().resolved_home, now=now))
    return (*in_database(conn, now=clock.now()), *by_real_clock)


# ---- in the database


def in_database(
    conn: Connection, *, now: datetime, every: Mapping[str, timedelta] | None = None
) -> tuple[Stalled, ...]:
    """Return what the database alone shows to be stalled.

    Where the clock is moved by hand, as in the demo, nothing that rests on the time means anything.
    """
    missed = turns_missed(conn, now=now, every=every)
    return (*_late(conn, now), *_given_up(conn), *missed)


def _intervals() -> dict[str, timedelta]:
    seconds = {SWEEP: settings().sweep_seconds, WATCH: settings().watch_seconds}
    return {name: timedelta(seconds=count) for name, count in seconds.items()}


def _late(conn: Connection, now: datetime) -> Iterator[Stalled]:
    if settings().clock_file is not None:
        return
    faults = {"message": stalled.MESSAGES_WAIT, "run": stalled.RUNS_WAIT}
    for kind, count, oldest in conn.execute(_LATE, {"before": now - stalled.DUE_AT_MOST}):
        yield faults[kind].of(count=count, age=now - oldest)


def _given_up(conn: Connection) -> Iterator[Stalled]:
    if count := conn.execute(_DEAD_ROWS).scalar_one():
        yield stalled.given_up(count=count, cases=conn.execute(_DEAD_CASES).scalars().all())


def turns_missed(
    conn: Connection,
    *,
    now: datetime,
    every: Mapping[str, timedelta] | None = None,
    since: datetime | None = None,
) -> Iterator[Stalled]:
    """Yield the turns that were missed.

    Args:
        every: How often each is to be had, by name; as the settings have it if left out.
        since: What was missed before then does not count.
    """
    if settings().clock_file is not None:
        return
    for name, interval in (every or _intervals()).items():
        at = mark_at(conn, name=name)
        at = max(at or since, since) if since else at
        if found := stalled.turn_missed(subject=name, at=at, every=interval, now=now):
            yield found


# ---- in the state folder; the heartbeat lives by the real clock


def signs(*, home: Path, now: datetime) -> tuple[Stalled, ...]:
    """Return what the state folder shows to be stalled: heartbeat and disk.

    A conductor that was stopped on purpose says so itself and is no fault; nor is a folder in
    which none ever ran, as on a machine of workers.
    """
    return (*_conductor(home, now), *_disk(home))


def stuck_after() -> timedelta:
    """Return how long a run may be under way."""
    return timedelta(seconds=settings().stuck_after_seconds)


def conductor_busy(*, home: Path, now: datetime) -> bool:
    """Return whether a living conductor is at a run, so that others rightly wait their turn."""
    status = read_status(home=home)
    if status is None or status.stale(now=now) or status.since is None:
        return False
    return now - status.since <= stuck_after()


def _conductor(home: Path, now: datetime) -> Iterator[Stalled]:
    status = read_status(home=home)
    if status is None or status.phase == "stopped":
        return
    if status.stale(now=now):
        yield stalled.CONDUCTOR_GONE.of(at=stalled.in_london(status.at), age=now - status.at)
    elif status.since is not None and now - status.since > stuck_after():
        run = f" ({status.flow_run_id})" if status.flow_run_id else ""
        yield stalled.CONDUCTOR_HANGS.of(age=now - status.since, run=run)


def _disk(home: Path) -> Iterator[Stalled]:
    if home.is_dir():
        usage = shutil.disk_usage(home)
        if found := stalled.disk_nearly_full(folder=f"{home}", free=usage.free, total=usage.total):
            yield found


# ---- alerts about it

_MACHINE: Final = (
    select(Alert.id, Alert.subject, Alert.words, Alert.raised_at, Alert.emitted_at)
    .where(
        Alert.kind == "machine",
        Alert.cleared_at.is_(None),
        Alert.clock_id.is_(None),
        # Work that cannot finish on one case is an alert of the machine's too, but about the case.
        Alert.case_id.is_(None),
    )
    .order_by(Alert.id)
)
_SUSPECTED: Final = select(WatchMark.detail).where(WatchMark.name == LOOK)
_EMITTED: Final = (
    update(Alert)
    .where(Alert.id.in_(bindparam("ids", expanding=True)), Alert.emitted_at.is_(None))
    .values(emitted_at=bindparam("at", type_=Instant))
)


def live(conn: Connection) -> list[AnyRow]:
    """Return the live alerts about the machine, oldest first."""
    return list(conn.execute(_MACHINE))


def record(
    conn: Connection, *, found: Sequence[Stalled], looked_at: Collection[str], now: datetime
) -> tuple[str, ...]:
    """Raise an alert about each thing that is stalled, once, and clear those of what is well again.

    Args:
        found: What is stalled now.
        looked_at: The subjects that somebody looked at; alerts about others stay as they are.

    Returns:
        The subjects of what was raised, in the order given.
    """
    raised, _ = reconcile(
        conn,
        kind="machine",
        sorts={*looked_at, *(one.subject for one in found)},
        wanted=[ToStand(one.subject, RUNG, one.words) for one in found],
        now=now,
        why=WELL_AGAIN,
        reword=True,
    )
    return raised


def suspected(conn: Connection) -> frozenset[str]:
    """Return the subjects that the last look found stalled."""
    return frozenset((conn.execute(_SUSPECTED).scalar_one_or_none() or "").split())


def suspect(conn: Connection, *, subjects: Collection[str], now: datetime) -> None:
    """Say what a look found stalled, for the next look."""
    note_mark(conn, name=LOOK, now=now, detail=" ".join(sorted(subjects)))


def mark_emitted(conn: Connection, *, ids: Collection[int], now: datetime) -> None:
    """Say that Prefect was told of alerts."""
    if ids:
        conn.execute(_EMITTED, {"ids": sorted(ids), "at": now})
