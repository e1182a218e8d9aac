"""The watch over the clocks: alerts raised when they are due, people told when they are at work.

Raising, telling and the events in Prefect are three transactions, in this order. An alert that is
raised is there for good; who is told, and Prefect, come after, and whatever fails is made up for
by the next watch.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import structlog
from sqlalchemy import Connection, select

from adapters import clock, prefect_events
from adapters.prefect_events import AlertEvent, DigestEvent
from adapters.settings import settings
from models.tables.clocks import Alert
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.errors import PrefectDownError
from services.alerts.digests import wording_of
from services.alerts.lapsing import sweep_lapses
from services.alerts.live_alerts import LiveAlert, highest, live_alerts
from services.alerts.machine import mark_emitted
from services.alerts.messages import Told, at_work, tell_people
from services.alerts.raising import Raised, sweep_clocks
from services.alerts.renewals import ask_for_renewals, sweep_flags
from services.alerts.statements import sweep_statements
from services.alerts.turns import note_turn
from services.alerts.watch_marks import WATCH, mark_at, note_mark
from services.alerts.without_clock import sweep_returned, sweep_trouble
from services.cases.clocks.calendar import EVERYBODY
from services.cases.statements import forget_old_statements
from services.session import reading, writing

_log = structlog.get_logger(__name__)


def raise_alerts() -> Raised:
    """Clear the alerts that no longer stand and raise those whose day has come; say that we did.

    Who stated what was answered a year ago is emptied at the same time.
    """
    now = clock.now()
    with writing() as conn:
        found = sweep_clocks(conn, now=now) + sweep_trouble(conn, now=now)
        found += sweep_returned(conn, now=now) + sweep_statements(conn, now=now)
        forget_old_statements(conn, now=now)
        words = f"{found.raised} raised, {found.cleared} cleared"
        note_mark(conn, name=WATCH, now=now, detail=words)
        note_turn(conn, WATCH)
    return found


def raise_lapses() -> Raised:
    """Raise the alerts of documents, pre-permissions and lots that lapse; clear the renewed.

    Contractors are asked for what lapses soon, and what lapsed at work is raised with its case.
    """
    now = clock.now()
    with writing() as conn:
        if at_work(conn, EVERYBODY, now=now, hours=settings().hours):
            ask_for_renewals(conn, now=now)
        return sweep_lapses(conn, now=now) + sweep_flags(conn, now=now)


def tell_of_alerts() -> Told:
    """Put today's digests and reminders in the outbox, one for each person."""
    with writing() as conn:
        return tell_people(conn, now=clock.now(), hours=settings().hours)


# ---- Prefect

COUNTED: Final = "digest-event"
"""The name under which it is kept that Prefect was told the day's counts."""

AT_ONCE: Final = 500
"""Alerts that Prefect is told of in one go; the next watch tells of more."""

_UNSAID: Final = (
    select(Alert.id).where(Alert.cleared_at.is_(None), Alert.emitted_at.is_(None)).limit(1)
)


@dataclass(frozen=True, slots=True)
class Emitted:
    """How many alerts Prefect was told of, and why not of the others."""

    alerts: int
    trouble: str = ""


def emit_alerts() -> Emitted:
    """Tell Prefect of new alerts and, once a working day, of the counts; it may be down."""
    now = clock.now()
    with reading() as conn:
        alerts, digest = _unsaid(conn, now)
    try:
        prefect_events.emit(alerts=alerts)
        if digest is not None:
            prefect_events.emit_digest(digest=digest)
    except PrefectDownError as error:
        _log.warning("alerts_not_emitted", why=error.text())
        return Emitted(0, error.text())
    with writing() as conn:
        mark_emitted(conn, ids=[alert.alert_id for alert in alerts], now=now)
        if digest is not None:
            note_mark(conn, name=COUNTED, now=now)
    return Emitted(len(alerts))


def _unsaid(conn: Connection, now: datetime) -> tuple[list[AlertEvent], DigestEvent | None]:
    """Return what Prefect is to be told now: what is new, of authorities that are at work.

    The counts of the day are None where they were told.

    Raises:
        NoBankHolidayDataError: Today is outside the years known.
    """
    today = london_date(now)
    hours = settings().hours
    if not at_work(conn, EVERYBODY, now=now, hours=hours):
        return [], None
    counted = mark_at(conn, name=COUNTED)
    told_today = counted is not None and london_date(counted) == today
    if told_today and conn.execute(_UNSAID).first() is None:
        return [], None
    alerts = live_alerts(conn, today=today)
    fresh = [
        alert
        for alert in alerts
        if alert.emitted_at is None and at_work(conn, alert.authority, now=now, hours=hours)
    ]
    return _events(conn, fresh[:AT_ONCE], today), None if told_today else _counts(alerts, today)


def _events(conn: Connection, alerts: Sequence[LiveAlert], today: date) -> list[AlertEvent]:
    """Return alerts as events, with what is so in words, without personal data."""
    if not alerts:
        return []
    wording = wording_of(conn, alerts=alerts, today=today)
    said = []
    for alert in alerts:
        words = wording.arithmetic(alert)
        if alert.kind == "lapse" and alert.due_on is not None:
            words = f"{alert.subject}: its last day is {in_words(alert.due_on)}."
        said.append(_event(alert, words))
    return said


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


def _counts(alerts: Iterable[LiveAlert], today: date) -> DigestEvent:
    """Return how many alerts stand; each clock counts once, by its highest rung."""
    by: dict[str, Counter[prefect_events.Level]] = defaultdict(Counter)
    for alert in highest(alerts):
        by[alert.authority][prefect_events.level_of(kind=alert.kind, rung=alert.rung)] += 1
    return DigestEvent(on=today, counts=by)
