"""`handrail outbox`: what has not left is seen with its reason and given another go by people."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.settings import settings
from models.outbox import MAX_ATTEMPTS
from services.cases.run_requests import claim_run_requests
from services.decisions.specification import Specify
from services.documents.delivery import deliver_due
from tests.factories import case_at, decide, later, live_at
from tests.journeys.commands import asked, handrail, refused
from tests.journeys.service import free_port
from tests.small_service import NOW


def test_a_message_that_gave_up_is_seen_and_leaves_after_a_retry(
    sqlite_service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_MAIL", "smtp")
    monkeypatch.setenv("HANDRAIL_SMTP_PORT", str(free_port()))
    settings.cache_clear()
    case_at(sqlite_service, "tender")  # the certificates are asked for by letter
    (row,) = [row for row in asked("outbox", "list") if row["kind"] == "message"]
    assert (row["status"], row["attempts"], row["case"]) == ("waiting", 1, "DFG-1")
    assert "cannot be reached" in row["last_error"]
    assert (row["created_at"], row["next_attempt_at"]) == (
        "2026-06-01T09:00:00Z",
        "2026-06-01T09:00:05Z",
    )
    assert asked("outbox", "list", "--dead") == []
    for _ in range(MAX_ATTEMPTS):
        later(hours=1)
        deliver_due()
    (dead,) = asked("outbox", "list", "--dead")
    assert (dead["key"], dead["attempts"]) == (row["key"], MAX_ATTEMPTS)
    assert row["key"] in handrail("outbox", "list", "--dead")
    verified = asked("verify")
    assert verified["sound"], "it waits for a person; nothing is broken"
    assert [finding["severity"] for finding in verified["findings"]] == ["warning"]
    monkeypatch.setenv("HANDRAIL_MAIL", "maildir")
    settings.cache_clear()
    deliver_due()
    assert not (tmp_path / "mail").exists(), "a dead row waits for a person"
    assert handrail("outbox", "retry") == "1 row will be tried again at once.\n"
    deliver_due()
    assert len([*(tmp_path / "mail" / "new").iterdir()]) == 1
    assert asked("outbox", "list", "--dead") == []
    assert asked("outbox", "retry") == {"retried": 0}
    assert "is waiting or dead." in refused("outbox", "retry", row["key"])


def test_a_clock_that_has_gone_back_holds_nothing_up(sqlite_service: str, tmp_path: Path) -> None:
    later(days=200)  # as the demo lives ahead of the real clock, and is killed there
    reference = case_at(sqlite_service, "specify")
    (asked_for,) = {row["key"] for row in asked("outbox", "list")}
    live_at(NOW)
    assert asked("outbox", "list")[0]["next_attempt_at"] > "2026-12"
    assert [request.key for request in claim_run_requests(by="the tests", limit=5)] == [asked_for]
    later(hours=2)
    decide(sqlite_service, reference, Specify())
    live_at(NOW)
    assert claim_run_requests(by="the tests", limit=5) != ()
