"""Events in Prefect about alerts, by which automations tell people and other systems.

An event goes to the server by one request that the server confirms, so that whoever calls knows
that it was taken. Prefect's own ``emit_event`` hands it to a thread that logs its failures and
raises none. Each event has an id that follows from what it is about: told of it twice, Prefect
keeps it once and the automations act once. Events hold references, never personal data.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid5

from prefect.client.orchestration import SyncPrefectClient
from prefect.events import Event, RelatedResource, Resource
from prefect.events.filters import EventFilter
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from adapters.prefect_client import server_reachable, talking
from rules.errors import PrefectDownError

EVENT_LABEL: Final = "handrail.event"
"""The label of an event's resource that no other event has; automations act on each by itself."""

BATCH: Final = 50  # events a request, which is as many as Prefect gives back at once
ANSWERS_WITHIN: Final = 10.0  # seconds
_IDS: Final = UUID("6f0d8a0e-52a7-5b0e-9d5b-6a0f6f1c2b1d")


class Level(StrEnum):
    """What an event says has happened; the name that Prefect knows it by."""

    WARNING = "handrail.sla.warning"
    BREACHED = "handrail.sla.breached"
    ESCALATED = "handrail.sla.escalated"
    LAPSE = "handrail.lapse.warning"
    STALLED = "handrail.machine.stalled"


DIGEST: Final = "handrail.sla.digest"

_COUNTED: Final = {
    Level.ESCALATED: ("escalated", "escalated"),
    Level.BREACHED: ("late", "late"),
    Level.WARNING: ("nearly due", "nearly due"),
    Level.LAPSE: ("lapses soon", "lapse soon"),
    Level.STALLED: ("fault of the machine", "faults of the machine"),
}


def level_of(*, kind: str, rung: int) -> Level:
    """Return the level of an alert.

    Args:
        kind: ``clock``, ``lapse`` or ``machine``.
        rung: 1 warns, 2 is a breach, 3 and 4 escalate.
    """
    if kind == "clock":
        return {1: Level.WARNING, 2: Level.BREACHED}.get(rung, Level.ESCALATED)
    return Level.LAPSE if kind == "lapse" else Level.STALLED


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """An alert as Prefect is told of it.

    Args:
        alert_id: The alert's row.
        level: What has happened.
        raised_at: When the alert was raised, in UTC.
        case: The case's reference, or None.
        authority: The authority's code, or an empty string for the whole service.
        subject: What lapses or stalls, where it is no clock.
        title: What an officer calls the clock, such as ``answer the offer``.
        holder: The party or owner whose clock it is.
        due_on: The day it is or was due, or None.
        words: What is so, as sentences without personal data.
    """

    alert_id: int
    level: Level
    raised_at: datetime
    case: str | None = None
    authority: str = ""
    subject: str = ""
    title: str = ""
    holder: str = ""
    due_on: date | None = None
    words: str = ""

    @property
    def event_id(self) -> UUID:
        """The id under which Prefect keeps it, however often it is told."""
        raised = self.raised_at.astimezone(UTC).isoformat()
        return uuid5(_IDS, f"{self.alert_id}:{self.level}:{raised}")

    @property
    def resource_id(self) -> str:
        """What it is about, such as ``handrail.case.DFG-2026-0042``."""
        if self.case is not None:
            return f"handrail.case.{self.case}"
        about = "machine" if self.level is Level.STALLED else "lapse"
        return f"handrail.{about}.{self.subject or self.alert_id}"


@dataclass(frozen=True, slots=True)
class DigestEvent:
    """The live alerts of one working day, counted.

    Args:
        on: The day, in London.
        counts: Live alerts by authority code (empty: the whole service) and level.
    """

    on: date
    counts: Mapping[str, Mapping[Level, int]]

    @property
    def event_id(self) -> UUID:
        """The id under which Prefect keeps it: one a day."""
        return uuid5(_IDS, f"digest:{self.on.isoformat()}")

    @property
    def words(self) -> str:
        """The counts as sentences: those of all, then each authority's."""
        total = {level: sum(by.get(level, 0) for by in self.counts.values()) for level in Level}
        lines = [f"{self.on:%-d %B %Y}: {_counted(total)}."]
        for authority, by in sorted(self.counts.items()):
            if any(by.values()):
                lines.append(f"{authority or 'The service as a whole'}: {_counted(by)}.")
        return "\n".join(lines)


def emit(*, alerts: Sequence[AlertEvent]) -> None:
    """Tell Prefect of alerts; when this returns, the server has taken every one.

    Those that the server was told of before are left out, so that nobody is notified twice.

    Args:
        alerts: Any number.

    Raises:
        PrefectDownError: The server does not answer; telling it again later does no harm.
    """
    if not alerts:
        return
    with _at_once() as client:
        for start in range(0, len(alerts), BATCH):
            _send(client, [_alert_event(one) for one in alerts[start : start + BATCH]])


def emit_digest(*, digest: DigestEvent) -> None:
    """Tell Prefect of the day's counts; when this returns, the server has taken them.

    Args:
        digest: The counts.

    Raises:
        PrefectDownError: The server does not answer; telling it again later does no harm.
    """
    with _at_once() as client:
        _send(client, [_digest_event(digest)])


@contextmanager
def _at_once() -> Iterator[SyncPrefectClient]:
    """Hold a client that gives up within seconds; the sweep comes back to what was not told."""
    if not server_reachable():
        raise PrefectDownError(
            f"Prefect's server at {PREFECT_API_URL.value()} does not answer.",
            next_step="Start it with `handrail up`; it is told by itself when it is back.",
        )
    with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}), talking() as client:
        yield client


def _send(client: SyncPrefectClient, events: Sequence[Event]) -> None:
    known = _known(client, [event.id for event in events])
    fresh = [event.model_dump(mode="json") for event in events if event.id not in known]
    if fresh:
        client.request("POST", "/events", json=fresh, timeout=ANSWERS_WITHIN)


def _known(client: SyncPrefectClient, ids: list[UUID]) -> set[UUID]:
    week = {"since": datetime.now(UTC) - timedelta(days=7)}
    chosen = EventFilter.model_validate({"id": {"id": ids}, "occurred": week})
    return {event.id for event in client.read_events(chosen, limit=len(ids)).events}


def _alert_event(alert: AlertEvent) -> Event:
    return _event(
        name=alert.level,
        event_id=alert.event_id,
        resource_id=alert.resource_id,
        title=alert.case or alert.subject,
        authorities=[alert.authority],
        payload={
            "alert": alert.alert_id,
            "case": alert.case,
            "authority": alert.authority,
            "subject": alert.subject,
            "clock": alert.title,
            "holder": alert.holder,
            "due_on": alert.due_on.isoformat() if alert.due_on else None,
            "raised_at": alert.raised_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "words": alert.words,
        },
    )


def _digest_event(digest: DigestEvent) -> Event:
    counts = {
        authority: {level.value: count for level, count in sorted(by.items()) if count}
        for authority, by in sorted(digest.counts.items())
    }
    return _event(
        name=DIGEST,
        event_id=digest.event_id,
        resource_id="handrail.service",
        title="Handrail",
        authorities=sorted(digest.counts),
        payload={"on": digest.on.isoformat(), "counts": counts, "words": digest.words},
    )


def _event(
    *,
    name: str,
    event_id: UUID,
    resource_id: str,
    title: str,
    authorities: Sequence[str],
    payload: dict[str, Any],
) -> Event:
    return Event(
        event=str(name),
        id=event_id,
        resource=Resource(
            {
                "prefect.resource.id": resource_id,
                "prefect.resource.name": title or resource_id,
                EVENT_LABEL: str(event_id),
            }
        ),
        related=[
            RelatedResource(
                {
                    "prefect.resource.id": f"handrail.authority.{one}",
                    "prefect.resource.name": one,
                    "prefect.resource.role": "authority",
                }
            )
            for one in authorities
            if one
        ],
        payload={"event": str(name), "id": str(event_id), **payload},
    )


def _counted(by: Mapping[Level, int]) -> str:
    said = [
        f"{by[level]} {one if by[level] == 1 else many}"
        for level, (one, many) in _COUNTED.items()
        if by.get(level)
    ]
    return ", ".join(said) or "nothing is late, nearly due or out of order"
