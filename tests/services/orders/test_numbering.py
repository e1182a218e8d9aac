"""Orders numbered by many processes and authorities at once: each number once, none left out."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa

from models.database import writing
from models.tables.cases import Case
from models.tables.works import WorkOrder
from services.assignment.decide import AnswerOffer
from services.orders.raise_order import raise_order
from tests.factories import case_at, decide
from tests.looking import rows

HOUSE = Path(__file__).parents[3]
PROCESSES, EACH = 8, 125


def test_a_thousand_orders_of_eight_processes_and_two_authorities_have_each_number_once(
    url: str,
) -> None:
    ordered = (case_at(url, "assign"), case_at(url, "assign", reference="DFG-2"))
    for reference in ordered:
        decide(url, reference, AnswerOffer(accepted=True))
    with writing(url) as conn:
        conn.execute(sa.update(Case).where(Case.reference == "DFG-2").values(authority="WDC"))
    command = [sys.executable, "-m", "tests.services.orders.numbering", url, str(EACH)]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HOUSE)
        for _ in range(PROCESSES)
    ]
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(raise_order, ordered)) == [True, True]
    printed = [process.communicate()[0].split() for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES
    orders = [row["number"] for row in rows(url, WorkOrder)]
    numbers = [*orders, *(number for each in printed for number in each)]
    assert sorted(numbers) == [f"WO-2026-{n:05d}" for n in range(1, len(numbers) + 1)]
    assert len(numbers) == PROCESSES * EACH + len(ordered)
    assert all(each == sorted(each) for each in printed)
