"""Answering alerts: acknowledged, put off for a while, or taken back; who, when and why is kept.

An answer silences one alert. The next rung is raised on its day all the same, goes to somebody
else, and shows what was said.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.engine import Connection

from models.audit import note_service
from models.people import actor_for
from models.service_turn import take_turn
from models.tables.clocks import Alert
from rules.alerts.alerts import may_not_handle, snooze_problems
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.decisions import unwritable
from rules.errors import (
    HandrailError,
    InvalidDecisionError,
    MissingReasonError,
    NotPermittedError,
    UnknownReferenceError,
)
from rules.people import Actor
from services.alerts.live_alerts import LiveAlert, live_alerts
from services.cases.clocks.calendar import calendar_for
from services.cases.in_hand import take

_LOCK: Final[Select[int]] = (
    select(Alert.id)
    .where(Alert.id.in_(bindparam("ids", expanding=True)))
    .order_by(Alert.id)
    .with_for_update()
)
_ONE: Final = update(Alert).where(Alert.id == bindparam("row_id"))
_LONGEST_REASON: Final = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an answer: the alerts that it silenced, or brought back, by number."""

    alerts: tuple[int, ...]
    cases: tuple[str, ...]


def acknowledge(
    conn: Connection,
    *,
    ids: Sequence[int] = (),
    case: str = "",
    by: str,
    reason: str,
    now: datetime,
) -> Answered:
    """Say that somebody knows of alerts and has them in hand; nobody is told of them any more.

    Args:
        ids: The alerts' numbers.
        case: A case's reference: all its alerts that stand, beside ``ids``.
        by: An officer's address.
        reason: What is being done.

    Raises:
        UnknownReferenceError: An alert does not stand, or somebody or a case is not known.
        MissingReasonError: There is no reason.
        NotPermittedError: They may not answer one of them.
    """
    actor, alerts = _chosen(conn, ids=ids, case=case, by=by, now=now)
    _check(alerts, actor, reason, lambda _alert: ())
    values = {"acknowledged_at": now, "acknowledged_by": actor.identity, "acknowledged_why": reason}
    for alert in alerts:
        conn.execute(_ONE, {"row_id": alert.id, **values})
    return _noted(conn, alerts, actor, "acknowledged", reason, now)


def snooze(
    conn: Connection,
    *,
    ids: Sequence[int] = (),
    case: str = "",
    until: date,
    by: str,
    reason: str,
    now: datetime,
) -> Answered:
    """Put alerts off until a day; from then on people are told once more.

    Args:
        ids: The alerts' numbers.
        case: A case's reference: the highest alert of each of its clocks, beside ``ids``.
        until: The first day that they are back.
        by: An officer's address.
        reason: Why they can wait.

    Raises:
        UnknownReferenceError: An alert does not stand, or somebody or a case is not known.
        MissingReasonError: There is no reason.
        NotPermittedError: They may not answer one of them.
        InvalidDecisionError: One of them may not be put off so far, or not again.
        NoBankHolidayDataError: The working days ahead are outside the years known.
    """
    actor, alerts = _chosen(conn, ids=ids, case=case, by=by, now=now)
    alerts = [alert for alert in alerts if alert.id in ids or _is_highest(alert, alerts)]
    today = london_date(now)

    def too_far(alert: LiveAlert) -> tuple[str, ...]:
        return snooze_problems(
            until=until,
            today=today,
            snoozes=alert.snoozes,
            statutory=alert.statutory,
            calendar=calendar_for(conn, authority=alert.authority),
        )

    _check(alerts, actor, reason, too_far)
    for alert in alerts:
        conn.execute(
            _ONE,
            {
                "row_id": alert.id,
                "snoozed_until": until,
                "snoozed_by": actor.identity,
                "snoozed_why": reason,
                "snoozes": alert.snoozes + 1,
            },
        )
    return _noted(conn, alerts, actor, f"snoozed until {in_words(until)}", reason, now)


def unsnooze(
    conn: Connection,
    *,
    ids: Sequence[int] = (),
    case: str = "",
    by: str,
    reason: str = "",
    now: datetime,
) -> Answered:
    """Bring back alerts that were put off; people are told of them with their next digest.

    Args:
        ids: The alerts' numbers.
        case: A case's reference: all its alerts that are put off, beside ``ids``.
        by: An officer's address.
        reason: Why, if there is anything to say.

    Raises:
        UnknownReferenceError: An alert does not stand, or somebody or a case is not known.
        NotPermittedError: They may not answer one of them.
        InvalidDecisionError: One of them is not put off.
    """
    actor, alerts = _chosen(conn, ids=ids, case=case, by=by, now=now)
    today = london_date(now)
    if case and not ids:
        alerts = [alert for alert in alerts if alert.snoozed(today)]
    why = reason or "wanted back"
    _check(alerts, actor, why, lambda alert: () if alert.snoozed(today) else ("It is not snoozed",))
    for alert in alerts:
        conn.execute(_ONE, {"row_id": alert.id, "snoozed_until": None})
    return _noted(conn, alerts, actor, "no longer snoozed", why, now)


# ---- which, and whether


def _chosen(
    conn: Connection, *, ids: Sequence[int], case: str, by: str, now: datetime
) -> tuple[Actor, list[LiveAlert]]:
    """Return who answers, and the alerts, locked; the cases they are of are locked before them."""
    actor = actor_for(conn, identity=by)
    if case:
        take(conn, reference=case, now=now)  # says so where there is no such case
    elif not ids:
        raise InvalidDecisionError(
            "No alert is named.", next_step="Give their numbers, or a case with --case."
        )
    today = london_date(now)
    _lock(conn, [a for a in live_alerts(conn, today=today) if _meant(a, ids, case)], now)
    found = [a for a in live_alerts(conn, today=today) if _meant(a, ids, case)]
    missing = sorted(set(ids) - {alert.id for alert in found})
    if missing or not found:
        named = ", ".join(str(number) for number in missing)
        raise UnknownReferenceError(
            f"No alert {named} stands." if missing else f"No alert of case {case} stands.",
            why="What an alert was about may have moved on, and it was cleared.",
            next_step="`handrail alerts list` shows those that stand, with their numbers.",
        )
    return actor, found


def _lock(conn: Connection, alerts: Sequence[LiveAlert], now: datetime) -> None:
    """Lock alerts, and before them the cases they are of, so that two answers take turns."""
    if any(alert.case is None for alert in alerts):
        take_turn(conn)  # before any case, as an import does
    for reference in sorted({alert.case for alert in alerts if alert.case}):
        take(conn, reference=reference, now=now)
    if alerts:
        conn.execute(_LOCK, {"ids": [alert.id for alert in alerts]}).all()


def _meant(alert: LiveAlert, ids: Sequence[int], case: str) -> bool:
    return alert.id in ids or (case != "" and alert.case == case)


def _is_highest(alert: LiveAlert, alerts: Iterable[LiveAlert]) -> bool:
    return all(one.rung <= alert.rung for one in alerts if one.about == alert.about)


def _check(
    alerts: Iterable[LiveAlert],
    actor: Actor,
    reason: str,
    problems_of: Callable[[LiveAlert], tuple[str, ...]],
) -> None:
    """Refuse an answer with everything that is wrong with it."""
    problems: dict[str, None] = {}
    error: type[HandrailError] = InvalidDecisionError
    if not reason.strip():
        error = MissingReasonError
        problems["A reason is needed"] = None
    elif len(reason) > _LONGEST_REASON:
        problems[f"The reason is longer than {_LONGEST_REASON} characters"] = None
    problems |= {words.removesuffix("."): None for words in unwritable(reason)}
    for alert in alerts:
        if refusal := may_not_handle(actor, authority=alert.authority):
            error = NotPermittedError
            problems[refusal] = None
        problems |= {f"Alert {alert.id}: {words}": None for words in problems_of(alert)}
    if problems:
        raise error(
            "Nothing was answered.",
            why=" ".join(f"{words}." for words in problems),
            next_step="Correct it and try again; `handrail alerts show NUMBER` tells of each.",
        )


# ---- kept


def _noted(
    conn: Connection,
    alerts: Sequence[LiveAlert],
    actor: Actor,
    what: str,
    reason: str,
    now: datetime,
) -> Answered:
    """Write an answer into the audit chain of each case, or the service's own."""
    cases: dict[str, list[LiveAlert]] = {}
    for alert in alerts:
        cases.setdefault(alert.case or "", []).append(alert)
    for reference, answered in sorted(cases.items()):
        told: dict[str, Any] = {
            "actor": actor.identity,
            "action": f"alert {what}: {', '.join(_named(alert) for alert in answered)}",
            "reason": reason,
            "detail": {"alerts": [alert.id for alert in answered]},
        }
        if reference:
            case = take(conn, reference=reference, now=now)
            case.note(**told)
            case.put_back()
        else:
            note_service(conn, now=now, **told)
    numbers = tuple(sorted(alert.id for alert in alerts))
    return Answered(alerts=numbers, cases=tuple(sorted(ref for ref in cases if ref)))


def _named(alert: LiveAlert) -> str:
    return f"{alert.title} ({alert.level})" if alert.clock else alert.subject
