"""``handrail up`` with real processes: started, killed, started again, stopped without a trace."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from desk.service.processes import Mark, started
from models import outbox
from models.database import reading, writing
from models.tables.record import Outbox

ROOT = Path(__file__).parents[2]
HANDRAIL = (sys.executable, "-c", "from desk.cli import app; app()", "up")


@dataclass
class Up:
    """One ``handrail up`` and what can be asked of it from outside."""

    environment: dict[str, str]
    home: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def said(self) -> str:
        return (self.home.parent / "said.txt").read_text(encoding="utf-8")

    def start(self) -> None:
        with (self.home.parent / "said.txt").open("wb") as said:
            self.process = subprocess.Popen(
                HANDRAIL, env=self.environment, stdout=said, stderr=said, start_new_session=True
            )
        self.wait_for(lambda: "Ready." in self.said)

    def wait_for(self, what: Callable[[], bool], *, seconds: float = 90) -> None:
        until = time.monotonic() + seconds
        while not what():
            assert self.process is not None
            assert self.process.poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.1)

    def children(self) -> dict[str, Mark]:
        marks = json.loads((self.home / "processes.json").read_text(encoding="utf-8"))
        return {mark["name"]: Mark(**mark) for mark in marks}

    def ask_for_a_sweep(self) -> int:
        key = f"sweep:{time.time_ns()}"
        with writing(self.url) as conn:
            now = datetime.now(UTC)
            outbox.request_run(conn, key=key, flow="sweep", parameters={}, now=now)
            return conn.execute(select(Outbox.id).where(Outbox.key == key)).scalar_one()

    def status_of(self, row_id: int) -> tuple[str, int]:
        with reading(self.url) as conn:
            query = select(Outbox.status, Outbox.attempts).where(Outbox.id == row_id)
            status, attempts = conn.execute(query).one()
            return status, attempts

    @property
    def url(self) -> str:
        return f"sqlite:///{self.home / 'handrail.db'}"


def environment_for(home: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "PREFECT" not in name}
    ports = {"HANDRAIL_PORT": str(port), "HANDRAIL_DESK_PORT": str(free_port())}
    settings = {"HANDRAIL_HOME": str(home), "COLUMNS": "300", **ports}
    own_account = {"PREFECT_PROFILE": "somebody's own", "PREFECT_API_KEY": "pnu_somebodys"}
    return {**kept, **settings, **own_account, "PYTHONPATH": str(ROOT)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def gone(mark: Mark) -> bool:
    return started(mark.pid) != mark.started


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Start the service once for the tests below; each leaves it running or starts it again."""
    home = tmp_path_factory.mktemp("up") / "home"
    one = Up(environment=environment_for(home, free_port()), home=home)
    try:
        one.start()
        yield one
    finally:
        if one.process is not None and one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def refusal(home: Path, *, port: int | None = None, **also: str) -> str:
    """Run ``handrail up`` where it must refuse, and return what it says."""
    answer = subprocess.run(
        HANDRAIL,
        env={**environment_for(home, port or free_port()), **also},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 2, answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr
    return " ".join((answer.stdout + answer.stderr).split())


# ---- the service runs


def test_it_registers_serves_requests_and_says_where_prefects_pages_are(service: Up) -> None:
    row_id = service.ask_for_a_sweep()
    service.wait_for(lambda: service.status_of(row_id)[0] == "sent", seconds=20)
    assert f"http://127.0.0.1:{service.environment['HANDRAIL_PORT']}" in service.said
    assert (service.home / "prefect" / "prefect.db").exists()


def test_the_desk_answers_at_once_and_says_no_more_than_it_must(service: Up) -> None:
    port = service.environment["HANDRAIL_DESK_PORT"]
    address = f"http://127.0.0.1:{port}"
    assert f"Ready. The desk: {address}" in service.said
    began = time.monotonic()
    with urllib.request.urlopen(f"{address}/sign-in", timeout=10) as page:  # noqa: S310 - loopback
        assert "<h1>Sign in</h1>" in page.read().decode()
    assert time.monotonic() - began <= 1
    with urllib.request.urlopen(f"{address}/health", timeout=10) as health:  # noqa: S310 - loopback
        assert health.read() == b"ok"
    foreign = urllib.request.Request(address, headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(foreign, timeout=10)  # noqa: S310 - loopback
    kept = (service.home / "logs" / "desk.log").read_text(encoding="utf-8")
    assert "sign-in" not in kept
    said = subprocess.run(
        [*HANDRAIL[:-1], "status"],
        env=service.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"The desk: {address} (it answers)" in said.stdout


def test_a_second_up_on_the_same_folder_names_the_first(service: Up) -> None:
    assert service.process is not None
    said = refusal(service.home)
    assert f"already running on {service.home} (process {service.process.pid})" in said


def test_a_taken_port_says_by_whom_and_which_port_is_free(service: Up, tmp_path: Path) -> None:
    port = int(service.environment["HANDRAIL_PORT"])
    said = refusal(tmp_path / "other", port=port)
    assert f"Port {port} is taken by a Prefect server" in said
    assert f"process {service.children()['server'].pid}" in said
    assert "HANDRAIL_PORT=" in said
    desk = int(service.environment["HANDRAIL_DESK_PORT"])
    said = refusal(tmp_path / "third", HANDRAIL_DESK_PORT=str(desk))
    assert f"Port {desk} is taken by process {service.children()['desk'].pid}" in said
    assert "HANDRAIL_DESK_PORT=" in said


def test_killed_processes_are_started_again_and_no_request_is_lost(service: Up) -> None:
    before = service.children()
    for mark in before.values():
        os.kill(mark.pid, signal.SIGKILL)
    row_id = service.ask_for_a_sweep()
    service.wait_for(lambda: service.status_of(row_id)[0] == "sent", seconds=60)
    assert service.status_of(row_id) == ("sent", 1)
    assert "The conductor was ended by SIGKILL; starting it again" in service.said
    assert "Prefect's server was ended by SIGKILL; starting it again" in service.said
    after = service.children()
    assert {name: mark.pid for name, mark in before.items()} != {
        name: mark.pid for name, mark in after.items()
    }


def test_killed_itself_it_leaves_no_process_and_the_next_goes_on_until_ctrl_c(service: Up) -> None:
    assert service.process is not None
    left = service.children()
    service.process.kill()
    service.process.wait()
    until = time.monotonic() + 5
    while not all(gone(mark) for mark in left.values()):
        assert time.monotonic() < until, "the children outlived their parent"
        time.sleep(0.05)
    row_id = service.ask_for_a_sweep()
    service.start()
    service.wait_for(lambda: service.status_of(row_id)[0] == "sent", seconds=20)
    children = service.children()
    service.process.send_signal(signal.SIGINT)
    assert service.process.wait(timeout=20) == 0
    assert all(gone(mark) for mark in children.values())
    assert service.said.rstrip().endswith("Stopped.")


# ---- it refuses


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("not a folder", encoding="utf-8")
    assert "is a file, not a folder" in refusal(home)
