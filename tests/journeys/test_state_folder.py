"""State folders that ``handrail up`` will not start on, and processes an earlier one left."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from adapters.settings import settings
from desk.service.ports import check_port
from desk.service.processes import Mark, started, stop_left_behind
from desk.service.up import up
from rules.errors import BrokenStateError, PortTakenError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Point the settings at a folder of this test."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HANDRAIL_HOME", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


def database(file: Path, *, rows: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE kept (text)")
        connection.executemany("INSERT INTO kept VALUES (?)", [("x" * 100,)] * rows)
        connection.commit()


@pytest.mark.parametrize("name", ["handrail.db", "prefect/prefect.db"])
def test_a_file_that_is_no_database_is_refused(home: Path, name: str) -> None:
    file = home / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("a letter, saved under the wrong name", encoding="utf-8")
    with pytest.raises(BrokenStateError, match=r"not a usable database.*not an SQLite database"):
        up()


@pytest.mark.parametrize("name", ["handrail.db", "prefect/prefect.db"])
def test_a_database_cut_short_is_refused(home: Path, name: str) -> None:
    file = home / name
    database(file, rows=500)
    os.truncate(file, file.stat().st_size // 2)
    with pytest.raises(BrokenStateError, match="cut short"):
        up()


def test_a_database_with_a_spoilt_catalogue_is_refused(home: Path) -> None:
    file = home / "handrail.db"
    database(file, rows=500)
    with file.open("r+b") as opened:
        opened.seek(100)
        opened.write(b"\xff" * 1000)
    with pytest.raises(BrokenStateError, match="SQLite says"):
        up()


def test_an_empty_database_beside_documents_is_refused(home: Path) -> None:
    (home / "handrail.db").touch()
    (home / "documents").mkdir()
    (home / "documents" / "WO-1.pdf").write_bytes(b"%PDF")
    with pytest.raises(BrokenStateError, match="has been lost"):
        up()


def test_a_folder_in_which_nothing_can_be_made_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_HOME", "/proc/handrail")
    settings.cache_clear()
    with pytest.raises(BrokenStateError, match=r"cannot be written.*HANDRAIL_HOME"):
        up()


def test_a_port_taken_by_this_very_process_is_named(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"Port {port} is taken by process {os.getpid()}"):
            check_port(port=port, setting="HANDRAIL_PORT")


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """Start a process that does nothing for a while."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def test_what_an_earlier_up_left_is_stopped_and_said(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    mark = Mark("conductor", sleeper.pid, started(sleeper.pid) or "")
    file = tmp_path / "processes.json"
    file.write_text(json.dumps([asdict(mark)]), encoding="utf-8")
    said: list[str] = []
    stop_left_behind(file=file, say=said.append)
    assert sleeper.wait(timeout=5) == -signal.SIGTERM
    assert said == [
        f"Stopping the conductor that an earlier `handrail up` left (process {sleeper.pid})"
    ]
    assert not file.exists()


def test_a_stranger_with_the_same_process_id_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    mark = Mark("conductor", sleeper.pid, "another instant")
    file = tmp_path / "processes.json"
    file.write_text(json.dumps([asdict(mark)]), encoding="utf-8")
    stop_left_behind(file=file, say=pytest.fail)
    time.sleep(0.2)
    assert sleeper.poll() is None
