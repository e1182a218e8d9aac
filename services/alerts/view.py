"""Alerts as they are shown: what stands now, the worst first, and one of them with its history."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, bindparam, or_

from models.base import rows_by
from models.tables.clocks import Alert, AlertTold, ClockChange
from rules.clocks.dates import instant, london_date
from rules.clocks.workdays import in_words
from rules.errors import UnknownReferenceError
from services.alerts.chosen import Wanted, choose
from services.alerts.digests import Wording, wording_of
from services.alerts.live_alerts import ALERTS, LiveAlert, live_alerts

_ONE: Final = ALERTS.add_columns(Alert.cleared_at, Alert.cleared_why).where(
    Alert.id == bindparam("number")
)
_TOLD: Final = rows_by(AlertTold, "alert_id").order_by(AlertTold.told_on, AlertTold.person)
_CHANGES: Final = rows_by(ClockChange, "clock_id").order_by(ClockChange.id)


@dataclass(frozen=True, slots=True)
class Shown:
    """The alerts to show, as plain values.

    Args:
        total: How many the whole list has.
        snoozed: How many were left out of it as put off.
    """

    alerts: tuple[dict[str, Any], ...]
    total: int
    snoozed: int


def alerts_view(
    conn: Connection, *, wanted: Wanted, today: date, limit: int | None = None, offset: int = 0
) -> Shown:
    """Return the alerts that stand, looked at live, the worst first; each clock once.

    Args:
        limit: How many of them, if not all.
        offset: After how many.

    Raises:
        UnknownReferenceError: The person is not known.
        NoBankHolidayDataError: A date is outside the years known.
    """
    chosen = choose(conn, wanted=wanted, today=today, limit=limit, offset=offset)
    if not chosen.ids:
        return Shown((), chosen.total, chosen.snoozed)
    these = or_(Alert.id.in_(chosen.ids), Alert.clock_id.in_(chosen.clocks))
    beside = live_alerts(conn, today=today, only=[] if limit is None else [these])
    wording = wording_of(conn, alerts=beside, today=today)
    held = {alert.id: alert for alert in beside}
    alerts = tuple(_shown(held[number], wording) for number in chosen.ids)
    return Shown(alerts, chosen.total, chosen.snoozed)


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
