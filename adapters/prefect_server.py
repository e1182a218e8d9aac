"""Prefect's server as Handrail runs it: its environment, its address, and whether it answers.

Nothing here imports Prefect, so that the desk can look without waiting for it.
"""

import http.client
import json
import os
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final

LOOPBACK: Final = "127.0.0.1"

_DAY: Final = 86_400  # seconds
_BEGINNINGS: Final = [
    f"prefect.{kind}-run.{state}"
    for kind in ("flow", "task")
    for state in ("Scheduled", "Pending", "Running")
]

LEAN: Final[Mapping[str, str]] = MappingProxyType(
    {
        # Events and task runs written in batches: the server's CPU per task run falls twentyfold.
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
        # Two minutes of scheduled runs ahead are enough; the default keeps an hour of sweeps.
        "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME": "PT2M",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": "2",
        # Runs that ended go after 30 days and events after 3; those that say no more than that a
        # run began, which are most of them, after a few hours. Nothing of a case goes with them:
        # how each run ended is in Handrail's own database, and the watch looks a day back.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(30 * _DAY),
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P3D",  # this one takes no bare seconds
        "PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES": json.dumps(
            dict.fromkeys(_BEGINNINGS, _DAY // 8)
        ),
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",  # six lines a run otherwise; the conductor writes one
    }
)
"""Server and client settings that were measured; the operator's own environment goes before."""

PRIVATE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "DO_NOT_TRACK": "1",
    }
)
"""Nothing about the installation leaves the machine."""

SEVERAL_SERVERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PREFECT_MESSAGING_BROKER": "prefect_redis.messaging",
        "PREFECT_MESSAGING_CACHE": "prefect_redis.messaging",
        # Without it an event that overtakes another waits 15 minutes for what the other server has.
        "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
        "PREFECT_REDIS_MESSAGING_URL": "redis://redis.example:6379/0",
        # Without it each server schedules, vacuums and looks for late runs by itself.
        "PREFECT_SERVER_DOCKET_URL": "redis://redis.example:6379/1",
    }
)
"""What two of Prefect's servers on one PostgreSQL need besides: one Redis, by its address."""

_STRANGERS = ("PREFECT_PROFILE", "PREFECT_API_KEY", "PREFECT_PROFILES_PATH")

SECRET_FILE: Final = "prefect-secret"  # noqa: S105 - the file's name
_SERVERS_OWN: Final = "PREFECT_SERVER_API_AUTH_STRING"


def api_url(*, port: int) -> str:
    """Return the address of the API of the server on a loopback port.

    Args:
        port: The port, from the settings.
    """
    return f"http://{LOOPBACK}:{port}/api"


def ui_url(*, port: int) -> str:
    """Return the address of Prefect's pages on a loopback port.

    Args:
        port: The port, from the settings.
    """
    return f"http://{LOOPBACK}:{port}"


def prefect_environment(*, home: Path, port: int, base: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which the embedded server and its clients run.

    ``PREFECT_API_DATABASE_CONNECTION_URL`` of the operator is kept, for PostgreSQL; without it
    Prefect keeps its SQLite database in ``home/prefect``. A profile or an API key of somebody's
    own Prefect account is left out. The server answers only to the folder's secret, or to the
    operator's ``PREFECT_SERVER_API_AUTH_STRING``, and lets no pages but its own read its answers.

    Args:
        home: The state folder, as an absolute path; it is there.
        port: The loopback port of the server.
        base: The environment to start from, usually ``os.environ``.
    """
    environment = {**LEAN, "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": _own_pages(port), **base}
    for name in _STRANGERS:
        environment.pop(name, None)
    secret = base.get(_SERVERS_OWN) or own_secret(home=home)
    return {**environment, **PRIVATE} | {
        _SERVERS_OWN: secret,
        "PREFECT_API_AUTH_STRING": secret,
        "HANDRAIL_HOME": str(home),
        "HANDRAIL_PORT": str(port),
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_API_URL": api_url(port=port),
        "PREFECT_SERVER_API_HOST": LOOPBACK,
        "PREFECT_SERVER_API_PORT": str(port),
    }


def _own_pages(port: int) -> str:
    return ",".join(f"http://{name}:{port}" for name in (LOOPBACK, "localhost"))


def own_secret(*, home: Path) -> str:
    """Return what the server of a state folder is to be told by whoever calls it; made once.

    It is kept in ``home/prefect-secret``, which only its owner may read.

    Args:
        home: The state folder; it is there.
    """
    file = home / SECRET_FILE
    if not file.exists():
        fresh = home / f".{SECRET_FILE}.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(f"handrail:{secrets.token_urlsafe(32)}\n")
        with suppress(FileExistsError):  # another process was quicker: its secret counts
            os.link(fresh, file)
        fresh.unlink()
    return file.read_text(encoding="ascii").strip()


def server_answers(*, url: str, timeout: float = 1.0) -> bool:
    """Return whether a Prefect server answers its health check at an API address.

    Args:
        url: The API address, ending in ``/api``.
        timeout: Longest wait, in seconds.

    Raises:
        ValueError: The address is not an HTTP address.
    """
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{url} is not an HTTP address.")
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=timeout) as answer:  # noqa: S310 - the scheme is checked above
            return bool(answer.status == http.client.OK and answer.read(16).strip() == b"true")
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return False
