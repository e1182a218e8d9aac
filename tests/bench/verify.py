"""``handrail verify`` of closed cases: the whole process, from start to end.

Where the version has ``--since``, what that takes after a sound one is measured too, with nothing
moved in between.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from typing import Any, Final

from tests.bench.closed import closed_cases
from tests.bench.either import ROOT
from tests.bench.scratch import scratch
from tests.bench.up import HANDRAIL

CASES: Final = 1_000
TURNS: Final = 3
_SINCE: Final = (ROOT / "services/verification/since.py").exists()


def measure(*, cases: int = CASES, turns: int = TURNS, database: str = "") -> dict[str, float]:
    """Measure verifying; the first time, with cold files, does not count."""
    with scratch(database) as place:
        closed_cases(place, cases=cases)
        spent = [_verified() for _ in range(1 + turns)][1:]
        since = [_verified("--since")[0] for _ in range(turns)] if _SINCE else []
    seconds, processor = (statistics.median(one) for one in zip(*spent, strict=True))
    return {
        "seconds": seconds,
        "processor_seconds": processor,
        "milliseconds_per_case": 1000 * seconds / cases,
        "cases": cases,
    } | ({"since_seconds": statistics.median(since)} if since else {})


def _verified(*options: str) -> tuple[float, float]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    began, before = time.perf_counter(), _processor()
    done: Any = subprocess.run(
        [*HANDRAIL, "verify", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.perf_counter() - began
    if done.returncode != 0:
        raise AssertionError(f"handrail verify finds: {done.stdout[-500:]} {done.stderr[-2000:]}")
    return took, _processor() - before


def _processor() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
