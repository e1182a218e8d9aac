"""The one client through which Handrail talks to Prefect, and its faults as errors for people.

Inside ``connected`` (and inside any flow run) one client serves every call; elsewhere a call opens
its own.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.context import SyncClientContext
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL

from adapters.prefect_server import server_answers
from rules.errors import PrefectDownError, RunRefusedError, UnknownReferenceError

_FIRST_WAIT: Final = 0.01  # seconds; doubled after each 503, so 0.6 s in all
_TRIES: Final = 6
_TOO_MANY: Final = 429


class _PatientTransport(httpx.HTTPTransport):
    """Asks again within milliseconds when SQLite was busy; Prefect's own client sleeps for 2 s."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        for attempt in range(_TRIES):
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            response.close()
            time.sleep(_FIRST_WAIT * 2**attempt)
            response = super().handle_request(request)
        return response


@contextmanager
def connected() -> Iterator[SyncPrefectClient]:
    """Hold one client for the block; flow runs and calls inside it share the client.

    Raises:
        PrefectDownError: The server does not answer.
    """
    held = SyncClientContext.get()
    if held is not None:
        yield held.client
        return
    context = SyncClientContext()
    # Given here rather than to the context: the engine then takes this client for its own.
    context.client = get_client(
        sync_client=True, httpx_settings={"transport": _PatientTransport(retries=3)}
    )
    with sentences():
        context.__enter__()
    try:
        yield context.client
    finally:
        context.__exit__(None, None, None)


@contextmanager
def sentences() -> Iterator[None]:
    """Turn what Prefect's client raises into errors for people."""
    try:
        yield
    except ObjectNotFound as error:
        raise UnknownReferenceError(
            "Prefect has no such run or deployment.",
            why=str(error),
            next_step="Restart `handrail up`, which registers every deployment again.",
        ) from error
    except httpx.HTTPStatusError as error:
        code = error.response.status_code
        if code < httpx.codes.INTERNAL_SERVER_ERROR and code != _TOO_MANY:
            raise RunRefusedError(
                "Prefect refused the request.",
                why=_detail(error.response),
                next_step="Correct the values and ask again.",
            ) from error
        raise _down(error) from error
    except (httpx.TransportError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "reach API" not in str(error):
            raise
        raise _down(error) from error


@contextmanager
def talking() -> Iterator[SyncPrefectClient]:
    """Hold a client for a block of calls, whose faults become errors for people.

    Raises:
        UnknownReferenceError: Prefect has no such thing.
        RunRefusedError: Prefect will not do what is asked.
        PrefectDownError: The server does not answer.
    """
    with connected() as client, sentences():
        yield client


def _down(error: Exception) -> PrefectDownError:
    return PrefectDownError(
        f"Prefect's server at {PREFECT_API_URL.value()} does not answer.",
        why=str(error) or type(error).__name__,
        next_step="Start it with `handrail up`; work waits and goes on by itself.",
    )


def _detail(response: httpx.Response) -> str:
    try:
        said = response.json()
    except ValueError:
        return response.text[:500]
    return str(said.get("detail", said) if isinstance(said, dict) else said)[:500]


def server_reachable() -> bool:
    """Return whether the server at ``PREFECT_API_URL`` answers its health check."""
    url = PREFECT_API_URL.value()
    return bool(url) and server_answers(url=url.rstrip("/"), timeout=2.0)
