"""One Prefect server for all tests of flows: the one that ``handrail up`` starts, on its own port.

It takes some seconds to start, so it starts once a session, and the tests share it. Flows called in
a test run against it; nothing has to ask for the fixture.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.flows.receiving import Receiver, receiving

TOYS = Path(__file__).with_name("toys.yaml")
STARTS_WITHIN = 180.0  # seconds


@pytest.fixture(scope="session")
def prefect_home(ground: Path, worker_id: str) -> Path:
    """Return the folder of the session's Prefect server."""
    folder = ground / f"flows-{worker_id}"
    (folder / "prefect").mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def receiver(prefect_home: Path) -> Iterator[Receiver]:
    """Listen for what the session's Prefect server posts, to Slack and Teams too."""
    with receiving(folder=prefect_home) as one:
        yield one


@pytest.fixture(scope="session")
def prefect_environment(prefect_home: Path, receiver: Receiver) -> dict[str, str]:
    """Return the environment of the session's Prefect server and of processes beside it."""
    from adapters.prefect_server import prefect_environment

    soon = {"PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "0.5"}  # seconds
    base = {**os.environ, **receiver.as_proxy, **soon}
    environment = prefect_environment(home=prefect_home, port=free_port(), base=base)
    return {**environment, "PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.fixture(scope="session", autouse=True)
def prefect_api(prefect_home: Path, prefect_environment: dict[str, str]) -> Iterator[str]:
    """Start the server once, and let everything in this process talk to it."""
    from prefect.settings import (
        PREFECT_API_AUTH_STRING,
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_LOGGING_TO_API_ENABLED,
        temporary_settings,
    )

    from adapters.prefect_server import server_answers
    from desk.service.processes import Child

    url = prefect_environment["PREFECT_API_URL"]
    server = Child(
        name="server",
        module="deployments.server",
        what="Prefect's server",
        options=("--port", prefect_environment["PREFECT_SERVER_API_PORT"]),
        home=prefect_home,
        environment=prefect_environment,
    )
    chosen = {
        PREFECT_API_URL: url,
        PREFECT_API_AUTH_STRING: prefect_environment["PREFECT_API_AUTH_STRING"],
        PREFECT_LOGGING_TO_API_ENABLED: False,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,  # every run would end with up to a second's wait
    }
    with ExitStack() as stack:
        stack.callback(server.stop, grace=5.0, hurry=lambda: False)
        server.start()
        until = time.monotonic() + STARTS_WITHIN
        while not server_answers(url=url):
            assert server.fallen() is None, server.last_words()
            assert time.monotonic() < until, server.last_words()
            time.sleep(0.1)
        stack.enter_context(temporary_settings(chosen))
        yield url


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def deployments(prefect_api: str) -> tuple[str, ...]:
    """Register the toys, then everything Handrail has; the second drops only its own."""
    from deployments.register import register

    register(file=TOYS)
    return register()


@pytest.fixture
def ask(sqlite_url: str) -> Callable[..., int]:
    """Return a function that puts a run request into the outbox and returns the row's id."""
    from sqlalchemy import select

    from models import outbox
    from models.database import writing
    from models.tables.record import Outbox

    def asked(key: str, flow: str, **parameters: object) -> int:
        with writing(sqlite_url) as conn:
            now = datetime.now(UTC)
            outbox.request_run(conn, key=key, flow=flow, parameters=parameters, now=now)
            return conn.execute(select(Outbox.id).where(Outbox.key == key)).scalar_one()

    return asked
