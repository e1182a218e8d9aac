"""What a digest or a reminder says: the values of its message, from the alerts it is about."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from rules.alerts.alert_words import HEADINGS, Level, answered_words, counted, do_next, reach, renew
from rules.clocks import clock_words
from rules.clocks.dates import london_date
from rules.clocks.pauses import PausedTime
from rules.clocks.workdays import in_words
from rules.documents.paper_lines import Contact
from rules.parties import Party
from rules.pathway import PATHWAY
from services.alerts.directory import Directory, read_directory
from services.alerts.live_alerts import LiveAlert
from services.cases.clocks.calendar import calendar_for
from services.cases.clocks.rows import paused_times

SHOWN_AT_MOST: Final = 30
"""Alerts that one digest tells of; it says how many more there are."""


FEW_CASES: Final = 1_000
"""Cases that are named one by one in a statement; of more, all with an alert are read."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What the words of alerts are made with.

    Args:
        pauses: The pauses of each case that has any, by its row id.
        answers: What was said of each clock's other alerts, by ``LiveAlert.about``.
    """

    conn: Connection
    directory: Directory
    today: date
    pauses: dict[int, tuple[PausedTime, ...]]
    answers: dict[str, tuple[str, ...]]

    def standing(self, alert: LiveAlert) -> str:
        """Return how a clock stands today: ``7 working days late``; empty for what is no clock."""
        if alert.clock is None:
            return ""
        return clock_words.timing(
            due_on=alert.due_on,
            today=self.today,
            calendar=calendar_for(self.conn, authority=alert.authority),
        )

    def arithmetic(self, alert: LiveAlert) -> str:
        """Return how a clock's due date was reached, or what lapses or stalls."""
        if alert.clock is None or alert.opened_on is None:
            return alert.words
        said = clock_words.words(
            name=alert.clock,
            opened_on=alert.opened_on,
            target_days=alert.target_days,
            promised_on=alert.promised_on,
            due_on=alert.due_on,
            pauses=self.pauses.get(alert.case_id or 0, ()),
            calendar=calendar_for(self.conn, authority=alert.authority),
        )
        return f"{said[0].upper()}{said[1:]}"

    def held(self, alert: LiveAlert) -> str:
        """Return who holds a clock and since when, as a sentence; empty for what is no clock."""
        if alert.clock is None:
            return ""
        step = self.directory.step(alert)
        if step is not None and not alert.step:
            at = PATHWAY[step.name].title
            owner = self.directory.owner(step, alert)
            return f"The case is at “{at}”, with {owner} since {in_words(step.since)}."
        since = self.directory.held_since(alert)
        when = f" since {in_words(since)}" if since else ""
        return f"With {self.directory.held_by(alert)}{when}."

    def next(self, alert: LiveAlert) -> str:
        """Return what to do next, with its command."""
        if alert.kind == "lapse":
            return renew(alert.subject)
        party = alert.party
        if party is None or alert.case is None:
            where = f"case show {alert.case}" if alert.case else f"alerts show {alert.id}"
            return f"see `handrail {where}`."
        holders = self.directory.holders(alert)
        ways = [reach(name=one.name, phone=one.phone, email=one.email) for one in holders[:3]]
        return do_next(
            case=alert.case,
            step=alert.step or "",
            holder=party,
            reach=" or ".join(ways),
            written_to=bool(self.directory.firms(alert) or self.directory.provider(alert)),
        )


def wording_of(conn: Connection, *, alerts: Sequence[LiveAlert], today: date) -> Wording:
    """Return what the words of some alerts are made with, of those that stand today."""
    cases = sorted({alert.case_id for alert in alerts if alert.case_id is not None})
    few = len(cases) <= FEW_CASES
    directory = read_directory(conn, today=today, cases=cases if few else None)
    answers: dict[str, tuple[str, ...]] = {}
    for alert in alerts:
        answers[alert.about] = answers.get(alert.about, ()) + tuple(said_of(alert, directory))
    return Wording(conn, directory, today, paused_times(conn, cases), answers)


def said_of(alert: LiveAlert, directory: Directory) -> Iterable[str]:
    """Yield what somebody answered to an alert, as sentences."""
    if alert.acknowledged_at is not None:
        yield answered_words(
            by=directory.name_of(alert.acknowledged_by),
            on=in_words(london_date(alert.acknowledged_at)),
            why=alert.acknowledged_why,
        )
    if alert.snoozed_until is not None:
        yield answered_words(
            by=directory.name_of(alert.snoozed_by),
            on="",
            why=alert.snoozed_why,
            until=in_words(alert.snoozed_until),
        )


# ---- to an officer


def digest(
    wording: Wording, *, person: str, news: Sequence[LiveAlert], older: int
) -> dict[str, Any]:
    """Return the values of an officer's digest.

    Args:
        person: Their address.
        news: What they have not been told of, each clock once by its highest rung.
        older: How many they were told of before that stand and nobody answered.
    """
    ordered = sorted(_merged(news), key=lambda alert: alert.worst_first)
    shown = ordered[:SHOWN_AT_MOST]
    listed = {alert.id for alert in ordered}
    around = {_place(alert): alert for alert in news if alert.id not in listed}
    groups = [
        {
            "heading": heading,
            "alerts": [
                _entry(wording, alert, around.get(_place(alert)))
                for alert in shown
                if alert.level is level
            ],
        }
        for level, heading in HEADINGS.items()
    ]
    return {
        "person_name": wording.directory.name_of(person),
        "person": person,
        "today": wording.today.isoformat(),
        "counted": counted([alert.level for alert in ordered]),
        "groups": [group for group in groups if group["alerts"]],
        "not_shown": len(ordered) - len(shown),
        "older": older,
        "authority_name": _authorities(wording.directory, ordered),
    }


def _place(alert: LiveAlert) -> tuple[Any, ...]:
    return alert.case_id, alert.step, alert.level


def _merged(alerts: Sequence[LiveAlert]) -> Iterator[LiveAlert]:
    """Yield alerts without those of a step around a clock of the same step that is as bad."""
    inner = {_place(alert) for alert in alerts if alert.step and alert.clock != alert.step}
    for alert in alerts:
        if alert.clock is None or alert.clock != alert.step or _place(alert) not in inner:
            yield alert


def _entry(wording: Wording, alert: LiveAlert, around: LiveAlert | None) -> dict[str, Any]:
    what = f"{alert.case}: {alert.title}" if alert.case else alert.title
    standing = wording.standing(alert)
    lines = [
        standing and f"{standing[0].upper()}{standing[1:]}.",
        wording.arithmetic(alert),
        wording.held(alert),
        around and f"The same holds for the step itself: {around.title} [alert {around.id}].",
        *wording.answers.get(alert.about, ()),
        f"Next: {wording.next(alert)}",
    ]
    return {"number": alert.id, "what": what, "lines": [line for line in lines if line]}


def _authorities(directory: Directory, alerts: Sequence[LiveAlert]) -> str:
    """Return the names of the authorities that alerts are of, or of all for the whole service."""
    codes = {alert.authority for alert in alerts if alert.authority} or set(directory.authorities)
    return ", ".join(directory.authorities[code].name for code in sorted(codes))


# ---- to a contractor or a provider


def reminder(wording: Wording, *, to: Contact, jobs: Sequence[LiveAlert]) -> dict[str, Any]:
    """Return the values of a reminder to a contractor or a registered provider.

    It names the case by its reference, the works and the area, and never the client.

    Args:
        jobs: What waits for them, each clock once.
    """
    ordered = sorted(jobs, key=lambda alert: alert.worst_first)
    first = officer_contact(wording.directory, ordered[0])
    named = "contractor_name" if ordered[0].party is Party.CONTRACTOR else "landlord_name"
    return {
        named: to.name,
        "jobs": [_job(wording, alert) for alert in ordered],
        "late": any(alert.level is not Level.WARNING for alert in ordered),
        "officer_name": first.name,
        "officer_phone": first.phone,
        "officer_email": first.email,
        "authority_name": _authorities(wording.directory, ordered),
    }


def _job(wording: Wording, alert: LiveAlert) -> dict[str, Any]:
    officer = officer_contact(wording.directory, alert)
    return {
        "case_reference": alert.case,
        "works_title": (alert.work_type or "").replace("_", " "),
        "postcode_area": (alert.postcode or "").split(" ")[0],
        "what": alert.title,
        "due": alert.due_on.isoformat() if alert.due_on else wording.today.isoformat(),
        "standing": wording.standing(alert),
        "ask": reach(name=officer.name, phone=officer.phone, email=officer.email),
    }


def officer_contact(directory: Directory, alert: LiveAlert) -> Contact:
    """Return the case's officer to call, or the authority where there is none."""
    authority = directory.authorities[alert.authority]
    known = directory.staff.get(directory.officer(alert))
    if known is None:
        return authority
    return Contact(name=known.name, email=known.identity, phone=authority.phone)
