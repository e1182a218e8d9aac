"""What Prefect's own database grows by: with each run, and on a day on which nobody decides.

A real ``handrail up`` with its usual settings carries out a run for each of some decisions, and is
then left alone; an idle day is what that stretch added, as if it had gone on for a day. Counted are
the pages in use of its SQLite file.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from tests import factories
from tests.bench.answer import specify
from tests.bench.scratch import reference, scratch, served
from tests.bench.up import all_ended, handrail_up, until

CASES: Final = 100
IDLE: Final = 600  # seconds: five recovery sweeps and two watches
_WARMING: Final = 3
_SETTLING: Final = 15.0  # seconds; Prefect writes logs and events a while later
_A_DAY: Final = 86_400


def measure(*, cases: int = CASES, idle: int = IDLE, database: str = "") -> dict[str, float]:
    """Measure what runs, and an idle stretch of some seconds, add to Prefect's database."""
    everyone = [reference(number) for number in range(_WARMING + cases)]
    with scratch(database) as place:
        url = served(place, "size", cases=len(everyone))
        for case in everyone:
            factories.go(case)
        while not all_ended(url):
            factories.runs_ended()
        file = place.home / "prefect" / "prefect.db"
        with handrail_up(place.home):
            _run(url, everyone[:_WARMING])
            start = _used(file)
            _run(url, everyone[_WARMING:])
            ran = _used(file)
            time.sleep(idle)
            idled = _used(file)
    return {
        "runs": cases,
        "bytes_per_run": (ran - start) / cases,
        "idle_seconds_watched": idle,
        "idle_bytes_per_day": (idled - ran) * _A_DAY / idle,
        "bytes_in_all": idled,
    }


def _run(url: str, cases: list[str]) -> None:
    for case in cases:
        specify(url, case)
        until(lambda: all_ended(url))
    time.sleep(_SETTLING)


def _used(file: Path) -> int:
    """Return the bytes of the pages in use."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as conn:
        asked = ("page_count", "freelist_count", "page_size")
        pages, free, size = (conn.execute(f"PRAGMA {name}").fetchone()[0] for name in asked)
    return int((pages - free) * size)
