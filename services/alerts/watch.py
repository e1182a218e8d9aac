"""The watch over the clocks: alerts raised when they are due, people told when they are at work.

Raising, telling and the events in Prefect are three transactions, in this order. An alert that is
raised is there for good; who is told, and Prefect, come after, and whatever fails is made up for
by the next watch.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

import structlog

from adapters import clock, prefect_events
from adapters.prefect_events import AlertEvent, DigestEvent
from adapters.settings import settings
from rules.errors import PrefectDownError
from services.alerts.emitting import COUNTED, Unsaid, unsaid
from services.alerts.lapsing import sweep_lapses
from services.alerts.live_alerts import LiveAlert
from services.alerts.machine import mark_emitted
from services.alerts.messages import Told, tell_people
from services.alerts.raising import Raised, sweep_clocks
from services.alerts.watch_marks import WATCH, note_mark
from services.alerts.without_clock import sweep_trouble
from services.cases.unit import reading, writing

_log = structlog.get_logger(__name__)


def raise_alerts() -> Raised:
    """Clear the alerts that no longer stand and raise those whose day has come; say that we did."""
    now = clock.now()
    with writing() as conn:
        found = sweep_clocks(conn, now=now) + sweep_trouble(conn, now=now)
        words = f"{found.raised} raised, {found.cleared} cleared"
        note_mark(conn, name=WATCH, now=now, detail=words)
    return found


def raise_lapses() -> Raised:
    """Raise the alerts of documents, pre-permissions and lots that lapse; clear the renewed."""
    with writing() as conn:
        return sweep_lapses(conn, now=clock.now())


def tell_of_alerts() -> Told:
    """Put today's digests and reminders in the outbox, one for each person."""
    with writing() as conn:
        return tell_people(conn, now=clock.now(), hours=settings().hours)


@dataclass(frozen=True, slots=True)
class Emitted:
    """How many alerts Prefect was told of, and why not of the others."""

    alerts: int
    trouble: str = ""


def emit_alerts() -> Emitted:
    """Tell Prefect of new alerts and, once a working day, of the counts; it may be down."""
    now = clock.now()
    with reading() as conn:
        found = unsaid(conn, now=now, hours=settings().hours)
    try:
        prefect_events.emit(alerts=[_event(alert, words) for alert, words in found.alerts])
        if found.counts is not None:
            prefect_events.emit_digest(digest=_digest(found, found.counts))
    except PrefectDownError as error:
        _log.warning("alerts_not_emitted", why=error.text())
        return Emitted(0, error.text())
    with writing() as conn:
        mark_emitted(conn, ids=[alert.id for alert, _ in found.alerts], now=now)
        if found.counts is not None:
            note_mark(conn, name=COUNTED, now=now)
    return Emitted(len(found.alerts))


def _event(alert: LiveAlert, words: str) -> AlertEvent:
    return AlertEvent(
        alert_id=alert.id,
        level=prefect_events.level_of(kind=alert.kind, rung=alert.rung),
        raised_at=alert.raised_at,
        case=alert.case,
        authority=alert.authority,
        subject=alert.subject,
        title=alert.title,
        holder=alert.holder or "",
        due_on=alert.due_on,
        words=words,
    )


def _digest(found: Unsaid, counts: Counter[tuple[str, str, int]]) -> DigestEvent:
    by: dict[str, Counter[prefect_events.Level]] = defaultdict(Counter)
    for (authority, kind, rung), number in counts.items():
        by[authority][prefect_events.level_of(kind=kind, rung=rung)] += number
    return DigestEvent(on=found.on, counts=by)
