"""`make bench`: speed as ratios against a bare limit, both measured in the same run.

The pathway: cases walked from specification to payment without documents and without Prefect, on
SQLite. Its LIMIT is the same rows written by bare SQLAlchemy Core: every INSERT and UPDATE that the
walk made, replayed in the same transactions, one commit each, with no reads and no rules.

``python -m tests.bench [CASES]``
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import event, update

from adapters.bank_holidays import bank_holidays
from adapters.settings import settings
from desk.service import prepare
from models.contractors import Contractor
from models.database import engine_for, writing
from rules.pathway import PATHWAY, StepName
from rules.rates import Terms, WorksLine, price
from rules.vat import VatClient
from rules.workdays import calendar
from tasks.documents import Written
from tests import factories

WRITES = ("INSERT", "UPDATE", "DELETE")
Transaction = list[tuple[str, Any, bool]]


@contextmanager
def _recorded(url: str) -> Iterator[list[Transaction]]:
    """Record the writes of every transaction that commits."""
    engine = engine_for(url)
    done: list[Transaction] = []
    current: Transaction = []

    def execute(_c: Any, _cur: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        if statement.lstrip().startswith(WRITES):
            current.append((statement, parameters, many))

    def commit(_c: Any) -> None:
        if current:
            done.append(list(current))
        current.clear()

    event.listen(engine, "before_cursor_execute", execute)
    event.listen(engine, "commit", commit)
    event.listen(engine, "rollback", lambda _c: current.clear())
    try:
        yield done
    finally:
        event.remove(engine, "before_cursor_execute", execute)
        event.remove(engine, "commit", commit)


def _replay(url: str, transactions: list[Transaction]) -> float:
    engine = engine_for(url)
    began = time.perf_counter()
    with engine.connect() as connection:
        for transaction in transactions:
            with connection.begin():
                for statement, parameters, many in transaction:
                    connection.exec_driver_sql(statement, list(parameters) if many else parameters)
    return time.perf_counter() - began


def pathway(cases: int) -> tuple[str, float, float]:
    """Measure the pathway against its LIMIT, in cases a second.

    Args:
        cases: How many cases to walk.

    Returns:
        What was measured, cases a second of ours, and of the LIMIT.
    """
    with tempfile.TemporaryDirectory() as folder, _no_documents():
        bare = ours = 0.0
        commits = 0
        for turn in range(3):  # recorded and replayed in turn: a drifting machine moves both
            mine, limit = (_served(Path(folder), f"{turn}{name}") for name in ("ours", "limit"))
            _use(mine, Path(folder))
            with _recorded(mine) as transactions:
                began = time.perf_counter()
                _walk(mine, cases)
                ours += time.perf_counter() - began
            commits = len(transactions)
            bare += _replay(limit, transactions)
    words = f"{cases} cases, specified to paid, {commits / cases:.0f} commits a case"
    return words, 3 * cases / ours, 3 * cases / bare


def _served(folder: Path, name: str) -> str:
    url = f"sqlite:///{folder / name}.db"
    _use(url, folder)
    prepare(url)
    factories.service(url)
    with writing(url) as conn:  # nobody runs out of room, so that every case walks the same way
        conn.execute(update(Contractor).values(capacity_orders=None, capacity_value_pence=None))
    return url


def _use(url: str, folder: Path) -> None:
    os.environ |= {
        "HANDRAIL_HOME": str(folder),
        "HANDRAIL_CLOCK_FILE": str(folder / "clock"),
        "HANDRAIL_DATABASE_URL": url,
    }
    settings.cache_clear()


def _walk(url: str, cases: int) -> None:
    for number in range(cases):
        reference = factories.new_case(url, reference=f"BENCH-{number:05d}")
        factories.go(reference)
        for step in PATHWAY:
            if step is StepName.AFTERCARE:
                break
            factories.pass_step(url, reference, step)


@contextmanager
def _no_documents() -> Iterator[None]:
    """Leave out rendering, storing and sending: they are no part of the measurement."""
    written = Written("work_order", 1, "aa/bb/order.html", "0" * 64, "aa/bb/order.html", "0" * 64)
    with (
        patch("tasks.papers.write_document", lambda **_given: written),
        patch("flows.advance_case.deliver_for_case", lambda _case_ref: None),
    ):
        yield


def basket() -> tuple[str, float, float]:
    """Measure pricing a 40-line basket against bare Decimal arithmetic, in baskets a second."""
    lines = [
        WorksLine(n, f"C-{n}", "work", Decimal(n) / 4, "m", Decimal("34.2051"), frozenset())
        for n in range(1, 41)
    ]
    terms = Terms(percentage=Decimal("-3.5"))
    client = VatClient(declaration=True, date_of_birth=date(1950, 1, 1))
    penny, fifth = Decimal("0.01"), Decimal("0.2")

    def bare() -> Decimal:
        total = Decimal(0)
        for line in lines:
            net = (line.quantity * line.rate * terms.factor).quantize(penny, ROUND_HALF_UP)
            total += net + (net * fifth).quantize(penny, ROUND_HALF_UP)
        return total

    def ours() -> int:
        return price(
            lines=lines, terms=terms, client=client, supplied_on=date(2026, 6, 1)
        ).total_pence

    if ours() != int(bare() * 100):
        raise AssertionError("The two ways of pricing disagree.")
    return "a 40-line basket priced", *_in_turn(ours, bare, rounds=200)


def due_dates() -> tuple[str, float, float]:
    """Measure adding 20 working days to a date against plain date addition, in dates a second."""
    days = bank_holidays(first_year=2020, last_year=2030)
    made = calendar(closed=[day for day, _ in days], first_year=2020, last_year=2030)
    start = date(2026, 6, 1).toordinal()
    dates = [date.fromordinal(start + n % 700) for n in range(1000)]

    def ours() -> None:
        for day in dates:
            made.add(day, 20)

    def bare() -> None:
        for day in dates:
            date.fromordinal(day.toordinal() + 28)

    return "1,000 due dates", *_in_turn(ours, bare, rounds=100)


def _in_turn(
    ours: Callable[[], object], bare: Callable[[], object], *, rounds: int
) -> tuple[float, float]:
    """Time two functions turn by turn, so that a drifting machine moves both; medians a second."""
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(rounds):
        for name, function in (("ours", ours), ("bare", bare)):
            began = time.perf_counter()
            function()
            times[name].append(time.perf_counter() - began)
    return 1 / statistics.median(times["ours"]), 1 / statistics.median(times["bare"])


def main(arguments: list[str]) -> None:
    """Run every measurement and print the ratios as a table.

    Args:
        arguments: How many cases to walk, if given.
    """
    cases = int(arguments[0]) if arguments else 100
    rows = [pathway(cases), basket(), due_dates()]
    sys.stdout.write("| work | ours, a second | LIMIT, a second | ours / LIMIT |\n")
    sys.stdout.write("| --- | --- | --- | --- |\n")
    for words, ours, bare in rows:
        sys.stdout.write(f"| {words} | {ours:,.1f} | {bare:,.1f} | {ours / bare:.2f} |\n")


if __name__ == "__main__":
    main(sys.argv[1:])
