"""What Prefect says of runs, asked over HTTP: importing Prefect would take seconds."""

import base64
import json
import os
import urllib.request
from collections.abc import Collection
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final

from adapters.prefect_server import SECRET_FILE, api_url, ui_url
from adapters.settings import settings
from rules.errors import PrefectDownError

_LONGEST: Final = 2.0  # seconds that a page waits


@dataclass(frozen=True, slots=True)
class SeenRun:
    """A run as Prefect has it: its state's type and name, and what the state says."""

    state_type: str
    state_name: str
    message: str


def look_at_runs(*, ids: Collection[str]) -> dict[str, SeenRun]:
    """Return what Prefect says of runs, by their ids; those that it no longer has are left out.

    Raises:
        PrefectDownError: The server does not answer, or not as it should.
    """
    if not ids:
        return {}
    asked = {"flow_runs": {"id": {"any_": sorted(ids)}}, "limit": len(ids)}
    try:
        found = _asked("/flow_runs/filter", asked)
        return {str(one["id"]): _seen(one) for one in found}
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise PrefectDownError(
            "Prefect’s server does not answer.",
            why="Work that was asked for waits, and goes on by itself.",
            next_step="Whoever runs Handrail starts it.",
        ) from error


def page_of_run(flow_run_id: str) -> str:
    """Return the address of a run's page in Prefect, as this machine reaches it."""
    return f"{ui_url(port=settings().port)}/runs/flow-run/{flow_run_id}"


def _asked(path: str, body: dict[str, Any]) -> Any:
    address = os.environ.get("PREFECT_API_URL") or api_url(port=settings().port)
    if not address.startswith(("http://", "https://")):
        raise ValueError(address)
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        f"{address}{path}", data=json.dumps(body).encode(), headers=_headers(), method="POST"
    )
    with urllib.request.urlopen(request, timeout=_LONGEST) as answer:  # noqa: S310 - as above
        return json.load(answer)


def _headers() -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    file = settings().resolved_home / SECRET_FILE
    secret = os.environ.get("PREFECT_API_AUTH_STRING", "")
    if not secret and file.exists():
        secret = file.read_text(encoding="ascii").strip()
    if secret:
        headers["Authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
    return headers


def _seen(one: dict[str, Any]) -> SeenRun:
    state = one.get("state") or {}
    return SeenRun(*(str(state.get(name) or "") for name in ("type", "name", "message")))
