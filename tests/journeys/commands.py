"""The ``handrail`` command as a person types it: in this process where one of its own adds nothing.

A process of its own takes a second, most of it imports; what it adds is its exit status, its two
streams and its environment, which ``in_a_process`` shows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer import rich_utils
from typer.testing import CliRunner

from desk import output
from desk.cli import app

HOUSE = Path(__file__).parents[2]
PROCESS = (sys.executable, "-m", "desk.cli")

FOUND = (
    ("find-necessary", "--necessary", "--found-by", "Otto Therapy"),
    ("find-practicable", "--practicable"),
)
"""The two findings of s.24(3) as an officer types them."""

# Sentences are looked for whole, whatever terminal the tests run in.
output.out.width = output.err.width = rich_utils.MAX_WIDTH = 400


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and how it ended."""

    status: int
    out: str
    err: str


def typed(*words: str) -> Said:
    """Run a command in this process; whatever but an exit escapes it fails the test."""
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


def handrail(*words: str) -> str:
    """Run a command that is to succeed, and return what it prints."""
    said = typed(*words)
    assert said.status == 0, f"{' '.join(words)}\n{said.out}{said.err}"
    return said.out


def asked(*words: str) -> Any:
    """Run a command with ``--json`` and return what it prints, read by a machine."""
    return json.loads(handrail(*words, "--json"))


def refused(*words: str) -> str:
    """Run a command that is to be refused, and return its sentences on one line."""
    said = typed(*words)
    assert said.status == 2, f"{' '.join(words)}\n{said.status}\n{said.out}{said.err}"
    assert said.out == "", "a refusal belongs on stderr"
    assert "Traceback" not in said.err
    return " ".join(said.err.split())


def refused_as_json(*words: str) -> dict[str, Any]:
    """Run a command with ``--json`` that is to be refused, and return the error it prints."""
    said = typed(*words, "--json")
    assert (said.status, said.out) == (2, ""), f"{' '.join(words)}\n{said.out}{said.err}"
    error: dict[str, Any] = json.loads(said.err)
    assert error["what"]
    return error


def in_a_process(*words: str, **environment: str) -> Said:
    """Run a command in a process of its own, as a shell does."""
    done = subprocess.run(
        [*PROCESS, *words],
        cwd=HOUSE,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)
