"""Automations notify: real events, a real server, what really arrives where it was to arrive."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from prefect.client.schemas.objects import BlockDocument
from prefect.events.filters import EventFilter
from prefect.events.schemas.automations import Automation
from prefect.settings import PREFECT_API_URL, temporary_settings

from adapters.prefect_client import talking
from adapters.prefect_events import AlertEvent, DigestEvent, Level, emit, emit_digest
from adapters.prefect_watch import NAMES_BEGIN, not_sent
from adapters.settings import settings
from deployments.automations import CHANNELS, register_automations
from deployments.register import register
from rules.errors import InvalidSettingError, PrefectDownError
from tests.flows.receiving import Receiver

# Prefect's notification blocks load every service that Apprise knows.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

SLACK = "https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/cccccccccccccccccccccccc"
TEAMS = (
    "https://prod-1.uksouth.logic.azure.com:443/workflows/0123456789abcdef/triggers/manual"
    "/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=A-Signature_1"
)
LATE = AlertEvent(
    alert_id=7,
    level=Level.BREACHED,
    raised_at=datetime(2026, 6, 1, 9, 0, tzinfo=UTC),
    case="DFG-2026-0042",
    authority="RBC",
    title="answer the offer",
    holder="contractor",
    due_on=date(2026, 5, 29),
    words="Due on 29 May 2026 and not done: “3 working days from 26 May” & <counting>.",
)
SetAddresses = Callable[..., tuple[str, ...]]


@pytest.fixture
def addresses(
    monkeypatch: pytest.MonkeyPatch, prefect_api: str, receiver: Receiver
) -> Iterator[SetAddresses]:
    """Give a function that sets addresses and renews the automations; unset all afterwards."""

    def set_to(*, private: bool = True, **urls: str) -> tuple[str, ...]:
        monkeypatch.setenv("HANDRAIL_ALERT_PRIVATE_ADDRESSES", str(private))
        for channel in CHANNELS:
            monkeypatch.setenv(f"HANDRAIL_{channel.setting.upper()}", urls.get(channel.setting, ""))
        settings.cache_clear()
        return register_automations()

    yield set_to
    receiver.answer = 200
    set_to()
    settings.cache_clear()


def ours() -> list[Automation]:
    with talking() as client:
        return [one for one in client.read_automations() if one.name.startswith(NAMES_BEGIN)]


def blocks() -> list[BlockDocument]:
    with talking() as client:
        found = client.read_block_documents(include_secrets=False)
    return [one for one in found if (one.name or "").startswith("handrail-alert-")]


def fresh(alert: AlertEvent = LATE, **otherwise: object) -> AlertEvent:
    """Return an alert that this server was never told of."""
    return replace(alert, alert_id=time.time_ns() % 2**31, **otherwise)  # type: ignore[arg-type]  # fields by name


def test_a_breach_is_posted_to_the_webhook_once_however_often_it_is_told(
    addresses: SetAddresses, receiver: Receiver
) -> None:
    addresses(alert_webhook_url=receiver.url)
    alert = fresh()
    for _ in range(3):
        emit(alerts=[alert])
    (post,) = receiver.wait_for(f'"alert": {alert.alert_id},', count=1)
    assert (post.path, post.kind) == ("/alerts", "application/json")
    assert json.loads(post.body) == {
        "event": "handrail.sla.breached",
        "id": str(alert.event_id),
        "alert": alert.alert_id,
        "case": "DFG-2026-0042",
        "authority": "RBC",
        "subject": "",
        "clock": "answer the offer",
        "holder": "contractor",
        "due_on": "2026-05-29",
        "raised_at": "2026-06-01T09:00:00Z",
        "words": LATE.words,
    }
    later = fresh(words="the one after")
    emit(alerts=[later, alert])
    receiver.wait_for("the one after", count=1)
    assert len(receiver.about(str(alert.event_id))) == 1


def test_a_burst_is_posted_whole_and_warnings_are_left_to_the_desk(
    addresses: SetAddresses, receiver: Receiver
) -> None:
    addresses(alert_webhook_url=receiver.url)
    first, start = time.time_ns() % 2**31, datetime.now(UTC)
    levels = (Level.BREACHED, Level.ESCALATED, Level.LAPSE, Level.WARNING)
    burst = [
        replace(LATE, alert_id=first + n, level=levels[n % 4], words="one of a burst")
        for n in range(16)
    ]
    emit(alerts=burst)
    receiver.wait_for("one of a burst", count=12)
    time.sleep(1)
    told = [json.loads(post.body)["alert"] for post in receiver.about("one of a burst")]
    assert sorted(told) == [one.alert_id for one in burst if one.level is not Level.WARNING]
    tried = {"event": {"prefix": ["prefect.automation.action."]}, "occurred": {"since": start}}
    with talking() as client:
        outcomes = client.read_events(EventFilter.model_validate(tried), limit=50).events
    assert {one.event.rpartition(".")[2] for one in outcomes} == {"triggered", "executed"}


def test_slack_and_teams_get_the_day_and_the_machine_by_prefects_own_blocks(
    addresses: SetAddresses, receiver: Receiver
) -> None:
    names = addresses(alert_slack_url=SLACK, alert_teams_url=TEAMS)
    assert names == (CHANNELS[1].name, CHANNELS[2].name)
    stalled = fresh(level=Level.STALLED, case=None, subject="sweep", words="No sweep since 09:14.")
    emit(alerts=[stalled, fresh(words="nobody's business in a channel")])
    counts = {"RBC": {Level.BREACHED: 2, Level.WARNING: 1}, "": {Level.STALLED: 1}}
    day = date(2026, 6, 1) + timedelta(days=time.time_ns() % 9999)
    emit_digest(digest=DigestEvent(on=day, counts=counts))
    for words, title in (
        ("No sweep since 09:14.", "Handrail: the machine has stalled"),
        ("RBC: 2 late, 1 nearly due.", "Handrail: today's clocks"),
    ):
        posts = {post.host.partition(":")[0]: post for post in receiver.wait_for(words, count=2)}
        slack, teams = (
            posts[host] for host in ("hooks.slack.com", "prod-1.uksouth.logic.azure.com")
        )
        assert slack.path == "/services/T0AAAAAAA/B0BBBBBBB/cccccccccccccccccccccccc"
        (attachment,) = json.loads(slack.body)["attachments"]
        assert (attachment["title"], words in attachment["text"]) == (title, True)
        assert teams.path.startswith("/workflows/0123456789abcdef/triggers/manual/paths/invoke?")
        (card,) = json.loads(teams.body)["attachments"]
        texts = [part["text"] for part in card["content"]["body"]]
        assert texts[0] == title
        assert words in texts[1]
    assert receiver.about("nobody's business") == []


def test_a_notification_that_was_refused_is_seen(
    addresses: SetAddresses, receiver: Receiver
) -> None:
    addresses(alert_webhook_url=receiver.url)
    began = datetime.now(UTC)
    receiver.answer = 503
    emit(alerts=[fresh(words="into the void")])
    receiver.wait_for("into the void", count=1)
    until = time.monotonic() + 15
    while not (failed := not_sent(since=began)):
        assert time.monotonic() < until
        time.sleep(0.2)
    assert failed == ((CHANNELS[0].name, 503),)
    assert not_sent(since=datetime.now(UTC) + timedelta(seconds=30)) == ()


def test_a_private_address_is_not_called_unless_it_is_allowed(
    addresses: SetAddresses, receiver: Receiver
) -> None:
    addresses(alert_webhook_url=receiver.url.replace("http:", "https:"), private=False)
    began = datetime.now(UTC)
    emit(alerts=[fresh(words="to a private address")])
    until = time.monotonic() + 15
    while not (failed := not_sent(since=began)):
        assert time.monotonic() < until
        time.sleep(0.2)
    assert [status for _, status in failed] == [None]
    assert receiver.about("to a private address") == []


def test_renewing_changes_nothing_keeps_secrets_and_unsetting_removes_all(
    addresses: SetAddresses, receiver: Receiver
) -> None:
    urls = {"alert_webhook_url": receiver.url, "alert_slack_url": SLACK, "alert_teams_url": TEAMS}
    addresses(**urls)
    with talking() as client:
        client.pause_automation(UUID(str(ours()[0].id)))
    before = {one.id: one for one in ours()}
    assert len(before) == 3
    addresses(**urls)
    after = {one.id: one for one in ours()}
    assert after == before, "one that somebody paused stays paused"
    assert [one.enabled for one in after.values()].count(False) == 1
    assert len(blocks()) == 3
    for block in blocks():
        assert not {block.data["url"]} & set(urls.values()), "an address is a secret"
    assert addresses(alert_slack_url=SLACK) == (CHANNELS[1].name,)
    assert [one.name for one in blocks()] == ["handrail-alert-slack"]
    assert addresses() == ()
    assert (ours(), blocks()) == ([], [])


def test_a_server_that_is_down_or_hangs_is_said_within_seconds(prefect_api: str) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        for port in (9, mute.getsockname()[1]):
            began = time.monotonic()
            elsewhere = {PREFECT_API_URL: f"http://127.0.0.1:{port}/api"}
            with temporary_settings(elsewhere), pytest.raises(PrefectDownError):
                emit(alerts=[LATE])
            assert time.monotonic() - began < 8


def test_an_address_that_prefect_cannot_use_is_said_without_it_and_stops_no_run(
    addresses: SetAddresses,
) -> None:
    useless = TEAMS.replace("/triggers/manual/paths/invoke", "/elsewhere")
    with pytest.raises(InvalidSettingError, match="HANDRAIL_ALERT_TEAMS_URL") as refused:
        addresses(alert_teams_url=useless)
    assert "A-Signature" not in refused.value.text()
    assert "sweep/handrail" in register()
