"""`make bench`: speed as ratios against a bare limit, both measured in the same run.

The pathway: cases walked from specification to payment without documents and without Prefect, on
SQLite. What is timed is the product's: recording each decision, and carrying the case on. Opening
the cases is not, nor are the reads by which this harness finds what to decide next.

Its LIMIT is the same rows written by bare SQLAlchemy Core: every INSERT and UPDATE that the walk
made, as the same Core statements with the same values, replayed in the same transactions, one
commit each, with no reads and no rules. The statements are ready-made: the LIMIT builds none.

The answer: how long after a decision its automatic step is committed, with Prefect's run between.

Repricing: see ``tests.bench.repricing``. The clocks, their sweep and the forecast: see
``tests.bench.clocks``.

``python -m tests.bench [CASES [REPRICED]]``
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import update

from adapters import clock
from adapters.bank_holidays import bank_holidays
from adapters.settings import settings
from models import outbox
from models.case_queries import case_row, live_offer
from models.database import reading, writing
from models.tables.contractors import Contractor
from rules.clocks.workdays import Calendar, calendar
from rules.pathway import StepName, StepStatus
from rules.pricing.rates import price
from rules.pricing.vat import VatClient
from rules.pricing.works import WorksLine
from rules.rates.terms import Terms
from services.decisions.record import record_decision
from services.decisions.specification import Specify
from services.documents.keep import Written
from services.ready import FIRST_YEAR, LAST_YEAR, prepare
from tests import factories
from tests.bench import clocks as bench_clocks
from tests.bench.lookup import lookup
from tests.bench.replayed import recorded, replay
from tests.bench.repricing import repricing
from tests.looking import status_of
from tests.small_service import ADA, FINN, NOW, PLAN, REASON, TESS

TURNS = 3
ROOT = Path(__file__).parents[2]
WARMING, ANSWERED = 3, 30
LOOK_SECONDS, LONGEST_WAIT = 0.005, 180.0


def pathway(cases: int) -> tuple[str, float, float]:
    """Measure the pathway against its LIMIT, in cases a second.

    Args:
        cases: How many cases to walk.

    Returns:
        What was measured, cases a second of ours, and of the LIMIT.
    """
    ours = bare = 0.0
    with tempfile.TemporaryDirectory() as folder, _no_documents():
        first = _served(Path(folder), "first", cases)
        with recorded(first) as transactions:  # walked once unmeasured: everything is warm
            _walk(first, cases)
        for turn in range(TURNS):  # in turn, so that a drifting machine moves both
            limit = _served(Path(folder), f"{turn}limit", cases)
            bare += replay(limit, transactions)
            ours += _walk(_served(Path(folder), f"{turn}ours", cases), cases)
    words = f"{cases} cases, specified to paid, {len(transactions) / cases:.0f} commits a case"
    return words, TURNS * cases / ours, TURNS * cases / bare


def _served(folder: Path, name: str, cases: int) -> str:
    """Make a database with the small service and some cases that nothing was done for yet."""
    url = f"sqlite:///{folder / name}.db"
    os.environ |= {
        "HANDRAIL_HOME": str(folder),
        "HANDRAIL_CLOCK_FILE": str(folder / "clock"),
        "HANDRAIL_DATABASE_URL": url,
    }
    settings.cache_clear()
    prepare(url)
    factories.service(url)
    with writing(url) as conn:  # nobody runs out of room, so that every case walks the same way
        conn.execute(update(Contractor).values(capacity_orders=None, capacity_value_pence=None))
    for number in range(cases):
        factories.new_case(url, reference=_reference(number))
    return url


def _reference(number: int) -> str:
    return f"BENCH-{number:05d}"


def _walk(url: str, cases: int) -> float:
    """Walk every case to its payment; return the seconds spent recording and advancing."""
    return sum(_walk_one(url, _reference(number)) for number in range(cases))


def _walk_one(url: str, reference: str) -> float:
    began = time.perf_counter()
    standing = factories.go(reference)
    spent = time.perf_counter() - began
    while (step := standing.waiting[0][0]) is not StepName.AFTERCARE:
        decision = factories.usual_decision(url, reference, step)
        by = _who_decides(url, reference, decision.kind)
        began = time.perf_counter()
        with writing(url) as conn:
            record_decision(
                conn,
                reference=reference,
                decision=decision,
                by=by,
                reason=REASON,
                now=clock.now(),
                plan=PLAN if decision.needs_plan else None,
            )
        standing = factories.go(reference)
        spent += time.perf_counter() - began
    return spent


def _who_decides(url: str, reference: str, kind: str) -> str:
    if kind not in ("answer-offer", "start", "complete"):
        return {"approve": ADA, "release": FINN}.get(kind, TESS)
    with reading(url) as conn:
        offer = live_offer(conn, case_id=case_row(conn, reference=reference).id)
    assert offer is not None, f"{reference} has no contractor"
    return str(offer.contractor)


@contextmanager
def _no_documents() -> Iterator[None]:
    """Leave out rendering, storing and sending, and stop the clock, which tests keep in a file."""
    written = Written("work_order", 1, "aa/bb/order.html", "0" * 64, "aa/bb/order.html", "0" * 64)
    with (
        patch("services.documents.write.write_document", lambda **_given: written),
        patch("services.pricing.award_record.write_document", lambda **_given: written),
        patch("flows.advance_case.deliver_for_case", lambda _case_ref: None),
        patch("adapters.clock.now", lambda: NOW),
    ):
        yield


def answered() -> tuple[str, list[float]]:
    """Measure a decision recorded → the next automatic step committed, by a real ``handrail up``.

    Each case's works are specified, which opens three automatic steps; the price is the first that
    is carried out, by a run on Prefect's server in the warm process.

    Returns:
        What was measured, and the seconds each decision took, in order of size.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = _served(Path(folder), "handrail", WARMING + ANSWERED)
        port = str(_free_port())
        environment = os.environ | {"HANDRAIL_PORT": port, "PYTHONPATH": str(ROOT)}
        with (Path(folder) / "up.txt").open("wb") as said:
            service = subprocess.Popen(
                [sys.executable, "-c", "from desk.cli import app; app()", "up"],
                env=environment,
                stdout=said,
                stderr=said,
            )
        try:
            _await(lambda: "Ready." in (Path(folder) / "up.txt").read_text(encoding="utf-8"))
            for number in range(WARMING + ANSWERED):  # as an import's run does
                factories.go(_reference(number))
            times = [_answer(url, _reference(number)) for number in range(WARMING + ANSWERED)]
        finally:
            service.terminate()
            service.wait(timeout=60)
    return "decision recorded → next automatic step committed", sorted(times[WARMING:])


def _answer(url: str, reference: str) -> float:
    with writing(url) as conn:
        record_decision(
            conn, reference=reference, decision=Specify(), by=TESS, reason=REASON, now=clock.now()
        )
    began = time.perf_counter()
    _await(lambda: status_of(url, reference, StepName.PRICE) is StepStatus.WAITING)
    took = time.perf_counter() - began
    _await(lambda: _all_ended(url))  # one decision at a time
    return took


def _all_ended(url: str) -> bool:
    with reading(url) as conn:
        return not any(row.kind == "run" for row in outbox.undelivered(conn))


def _await(what: Callable[[], bool]) -> None:
    until = time.monotonic() + LONGEST_WAIT
    while not what():
        if time.monotonic() > until:
            raise TimeoutError(f"Nothing happened for {LONGEST_WAIT:.0f} seconds.")
        time.sleep(LOOK_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
    made, dates = _calendar(), _starts(1_000)

    def ours() -> None:
        for day in dates:
            made.add(day, 20)

    def bare() -> None:
        for day in dates:
            date.fromordinal(day.toordinal() + 28)

    return "1,000 due dates", *_in_turn(ours, bare, rounds=100)


def many_due_dates() -> float:
    """Return the milliseconds that 100,000 due dates take, the median of nine times."""
    made, dates = _calendar(), _starts(100_000)
    times = []
    for _ in range(9):
        began = time.perf_counter()
        for day in dates:
            made.add(day, 20)
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


def _calendar() -> Calendar:
    days = bank_holidays(first_year=FIRST_YEAR, last_year=LAST_YEAR)
    return calendar(closed=[day for day, _ in days], first_year=FIRST_YEAR, last_year=LAST_YEAR)


def _starts(count: int) -> list[date]:
    start = date(2026, 6, 1).toordinal()
    return [date.fromordinal(start + n % 700) for n in range(count)]


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
        arguments: How many cases to walk, and how many to price again, if given.
    """
    cases = int(arguments[0]) if arguments else 100
    repriced = int(arguments[1]) if arguments[1:] else 10_000
    rows = [pathway(cases), repricing(repriced), basket(), due_dates(), lookup()]
    sys.stdout.write("| work | ours, a second | LIMIT, a second | ours / LIMIT |\n")
    sys.stdout.write("| --- | --- | --- | --- |\n")
    for words, ours, bare in rows:
        sys.stdout.write(f"| {words} | {ours:,.1f} | {bare:,.1f} | {ours / bare:.2f} |\n")
    words, times = answered()
    p50, p90 = (1000 * times[len(times) * part // 10] for part in (5, 9))
    sys.stdout.write(f"\n100,000 due dates: {many_due_dates():.0f} ms (50 ms will do)\n")
    sys.stdout.write(f"\n{words}: {len(times)} times, p50 {p50:.0f} ms, p90 {p90:.0f} ms\n")
    sys.stdout.write("\n" + "\n".join(bench_clocks.report()) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
