"""Answering alerts: acknowledged, put off for a while, or taken back; who, when and why is kept.

An answer silences one alert. The next rung is raised on its day all the same, goes to somebody
else, and shows what was said.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, select, update

from models.audit import note_service, take_turn
from models.people import acting
from models.tables.clocks import Alert
from rules.alerts.alerts import may_not_handle, snooze_problems
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.decisions.particulars import unwritable
from rules.errors import (
    HandrailError,
    InvalidDecisionError,
    MissingReasonError,
    NotPermittedError,
    UnknownReferenceError,
)
from rules.people import Actor
from rules.reasons import too_thin
from services.alerts.live_alerts import LiveAlert, highest, live_alerts
from services.cases.clocks.calendar import calendar_for
from services.cases.take import take

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


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says of alerts.

    Args:
        by: An officer's address.
        reason: What is being done, or why they can wait.
        now: The present instant.
        ids: The alerts' numbers.
        case: A case's reference, beside ``ids``: all its alerts that stand and are meant.
    """

    by: str
    reason: str
    now: datetime
    ids: Sequence[int] = ()
    case: str = ""


def acknowledge(conn: Connection, answer: Answer) -> Answered:
    """Say that somebody knows of alerts and has them in hand; nobody is told of them any more.

    Raises:
        UnknownReferenceError: An alert does not stand, or somebody or a case is not known.
        MissingReasonError: There is no reason.
        NotPermittedError: They may not answer one of them.
    """
    actor, alerts = _chosen(conn, answer)
    _check(alerts, actor, answer.reason, lambda _alert: ())
    said = {"acknowledged_by": actor.identity, "acknowledged_why": answer.reason}
    for alert in alerts:
        conn.execute(_ONE, {"row_id": alert.id, "acknowledged_at": answer.now, **said})
    return _noted(conn, alerts, actor, "acknowledged", answer)


def snooze(conn: Connection, answer: Answer, *, until: date) -> Answered:
    """Put alerts off until a day, the first that they are back; then people are told once more.

    Of a case, the highest alert of each of its clocks is meant.

    Raises:
        UnknownReferenceError: An alert does not stand, or somebody or a case is not known.
        MissingReasonError: There is no reason.
        NotPermittedError: They may not answer one of them.
        InvalidDecisionError: One of them may not be put off so far, or not again.
        NoBankHolidayDataError: The working days ahead are outside the years known.
    """
    actor, found = _chosen(conn, answer)
    top = highest(found)
    alerts = [alert for alert in found if alert.id in answer.ids or alert in top]

    def too_far(alert: LiveAlert) -> tuple[str, ...]:
        return snooze_problems(
            until=until,
            today=london_date(answer.now),
            snoozes=alert.snoozes,
            statutory=alert.statutory,
            calendar=calendar_for(conn, authority=alert.authority),
        )

    _check(alerts, actor, answer.reason, too_far)
    said = {"snoozed_by": actor.identity, "snoozed_why": answer.reason, "snoozed_until": until}
    for alert in alerts:
        conn.execute(_ONE, {"row_id": alert.id, "snoozes": alert.snoozes + 1, **said})
    return _noted(conn, alerts, actor, f"snoozed until {in_words(until)}", answer)


def unsnooze(conn: Connection, answer: Answer) -> Answered:
    """Bring back alerts that were put off; people are told of them with their next digest.

    Of a case, all that are put off are meant. It needs no reason.

    Raises:
        UnknownReferenceError: An alert does not stand, or somebody or a case is not known.
        NotPermittedError: They may not answer one of them.
        InvalidDecisionError: One of them is not put off.
    """
    answer = replace(answer, reason=answer.reason or "wanted back")
    actor, alerts = _chosen(conn, answer)
    today = london_date(answer.now)
    if answer.case and not answer.ids:
        alerts = [alert for alert in alerts if alert.snoozed(today)]

    def awake(alert: LiveAlert) -> tuple[str, ...]:
        return () if alert.snoozed(today) else ("It is not snoozed",)

    _check(alerts, actor, answer.reason, awake)
    for alert in alerts:
        conn.execute(_ONE, {"row_id": alert.id, "snoozed_until": None})
    return _noted(conn, alerts, actor, "no longer snoozed", answer)


# ---- which, and whether


def _chosen(conn: Connection, answer: Answer) -> tuple[Actor, list[LiveAlert]]:
    """Return who answers, and the alerts, locked; the cases they are of are locked before them."""
    actor = acting(conn, identity=answer.by, on=london_date(answer.now))
    if answer.case:
        case = take(conn, reference=answer.case, now=answer.now)  # says so where there is none
        answer = replace(answer, case=case.reference)
    elif not answer.ids:
        raise InvalidDecisionError(
            "No alert is named.", next_step="Give their numbers, or a case with --case."
        )
    _lock(conn, _meant(conn, answer), answer.now)
    found = _meant(conn, answer)
    missing = sorted(set(answer.ids) - {alert.id for alert in found})
    if missing or not found:
        named = ", ".join(str(number) for number in missing)
        raise UnknownReferenceError(
            f"No alert {named} stands." if missing else f"No alert of case {answer.case} stands.",
            why="What an alert was about may have moved on, and it was cleared.",
            next_step="`handrail alerts list` shows those that stand, with their numbers.",
        )
    return actor, found


def _meant(conn: Connection, answer: Answer) -> list[LiveAlert]:
    return [
        alert
        for alert in live_alerts(conn, today=london_date(answer.now))
        if alert.id in answer.ids or (answer.case != "" and alert.case == answer.case)
    ]


def _lock(conn: Connection, alerts: Sequence[LiveAlert], now: datetime) -> None:
    """Lock alerts, and before them the cases they are of, so that two answers take turns."""
    if any(alert.case is None for alert in alerts):
        take_turn(conn)  # before any case, as an import does
    for reference in sorted({alert.case for alert in alerts if alert.case}):
        take(conn, reference=reference, now=now)
    if alerts:
        conn.execute(_LOCK, {"ids": [alert.id for alert in alerts]}).all()


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
    elif thin := too_thin(reason):
        error = MissingReasonError
        problems[thin.removesuffix(".")] = None
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
    conn: Connection, alerts: Sequence[LiveAlert], actor: Actor, what: str, answer: Answer
) -> Answered:
    """Write an answer into the audit chain of each case, or the service's own."""
    cases: dict[str, list[LiveAlert]] = {}
    for alert in alerts:
        cases.setdefault(alert.case or "", []).append(alert)
    for reference, answered in sorted(cases.items()):
        told: dict[str, Any] = {
            "actor": actor.identity,
            "action": f"alert {what}: {', '.join(_named(alert) for alert in answered)}",
            "reason": answer.reason,
            "detail": {"alerts": [alert.id for alert in answered]},
        }
        if reference:
            case = take(conn, reference=reference, now=answer.now)
            case.note(**told)
            case.put_back()
        else:
            note_service(conn, now=answer.now, **told)
    numbers = tuple(sorted(alert.id for alert in alerts))
    return Answered(alerts=numbers, cases=tuple(sorted(ref for ref in cases if ref)))


def _named(alert: LiveAlert) -> str:
    return f"{alert.title} ({alert.level})" if alert.clock else alert.subject
