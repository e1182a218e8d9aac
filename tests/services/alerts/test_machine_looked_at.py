"""Looking at the machine where Prefect does not answer: what the database shows is raised still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from adapters.settings import settings
from models import outbox
from models.database import reading, writing
from rules.alerts.stalled import RUNS_CRASHED
from rules.errors import InvalidSettingError, PrefectDownError
from services.alerts import machine
from services.alerts.machine_watch import look_at_machine, note_swept, tell_prefect_of_machine
from services.alerts.watch_marks import mark_at, note_mark
from tests.factories import live_at

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _without_prefect() -> Iterator[None]:
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        yield


def standing(url: str) -> dict[str, str]:
    with reading(url) as conn:
        return {one.subject: one.words for one in machine.live(conn)}


@pytest.mark.sqlite
def test_messages_that_do_not_leave_are_raised_at_the_second_look_and_cleared_when_they_have(
    database_url: str,
) -> None:
    since = datetime.now(UTC) - 2.5 * HOUR
    payload = {"kind": "order_to_contractor"}
    with writing(database_url) as conn:
        row = outbox.message_row(key="m", case_id=None, payload=payload, now=since)
        outbox.add(conn, [row])
    assert look_at_machine().found == ("messages",)
    assert standing(database_url) == {}
    assert look_at_machine().raised == ("messages",)
    assert "the oldest for 2 hours" in standing(database_url)["messages"]
    with pytest.raises(PrefectDownError):
        tell_prefect_of_machine()
    with writing(database_url) as conn:
        (claimed,) = outbox.claim(conn, kind="message", now=datetime.now(UTC), limit=9)
        outbox.mark_sent(conn, row_id=claimed.id, now=datetime.now(UTC))
    assert look_at_machine().found == ()
    assert standing(database_url) == {}
    assert tell_prefect_of_machine() == 0, "nothing is left to tell"


def test_what_is_over_by_the_next_look_calls_nobody(sqlite_url: str) -> None:
    with writing(sqlite_url) as conn:
        note_mark(conn, name=machine.SWEEP, now=datetime.now(UTC) - HOUR)
    assert look_at_machine().found == ("sweep",)
    note_swept()
    with reading(sqlite_url) as conn:
        at = mark_at(conn, name=machine.SWEEP)
    assert at is not None
    assert datetime.now(UTC) - at < timedelta(minutes=1)
    for _ in range(2):
        assert (look_at_machine().found, standing(sqlite_url)) == ((), {})


def test_what_only_prefect_shows_stays_as_it_was_while_prefect_is_down(sqlite_url: str) -> None:
    crashed = RUNS_CRASHED.of_runs(["DFG-1 · advance"])
    with writing(sqlite_url) as conn:
        machine.record(conn, found=[crashed], looked_at=(), now=datetime.now(UTC))
    look_at_machine()
    assert standing(sqlite_url) == {"runs-crashed": crashed.words}


def test_a_clock_that_is_moved_by_hand_says_nothing_of_the_machine(sqlite_service: str) -> None:
    with writing(sqlite_service) as conn:
        note_mark(conn, name=machine.SWEEP, now=datetime(2026, 6, 1, 9, 0, tzinfo=UTC))
    live_at(datetime(2026, 9, 1, 9, 0, tzinfo=UTC))
    for _ in range(2):
        assert look_at_machine().found == ()


SLACK = "https://hooks.slack.com/services/T0A/B0B/secret"


@pytest.mark.parametrize(
    ("name", "url", "right"),
    [
        ("slack", "https://chat.example/services/T0A/B0B/secret", "incoming webhook"),
        ("slack", "https://hooks.slack.com/workflows/T0A/secret", "incoming webhook"),
        ("teams", "https://teams.example/webhookb2/secret", "Teams workflow's address"),
        ("teams", SLACK, "Teams workflow's address"),
        ("webhook", "alerts.example/secret", "https://host/path"),
        ("webhook", "http://alerts.example/secret", "HANDRAIL_ALERT_PRIVATE_ADDRESSES"),
        ("webhook", "HTTP://alerts.example/secret", "HANDRAIL_ALERT_PRIVATE_ADDRESSES"),
    ],
)
def test_an_address_of_the_wrong_kind_is_refused_without_repeating_its_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, url: str, right: str
) -> None:
    variable = f"HANDRAIL_ALERT_{name.upper()}_URL"
    monkeypatch.setenv(variable, url)
    settings.cache_clear()
    try:
        with pytest.raises(InvalidSettingError) as refused:
            settings()
        assert variable in refused.value.text()
        assert right in refused.value.text()
        assert "secret" not in refused.value.text().replace("HANDRAIL", "")
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_the_addresses_that_slack_and_teams_give_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    teams = "/workflows/0a1b/triggers/manual/paths/invoke?api-version=2016-06-01&sv=1.0&sig=A_b-1"
    host = "https://prod-1.uksouth.logic.azure.com:443"
    for variable, url in (
        ("SLACK", SLACK),
        ("SLACK", SLACK.replace("slack.com", "slack-gov.com")),
        ("TEAMS", f"{host}{teams}"),
        ("TEAMS", f"{host}/powerautomate/automations/direct/cu/12{teams}"),
        ("WEBHOOK", "https://alerts.example:8443/a?b=c"),
    ):
        monkeypatch.setenv(f"HANDRAIL_ALERT_{variable}_URL", url)
        settings.cache_clear()
        kept = getattr(settings(), f"alert_{variable.lower()}_url")
        assert (kept.get_secret_value(), url in repr(settings())) == (url, False)
    monkeypatch.undo()
    settings.cache_clear()
