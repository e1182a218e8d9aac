"""Repricing against its LIMIT: many open cases priced again in one run, on SQLite.

Every case is awarded and directed by call-off, with eight works lines and three contractors, and
a new index of the schedule changes every price. The cases are copies of one that was walked there
through the real services; what is timed is the product's: finding the cases, pricing each again in
its own transaction, and ending the repricing, as the run does between Prefect's calls.

``python -m tests.bench.repricing [CASES]``
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from adapters.settings import settings
from flows.reprice_cases import BATCH
from models.base import Base
from models.database import engine_for, writing
from models.tables.cases import Case, CaseStep, WorksLine
from models.tables.prices import Award, Price, PriceLine
from rules.pathway import StepName
from services.pricing.reprice import cases_to_reprice, finish_repricing, reprice_batch
from services.ready import prepare
from tests import factories
from tests.bench.replayed import recorded, replay
from tests.repricing import asked_for, new_version
from tests.small_service import MIA, NOW

TURNS = 2
FIRST = "BENCH-0"
LINES = ("RAIL|4", "LIGHT|2", "TILE|6.5", "TRAY|1", "RAIL|2", "LIGHT|3", "TILE|11.25", "RAIL|1")
LATER = NOW + timedelta(days=1)


def repricing(cases: int) -> tuple[str, float, float]:
    """Measure a repricing against its LIMIT, in cases a second.

    Args:
        cases: How many cases to price again.

    Returns:
        What was measured, cases a second of ours, and of the LIMIT.
    """
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.db"
        number = _served(template, cases)
        with patch("adapters.clock.now", lambda: LATER):  # tests keep the clock in a file
            with recorded(_use(template, "first")) as transactions:  # unmeasured: now it is warm
                _reprice(number, cases)
            ours = bare = 0.0
            for turn in range(TURNS):  # in turn, so that a drifting machine moves both
                bare += replay(_use(template, f"{turn}limit"), transactions)
                _use(template, f"{turn}ours")
                ours += _reprice(number, cases)
    words = f"{cases:,} open cases priced again in one run, one commit a case"
    return words, TURNS * cases / ours, TURNS * cases / bare


def _reprice(number: int, cases: int) -> float:
    """Carry the repricing out as its flow does; return the seconds it took."""
    began = time.perf_counter()
    asked = cases_to_reprice(number)
    for start in range(0, cases, BATCH):
        reprice_batch(asked.references[start : start + BATCH], asked)
    counts = finish_repricing(asked)
    took = time.perf_counter() - began
    if counts["repriced"] != cases:
        raise AssertionError(f"Not every case was priced again: {counts}.")
    return took


def _served(file: Path, cases: int) -> int:
    """Make the service and its cases, with a repricing asked for; return its number."""
    url = _in_force(file)
    prepare(url)
    factories.service(url)
    factories.new_case(url, reference=FIRST, route="call_off")
    lines = "\n".join(f"{FIRST}|{n}|{line}" for n, line in enumerate(LINES, start=1))
    factories.bring(url, "works", f"case|line|code|quantity\n{lines}")
    factories.go(FIRST)
    for step in (StepName.SPECIFY, StepName.PRICE, StepName.TENDER, StepName.CERTIFICATES):
        factories.pass_step(url, FIRST, step)
    with writing(url) as conn:
        _multiply(conn, cases)
    new_version(url, index="5")
    number = asked_for(url, by=MIA)
    engine_for(url).dispose()  # moves SQLite's log into the file, which is copied
    return number


def _multiply(conn: sa.Connection, cases: int) -> None:
    """Copy the one case with everything that a repricing reads or changes of it."""
    (first,) = _rows(conn, Case)
    lines = _rows(conn, PriceLine)
    steps, works, prices, awards = (
        _rows(conn, table) for table in (CaseStep, WorksLine, Price, Award)
    )
    copies: dict[type[Base], list[dict[str, Any]]] = {}

    def add(table: type[Base], row: dict[str, Any], **other: Any) -> None:
        copies.setdefault(table, []).append(row | other)

    for number in range(1, cases):
        case_id = first["id"] + number
        add(Case, first, id=case_id, reference=f"BENCH-{number}")
        for row in steps:
            add(CaseStep, row, id=row["id"] + number * len(steps), case_id=case_id)
        for row in works:
            add(WorksLine, row, id=row["id"] + number * len(works), case_id=case_id)
        ids = {row["id"]: row["id"] + number * len(prices) for row in prices}
        for row in prices:
            add(Price, row, id=ids[row["id"]], case_id=case_id)
        for row in lines:
            add(PriceLine, row, price_id=ids[row["price_id"]])
        for row in awards:
            price_id = ids[row["price_id"]]
            add(Award, row, id=row["id"] + number, case_id=case_id, price_id=price_id)
    for table, rows in copies.items():
        conn.execute(sa.insert(table), rows)


def _rows(conn: sa.Connection, table: type[Base]) -> list[dict[str, Any]]:
    return [dict(row) for row in conn.execute(sa.select(table.__table__)).mappings()]


def _use(template: Path, name: str) -> str:
    """Copy the database, and make the copy the one in force."""
    copy = template.with_name(f"{name}.db")
    shutil.copyfile(template, copy)
    return _in_force(copy)


def _in_force(file: Path) -> str:
    url = f"sqlite:///{file}"
    os.environ |= {
        "HANDRAIL_HOME": str(file.parent),
        "HANDRAIL_CLOCK_FILE": str(file.parent / "clock"),
        "HANDRAIL_DATABASE_URL": url,
    }
    settings.cache_clear()
    return url


if __name__ == "__main__":
    words, ours, bare = repricing(int(sys.argv[1]) if sys.argv[1:] else 10_000)
    sys.stdout.write(f"{words}: {ours:,.0f} a second, LIMIT {bare:,.0f}: {ours / bare:.2f}\n")
