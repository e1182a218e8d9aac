"""The demo as a newcomer runs it, cut short: it ends well, and what it leaves is a real service."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tests.flows.conftest import free_port
from tests.journeys.commands import HOUSE, PROCESS

UNTIL = "2026-05-08"


def _handrail(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"HANDRAIL_HOME": str(home), "HANDRAIL_PORT": str(free_port())}
    environment.pop("HANDRAIL_DATABASE_URL", None)
    return subprocess.run(
        [*PROCESS, *words],
        cwd=HOUSE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_a_short_demo_ends_well_and_leaves_a_sound_service(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    ended = _handrail(home, "demo", "--until", UNTIL)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Next, try:" in ended.stdout
    assert "decisions" in ended.stdout
    assert not (home / "demo.clock").exists()

    verified = _handrail(home, "verify", "--json")
    assert json.loads(verified.stdout) == {"sound": True, "findings": []}
    cases = json.loads(_handrail(home, "case", "list", "--json").stdout)
    assert 3 <= len(cases) <= 40
    assert any(case["open_steps"] for case in cases)
    shown = json.loads(_handrail(home, "case", "show", cases[0]["reference"], "--json").stdout)
    assert shown["runs"]
    assert list((home / "mail" / "new").iterdir())

    twice = _handrail(home, "demo")
    assert twice.returncode == 2
    assert "`handrail demo --again` starts over" in " ".join(twice.stderr.split())


def test_a_demo_does_not_live_in_somebody_s_service(tmp_path: Path) -> None:
    home = tmp_path / "service"
    assert _handrail(home, "init").returncode == 0
    refused = _handrail(home, "demo", "--again")
    assert refused.returncode == 2
    assert "holds a Handrail service already" in " ".join(refused.stderr.split())
