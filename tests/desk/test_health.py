"""What machines ask the desk, and who may know its figures; secrets that are given by files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from adapters.settings import settings
from desk.site import create_app
from rules.errors import InvalidSettingError
from services.cases.run_requests import claim_run_requests
from services.cases.runners import Runner
from services.decisions.specification import Specify
from tests.factories import case_at, decide, later, runs_ended
from tests.served import sqlite_service, url

__all__ = ["sqlite_service", "url"]


TOKEN = "a-long-" + "token"


def asked(*, by: str = "127.0.0.1", token: str = "") -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client = TestClient(create_app(), base_url="http://localhost", client=(by, 50000))
    answer = client.get("/metrics", headers=headers)
    return answer.status_code, answer.text


def figures() -> dict[tuple[str, ...], float]:
    """Return every figure by its name and labels."""
    status, text = asked()
    assert status == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_figures_say_what_waits_how_long_and_who_is_at_it(url: str) -> None:
    reference = case_at(url, "specify")
    runs_ended()
    before = figures()
    assert before["handrail_outbox_waiting", "run"] == 0
    decide(url, reference, Specify())
    later(minutes=7)
    Runner("conductor on atlas", kind="conductor").sign()
    now = figures()
    assert now["handrail_outbox_waiting", "run"] == 1
    assert now["handrail_outbox_oldest_seconds", "run"] == timedelta(minutes=7).total_seconds()
    assert now["handrail_outbox_dead", "message"] == 0
    assert now["handrail_decisions_total",] == before["handrail_decisions_total",] + 1
    assert 0 <= now["handrail_runner_seen_seconds", "conductor", "conductor on atlas"] < 60
    assert now["handrail_runner_stopped", "conductor", "conductor on atlas"] == 0
    assert 0 < now["handrail_database_seconds",] < 60
    assert claim_run_requests(by="conductor on atlas") != ()
    assert figures()["handrail_outbox_waiting", "run"] == 1, "it has not left yet"


@pytest.mark.usefixtures("sqlite_service")
def test_nobody_has_the_figures_but_this_machine_or_who_has_the_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert asked(by="203.0.113.9")[0] == 403
    monkeypatch.setenv("HANDRAIL_METRICS_TOKEN", TOKEN)
    settings.cache_clear()
    assert asked(by="203.0.113.9", token=TOKEN)[0] == 200
    assert (asked(token=TOKEN[1:])[0], asked()[0]) == (403, 403)


@pytest.mark.usefixtures("sqlite_service")
def test_the_desk_answers_under_a_name_that_is_set_and_under_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HANDRAIL_DESK_NAMES", "desk; desk-2")
    settings.cache_clear()
    for name, status in (("desk", 200), ("desk-2", 200), ("desk-3", 400)):
        client = TestClient(create_app(), base_url=f"http://{name}")
        assert client.get("/health/live").status_code == status


def test_a_secret_may_be_given_by_the_file_that_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "smtp"
    secret.write_text("hunter2\n", encoding="utf-8")
    monkeypatch.setenv("HANDRAIL_SMTP_PASSWORD_FILE", str(secret))
    settings.cache_clear()
    assert settings().smtp_password.get_secret_value() == "hunter2"
    monkeypatch.setenv("HANDRAIL_SMTP_PASSWORD", "given outright")
    settings.cache_clear()
    assert settings().smtp_password.get_secret_value() == "given outright"
    settings.cache_clear()


def test_every_file_of_a_secret_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SMTP_PASSWORD", "METRICS_TOKEN"):
        monkeypatch.setenv(f"HANDRAIL_{name}_FILE", str(tmp_path / "nowhere"))
    settings.cache_clear()
    with pytest.raises(InvalidSettingError, match=r"METRICS_TOKEN_FILE.*SMTP_PASSWORD_FILE"):
        settings()
    settings.cache_clear()
