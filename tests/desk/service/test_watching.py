"""What the desk sees of a stalled machine by itself, without Prefect and whether or not all ran."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.conductor_status import FILE_NAME
from adapters.settings import settings
from desk.service.watching import Watchman
from models.database import reading, writing
from services.alerts import machine
from services.alerts.watch_marks import note_mark

MINUTE = timedelta(minutes=1)


def heartbeat(home: Path, *, ago: timedelta, phase: str = "ready", **more: object) -> None:
    status = {"pid": 1, "at": datetime.now(UTC) - ago, "phase": phase, "since": None, **more}
    (home / FILE_NAME).write_text(json.dumps(status, default=str), encoding="utf-8")


def subjects(home: Path) -> list[str]:
    found = machine.signs(home=home, now=datetime.now(UTC))
    return [one.subject for one in found]


def test_a_conductor_is_missed_when_it_is_silent_and_not_when_it_was_stopped(
    tmp_path: Path,
) -> None:
    assert subjects(tmp_path) == [], "none ever ran here"
    heartbeat(tmp_path, ago=MINUTE / 6)
    assert subjects(tmp_path) == []
    heartbeat(tmp_path, ago=MINUTE)
    assert subjects(tmp_path) == ["conductor"]
    heartbeat(tmp_path, ago=MINUTE, phase="stopped")
    assert subjects(tmp_path) == []
    assert subjects(tmp_path / "nowhere") == []


def test_a_conductor_with_one_run_in_hand_for_too_long_is_said_to_hang(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    limit = 15 * MINUTE

    def in_hand(since: timedelta) -> bool:
        heartbeat(tmp_path, ago=timedelta(0), since=now - since, flow_run_id="the-run")
        return machine.conductor_busy(home=tmp_path, now=now)

    assert in_hand(limit)
    assert not in_hand(limit + MINUTE)
    (hangs,) = machine.signs(home=tmp_path, now=now)
    assert hangs.what == "The conductor has had one run in hand for 16 minutes (the-run)."
    heartbeat(tmp_path, ago=MINUTE, since=now)
    assert not machine.conductor_busy(home=tmp_path, now=now)


def test_everything_that_needs_no_prefect_is_seen_at_once(sqlite_url: str, tmp_path: Path) -> None:
    heartbeat(tmp_path, ago=MINUTE)
    with writing(sqlite_url) as conn:
        note_mark(conn, name=machine.SWEEP, now=datetime.now(UTC) - 20 * MINUTE)
    with reading(sqlite_url) as conn:
        found = machine.stalled_here(conn)
    assert [one.subject for one in found] == ["sweep", "conductor"]


def test_a_database_that_cannot_be_used_is_said_once_and_ends_nothing(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    settings.cache_clear()
    said: list[str] = []
    watchman = Watchman(say=said.append, tell=lambda: None, every=0)
    watchman.look()
    watchman.look()
    assert len(said) == 1
    assert said[0].startswith("The machine could not be looked at:")
    assert "handrail init" in said[0]


def test_a_desk_that_does_not_answer_is_raised_after_two_looks_and_cleared(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = False
    monkeypatch.setattr("desk.service.watching.server_answers", lambda **_: True)
    monkeypatch.setattr("desk.service.watching.desk_answers", lambda **_: answers)
    monkeypatch.setattr("desk.service.watching.DOWN_FOR", timedelta(-1))
    said: list[str] = []
    watchman = Watchman(say=said.append, tell=lambda: None, every=0, with_desk=True)
    watchman.look()
    assert said == []
    watchman.look()
    assert said[0].startswith("ALERT: The desk at http://127.0.0.1:4300 has not answered")
    answers = True
    watchman.look()
    assert said[1].startswith("Well again (desk)")
