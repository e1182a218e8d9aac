"""The watch over the machine: looked at from every side, its alerts kept up, Prefect told.

What is found is raised when two looks in a row have found it, so that what a restart, or the end of
a long run, sets right within minutes calls nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from adapters import clock, prefect_watch
from adapters.prefect_client import server_reachable
from adapters.prefect_events import AlertEvent, Level, emit
from adapters.settings import settings
from rules.alerts import stalled
from rules.alerts.stalled import Stalled
from rules.errors import PrefectDownError
from services.alerts import machine
from services.alerts.elsewhere import note_put_back, seen_elsewhere
from services.alerts.turns import note_turn
from services.alerts.watch_marks import note_mark
from services.cases.run_requests import DEPLOYMENT, POOL
from services.cases.sweep import lost_runs
from services.session import reading, writing

_log = structlog.get_logger(__name__)

LOOKS_BACK: Final = timedelta(hours=24)  # for runs and notifications that failed
IN_PREFECT: Final = ("runs-stuck", "runs-crashed", "workers", "notifications", "server")
"""What only Prefect shows; whoever can ask its server has found that it answers."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at the machine found to be stalled, and raised an alert about, by subject."""

    found: tuple[str, ...]
    raised: tuple[str, ...]


def look_at_machine() -> Looked:
    """Raise an alert about each thing that two looks find stalled, and clear the others'."""
    in_prefect = _in_prefect(datetime.now(UTC))
    looked_at = machine.SUBJECTS if in_prefect is None else (*machine.SUBJECTS, *IN_PREFECT)
    now = clock.now()
    with reading() as conn:
        found = (*machine.stalled_here(conn), *(in_prefect or ()))
        confirmed = {one.subject for one in machine.live(conn)} | machine.suspected(conn)
    certain = [one for one in found if one.subject in confirmed]
    subjects = tuple(one.subject for one in found)
    with writing() as conn:
        raised = machine.record(conn, found=certain, looked_at=looked_at, now=now)
        machine.suspect(conn, subjects=subjects, now=now)
    return Looked(found=subjects, raised=raised)


def tell_prefect_of_machine() -> int:
    """Tell Prefect of live alerts about the machine that it was not told of. Returns how many.

    Raises:
        PrefectDownError: The server does not answer; they are told of next time.
    """
    with reading() as conn:
        untold = [one for one in machine.live(conn) if one.emitted_at is None]
    emit(
        alerts=[
            AlertEvent(one.id, Level.STALLED, one.raised_at, subject=one.subject, words=one.words)
            for one in untold
        ]
    )
    if untold:
        with writing() as conn:
            machine.mark_emitted(conn, ids=[one.id for one in untold], now=clock.now())
    return len(untold)


def say_put_back(what: Sequence[str]) -> None:
    """Raise an alert at once about what was deleted or paused in Prefect and was put back."""
    now = datetime.now(UTC)
    with writing() as conn:
        note_put_back(conn, what="; ".join(what), now=now)
        found = [one for one in seen_elsewhere(conn, now=now) if one.subject == "deployments"]
        machine.record(conn, found=found, looked_at=(), now=clock.now())


def note_swept() -> None:
    """Write down that the sweep had its turn, so that one that misses it is noticed."""
    with writing() as conn:
        note_turn(conn, machine.SWEEP)
        note_mark(conn, name=machine.SWEEP, now=clock.now())


def _in_prefect(now: datetime) -> tuple[Stalled, ...] | None:
    """Return what Prefect shows, or None where it does not answer: then alerts stay as they are."""
    if not server_reachable():  # so that no more than a moment is spent on it
        return None
    try:
        return tuple(_of_prefect(now))
    except PrefectDownError as error:
        _log.warning("prefect_not_looked_at", why=error.text())
        return None


def _of_prefect(now: datetime) -> Iterator[Stalled]:
    # The sweep, which restarts such runs, has had its chance with them.
    if lost := lost_runs(for_longer=timedelta(seconds=settings().sweep_seconds)):
        oldest = min(run.since for run in lost if run.since)
        yield stalled.RUNS_STUCK.of_runs([run.name for run in lost], age=now - oldest)
    if crashed := prefect_watch.broken_off(deployment=DEPLOYMENT, since=now - LOOKS_BACK):
        yield stalled.RUNS_CRASHED.of_runs(crashed)
    if waiting := prefect_watch.waiting_runs(pool=POOL, before=now - stalled.DUE_AT_MOST):
        yield stalled.nobody_works(
            waiting=waiting.count, age=now - waiting.oldest, workers=waiting.workers
        )
    if channels := prefect_watch.not_sent(since=now - LOOKS_BACK):
        yield stalled.not_notified(channels=channels)
