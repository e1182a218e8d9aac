"""Orders numbered by many processes at once: each number once, none left out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).parents[3]
PROCESSES, EACH = 8, 125


def test_a_thousand_orders_of_eight_processes_have_each_number_once(database_url: str) -> None:
    command = [sys.executable, "-m", "tests.services.orders.numbering", database_url, str(EACH)]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HOUSE)
        for _ in range(PROCESSES)
    ]
    printed = [process.communicate()[0].split() for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES
    numbers = [number for each in printed for number in each]
    assert sorted(numbers) == [f"WO-2026-{n:05d}" for n in range(1, PROCESSES * EACH + 1)]
    assert all(each == sorted(each) for each in printed)
