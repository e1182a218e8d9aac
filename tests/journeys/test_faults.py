"""What breaks around a service: decisions still commit, and the work catches up by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from adapters.prefect_server import api_url, server_answers
from adapters.settings import settings
from models import database
from models.database import engine_for
from rules.pathway import PATHWAY, StepName, StepStatus
from services.cases.sweep import TROUBLE_RESTS
from tests.databases import fresh_sqlite
from tests.factories import later, new_case
from tests.journeys.commands import FOUND, asked, handrail, refused
from tests.journeys.service import Service, free_port, living_in
from tests.looking import contents, messages, status_of
from tests.served import SERVED
from tests.small_service import ADA, TESS

LOCK = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""
MOVED = ("--outcome", "moved", "--ground", "occupant_moved")
LEAVE = ("decide", "DFG-1", "exit", "--by", TESS, *MOVED)
SPECIFY = ("--by", TESS, "--reason", "as agreed", "--purpose", "f")


# ---- the database


@contextmanager
def locked(file: str) -> Iterator[None]:
    """Let another process hold a transaction open on a SQLite file."""
    with subprocess.Popen(
        [sys.executable, "-c", LOCK, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"
        try:
            yield
        finally:
            holder.communicate()


def test_a_locked_database_is_said_and_nothing_is_recorded(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 100)
    new_case(sqlite_service)
    database.dispose()  # the next connection waits no longer than that
    handrail("case", "advance", "DFG-1", "--wait", "0")
    before = contents(sqlite_service)
    with locked(sa.make_url(sqlite_service).database or ""):
        said = refused(*LEAVE, "--reason", "moved away")
        assert said == (
            "The database is busy with another change. Nothing was recorded. Try again in a moment."
        )
        assert asked("case", "show", "DFG-1")["status"] == "open", "readers do not wait"
    assert contents(sqlite_service) == before
    handrail(*LEAVE, "--reason", "moved away")
    assert asked("case", "show", "DFG-1")["status"] == "moved"


def test_a_full_disk_under_the_database_is_said_and_nothing_is_recorded(
    sqlite_service: str,
) -> None:
    new_case(sqlite_service)
    before = contents(sqlite_service)
    engine = engine_for(sqlite_service)

    def fill(connection: sa.Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    sa.event.listen(engine, "begin", fill)
    said = refused(*LEAVE, "--reason", "long " * 2_000)
    assert "cannot be used now. Nothing was recorded." in said
    assert "database or disk is full" in said
    sa.event.remove(engine, "begin", fill)
    engine.dispose()
    assert contents(sqlite_service) == before
    handrail(*LEAVE, "--reason", "long " * 2_000)


# ---- a running service


@pytest.fixture(scope="module")
def service(ground: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Give a running service whose mail server is down, with a case for each test."""
    home = tmp_path_factory.mktemp("faults") / "home"
    with living_in(home, mail="smtp", smtp_port=str(free_port()), sweep_seconds="5") as running:
        with fresh_sqlite(ground=ground, folder=home, stock=SERVED):
            for reference in ("DFG-1", "DFG-2"):
                new_case(running.url, reference=reference)
        running.start()
        yield running


def test_without_prefect_a_decision_commits_and_its_run_comes_later(service: Service) -> None:
    _await_gate(service, "DFG-1", StepName.SPECIFY)
    service.kill_one("server")
    said = handrail("decide", "DFG-1", "specify", *SPECIFY)
    assert not server_answers(url=api_url(port=settings().port)), "it was back too soon"
    assert "Recorded." in said
    _await_gate(service, "DFG-1", StepName.PRICE)
    assert "Prefect's server was ended by SIGKILL; starting it again" in service.said


def test_with_no_room_for_documents_a_decision_commits_and_the_sweep_finishes_it(
    service: Service,
) -> None:
    _walk_to(service, "DFG-2", StepName.APPROVE)
    for found in FOUND:
        handrail("decide", "DFG-2", *found, "--by", TESS, "--reason", "as agreed")
    with no_room(service.home / "documents"):
        handrail("decide", "DFG-2", "approve", "--by", ADA, "--reason", "s.24 is met")
        service.wait_for(lambda: bool(_step("DFG-2", StepName.APPROVE)["trouble"]))
        trouble = _step("DFG-2", StepName.APPROVE)["trouble"]
        assert "could not be stored" in trouble
        assert "It is tried again by itself." in trouble
        kinds = [one["kind"] for one in asked("case", "show", "DFG-2")["documents"]]
        assert kinds == ["certificate_form", "award_record"]
    later(seconds=TROUBLE_RESTS.total_seconds())
    _await_gate(service, "DFG-2", StepName.ASSIGN)  # nobody asks for it but the sweep
    assert _step("DFG-2", StepName.APPROVE)["trouble"] == ""
    assert asked("verify") == {"sound": True, "findings": []}


def test_while_mail_is_down_work_goes_on_and_every_message_leaves_once_afterwards(
    service: Service,
) -> None:
    _walk_to(service, "DFG-1", StepName.WORKS)
    service.wait_for(lambda: all(row["kind"] == "message" for row in asked("outbox", "list")))
    waiting = asked("outbox", "list")
    assert all("cannot be reached" in row["last_error"] for row in waiting)
    received = Received()
    mail = Controller(received, hostname="127.0.0.1", port=settings().smtp_port)
    with ExitStack() as stack:
        mail.start()
        stack.callback(mail.stop)
        later(hours=1)  # the longest back-off; the sweep then sends what is due
        service.settle()
    ids = Counter(letter["Message-ID"] for letter in received.letters)
    assert set(ids.values()) == {1}
    assert len(ids) == len(messages(service.url)) >= len(waiting)
    assert "Work order WO-2026-00001" in " ".join(one["Subject"] for one in received.letters)


class Received(Message):
    """A mail server that keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Any] = []

    def prepare_message(self, _session: Any, envelope: Any) -> Any:
        return message_from_bytes(envelope.content)

    def handle_message(self, message: Any) -> None:
        self.letters.append(message)


@contextmanager
def no_room(folder: Path) -> Iterator[None]:
    """Take the room for documents away: a full disk where one may be mounted, else a file."""
    if folder.exists():
        folder.rename(folder.with_name("put-away"))
    with ExitStack() as stack:
        stack.callback(_put_back, folder)
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(folder)]
        may = os.geteuid() == 0 and shutil.which("mount")
        if may and subprocess.run(mount, capture_output=True, check=False).returncode == 0:
            stack.callback(subprocess.run, ["umount", "-l", str(folder)], check=True)
        else:
            folder.rmdir()
            folder.write_text("no folder", encoding="utf-8")
        yield


def _put_back(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)
    else:
        folder.unlink()
    if folder.with_name("put-away").exists():
        folder.with_name("put-away").rename(folder)


def _walk_to(service: Service, reference: str, goal: StepName) -> None:
    """Decide what a case waits for until it waits at a step, and nothing at that step or behind."""
    order = list(PATHWAY)

    def before(step: str) -> bool:
        return order.index(StepName(step)) < order.index(goal)

    def there() -> bool:
        if status_of(service.url, reference, goal) is StepStatus.WAITING:
            return True
        for step in service.open_gates(reference):
            if before(step):
                service.decide(reference, step)
        return False

    service.wait_for(there)


def _await_gate(service: Service, reference: str, step: StepName) -> None:
    service.wait_for(lambda: status_of(service.url, reference, step) is StepStatus.WAITING)


def _step(reference: str, step: StepName) -> dict[str, Any]:
    view = asked("case", "show", reference)
    found: dict[str, Any] = next(one for one in view["steps"] if one["step"] == step)
    return found
