"""The lookup's part of `make bench`: an officer's words in 3,000 items, read from SQLite each time.

Its LIMIT is the bare reading of the same columns of the same rows: nothing folded, nothing found.

``python -m tests.bench.lookup``
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from adapters.spreadsheets import read
from models.database import reading, writing
from models.tables.schedules import ScheduleItem, ScheduleVersion
from rules.imports import RawRow, Sheet
from services.imports import ScheduleOptions, run_import
from services.rates.schedules import find_items
from services.ready import prepare
from tests.services.imports.importing import founded
from tests.small_service import MIA, NOW

ITEMS: Final = 3_000
SAMPLE: Final = Path(__file__).parents[2] / "deployments" / "sample" / "schedule.csv"
TYPED: Final = ("g", "gr", "grab r", "rail 600", "BTH-20", "level tray", "door oak", "m2 plaster")
ROUNDS: Final = 40
MOST_SECONDS: Final = 0.020

_BARE = (
    select(
        ScheduleItem.id,
        ScheduleItem.code,
        ScheduleItem.short_description,
        ScheduleItem.long_description,
        ScheduleItem.trade,
        ScheduleVersion.schedule,
    )
    .join(ScheduleVersion, ScheduleVersion.id == ScheduleItem.version_id)
    .order_by(ScheduleItem.version_id, ScheduleItem.code)
)


@contextmanager
def _schedule() -> Iterator[Connection]:
    """Give a view of a service with a schedule of 3,000 items."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'lookup.db'}"
        prepare(url)
        founded(url, MIA)
        with writing(url) as conn:
            run_import(
                conn,
                kind="schedule",
                sheet=_items(),
                now=NOW,
                actor=MIA,
                schedule=ScheduleOptions("BASE", date(2026, 1, 1)),
                dry_run=False,
            )
        with reading(url) as conn:
            yield conn


def _items() -> Sheet:
    """Return the sample's items as many times over as there are to be, each with its own code."""
    sample = read(SAMPLE, kind="schedule")
    rows = islice(cycle(sample.rows), ITEMS)
    again = [
        RawRow(number, (f"{row.cells[0]}-{number}", *row.cells[1:]))
        for number, row in enumerate(rows, start=2)
    ]
    return Sheet("schedule.csv", None, "0" * 64, sample.header, tuple(again))


def lookup() -> tuple[str, float, float]:
    """Measure looking words up, reading the items each time, against the bare reading of them.

    Returns:
        What was measured, lookups a second of ours, and readings a second of the LIMIT.
    """
    ours, bare = [], []
    with _schedule() as conn:
        for turn in range(ROUNDS):
            began = time.perf_counter()
            find_items(conn, text=TYPED[turn % len(TYPED)], on=NOW.date())
            ours.append(time.perf_counter() - began)
            began = time.perf_counter()
            if len(conn.execute(_BARE).all()) != ITEMS:
                raise AssertionError("The items are not all there.")
            bare.append(time.perf_counter() - began)
    middle = statistics.median(ours)
    words = f"a lookup in {ITEMS:,} items ({1000 * middle:.1f} ms; {1000 * MOST_SECONDS:.0f} ms"
    return f"{words} will do)", 1 / middle, 1 / statistics.median(bare)


if __name__ == "__main__":
    said, mine, limit = lookup()
    sys.stdout.write(f"{said}: {mine:,.1f} a second, LIMIT {limit:,.1f}, {mine / limit:.2f}\n")
