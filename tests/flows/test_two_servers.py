"""Prefect's server twice: one PostgreSQL, one Redis, and each alert told once, whichever dies."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

from adapters.prefect_client import talking
from adapters.prefect_events import emit
from adapters.prefect_server import SEVERAL_SERVERS, prefect_environment, server_answers
from adapters.settings import settings
from deployments.automations import register_automations
from desk.service.processes import Child
from tests.databases import fresh_postgresql
from tests.flows.conftest import STARTS_WITHIN, free_port
from tests.flows.receiving import Receiver
from tests.flows.test_automations import fresh
from tests.services.test_ready import make_empty

EVENTS = 20
SETTLES = 5.0  # seconds in which a second post of the same would have come


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a Redis that keeps nothing, and give its address."""
    # Debian's redis-tools hold the program by another name: it is what it is called by.
    program = shutil.which("redis-server") or shutil.which("redis-check-rdb")
    assert program, "sudo apt-get install redis-tools: the tests run a Redis of their own"
    port = free_port()
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    process = subprocess.Popen(
        ["redis-server", *options], executable=program, cwd=folder, stdout=subprocess.DEVNULL
    )
    try:
        yield f"redis://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def pair(ground: Path, tmp_path: Path) -> Iterator[list[Child]]:
    """Start two servers at once, on an empty database."""
    with ExitStack() as stack:
        postgres = stack.enter_context(fresh_postgresql(ground=ground, folder=tmp_path))
        address = stack.enter_context(redis(tmp_path))
        several = {
            name: value.replace("redis://redis.example:6379", address)
            for name, value in SEVERAL_SERVERS.items()
        }
        make_empty(postgres)
        database = "postgresql+asyncpg" + postgres.removeprefix("postgresql")
        base = {
            **os.environ,
            **several,
            "PREFECT_API_DATABASE_CONNECTION_URL": database,
            "HANDRAIL_DATABASE_URL": postgres,
        }
        base["PREFECT_SERVER_API_AUTH_STRING"] = "handrail:one-for-both"
        servers = []
        for name in ("one", "other"):
            home, port = tmp_path / name, free_port()
            (home / "prefect").mkdir(parents=True)
            environment = prefect_environment(home=home, port=port, base=base)
            server = Child(
                name="server",
                module="deployments.server",
                what="Prefect's server",
                options=("--port", str(port)),
                home=home,
                environment=environment,
            )
            stack.callback(server.stop, grace=5.0, hurry=lambda: False)
            server.start()
            servers.append(server)
        for server in servers:
            await_server(server)
        yield servers


def url_of(server: Child) -> str:
    return server.environment["PREFECT_API_URL"]


def await_server(server: Child) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while not server_answers(url=url_of(server)):
        assert server.fallen() is None, server.last_words(lines=60)
        assert time.monotonic() < until, server.last_words(lines=60)
        time.sleep(0.1)


@contextmanager
def talking_to(server: Child) -> Iterator[None]:
    chosen = {
        PREFECT_API_URL: url_of(server),
        PREFECT_API_AUTH_STRING: server.environment["PREFECT_API_AUTH_STRING"],
    }
    with temporary_settings(chosen):
        yield


# Prefect's notification blocks load every service that Apprise knows.
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
def test_two_servers_started_at_once_tell_each_alert_once_and_one_goes_on_when_the_other_dies(
    pair: list[Child], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_ALERT_PRIVATE_ADDRESSES", "true")
    monkeypatch.setenv("HANDRAIL_ALERT_WEBHOOK_URL", receiver.url)
    settings.cache_clear()
    one, other = pair
    alerts = [fresh(case=f"TWO-{number}") for number in range(EVENTS)]
    with talking_to(one):
        register_automations()
        for alert in alerts[: EVENTS // 2]:
            emit(alerts=[alert])
    with talking_to(other):
        for alert in alerts[EVENTS // 2 :]:
            emit(alerts=[alert])
    receiver.wait_for("TWO-", count=EVENTS)
    time.sleep(SETTLES)  # killed in the middle of telling, it may have told what is told again
    os.kill(one.pid or 0, signal.SIGKILL)
    late = [fresh(case=f"LEFT-{number}") for number in range(EVENTS)]
    with talking_to(other):
        for alert in late:
            emit(alerts=[alert])
    receiver.wait_for("LEFT-", count=EVENTS)
    time.sleep(SETTLES)
    told = Counter(post.body for post in (*receiver.about("TWO-"), *receiver.about("LEFT-")))
    assert set(told.values()) == {1}
    assert len(told) == 2 * EVENTS


def test_what_redis_takes_along_when_it_goes_is_not_the_server(pair: list[Child]) -> None:
    (running,) = (one for one in psutil.Process().children() if "redis" in one.name())
    running.kill()
    running.wait()
    for server in pair:
        with talking_to(server), talking() as client:
            assert client.read_work_pools() == []
