"""Turns by the database's own last one: had however often a service restarts, and no oftener."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from models.database import reading
from services.alerts import turns
from services.alerts.turns import give_turn, turn_due
from services.alerts.watch import raise_alerts
from services.alerts.watch_marks import WATCH, mark_at
from tests.factories import live_at
from tests.small_service import NOW

FIVE_MINUTES = timedelta(minutes=5)


class Clock:
    """The machine's clock, which the test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)

    def now(self, tz: tzinfo | None = None) -> datetime:
        return self.at.astimezone(tz)


@pytest.fixture
def machine_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    one = Clock()
    monkeypatch.setattr(turns, "datetime", one)
    return one


@pytest.mark.sqlite
def test_a_service_that_restarts_every_minute_watches_every_five(
    database_url: str, machine_clock: Clock
) -> None:
    assert database_url
    had = []
    for minute in range(23):  # each is a life of its own, which remembers nothing
        if turn_due(WATCH, every=FIVE_MINUTES):
            give_turn(WATCH)
            had.append(minute)
        machine_clock.at += timedelta(minutes=1)
    assert had == [5, 10, 15, 20]


def test_a_turn_that_was_missed_while_all_stood_still_is_due_at_once(
    sqlite_url: str, machine_clock: Clock
) -> None:
    assert sqlite_url
    give_turn(WATCH)
    machine_clock.at += timedelta(days=3)
    assert turn_due(WATCH, every=FIVE_MINUTES)
    give_turn(WATCH)
    machine_clock.at -= timedelta(days=1)
    assert turn_due(WATCH, every=FIVE_MINUTES), "the clock has gone back"


def test_a_watch_is_a_turn_by_the_machines_clock_wherever_the_services_is_set(
    sqlite_service: str, machine_clock: Clock
) -> None:
    live_at(NOW + timedelta(days=100))
    raise_alerts()
    with reading(sqlite_service) as conn:
        assert mark_at(conn, name="watch-turn") == machine_clock.at
    machine_clock.at += timedelta(minutes=4)
    assert not turn_due(WATCH, every=FIVE_MINUTES)
    machine_clock.at += timedelta(minutes=1)
    assert turn_due(WATCH, every=FIVE_MINUTES)
