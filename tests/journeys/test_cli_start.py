"""A newcomer's first commands: `init`, with the sample and without, on ground that gives way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.settings import settings
from models.database import dispose
from rules.imports import KINDS
from tests.journeys.commands import asked, handrail, in_a_process, refused, refused_as_json
from tests.looking import contents
from tests.small_service import PLANS

CLOSED = "postgresql://clerk:secret@127.0.0.1:1/grants"  # nothing listens on port 1


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a state folder that is not there yet, and a wide screen."""
    monkeypatch.setenv("HANDRAIL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "300")
    settings.cache_clear()
    yield tmp_path / "home"
    dispose()
    settings.cache_clear()


def test_init_makes_a_service_once(home: Path) -> None:
    said = in_a_process("init")
    assert (said.status, said.err) == (0, "")
    assert f"Handrail's state is in {home}." in said.out
    assert "Next: `handrail init --administrator ADDRESS --name NAME`" in said.out
    before = contents(f"sqlite:///{home / 'handrail.db'}")
    assert asked("init") == {"home": str(home), "imported": []}
    assert contents(f"sqlite:///{home / 'handrail.db'}") == before
    assert asked("case", "list") == []
    assert asked("verify") == {"sound": True, "findings": []}


def test_init_with_the_sample_imports_it_once(home: Path) -> None:
    first = {report["kind"]: report for report in asked("init", "--sample")["imported"]}
    assert tuple(first) == tuple(kind for kind in KINDS if kind not in PLANS)
    assert first["cases"]["added"] == len(asked("case", "list")) == 40
    assert first["schedule"]["added"] >= 300
    assert (first["authorities"]["added"], first["contractors"]["added"]) == (5, 16)
    before = contents(f"sqlite:///{home / 'handrail.db'}")
    said = handrail("init", "--sample")
    assert "handrail up" in said
    assert contents(f"sqlite:///{home / 'handrail.db'}") == before
    assert asked("verify") == {"sound": True, "findings": []}


@pytest.mark.parametrize("command", [("case", "list"), ("verify",), ("outbox", "list")])
def test_before_init_every_command_says_how_to_begin(home: Path, command: tuple[str, ...]) -> None:
    error = refused_as_json(*command)
    assert error["what"] == f"There is no Handrail database at {home / 'handrail.db'}."
    assert "`handrail init`" in error["next_step"]
    assert not home.exists()


def test_a_file_in_place_of_the_folder_is_said(home: Path) -> None:
    home.write_text("my notes", encoding="utf-8")
    assert f"{home} is a file, not a folder. Set HANDRAIL_HOME" in refused("init")
    assert home.read_text(encoding="utf-8") == "my notes"


@pytest.mark.parametrize("command", [("init",), ("case", "list")])
def test_a_file_that_is_no_database_is_said_and_left_alone(
    home: Path, command: tuple[str, ...]
) -> None:
    home.mkdir()
    (home / "handrail.db").write_bytes(b"letters to the council " * 1000)
    assert "is not a usable Handrail database." in refused(*command)
    assert (home / "handrail.db").read_bytes() == b"letters to the council " * 1000


def test_a_database_that_nobody_made_ready_is_said(home: Path) -> None:
    home.mkdir()
    (home / "handrail.db").touch()
    said = refused("case", "list")
    assert "is not made ready for this version of Handrail. Run `handrail init`" in said
    handrail("init")
    assert asked("case", "list") == []


@pytest.mark.parametrize("command", [("init",), ("case", "list"), ("verify",)])
def test_a_database_server_that_does_not_answer_is_said(
    home: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", CLOSED)
    settings.cache_clear()
    said = refused(*command)
    assert "The database postgresql://clerk:***@127.0.0.1:1/grants cannot be used now." in said
    assert "Nothing was recorded." in said


def test_every_setting_that_cannot_be_used_is_named_at_once(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_PORT", "next door")
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", "mysql://clerk:secret@host/grants")
    monkeypatch.setenv("HANDRAIL_MAIL", "pigeon")
    settings.cache_clear()
    said = refused("case", "list")
    assert "HANDRAIL_PORT: Input should be a valid integer" in said
    assert "HANDRAIL_DATABASE_URL: It must begin with postgresql:// or sqlite:///" in said
    assert "HANDRAIL_MAIL: Input should be 'maildir' or 'smtp'" in said
    assert "secret" not in said


def test_a_process_answers_with_its_status_and_two_streams(home: Path) -> None:
    handrail("init")
    good = in_a_process("workdays", "add", "2026-04-02", "1", "--json", PYTHONIOENCODING="ascii")
    assert (good.status, good.err) == (0, "")
    assert json.loads(good.out)["date"] == "2026-04-07"
    bad = in_a_process("case", "show", "—", PYTHONIOENCODING="ascii")
    assert (bad.status, bad.out) == (2, "")
    assert bad.err.startswith("There is no case")
