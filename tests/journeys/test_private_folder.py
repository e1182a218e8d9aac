"""The state folder: for its owner alone, and found from the folders below it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters import mail
from adapters.settings import settings
from tests.databases import fresh_sqlite
from tests.journeys.commands import HOUSE
from tests.small_service import NOW


def handrail(*words: str, here: Path, umask: int = 0o022, **environment: str) -> str:
    """Run a command from a folder, with a umask, and without any home in its environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HANDRAIL_")}
    done = subprocess.run(
        [sys.executable, "-m", "desk.cli", *words],
        cwd=here,
        env={**kept, "PYTHONPATH": str(HOUSE), **environment},
        umask=umask,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def open_to_others(home: Path) -> list[Path]:
    return [one for one in (home, *home.rglob("*")) if one.stat().st_mode & 0o077]


def test_all_that_is_made_is_the_owners_and_what_stood_open_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / ".handrail"
    handrail("init", here=tmp_path)
    assert (home / "handrail.db").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("HANDRAIL_HOME", str(home))
    settings.cache_clear()
    before = os.umask(0o022)
    try:
        mail.send(mail.Outgoing(key="k", to="a@b.example", subject="s", body="b", now=NOW))
    finally:
        os.umask(before)
        settings.cache_clear()
    assert open_to_others(home) == []

    (home / "logs").mkdir(mode=0o755)
    (home / "logs" / "server.log").write_text("a name and an address")
    (home / "logs" / "server.log").chmod(0o644)
    home.chmod(0o755)
    handrail("case", "list", here=tmp_path)
    assert home.stat().st_mode & 0o777 == 0o700, "nobody gets in from the next command on"
    handrail("init", here=tmp_path)
    assert open_to_others(home) == []


def test_a_command_finds_the_state_from_the_folders_below(ground: Path, tmp_path: Path) -> None:
    below = tmp_path / "letters" / "june"
    for folder in (tmp_path / ".handrail", below):
        folder.mkdir(parents=True)
    with fresh_sqlite(ground=ground, folder=tmp_path / ".handrail"):
        _look_from(below, home=tmp_path / ".handrail", other=tmp_path / "x")


def _look_from(below: Path, *, home: Path, other: Path) -> None:
    found = json.loads(handrail("status", "--json", here=below))
    assert (found["home"], found["exists"]) == (str(home), True)
    assert "above" in found["found"]
    assert "0 cases" in handrail("case", "list", here=below)
    assert not (below / ".handrail").exists()

    named = json.loads(handrail("status", "--json", here=below, HANDRAIL_HOME=str(other)))
    assert (named["home"], named["found"]) == (str(other), "HANDRAIL_HOME")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_state_folder_that_somebody_else_put_above_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".handrail").mkdir()
    os.chown(tmp_path / ".handrail", 65534, 65534)
    below = tmp_path / "mine"
    below.mkdir()
    found = json.loads(handrail("status", "--json", here=below))
    assert found["home"] == str(below / ".handrail")
