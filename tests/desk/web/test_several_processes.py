"""Several desk processes on one PostgreSQL: who is signed in at one is at all, and out at all."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2 as httpx
import psutil
import pytest

from adapters.settings import settings
from desk.serve import check_processes
from models.database import writing
from rules.errors import InvalidSettingError
from services.people.passwords import set_password
from tests import postgres
from tests.desk.people.provider import free_port
from tests.desk.people.test_sign_in_pages import HASH, PASSWORD, REAL
from tests.served import served_at
from tests.small_service import TESS, TOBY

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(
    "postgresql" not in postgres.kinds(), reason="several processes need PostgreSQL"
)


@pytest.fixture
def service(ground: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the small service on PostgreSQL, in which two people have passwords."""
    for url in served_at("postgresql", ground, tmp_path, monkeypatch):
        with writing(url) as conn:
            for email in (TESS, TOBY):
                set_password(conn, email=email, password_hash=HASH, now=REAL)
        yield url


@contextmanager
def desk_process(number: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve the desk on a free port in processes of their own until the block ends."""
    port = free_port()
    own = {"HANDRAIL_DESK_PORT": str(port), "HANDRAIL_DESK_PROCESSES": str(number)}
    words = [sys.executable, "-P", "-m", "desk.service.launch", str(os.getpid()), "desk.serve"]
    env = {**os.environ, **own, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(words, env=env) as process:
        try:
            answers(f"http://127.0.0.1:{port}/health")
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.terminate()


def answers(address: str) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            if httpx.get(address).text == "ok":
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    pytest.fail(f"nothing answers at {address}")


def signing_in(desk: str, email: str = TESS, password: str = PASSWORD) -> httpx.Response:
    """Sign in at a process, as a browser that has never been there."""
    with httpx.Client(base_url=desk) as browser:
        csrf = re.findall(r'name="csrf" value="([^"]+)"', browser.get("/sign-in").text)[-1]
        return browser.post("/sign-in", data={"csrf": csrf, "email": email, "password": password})


def account(desk: str, token: str) -> httpx.Response:
    """Ask for somebody's own page, with the token under the name that this port has for it."""
    port = desk.rpartition(":")[2]
    return httpx.get(f"{desk}/account", headers={"cookie": f"handrail-{port}={token}"})


def test_two_processes_share_sessions_sign_out_and_tries(service: str) -> None:
    with ExitStack() as stack:
        one, _ = stack.enter_context(desk_process(1))
        other, parent = stack.enter_context(desk_process(2))
        answer = signing_in(one)
        assert answer.status_code == 303
        token = next(value for name, value in answer.cookies.items() if not name.endswith("form"))
        for _ in range(6):  # whichever of the two behind the one port answers
            shown = account(other, token)
            assert "Tess Tyler" in shown.text
        csrf = re.findall(r'name="csrf" value="([^"]+)"', shown.text)[0]
        cookie = {"cookie": f"handrail-{other.rpartition(':')[2]}={token}"}
        gone = httpx.post(f"{other}/sign-out", data={"csrf": csrf}, headers=cookie)
        assert gone.headers["location"] == "/sign-in"
        for desk in (one, other, other):
            assert account(desk, token).status_code == 303
        tried = [signing_in(desk, TOBY, "wrong").status_code for desk in (one, other) * 3]
        assert tried == [422] * 5 + [429]
        assert signing_in(one, TOBY).status_code == 429  # the right one has to wait as well

        workers = psutil.Process(parent.pid).children(recursive=True)
        assert len(workers) >= 2
        parent.send_signal(signal.SIGKILL)
        left = psutil.wait_procs(workers, timeout=30)[1]
        assert left == []  # none goes on without the one that shares out the port


def test_several_processes_over_sqlite_are_refused_in_words() -> None:
    with pytest.raises(InvalidSettingError, match="over SQLite"):
        check_processes(2, url="sqlite:////home/handrail.db")
    check_processes(1, url="sqlite:////home/handrail.db")
    check_processes(2, url="postgresql://db/handrail")
    assert settings().desk_processes == 1
