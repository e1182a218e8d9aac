"""Alerts as they are shown: what stands now, the worst first, and one of them with its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.people import actor_for
from models.tables.cases import Case
from models.tables.clocks import Alert, AlertTold, Clock, ClockChange
from rules.alerts.alert_words import Level
from rules.alerts.alerts import told_of
from rules.clocks.dates import instant, london_date
from rules.clocks.workdays import in_words
from rules.errors import UnknownReferenceError
from rules.people import Role
from services.alerts.digests import Telling, said_of, telling_of
from services.alerts.directory import Around, around_alerts
from services.alerts.live_alerts import COLUMNS, LiveAlert, live_alerts
from services.cases.clocks.terms import clock_terms

_ONE: Final = (
    select(*COLUMNS, Alert.cleared_at, Alert.cleared_why)
    .outerjoin(Clock, Clock.id == Alert.clock_id)
    .outerjoin(Case, Case.id == Alert.case_id)
    .where(Alert.id == bindparam("number"))
)
_TOLD: Final = (
    select(AlertTold.person, AlertTold.turn, AlertTold.message, AlertTold.told_on)
    .where(AlertTold.alert_id == bindparam("number"))
    .order_by(AlertTold.told_on, AlertTold.person)
)
_CHANGES: Final = (
    select(ClockChange.at, ClockChange.from_due, ClockChange.to_due, ClockChange.why)
    .where(ClockChange.clock_id == bindparam("clock_id"))
    .order_by(ClockChange.id)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts to show.

    Args:
        person: Only those that this officer or contractor is told of, if given.
        authority: Only those of this authority, if given.
        case: Only those of this case, if given.
        level: Only those of this level, if given.
        everything: Those that were put off as well, and every rung of a clock.
    """

    person: str = ""
    authority: str = ""
    case: str = ""
    level: Level | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The alerts to show, as plain values, and how many were left out as snoozed."""

    alerts: tuple[dict[str, Any], ...]
    snoozed: int


def alerts_view(conn: Connection, *, wanted: Wanted, today: date) -> Shown:
    """Return the alerts that stand, looked at live, the worst first; each clock once.

    Args:
        wanted: Which.
        today: Today's London date.

    Raises:
        UnknownReferenceError: The person is not known.
        NoBankHolidayDataError: A date is outside the years known.
    """
    alerts = live_alerts(conn, today=today)
    around = around_alerts(conn)
    telling = telling_of(conn, around=around, alerts=alerts, today=today)
    mine = [
        alert for alert in _of_person(conn, alerts, around, wanted.person) if _in(alert, wanted)
    ]
    found = [
        alert
        for alert in (mine if wanted.everything else _highest(mine))
        if wanted.level in (None, alert.level)
    ]
    awake = [alert for alert in found if wanted.everything or not alert.snoozed(today)]
    awake.sort(key=lambda alert: alert.worst_first)
    return Shown(
        alerts=tuple(_shown(alert, telling) for alert in awake), snoozed=len(found) - len(awake)
    )


def _of_person(
    conn: Connection, alerts: Iterable[LiveAlert], around: Around, person: str
) -> list[LiveAlert]:
    if not person:
        return list(alerts)
    actor = actor_for(conn, identity=person)
    name = f"contractor:{actor.identity}" if actor.role is Role.CONTRACTOR else actor.identity
    return [
        alert
        for alert in alerts
        if name
        in told_of(
            around.concern(alert),
            staff=around.staff,
            ladder=clock_terms(conn, authority=alert.authority).ladder,
        )
    ]


def _in(alert: LiveAlert, wanted: Wanted) -> bool:
    return wanted.authority in ("", alert.authority) and wanted.case in ("", alert.case)


def _highest(alerts: Iterable[LiveAlert]) -> Iterable[LiveAlert]:
    highest: dict[str, LiveAlert] = {}
    for alert in alerts:
        held = highest.get(alert.about)
        if held is None or held.rung < alert.rung:
            highest[alert.about] = alert
    return highest.values()


def _shown(alert: LiveAlert, telling: Telling) -> dict[str, Any]:
    since = telling.around.held_since(alert)
    return {
        "alert": alert.id,
        "level": alert.level.value,
        "case": alert.case,
        "authority": alert.authority,
        "what": alert.title,
        "clock": alert.clock,
        "step": alert.step or None,
        "subject": alert.subject,
        "held_by": telling.around.held_by(alert),
        "since": since,
        "due_on": alert.due_on,
        "standing": telling.standing(alert),
        "words": telling.arithmetic(alert),
        "next": telling.next(alert),
        "raised_at": instant(alert.raised_at),
        "acknowledged_by": alert.acknowledged_by or None,
        "snoozed_until": alert.snoozed_until,
        "snoozed_by": alert.snoozed_by or None,
        "answers": list(telling.answers.get(alert.about, ())),
    }


# ---- one


def alert_view(conn: Connection, *, number: int, today: date) -> dict[str, Any]:
    """Return one alert with its arithmetic, its history, and who was told of it.

    Args:
        number: The alert's number; it may have been cleared.
        today: Today's London date.

    Raises:
        UnknownReferenceError: There is no such alert.
        NoBankHolidayDataError: A date is outside the years known.
    """
    row = conn.execute(_ONE, {"number": number}).one_or_none()
    if row is None:
        raise UnknownReferenceError(
            f"There is no alert {number}.",
            next_step="`handrail alerts list` shows those that stand, with their numbers.",
        )
    *columns, cleared_at, cleared_why = row
    alert = LiveAlert(*columns)
    around = around_alerts(conn)
    telling = telling_of(conn, around=around, alerts=[alert], today=today)
    cleared = {"at": instant(cleared_at), "why": cleared_why} if cleared_at else None
    return _shown(alert, telling) | {
        "cleared": cleared,
        "target_source": alert.target_source or "",
        "told": [
            {"person": told.person, "on": told.told_on, "message": told.message}
            for told in conn.execute(_TOLD, {"number": number})
        ],
        "due_date_moved": [
            {"at": instant(moved.at), "from": moved.from_due, "to": moved.to_due, "why": moved.why}
            for moved in conn.execute(_CHANGES, {"clock_id": alert.clock_id})
        ],
        "history": _history(alert, around, cleared),
    }


def _history(alert: LiveAlert, around: Around, cleared: dict[str, Any] | None) -> list[str]:
    told = [f"Raised on {in_words(london_date(alert.raised_at))}."]
    told += said_of(alert, around)
    if cleared is not None:
        told.append(f"Cleared: {cleared['why']}.")
    return told
