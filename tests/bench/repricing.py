"""Repricing against its LIMIT: many open cases priced again in one run, on SQLite.

Every case is awarded and directed by call-off, with eight works lines and three contractors, and
a new index of the schedule changes every price. The cases are copies of one that was walked there
through the real services; what is timed is the product's: finding the cases, pricing each again in
its own transaction, and ending the repricing, as the run does between Prefect's calls.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final
from unittest.mock import patch

from flows.reprice_cases import BATCH
from models.database import writing
from rules.pathway import StepName
from tests import factories
from tests.bench.copies import copy_cases
from tests.bench.either import cases_to_reprice, finish_repricing, reprice_batch
from tests.bench.replayed import recorded, replay
from tests.bench.scratch import scratch
from tests.repricing import asked_for, new_version
from tests.small_service import MIA, NOW

CASES: Final = 10_000
TURNS: Final = 2
FIRST = "BENCH-0"
LINES = ("RAIL|4", "LIGHT|2", "TILE|6.5", "TRAY|1", "RAIL|2", "LIGHT|3", "TILE|11.25", "RAIL|1")
LATER = NOW + timedelta(days=1)


def measure(*, cases: int = CASES, turns: int = TURNS, database: str = "") -> dict[str, float]:
    """Measure a repricing against its LIMIT, in turn, so that a drifting machine moves both."""
    with scratch(database) as place:
        with patch("adapters.clock.now", lambda: NOW):  # a fresh database begins a ledger
            start = place.fresh("start")
            number = _fill(start, cases)
        with patch("adapters.clock.now", lambda: LATER):  # tests keep the clock in a file
            with recorded(place.copy(start, "first")) as transactions:  # unmeasured: now it is warm
                _reprice(number, cases)
            ours = bare = 0.0
            for turn in range(turns):
                bare += replay(place.copy(start, f"limit{turn}"), transactions)
                place.copy(start, f"ours{turn}")
                ours += _reprice(number, cases)
    return {
        "cases_per_second": turns * cases / ours,
        "limit_per_second": turns * cases / bare,
        "of_limit": bare / ours,
    }


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


def _fill(url: str, cases: int) -> int:
    """Put in the service and its cases, with a repricing asked for; return its number."""
    factories.service(url)
    factories.new_case(url, reference=FIRST, route="call_off")
    lines = "\n".join(f"{FIRST}|{n}|{line}" for n, line in enumerate(LINES, start=1))
    factories.bring(url, "works", f"case|line|code|quantity\n{lines}")
    factories.go(FIRST)
    for step in (StepName.SPECIFY, StepName.PRICE, StepName.TENDER, StepName.CERTIFICATES):
        factories.pass_step(url, FIRST, step)
    with writing(url) as conn:
        copy_cases(conn, times=cases)
    new_version(url, index="5")
    return asked_for(url, by=MIA)
