"""The stalled machine: looked at from every side, its alerts raised and cleared, Prefect told.

What is found is raised when two looks in a row have found it, so that what a restart, or the end of
a long run, sets right within minutes calls nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from adapters import clock, machine_signs, prefect_notifications, prefect_runs, prefect_watch
from adapters.prefect_events import AlertEvent, Level, emit
from adapters.settings import settings
from rules.alerts import stalled
from rules.alerts.stalled import Stalled
from rules.errors import PrefectDownError
from services.alerts import machine
from services.alerts.machine import SWEEP
from services.alerts.marks import note_mark
from services.cases.run_requests import POOL
from services.session import reading, writing

_log = structlog.get_logger(__name__)

LOOKS_BACK: Final = timedelta(hours=24)  # for runs and notifications that failed
OF_PREFECT: Final = ("runs-stuck", "runs-crashed", "workers", "notifications", "server")
"""What only Prefect shows; whoever can ask its server has found that it answers."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at the machine found.

    Args:
        found: What stalls, by subject.
        raised: What an alert was raised about, by subject.
    """

    found: tuple[str, ...]
    raised: tuple[str, ...]


def look_at_machine(own_run_id: str | None = None) -> Looked:
    """Raise an alert about each thing that two looks in a row find stalled, and clear the others'.

    Args:
        own_run_id: The run that this belongs to, which is under way and not stuck.
    """
    seen = datetime.now(UTC)  # Prefect and the heartbeat live by the real clock
    looked_at = {*machine.SUBJECTS, *machine_signs.SUBJECTS}
    elsewhere = list(_signs(seen))
    in_prefect = _in_prefect(seen, own_run_id)
    if in_prefect is not None:
        elsewhere += in_prefect
        looked_at.update(OF_PREFECT)
    now = clock.now()
    with reading() as conn:
        found = (*_in_database(machine.stalled(conn, now=now, **_intervals())), *elsewhere)
        standing = {one.subject for one in machine.live(conn)}
        confirmed = standing | machine.suspected(conn)
    certain = [one for one in found if one.subject in confirmed]
    with writing() as conn:
        raised = machine.record(conn, found=certain, looked_at=looked_at, now=now)
        machine.suspect(conn, subjects=[one.subject for one in found], now=now)
    return Looked(
        found=tuple(one.subject for one in found), raised=tuple(one.subject for one in raised)
    )


def tell_prefect_of_machine() -> int:
    """Tell Prefect of live alerts about the machine that it was not told of. Returns how many.

    Raises:
        PrefectDownError: The server does not answer; they are told of next time.
    """
    with reading() as conn:
        untold = [one for one in machine.live(conn) if not one.emitted]
    emit(
        alerts=[
            AlertEvent(
                alert_id=one.id,
                level=Level.STALLED,
                raised_at=one.raised_at,
                subject=one.subject,
                words=one.words,
            )
            for one in untold
        ]
    )
    if untold:
        with writing() as conn:
            machine.mark_emitted(conn, ids=[one.id for one in untold], now=clock.now())
    return len(untold)


def _signs(now: datetime) -> tuple[Stalled, ...]:
    chosen = settings()
    return machine_signs.signs(home=chosen.resolved_home, now=now, stuck_after=_stuck_after())


def _stuck_after() -> timedelta:
    return timedelta(seconds=settings().stuck_after_seconds)


def _intervals() -> dict[str, timedelta]:
    return {
        "sweep_every": timedelta(seconds=settings().sweep_seconds),
        "watch_every": timedelta(seconds=settings().watch_seconds),
    }


def _in_database(found: Sequence[Stalled]) -> tuple[Stalled, ...]:
    """Leave out what rests on the time where the clock is moved by hand, as in the demo."""
    if settings().clock_file is None:
        return tuple(found)
    return tuple(one for one in found if one.subject in machine.WHATEVER_THE_TIME)


def _in_prefect(now: datetime, own_run_id: str | None) -> tuple[Stalled, ...] | None:
    """Return what Prefect shows, or None where it does not answer: then alerts stay as they are."""
    if not prefect_runs.server_reachable():  # so that no more than a moment is spent on it
        return None
    try:
        found = (
            _stuck(now, own_run_id),
            _crashed(now),
            _unserved(now),
            _not_notified(now),
        )
    except PrefectDownError as error:
        _log.warning("prefect_not_looked_at", why=error.text())
        return None
    return tuple(one for one in found if one)


def _stuck(now: datetime, own_run_id: str | None) -> Stalled | None:
    """Find runs that the sweep, which restarts such runs, has had its chance with."""
    before = now - _stuck_after() - timedelta(seconds=settings().sweep_seconds)
    runs = [one for one in prefect_runs.stuck_runs(before=before) if one.id != own_run_id]
    if not runs:
        return None
    oldest = min(one.since for one in runs if one.since)
    return stalled.runs_stuck(names=[one.name for one in runs], oldest=oldest, now=now)


def _crashed(now: datetime) -> Stalled | None:
    names = prefect_watch.broken_off(since=now - LOOKS_BACK)
    return stalled.runs_crashed(names=names) if names else None


def _unserved(now: datetime) -> Stalled | None:
    waiting = prefect_watch.waiting_runs(pool=POOL, before=now - stalled.DUE_AT_MOST)
    if waiting is None:
        return None
    return stalled.nobody_works(
        waiting=waiting.count, oldest=waiting.oldest, now=now, workers=waiting.workers
    )


def _not_notified(now: datetime) -> Stalled | None:
    failed = prefect_notifications.not_sent(since=now - LOOKS_BACK)
    if not failed:
        return None
    return stalled.not_notified(channels=[(one.automation, one.status) for one in failed])


def note_swept() -> None:
    """Write down that the sweep came to its end, so that one that misses its turn is noticed."""
    with writing() as conn:
        note_mark(conn, name=SWEEP, now=clock.now())
