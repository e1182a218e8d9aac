"""The bench by its doors: what it prints, not how fast it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).parents[2]


def _asked(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.bench", *options]
    return subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)


def test_the_pathway_alone_is_told_as_one_object() -> None:
    said = _asked("--only", "pathway", "--cases", "2", "--turns", "1", "--json")
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout)
    wanted = ("cases_per_second", "limit_per_second", "statements_per_case", "commits_per_case")
    assert all(found[name] > 0 for name in wanted), found
    assert found["statements_per_case"] > found["commits_per_case"]


def test_what_cannot_be_measured_is_refused_in_a_sentence() -> None:
    beside = _asked("--only", "pathway", "--cases", "1", "--beside", "no-such-commit")
    assert beside.returncode == 1
    words = (
        "There is no no-such-commit to measure beside",
        "Measuring beside no-such-commit needs",
    )
    assert beside.stderr.startswith(words), beside.stderr
    idle = _asked("--only", "pathway", "--idle", "5")
    assert idle.stderr == "--only pathway takes no --idle.\n"
