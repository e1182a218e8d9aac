"""Our processes, started in a folder that somebody else has prepared."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from desk.service.processes import ROOT, Child, import_paths

TRAP = """
from pathlib import Path
with Path({traces!r}).open("a") as traces:
    traces.write(__name__ + chr(10))
"""


def test_nothing_of_the_folder_it_is_started_in_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, home, traces = tmp_path / "here", tmp_path / "here" / "home", tmp_path / "traces"
    home.mkdir(parents=True)
    for name in ("flows", "deployments", "rules", "sitecustomize", "usercustomize", "prefect"):
        for folder in (here, here / "below", here / "flows"):
            folder.mkdir(exist_ok=True)
            (folder / f"{name}.py").write_text(TRAP.format(traces=str(traces)), encoding="utf-8")
    (here / ".env").write_text("PREFECT_API_URL=http://trap.example/api", encoding="utf-8")
    monkeypatch.chdir(here)
    child = Child(
        name="conductor",
        module="deployments.conductor",
        what="The conductor",
        options=(),
        home=home,
        environment={
            **os.environ,
            "PYTHONPATH": f":.:flows:{here}:{here}/below",
            "HANDRAIL_HOME": str(home),
            "PREFECT_HOME": str(tmp_path / "prefect"),
            "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",  # it would outlive the tests
        },
    )
    child.start()
    try:
        until = time.monotonic() + 60
        while not (home / "conductor.json").exists():
            assert child.fallen() is None, child.last_words()
            assert time.monotonic() < until, child.last_words()
            time.sleep(0.05)
    finally:
        child.stop(grace=20, hurry=lambda: False)
    assert not traces.exists()
    assert "trap.example" not in (home / "conductor.json").read_text(encoding="utf-8")


def test_what_is_elsewhere_stays_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert import_paths("") == str(ROOT)
    monkeypatch.chdir(Path(sys.prefix))
    assert import_paths("/opt/shared:relative") == f"{ROOT}{os.pathsep}/opt/shared"
