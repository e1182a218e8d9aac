"""Telling people of alerts: one message a day to each, when they are at work, each alert once.

Who is told is looked up now, so that a successor is told what their predecessor was to hear. That
somebody was told is written with the message. A fault of the machine does not wait for tomorrow's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Date, bindparam, exists, insert, or_, select, text

from models import outbox
from models.tables.clocks import Alert, AlertTold
from models.tables.record import Outbox
from rules.alerts.alert_words import Level
from rules.alerts.alerts import WorkingHours, message_key
from rules.clocks.dates import london_date
from services.alerts.digests import Wording, digest, reminder, wording_of
from services.alerts.directory import Directory, told_by_person
from services.alerts.live_alerts import LiveAlert, live_alerts
from services.alerts.watch_marks import mark_at, note_mark
from services.cases.clocks.calendar import EVERYBODY, calendar_for

LOOKED: Final = "digest"
"""The name under which the telling says when it last looked at everything."""

_LOCK: Final = 7_240_002
_TAKE_TURN: Final = text("SELECT pg_advisory_xact_lock(:lock)")
_UNTOLD: Final = (
    select(Alert.id)
    .where(
        Alert.cleared_at.is_(None),
        Alert.acknowledged_at.is_(None),
        or_(Alert.snoozed_until.is_(None), Alert.snoozed_until <= bindparam("today", type_=Date)),
        ~exists().where(AlertTold.alert_id == Alert.id, AlertTold.turn == Alert.snoozes),
    )
    .limit(1)
)
_TOLD: Final = (
    select(AlertTold.alert_id, AlertTold.person, AlertTold.turn)
    .join(Alert, Alert.id == AlertTold.alert_id)
    .where(Alert.cleared_at.is_(None))
)
_KEYS: Final[BindParameter[Any]] = bindparam("keys", expanding=True)
_SENT: Final = select(Outbox.key).where(Outbox.key.in_(_KEYS))
_TELL: Final = insert(AlertTold)


@dataclass(frozen=True, slots=True)
class Told:
    """How many messages were put in the outbox, and of how many alerts they tell."""

    messages: int = 0
    alerts: int = 0


def tell_people(conn: Connection, *, now: datetime, hours: WorkingHours) -> Told:
    """Put in the outbox what people at work are to be told now, and write down that they were.

    Args:
        hours: When people are at work.

    Raises:
        NoBankHolidayDataError: Today is outside the years known.
    """
    today = london_date(now)
    if not _anything(conn, now, today, hours):
        return Told()
    if conn.dialect.name == "postgresql":
        conn.execute(_TAKE_TURN, {"lock": _LOCK})
    note_mark(conn, name=LOOKED, now=now)
    alerts = live_alerts(conn, today=today)
    if not alerts:
        return Told()
    wording = wording_of(conn, alerts=alerts, today=today)
    messages, told = [], []
    for message in _still_to_send(conn, _messages(conn, alerts, wording)):
        if _at_work(conn, message, wording.directory, now, hours):
            kind, to, context = _content(wording, message)
            payload = {"kind": kind, "to": to, "by_post_to": "", "context": context}
            payload |= {"attachments": [], "reply_to": context.get("officer_email", "")}
            row = outbox.message_row(key=message.key, case_id=None, payload=payload, now=now)
            messages.append(row)
            told += [_told_row(alert, message, today) for alert in message.rows]
    outbox.add(conn, messages)
    if told:
        conn.execute(_TELL, told)
    return Told(messages=len(messages), alerts=len({row["alert_id"] for row in told}))


def _anything(conn: Connection, now: datetime, today: date, hours: WorkingHours) -> bool:
    """Say whether to look: at the first opening of a day at everything, then if something is new.

    Authorities close on more days than the bank holidays, never on fewer.
    """
    if not at_work(conn, EVERYBODY, now=now, hours=hours):
        return False
    last = mark_at(conn, name=LOOKED)
    if last is None or london_date(last) != today:
        return True
    return conn.execute(_UNTOLD, {"today": today}).first() is not None


# ---- who is told of what


@dataclass(frozen=True, slots=True)
class _Message:
    """What one person may be told.

    Args:
        key: Its key in the outbox.
        person: An officer's address, ``contractor:CODE`` or ``provider:CODE``.
        news: What they have not been told of, each clock once by its highest rung.
        again: What they were told of that stands and nobody answered, likewise.
        rows: Every alert that they are told of with the news.
    """

    key: str
    person: str
    news: tuple[LiveAlert, ...]
    again: tuple[LiveAlert, ...]
    rows: tuple[LiveAlert, ...]


def _messages(
    conn: Connection, alerts: Sequence[LiveAlert], wording: Wording
) -> dict[str, _Message]:
    """Return by key what each may be told who has not been told of something."""
    told = {(row.alert_id, row.person, row.turn) for row in conn.execute(_TOLD)}
    found = {}
    for person, theirs in sorted(told_by_person(conn, wording.directory, alerts).items()):
        firm = person.startswith(("contractor:", "provider:"))
        message = _message(person, _for_firm(theirs) if firm else theirs, told, wording.today)
        if message.news:
            found[message.key] = message
    return found


def _for_firm(jobs: Sequence[LiveAlert]) -> list[LiveAlert]:
    """Return what a firm can do; our own step around it is left out where it has its own clock."""
    given = {(job.case_id, job.step) for job in jobs if job.clock != job.step}
    return [job for job in jobs if job.clock != job.step or (job.case_id, job.step) not in given]


def _message(
    person: str, alerts: Iterable[LiveAlert], told: set[tuple[int, str, int]], today: date
) -> _Message:
    about: dict[str, list[LiveAlert]] = defaultdict(list)
    for alert in alerts:
        about[alert.about].append(alert)
    news, again, rows = [], [], []
    for rungs in about.values():
        top = max(rungs, key=lambda alert: alert.rung)
        if top.silent(today):
            continue  # who answered the highest rung answered those below
        if (top.id, person, top.snoozes) in told:
            again.append(top)
        else:
            news.append(top)
            rows += [one for one in rungs if (one.id, person, one.snoozes) not in told]
    key = message_key(person=person, on=today)
    return _Message(key, person, tuple(news), tuple(again), tuple(rows))


def _still_to_send(conn: Connection, messages: dict[str, _Message]) -> Iterator[_Message]:
    """Yield messages; where somebody's of today has gone, one only of the machine's own faults."""
    sent = set(conn.execute(_SENT, {"keys": list(messages)}).scalars()) if messages else set()
    for key, message in messages.items():
        if key not in sent:
            yield message
        elif faults := tuple(one for one in message.news if one.level is Level.MACHINE):
            own = f"machine:{message.person}:{max(one.id for one in faults)}"
            yield _Message(own, message.person, news=faults, again=(), rows=faults)


def _at_work(
    conn: Connection, message: _Message, directory: Directory, now: datetime, hours: WorkingHours
) -> bool:
    """Say whether any authority of theirs is open: an officer's own, a firm's of the alerts."""
    known = directory.staff.get(message.person)
    theirs = known.authorities if known else {alert.authority for alert in message.news}
    return any(at_work(conn, one, now=now, hours=hours) for one in sorted(theirs) or (EVERYBODY,))


def at_work(conn: Connection, authority: str, *, now: datetime, hours: WorkingHours) -> bool:
    """Say whether people of an authority are at work; ``EVERYBODY`` are on any working day."""
    return hours.open_at(now, calendar_for(conn, authority=authority))


# ---- written


def _told_row(alert: LiveAlert, message: _Message, today: date) -> dict[str, Any]:
    return {
        "alert_id": alert.id,
        "person": message.person,
        "turn": alert.snoozes,
        "message": message.key,
        "told_on": today,
    }


def _content(wording: Wording, message: _Message) -> tuple[str, str, dict[str, Any]]:
    """Return a message's kind, address and values."""
    firms = {
        "contractor": ("reminder_to_contractor", wording.directory.contractors),
        "provider": ("reminder_to_landlord", wording.directory.providers),
    }
    sort, _, code = message.person.partition(":")
    if sort in firms:
        kind, known = firms[sort]
        jobs = [*message.news, *message.again]
        return kind, known[code].email, reminder(wording, to=known[code], jobs=jobs)
    machine = [alert for alert in message.again if alert.level is Level.MACHINE]
    older = len(message.again) - len(machine)
    news = [*message.news, *machine]
    values = digest(wording, person=message.person, news=news, older=older)
    return "alerts_digest", message.person, values
