"""Alerts as they are shown: what stands now, the worst first, and one of them with its history."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from models.base import rows_by
from models.people import actor_for
from models.tables.clocks import Alert, AlertTold, ClockChange
from rules.alerts.alert_words import Level
from rules.clocks.dates import instant, london_date
from rules.clocks.workdays import in_words
from rules.errors import UnknownReferenceError
from rules.people import Role
from services.alerts.digests import Wording, wording_of
from services.alerts.directory import Directory, told_by_person
from services.alerts.live_alerts import ALERTS, LiveAlert, highest, live_alerts

_ONE: Final = ALERTS.add_columns(Alert.cleared_at, Alert.cleared_why).where(
    Alert.id == bindparam("number")
)
_TOLD: Final = rows_by(AlertTold, "alert_id").order_by(AlertTold.told_on, AlertTold.person)
_CHANGES: Final = rows_by(ClockChange, "clock_id").order_by(ClockChange.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts to show.

    Args:
        person: Only those that this officer or contractor is told of, if given.
        authority: Only those of this authority, if given.
        case: Only those of this case, if given.
        level: Only those of this level, if given.
        everything: Those that were put off as well, and every rung of a clock.
        authorities: Only those of these authorities, or of no single one; empty for all.
    """

    person: str = ""
    authority: str = ""
    case: str = ""
    level: Level | None = None
    everything: bool = False
    authorities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shown:
    """The alerts to show, as plain values, and how many were left out as snoozed."""

    alerts: tuple[dict[str, Any], ...]
    snoozed: int


def alerts_view(conn: Connection, *, wanted: Wanted, today: date) -> Shown:
    """Return the alerts that stand, looked at live, the worst first; each clock once.

    Raises:
        UnknownReferenceError: The person is not known.
        NoBankHolidayDataError: A date is outside the years known.
    """
    alerts = live_alerts(conn, today=today)
    wording = wording_of(conn, alerts=alerts, today=today)
    mine = [
        alert
        for alert in _of_person(conn, alerts, wording.directory, wanted.person)
        if wanted.authority in ("", alert.authority)
        and wanted.case in ("", alert.case)
        and (not wanted.authorities or alert.authority in {"", *wanted.authorities})
    ]
    found = [
        alert
        for alert in (mine if wanted.everything else highest(mine))
        if wanted.level in (None, alert.level)
    ]
    awake = [alert for alert in found if wanted.everything or not alert.snoozed(today)]
    awake.sort(key=lambda alert: alert.worst_first)
    return Shown(
        alerts=tuple(_shown(alert, wording) for alert in awake), snoozed=len(found) - len(awake)
    )


def _of_person(
    conn: Connection, alerts: list[LiveAlert], directory: Directory, person: str
) -> list[LiveAlert]:
    if not person:
        return alerts
    actor = actor_for(conn, identity=person)
    name = f"contractor:{actor.identity}" if actor.role is Role.CONTRACTOR else actor.identity
    return told_by_person(conn, directory, alerts).get(name, [])


def _shown(alert: LiveAlert, wording: Wording) -> dict[str, Any]:
    since = wording.directory.held_since(alert)
    return {
        "alert": alert.id,
        "level": alert.level.value,
        "case": alert.case,
        "authority": alert.authority,
        "what": alert.title,
        "clock": alert.clock,
        "step": alert.step or None,
        "subject": alert.subject,
        "held_by": wording.directory.held_by(alert),
        "since": since,
        "due_on": alert.due_on,
        "standing": wording.standing(alert),
        "words": wording.arithmetic(alert),
        "next": wording.next(alert),
        "raised_at": instant(alert.raised_at),
        "acknowledged_by": alert.acknowledged_by or None,
        "snoozed_until": alert.snoozed_until,
        "snoozed_by": alert.snoozed_by or None,
        "answers": list(wording.answers.get(alert.about, ())),
    }


# ---- one


def alert_view(conn: Connection, *, number: int, today: date) -> dict[str, Any]:
    """Return one alert with its arithmetic, its history, and who was told of it.

    It may have been cleared.

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
    wording = wording_of(conn, alerts=[alert], today=today)
    cleared = {"at": instant(cleared_at), "why": cleared_why} if cleared_at else None
    return _shown(alert, wording) | {
        "cleared": cleared,
        "target_source": alert.target_source or "",
        "told": [
            {"person": told.person, "on": told.told_on, "message": told.message}
            for told in conn.execute(_TOLD, {"alert_id": number})
        ],
        "due_date_moved": [
            {"at": instant(moved.at), "from": moved.from_due, "to": moved.to_due, "why": moved.why}
            for moved in conn.execute(_CHANGES, {"clock_id": alert.clock_id})
        ],
        "history": _history(alert, wording, cleared),
    }


def _history(alert: LiveAlert, wording: Wording, cleared: dict[str, Any] | None) -> list[str]:
    over = [f"Cleared: {cleared['why']}."] if cleared is not None else []
    said = wording.answers[alert.about]
    return [f"Raised on {in_words(london_date(alert.raised_at))}.", *said, *over]
