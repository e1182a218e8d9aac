"""Telling people of alerts: one message a day to each, when they are at work, each alert once.

Who is told is looked up now, so that a successor is told what their predecessor was to hear. That
somebody was told is written with the message. A fault of the machine does not wait for tomorrow's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import BindParameter, Date, bindparam, exists, insert, or_, select, text
from sqlalchemy.engine import Connection

from models import outbox
from models.tables.clocks import Alert, AlertTold
from models.tables.record import Outbox
from rules.alerts.alert_words import Level
from rules.alerts.alerts import WorkingHours, telling_key, told_of
from rules.clocks.dates import london_date
from rules.clocks.targets import Rung
from services.alerts.digests import Telling, digest, reminder, telling_of
from services.alerts.directory import Around, around_alerts
from services.alerts.live_alerts import LiveAlert, live_alerts
from services.alerts.watch_marks import mark_at, note_mark
from services.cases.clocks.calendar import EVERYBODY, calendar_for
from services.cases.clocks.terms import clock_terms

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


@dataclass(slots=True)
class _Post:
    """What is written at the end: messages, and that somebody was told."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)


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
    around = around_alerts(conn)
    telling = telling_of(conn, around=around, alerts=alerts, today=today)
    post = _Post()
    letters = _letters(_addressed(conn, alerts, around), _told(conn), today)
    sent = _sent_today(conn, letters, today)
    for person, letter in letters.items():
        if _at_work(conn, person, letter, around, now, hours):
            _write(post, telling, person, letter, sent, now)
    outbox.add(conn, post.messages)
    if post.told:
        conn.execute(_TELL, post.told)
    return Told(messages=len(post.messages), alerts=len({row["alert_id"] for row in post.told}))


def _anything(conn: Connection, now: datetime, today: date, hours: WorkingHours) -> bool:
    """Say whether to look: at the first opening of a day at everything, then if something is new.

    Authorities close on more days than the bank holidays, never on fewer.
    """
    if not hours.open_at(now, calendar_for(conn, authority=EVERYBODY)):
        return False
    last = mark_at(conn, name=LOOKED)
    if last is None or london_date(last) != today:
        return True
    return conn.execute(_UNTOLD, {"today": today}).first() is not None


# ---- who is told of what


def _addressed(
    conn: Connection, alerts: Sequence[LiveAlert], around: Around
) -> dict[str, list[LiveAlert]]:
    """Return the alerts that each person is to know of."""
    ladders: dict[str, tuple[Rung, ...]] = {}
    found: dict[str, list[LiveAlert]] = defaultdict(list)
    for alert in alerts:
        if alert.authority not in ladders:
            ladders[alert.authority] = clock_terms(conn, authority=alert.authority).ladder
        told = told_of(around.concern(alert), staff=around.staff, ladder=ladders[alert.authority])
        for person in told:
            found[person].append(alert)
    return {
        person: _theirs(theirs) if person.startswith(("contractor:", "provider:")) else theirs
        for person, theirs in found.items()
    }


def _theirs(jobs: Sequence[LiveAlert]) -> list[LiveAlert]:
    """Return what a firm can do; our own step around it is left out where it has its own clock."""
    given = {(job.case_id, job.step) for job in jobs if job.clock != job.step}
    return [job for job in jobs if job.clock != job.step or (job.case_id, job.step) not in given]


@dataclass(frozen=True, slots=True)
class _Letter:
    """What one person may be told.

    Args:
        news: What they have not been told of, each clock once by its highest rung.
        again: What they were told of that stands and nobody answered, likewise.
        rows: Every alert that they are told of with the news.
    """

    news: tuple[LiveAlert, ...]
    again: tuple[LiveAlert, ...]
    rows: tuple[LiveAlert, ...]


def _letters(
    addressed: Mapping[str, Sequence[LiveAlert]], told: set[tuple[int, str, int]], today: date
) -> dict[str, _Letter]:
    """Return what each person may be told, for those who have not been told of something."""
    found = {
        person: _letter(person, alerts, told, today) for person, alerts in sorted(addressed.items())
    }
    return {person: letter for person, letter in found.items() if letter.news}


def _letter(
    person: str, alerts: Iterable[LiveAlert], told: set[tuple[int, str, int]], today: date
) -> _Letter:
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
    return _Letter(tuple(news), tuple(again), tuple(rows))


def _told(conn: Connection) -> set[tuple[int, str, int]]:
    return {(row.alert_id, row.person, row.turn) for row in conn.execute(_TOLD)}


def _sent_today(conn: Connection, letters: Iterable[str], today: date) -> frozenset[str]:
    """Return the people whose message of today is in the outbox or has left."""
    keys = {telling_key(person=person, on=today): person for person in letters}
    if not keys:
        return frozenset()
    sent = conn.execute(_SENT, {"keys": list(keys)}).scalars()
    return frozenset(keys[key] for key in sent)


def _at_work(
    conn: Connection,
    person: str,
    letter: _Letter,
    around: Around,
    now: datetime,
    hours: WorkingHours,
) -> bool:
    """Say whether any authority of theirs is open: an officer's own, a firm's of the alerts."""
    known = around.person(person)
    theirs = known.authorities if known else {alert.authority for alert in letter.news}
    return any(
        hours.open_at(now, calendar_for(conn, authority=authority))
        for authority in sorted(theirs) or (EVERYBODY,)
    )


# ---- written


def _write(
    post: _Post,
    telling: Telling,
    person: str,
    letter: _Letter,
    sent: frozenset[str],
    now: datetime,
) -> None:
    """Write somebody's message of the day; where it has gone, only of the machine's own faults."""
    key = telling_key(person=person, on=telling.today)
    news, again, rows = letter.news, letter.again, letter.rows
    if person in sent:
        news = rows = tuple(alert for alert in news if alert.level is Level.MACHINE)
        if not news:
            return
        key, again = f"machine:{person}:{max(alert.id for alert in news)}", ()
    kind, to, context = _message(telling, person, news, again)
    payload = {"kind": kind, "to": to, "by_post_to": "", "context": context, "attachments": []}
    post.messages.append(outbox.message_row(key=key, case_id=None, payload=payload, now=now))
    post.told += [
        {
            "alert_id": alert.id,
            "person": person,
            "turn": alert.snoozes,
            "message": key,
            "told_on": telling.today,
        }
        for alert in rows
    ]


def _message(
    telling: Telling, person: str, news: Sequence[LiveAlert], again: Sequence[LiveAlert]
) -> tuple[str, str, dict[str, Any]]:
    """Return a message's kind, address and values."""
    around = telling.around
    sort, _, code = person.partition(":")
    if sort == "contractor":
        firm = around.contractors[code]
        jobs = reminder(telling, to=firm, jobs=[*news, *again])
        return "reminder_to_contractor", firm.email, jobs
    if sort == "provider":
        landlord = around.providers[code]
        jobs = reminder(telling, to=landlord, jobs=[*news, *again])
        return "reminder_to_landlord", landlord.email, jobs
    known = around.person(person)
    name = known.name if known else person
    machine = [alert for alert in again if alert.level is Level.MACHINE]
    older = len(again) - len(machine)
    values = digest(telling, name=name, person=person, news=[*news, *machine], older=older)
    return "alerts_digest", person, values
