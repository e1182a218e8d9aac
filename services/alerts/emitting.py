"""What Prefect has not been told of yet, and the counts that it is told once a working day."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from models.tables.clocks import Alert
from rules.alerts.alerts import WorkingHours
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from services.alerts.digests import telling_of
from services.alerts.directory import around_alerts
from services.alerts.live_alerts import LiveAlert, live_alerts
from services.alerts.watch_marks import mark_at
from services.cases.clocks.calendar import EVERYBODY, calendar_for

COUNTED: Final = "digest-event"
"""The name under which it is kept that Prefect was told the day's counts."""

AT_ONCE: Final = 500
"""Alerts that Prefect is told of in one go; the next watch tells of more."""

_UNSAID: Final = (
    select(Alert.id).where(Alert.cleared_at.is_(None), Alert.emitted_at.is_(None)).limit(1)
)


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What Prefect is to be told now.

    Args:
        alerts: Alerts with what is so in words, without personal data.
        counts: How many alerts stand by authority, kind and rung; None if that was told today.
        on: Today's London date.
    """

    alerts: tuple[tuple[LiveAlert, str], ...]
    counts: Counter[tuple[str, str, int]] | None
    on: date


def unsaid(conn: Connection, *, now: datetime, hours: WorkingHours) -> Unsaid:
    """Return what Prefect is to be told now: what is new, of authorities that are at work.

    Args:
        hours: When people are at work.

    Raises:
        NoBankHolidayDataError: Today is outside the years known.
    """
    today = london_date(now)
    if not hours.open_at(now, calendar_for(conn, authority=EVERYBODY)):
        return Unsaid((), None, today)
    counted = mark_at(conn, name=COUNTED)
    told_today = counted is not None and london_date(counted) == today
    if told_today and conn.execute(_UNSAID).first() is None:
        return Unsaid((), None, today)
    alerts = live_alerts(conn, today=today)
    fresh = [
        alert
        for alert in alerts
        if alert.emitted_at is None
        and hours.open_at(now, calendar_for(conn, authority=alert.authority))
    ]
    return Unsaid(
        alerts=tuple(_in_words(conn, fresh[:AT_ONCE], today)),
        counts=None if told_today else _counts(alerts),
        on=today,
    )


def _in_words(
    conn: Connection, alerts: Sequence[LiveAlert], today: date
) -> list[tuple[LiveAlert, str]]:
    if not alerts:
        return []
    telling = telling_of(conn, around=around_alerts(conn), alerts=alerts, today=today)
    said = []
    for alert in alerts:
        if alert.clock is not None:
            said.append((alert, telling.arithmetic(alert)))
        elif alert.kind == "lapse" and alert.due_on is not None:
            said.append((alert, f"{alert.subject}: its last day is {in_words(alert.due_on)}."))
        else:
            said.append((alert, alert.words))
    return said


def _counts(alerts: Sequence[LiveAlert]) -> Counter[tuple[str, str, int]]:
    """Return how many alerts stand; each clock counts once, by its highest rung."""
    highest: dict[str, LiveAlert] = {}
    for alert in alerts:
        held = highest.get(alert.about)
        if held is None or held.rung < alert.rung:
            highest[alert.about] = alert
    return Counter((alert.authority, alert.kind, alert.rung) for alert in highest.values())
