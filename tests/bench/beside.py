"""The same measurement in another version's tree, in turn with ours, and what ours is of theirs.

The tree of a commit is put into a temporary folder, and this folder into it, so that the very code
that measures ours measures theirs.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.bench.either import ROOT

HERE: Final = Path("tests", "bench")


def beside(commit: str, *, options: Sequence[str], turns: int) -> dict[str, Any]:
    """Measure ours and another version in turn.

    Args:
        commit: The other version, as git knows it.
        options: What ``python -m tests.bench`` is asked in each tree.
        turns: How many times each is measured; the median counts.

    Returns:
        Our figures, theirs under ``beside``, and ours divided by theirs under ``ratio``.
    """
    ours, theirs = [], []
    with _tree(commit) as other:
        for _ in range(turns):
            ours.append(_measured(ROOT, options))
            theirs.append(_measured(other, options))
        version = tomllib.loads((other / "pyproject.toml").read_text())["project"]["version"]
    mine, its = _middle(ours), _middle(theirs)
    ratio = {name: mine[name] / its[name] for name in mine if its.get(name)}
    return {**mine, "beside": {"commit": commit, "version": version, **its}, "ratio": ratio}


@contextmanager
def _tree(commit: str) -> Iterator[Path]:
    """Put the tree of a commit into a folder, with this folder in the place of its own."""
    git = shutil.which("git")
    if git is None:
        sys.exit(f"Measuring beside {commit} needs git, and there is none on this machine.")
    archive = [git, "archive", "--format=tar", commit]
    made = subprocess.run(archive, cwd=ROOT, capture_output=True, check=False)
    if made.returncode != 0:
        sys.exit(f"There is no {commit} to measure beside: git says {made.stderr.decode().strip()}")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(made.stdout)) as tree:
            tree.extractall(folder, filter="data")
        other = Path(folder)
        shutil.rmtree(other / HERE, ignore_errors=True)
        (other / HERE).with_suffix(".py").unlink(missing_ok=True)  # as it was in version 0.3.0
        shutil.copytree(ROOT / HERE, other / HERE, ignore=shutil.ignore_patterns("__pycache__"))
        yield other


def _measured(tree: Path, options: Sequence[str]) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench", *options, "--json"]
    environment = os.environ | {"PYTHONPATH": str(tree)}
    run = subprocess.run(command, cwd=tree, env=environment, stdout=subprocess.PIPE, check=False)
    if run.returncode != 0:
        sys.exit(f"The measurement failed in {tree}; what it said is above.")
    found: dict[str, float] = json.loads(run.stdout)
    return found


def _middle(turns: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: statistics.median(turn[name] for turn in turns) for name in turns[0]}
