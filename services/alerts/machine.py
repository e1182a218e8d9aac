"""The stalled machine: what does not leave or did not have its turn, and the alerts about it.

One alert at a time stands about each subject. Its words follow what is so, and it is cleared as
soon as whoever looks finds all well again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from models.base import Instant
from models.tables.cases import Case
from models.tables.clocks import Alert, WatchMark
from models.tables.record import Outbox
from rules.alerts.stalled import (
    DUE_AT_MOST,
    Stalled,
    given_up,
    messages_wait,
    runs_wait,
    turn_missed,
)
from services.alerts.marks import WATCH, mark_at, note_mark

SWEEP: Final = "sweep"
SUBJECTS: Final = ("messages", "run-requests", "dead-letters", SWEEP, WATCH)
"""What ``stalled`` looks at."""

WHATEVER_THE_TIME: Final = frozenset({"dead-letters"})
"""What of it means something where the clock is moved by hand, as in the demo."""

RUNG: Final = 2
"""A stalled machine is as grave as a breach; it does not escalate."""

LOOK: Final = "machine"
"""The mark of the last look at the machine."""

WELL_AGAIN: Final = "well again"
EVERY: Final = timedelta(minutes=2)
_SHOWN: Final = 3

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
_DEAD_ROWS: Final = select(func.count()).select_from(Outbox).where(_DEAD)
_DEAD_CASES: Final = (
    select(Case.reference)
    .join(Outbox, Outbox.case_id == Case.id)
    .where(_DEAD)
    .distinct()
    .order_by(Case.reference)
    .limit(_SHOWN)
)


def stalled(
    conn: Connection,
    *,
    now: datetime,
    sweep_every: timedelta = EVERY,
    watch_every: timedelta = EVERY,
) -> tuple[Stalled, ...]:
    """Return what the database alone shows to be stalled, whether or not anything else runs.

    Args:
        sweep_every: How often the sweep is to run.
        watch_every: How often the watch over the clocks is to run.
    """
    turns = (
        turn_missed(subject=name, at=mark_at(conn, name=name), every=every, now=now)
        for name, every in ((SWEEP, sweep_every), (WATCH, watch_every))
    )
    return (*_outbox(conn, now), *(one for one in turns if one))


def _outbox(conn: Connection, now: datetime) -> tuple[Stalled, ...]:
    say = {"message": messages_wait, "run": runs_wait}
    late = conn.execute(_LATE, {"before": now - DUE_AT_MOST})
    found = [say[kind](count=count, oldest=oldest, now=now) for kind, count, oldest in late]
    dead = conn.execute(_DEAD_ROWS).scalar_one()
    if dead:
        found.append(given_up(count=dead, cases=conn.execute(_DEAD_CASES).scalars().all()))
    return tuple(found)


# ---- alerts about it


@dataclass(frozen=True, slots=True)
class MachineAlert:
    """A live alert about the machine.

    Args:
        id: Its row.
        subject: What stalls.
        words: What is so.
        raised_at: When it was raised, in UTC.
        emitted: Whether Prefect was told.
    """

    id: int
    subject: str
    words: str
    raised_at: datetime
    emitted: bool


# Work that cannot finish on one case is an alert of the machine's too, but about the case.
_MACHINE: Final = and_(
    Alert.kind == "machine",
    Alert.cleared_at.is_(None),
    Alert.clock_id.is_(None),
    Alert.case_id.is_(None),
)
_LIVE: Final = (
    select(Alert.id, Alert.subject, Alert.words, Alert.raised_at, Alert.emitted_at)
    .where(_MACHINE)
    .order_by(Alert.id)
)
_SUBJECTS: Final[BindParameter[Any]] = bindparam("subjects", expanding=True)
_RAISE: Final = {
    name: made.on_conflict_do_nothing()
    for name, made in (("sqlite", sqlite.insert(Alert)), ("postgresql", postgresql.insert(Alert)))
}
_REWORD: Final = (
    update(Alert).where(_MACHINE, Alert.subject == bindparam("about")).values(words=bindparam("so"))
)
_CLEAR: Final = (
    update(Alert)
    .where(_MACHINE, Alert.subject.in_(_SUBJECTS))
    .values(cleared_at=bindparam("at", type_=Instant), cleared_why=WELL_AGAIN)
)
_SUSPECTED: Final = select(WatchMark.detail).where(WatchMark.name == LOOK)
_EMITTED: Final = (
    update(Alert)
    .where(Alert.id.in_(bindparam("ids", expanding=True)), Alert.emitted_at.is_(None))
    .values(emitted_at=bindparam("at", type_=Instant))
)


def live(conn: Connection) -> tuple[MachineAlert, ...]:
    """Return the live alerts about the machine, oldest first."""
    return tuple(
        MachineAlert(
            id=row.id,
            subject=row.subject,
            words=row.words,
            raised_at=row.raised_at,
            emitted=row.emitted_at is not None,
        )
        for row in conn.execute(_LIVE)
    )


def record(
    conn: Connection, *, found: Sequence[Stalled], looked_at: Collection[str], now: datetime
) -> tuple[Stalled, ...]:
    """Raise an alert about each thing that is stalled, once, and clear those of what is well again.

    Args:
        found: What is stalled now.
        looked_at: The subjects that somebody looked at; alerts about others stay as they are.

    Returns:
        What was raised, in the order given.
    """
    standing = {one.subject: one.words for one in live(conn)}
    fresh = [one for one in found if one.subject not in standing]
    if fresh:
        rows = [
            {"kind": "machine", "subject": one.subject, "rung": RUNG, "words": one.words}
            | {"raised_at": now, **_NOTHING_YET}
            for one in fresh
        ]
        conn.execute(_RAISE[conn.dialect.name], rows)
    for one in found:
        if standing.get(one.subject, one.words) != one.words:
            conn.execute(_REWORD, {"about": one.subject, "so": one.words})
    well = sorted((standing.keys() & set(looked_at)) - {one.subject for one in found})
    if well:
        conn.execute(_CLEAR, {"subjects": well, "at": now})
    return tuple(fresh)


_NOTHING_YET: Final = {
    "authority": "",
    "acknowledged_by": "",
    "acknowledged_why": "",
    "snoozed_by": "",
    "snoozed_why": "",
    "snoozes": 0,
    "cleared_why": "",
}


def suspected(conn: Connection) -> frozenset[str]:
    """Return the subjects that the last look found stalled."""
    return frozenset((conn.execute(_SUSPECTED).scalar_one_or_none() or "").split())


def suspect(conn: Connection, *, subjects: Collection[str], now: datetime) -> None:
    """Say what a look found stalled, for the next look.

    Args:
        subjects: What it found.
    """
    note_mark(conn, name=LOOK, now=now, detail=" ".join(sorted(subjects)))


def mark_emitted(conn: Connection, *, ids: Collection[int], now: datetime) -> None:
    """Say that Prefect was told of alerts.

    Args:
        ids: The alerts' rows.
    """
    if ids:
        conn.execute(_EMITTED, {"ids": sorted(ids), "at": now})
