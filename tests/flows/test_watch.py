"""The watch as a run on a real Prefect server: raised, told, and known to Prefect."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from prefect.events import Event
from prefect.events.filters import EventFilter, EventResourceFilter

from adapters.prefect_client import talking
from flows.watch_slas import watch_slas
from models.tables.clocks import Alert
from models.tables.record import Outbox
from rules.sentences import several
from tests.factories import case_at, live_at
from tests.looking import messages, rows
from tests.served import sqlite_service

__all__ = ["sqlite_service"]

MONDAY = datetime(2026, 6, 22, 8, 0, tzinfo=UTC)  # 09:00 in London
CASE = "DFG-WATCHED"


def test_one_run_raises_tells_and_emits_and_the_next_has_nothing_to_do(sqlite_service: str) -> None:
    url = sqlite_service
    live_at(MONDAY - timedelta(days=7))
    case_at(url, "assign", reference=CASE)
    live_at(MONDAY)
    state = watch_slas(return_state=True)
    alerts = [row for row in rows(url, Alert) if row["kind"] == "clock"]

    assert (state.type.value, state.name) == ("COMPLETED", "Watched")
    assert state.message is not None
    assert f"{several(len(alerts), 'alert')} raised, 0 cleared" in state.message
    assert len(messages(url, "alerts_digest")) >= 1
    assert statuses(url) == {"sent"}, "a digest leaves with the watch that wrote it"
    assert all(row["emitted_at"] == MONDAY for row in alerts)
    named = sorted(event.event for event in events_about(CASE, at_least=len(alerts)))
    assert len(named) == len(alerts)
    assert set(named) <= {
        "handrail.sla.warning",
        "handrail.sla.breached",
        "handrail.sla.escalated",
    }

    again = watch_slas(return_state=True)
    assert again.message is not None
    assert again.message.startswith("0 alerts raised, 0 cleared")
    assert [row for row in rows(url, Alert) if row["kind"] == "clock"] == alerts
    assert len(events_about(CASE, at_least=len(alerts))) == len(alerts), "each is one event"


def statuses(url: str) -> set[str]:
    """Return how the digests stand in the outbox."""
    return {row["status"] for row in rows(url, Outbox) if row["key"].startswith("digest:")}


def events_about(reference: str, *, at_least: int) -> Sequence[Event]:
    """Wait until Prefect has kept the events about a case, and return them."""
    wanted = EventFilter(resource=EventResourceFilter(id=[f"handrail.case.{reference}"]))
    until = time.monotonic() + 20
    while True:
        with talking() as client:
            found = client.read_events(wanted, limit=50).events
        if len(found) >= at_least or time.monotonic() > until:
            return found
        time.sleep(0.2)
