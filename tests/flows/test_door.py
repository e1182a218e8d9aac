"""The door of the machine room: who may speak to Prefect's server, and what it can have run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from prefect.client.schemas.objects import State
from websockets.sync.client import connect

from adapters import prefect_client, prefect_runs
from adapters.prefect_server import SECRET_FILE, own_secret, prefect_environment
from deployments.execution import warm_engine
from tests.flows.conducting import one_more, turn_until_idle

pytestmark = pytest.mark.usefixtures("deployments")

ASKED = "/deployments/filter"


@pytest.fixture
def door(prefect_environment: dict[str, str]) -> Iterator[httpx.Client]:
    """Return a client that says nothing about itself."""
    with httpx.Client(base_url=prefect_environment["PREFECT_API_URL"]) as client:
        yield client


def told(secret: str) -> httpx.BasicAuth:
    name, _, password = secret.partition(":")
    return httpx.BasicAuth(name, password)


def test_only_who_knows_the_secret_of_the_folder_is_answered(
    door: httpx.Client, prefect_home: Path
) -> None:
    assert door.post(ASKED, json={}).status_code == 401
    assert door.post(ASKED, json={}, auth=told("handrail:guessed")).status_code == 401
    assert door.get("/health").json() is True, "only whether it lives may be asked by anybody"
    own = told((prefect_home / SECRET_FILE).read_text(encoding="ascii").strip())
    found = door.post(ASKED, json={}, auth=own)
    assert "handrail" in {one["name"] for one in found.json()}


def test_nobody_writes_events_without_it(prefect_environment: dict[str, str]) -> None:
    url = prefect_environment["PREFECT_API_URL"].replace("http", "ws", 1)
    with pytest.raises(Exception, match="HTTP 403"), connect(f"{url}/events/in"):
        pytest.fail("let in")


@pytest.mark.parametrize("host", ["rebound.example", "rebound.example:4200", ""])
def test_a_request_to_a_foreign_name_is_refused(
    door: httpx.Client, prefect_home: Path, host: str
) -> None:
    own = told(own_secret(home=prefect_home))
    assert door.post(ASKED, json={}, auth=own, headers={"Host": host}).status_code == 400
    assert door.get("/health", headers={"Host": host}).status_code == 400


def test_only_its_own_pages_may_read_its_answers(
    door: httpx.Client, prefect_environment: dict[str, str]
) -> None:
    port = prefect_environment["HANDRAIL_PORT"]
    for origin, allowed in (
        (f"http://127.0.0.1:{port}", True),
        (f"http://localhost:{port}", True),
        ("http://127.0.0.1:1", False),
        ("https://rebound.example", False),
        ("null", False),
    ):
        answer = door.get("/health", headers={"Origin": origin})
        assert (answer.headers.get("access-control-allow-origin") == origin) is allowed, origin
        assert answer.headers.get("access-control-allow-origin") != "*"


def test_the_secret_is_made_once_for_its_owner_only_and_an_operators_own_goes_before(
    tmp_path: Path,
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    secret = own_secret(home=one)
    assert own_secret(home=one) == secret
    assert [path.name for path in one.iterdir()] == [SECRET_FILE]
    assert (one / SECRET_FILE).stat().st_mode & 0o777 == 0o600
    assert own_secret(home=other) != secret
    assert len(secret) > 40

    def used(**base: str) -> set[str]:
        environment = prefect_environment(home=one, port=4200, base=base)
        return {environment[f"PREFECT_{side}API_AUTH_STRING"] for side in ("", "SERVER_")}

    assert used(PREFECT_API_AUTH_STRING="for:somebody else's server") == {secret}
    assert used(PREFECT_SERVER_API_AUTH_STRING="ours:too") == {"ours:too"}


# ---- what it can have run


@pytest.mark.parametrize(
    "entrypoint", ["tests.flows.stranger.evil", "tests/flows/stranger.py:evil", "os.getcwd", ""]
)
def test_the_conductor_runs_nothing_that_deployments_did_not_register(
    sqlite_url: str, tmp_path: Path, entrypoint: str
) -> None:
    with prefect_client.connected() as client:
        deployment = client.create_deployment(
            flow_id=client.create_flow_from_name("evil"),
            name="handrail",
            entrypoint=entrypoint,
            work_pool_name="handrail",
        )
        run = str(client.create_flow_run_from_deployment(deployment).id)
    with warm_engine(), prefect_client.connected() as client:
        turn_until_idle(one_more(tmp_path))
        state: State[None] | None = client.read_flow_run(UUID(run)).state
        client.delete_deployment(deployment)
    assert state is not None
    assert (state.name, "none of Handrail's" in (state.message or "")) == ("Crashed", True)
    assert prefect_runs.find_run(flow_run_id=run) is not None
