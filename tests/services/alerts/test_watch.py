"""The watch as it runs: raised, told, emitted; each of them goes on where another fails."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from adapters import prefect_events
from adapters.documents import render_message
from adapters.prefect_events import AlertEvent, DigestEvent, Level
from adapters.settings import settings
from models.tables.clocks import Alert, WatchMark
from rules.errors import InvalidSettingError, PrefectDownError
from services.alerts.watch import COUNTED, emit_alerts, raise_alerts, raise_lapses, tell_of_alerts
from services.alerts.watch_marks import WATCH
from services.documents.delivery import deliver_due
from tests.factories import case_at, later, live_at
from tests.looking import messages, rows

MONDAY = datetime(2026, 6, 22, 8, 0, tzinfo=UTC)  # 09:00 in London
HOUR = timedelta(hours=1)


@pytest.fixture
def service(sqlite_service: str) -> str:
    """A case whose offer was to be answered by 18 June."""
    live_at(MONDAY - timedelta(days=7))
    case_at(sqlite_service, "assign")
    return sqlite_service


class Listener:
    """Prefect's server as the watch sees it: it takes what it is told, or is down."""

    def __init__(self) -> None:
        self.alerts: list[AlertEvent] = []
        self.digests: list[DigestEvent] = []
        self.down = False

    def emit(self, *, alerts: list[AlertEvent]) -> None:
        self._answer()
        self.alerts += alerts

    def emit_digest(self, *, digest: DigestEvent) -> None:
        self._answer()
        self.digests.append(digest)

    def _answer(self) -> None:
        if self.down:
            raise PrefectDownError("Prefect's server does not answer.", next_step="Start it.")


@pytest.fixture
def prefect(monkeypatch: pytest.MonkeyPatch) -> Listener:
    listener = Listener()
    monkeypatch.setattr(prefect_events, "emit", listener.emit)
    monkeypatch.setattr(prefect_events, "emit_digest", listener.emit_digest)
    return listener


def marks(url: str) -> dict[str, datetime]:
    return {row["name"]: row["at"] for row in rows(url, WatchMark)}


def test_a_night_and_the_morning_after_it(service: str, prefect: Listener) -> None:
    live_at(MONDAY - 9 * HOUR)  # midnight in London
    assert raise_alerts().raised > 0
    assert tell_of_alerts().messages == emit_alerts().alerts == 0
    assert marks(service)[WATCH] == MONDAY - 9 * HOUR

    live_at(MONDAY)
    assert raise_alerts().raised == 0
    assert tell_of_alerts().messages > 0
    assert emit_alerts().alerts == len(prefect.alerts) == len(rows(service, Alert))
    assert all(row["emitted_at"] == MONDAY for row in rows(service, Alert))
    assert marks(service)[WATCH] == marks(service)[COUNTED] == MONDAY

    later(minutes=5)
    assert (tell_of_alerts().messages, emit_alerts().alerts) == (0, 0)
    assert len(prefect.digests) == 1, "the counts are told once a working day"
    later(days=1)
    emit_alerts()
    assert len(prefect.digests) == 2


def test_an_event_says_what_is_so_and_names_nobody(service: str, prefect: Listener) -> None:
    live_at(MONDAY)
    raise_alerts()
    emit_alerts()
    (offer,) = [
        one
        for one in prefect.alerts
        if one.title == "answer the offer" and one.level is Level.BREACHED
    ]
    assert (offer.case, offer.authority, offer.holder) == ("DFG-1", "RBC", "contractor")
    assert offer.words == "Asked for by 18 June 2026."
    said = " ".join(f"{one.words} {one.holder} {one.title} {one.subject}" for one in prefect.alerts)
    assert "Ashby" not in said
    counts = prefect.digests[0].counts["RBC"]
    by_clock: dict[int, int] = {}
    for row in rows(service, Alert):
        by_clock[row["clock_id"]] = max(by_clock.get(row["clock_id"], 0), row["rung"])
    levels = Counter(prefect_events.level_of(kind="clock", rung=rung) for rung in by_clock.values())
    assert counts == levels


def test_prefect_down_loses_nothing(service: str, prefect: Listener) -> None:
    live_at(MONDAY)
    prefect.down = True
    assert raise_alerts().raised > 0
    assert tell_of_alerts().messages > 0
    assert "does not answer" in emit_alerts().trouble
    assert all(row["emitted_at"] is None for row in rows(service, Alert))
    assert COUNTED not in marks(service)

    prefect.down = False
    later(minutes=5)
    assert emit_alerts().alerts == len(rows(service, Alert))
    assert len(prefect.digests) == 1


def test_a_server_that_is_not_there_is_down(service: str) -> None:
    live_at(MONDAY)
    raise_alerts()
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        assert emit_alerts().alerts == 0
    assert all(row["emitted_at"] is None for row in rows(service, Alert))


def test_digests_leave_with_the_other_messages(service: str, prefect: Listener) -> None:
    live_at(MONDAY)
    raise_alerts()
    tell_of_alerts()
    assert deliver_due().failed == 0
    (to_tess,) = [one for one in messages(service, "alerts_digest") if one["to"].startswith("tess")]
    message = render_message(kind="alerts_digest", context=to_tess["context"])
    assert message.subject.endswith("your alerts of Monday 22 June 2026")


def test_lapses_are_raised_too(service: str) -> None:
    live_at(datetime(2026, 12, 10, 9, 0, tzinfo=UTC))
    assert raise_lapses().raised == 1


def test_working_hours_are_a_setting_and_refused_where_they_are_none(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_at(MONDAY - HOUR)
    raise_alerts()
    assert tell_of_alerts().messages == 0
    monkeypatch.setenv("HANDRAIL_WORKING_HOURS", "08:00-16:00")
    settings.cache_clear()
    assert tell_of_alerts().messages > 0
    monkeypatch.setenv("HANDRAIL_WORKING_HOURS", "nine to five")
    settings.cache_clear()
    with pytest.raises(InvalidSettingError, match=r"HANDRAIL_WORKING_HOURS: .*09:00-17:00"):
        settings()
