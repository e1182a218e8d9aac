"""``handrail case list`` as an officer waits for it: the whole process, from start to end."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from typing import Final

from tests import factories
from tests.bench.either import ROOT
from tests.bench.scratch import reference, scratch, served
from tests.bench.up import HANDRAIL

CASES: Final = 40
TURNS: Final = 5


def measure(*, cases: int = CASES, turns: int = TURNS, database: str = "") -> dict[str, float]:
    """Measure listing the cases; the first time, with cold files, does not count."""
    with scratch(database) as place:
        served(place, "list", cases=cases)
        for number in range(cases):
            factories.go(reference(number))
        times = [_listed(reference(0)) for _ in range(1 + turns)]
    return {"seconds": statistics.median(times[1:]), "cases": cases, "times": turns}


def _listed(expected: str) -> float:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    command = [*HANDRAIL, "case", "list"]
    began = time.perf_counter()
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    if expected not in said.stdout:
        raise AssertionError(f"handrail case list does not name {expected}: {said.stderr}")
    return took
