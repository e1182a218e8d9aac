"""The clocks' part of `make bench`: due dates, the sweep, and the forecast with its back-test.

The sweep's LIMIT is the bare indexed query for the clocks that are late, as SQL text, on the same
database in the same run. Beside the sweep that raises stand the same rows written by bare SQL: one
INSERT and one UPDATE. The forecast reads half a million closed clocks, and tells 100,000 running
ones.

``python -m tests.bench.clocks``
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import Connection, insert, text

from adapters.bank_holidays import bank_holidays
from models.database import engine_for, reading, writing
from models.tables.cases import Case
from models.tables.clocks import Clock
from models.tables.reference import Authority
from rules.clocks.clock_times import times
from rules.clocks.targets import DEFAULT_LADDER
from rules.clocks.workdays import Calendar, calendar
from services.alerts.raising import sweep_clocks
from services.ready import FIRST_YEAR, LAST_YEAR, prepare
from services.reports.forecast import forecasts
from tests import postgres
from tests.bench.backtest import of_known_law
from tests.bench.clock_law import AUTHORITIES, WORK_TYPES
from tests.databases import fresh_database
from tests.ground import test_ground
from tests.small_service import NOW

TODAY: Final = NOW.date()
OPEN: Final = 100_000
LATE: Final = 50  # one in so many
CLOSED: Final = 500_000
ON_A_CASE: Final = 5
TURNS: Final = 7
_NAMES: Final = (("specify", 10), ("consent", 15), ("approve", 5), ("works", 40), ("pay", 20))
_BARE: Final = text(
    "select id, case_id, due_on from clock where next_on <= :today and stopped_on is null"
)
_BARE_RAISE: Final = text(
    "insert into alert (kind, clock_id, case_id, authority, subject, rung, due_on, words,"
    " raised_at, acknowledged_by, acknowledged_why, snoozed_by, snoozed_why, snoozes, cleared_why)"
    " select 'clock', id, case_id, 'RBC', '', 2, due_on, '', :now, '', '', '', '', 0, ''"
    " from clock where next_on <= :today and stopped_on is null"
)
_BARE_MOVE: Final = text(
    "update clock set rung = 2, next_on = escalate_on"
    " where next_on <= :today and stopped_on is null"
)


def _calendar() -> Calendar:
    days = bank_holidays(first_year=FIRST_YEAR, last_year=LAST_YEAR)
    return calendar(closed=[day for day, _ in days], first_year=FIRST_YEAR, last_year=LAST_YEAR)


def clock_dates() -> float:
    """Return the milliseconds that every date of 100,000 clocks takes: due, warning, escalation."""
    made = _calendar()
    starts = [TODAY + timedelta(days=n % 700) for n in range(OPEN)]
    began = time.perf_counter()
    for day in starts:
        times(
            opened_on=day,
            target_days=20,
            promised_on=None,
            warn_percent=80,
            warn_days=0,
            pauses=(),
            ladder=DEFAULT_LADDER,
            calendar=made,
            pauses_it=True,
        )
    return 1000 * (time.perf_counter() - began)


# ---- the sweep


def sweep(kind: str) -> list[tuple[str, float]]:
    """Measure the sweep of 100,000 open clocks of which 2 % are late.

    Args:
        kind: ``sqlite`` or ``postgresql``.

    Returns:
        What was measured, and the milliseconds it took.
    """
    with (
        test_ground() as ground,
        tempfile.TemporaryDirectory() as folder,
        fresh_database(kind=kind, ground=ground, folder=Path(folder)) as url,
    ):
        _fill(url, running=OPEN, closed=0, late=LATE)
        found = {
            "bare query": _median(lambda: _bare(url)),
            "the same rows by bare SQL": _median(lambda: _rolled_back(url, _bare_raise)),
            "sweep that raises them": _median(lambda: _rolled_back(url, _raise)),
        }
        with writing(url) as conn:
            if sweep_clocks(conn, now=NOW).raised != OPEN // LATE:
                raise AssertionError("Not every late clock was raised, or one that is not.")
        found["sweep that finds nothing new"] = _median(lambda: _nothing_new(url))
    return list(found.items())


def _median(measured: Callable[[], float]) -> float:
    measured()  # once unmeasured: everything is warm
    return 1000 * statistics.median(measured() for _ in range(TURNS))


def _bare(url: str) -> float:
    with reading(url) as conn:
        began = time.perf_counter()
        rows = conn.execute(_BARE, {"today": TODAY.isoformat() if _lite(conn) else TODAY}).all()
        took = time.perf_counter() - began
    if len(rows) != OPEN // LATE:
        raise AssertionError("The late clocks are not all there.")
    return took


def _rolled_back(url: str, work: Callable[[Connection], None]) -> float:
    """Time work that writes, and take it back, so that it can be done again."""
    with engine_for(url).connect() as conn:
        conn.begin()
        began = time.perf_counter()
        work(conn)
        took = time.perf_counter() - began
        conn.rollback()
    return took


def _raise(conn: Connection) -> None:
    sweep_clocks(conn, now=NOW)


def _bare_raise(conn: Connection) -> None:
    lite = _lite(conn)
    today = TODAY.isoformat() if lite else TODAY
    conn.execute(_BARE_RAISE, {"today": today, "now": NOW.isoformat() if lite else NOW})
    conn.execute(_BARE_MOVE, {"today": today})


def _nothing_new(url: str) -> float:
    with writing(url) as conn:
        began = time.perf_counter()
        found = sweep_clocks(conn, now=NOW)
        took = time.perf_counter() - began
    if found.raised or found.cleared:
        raise AssertionError("The second sweep found something.")
    return took


def _lite(conn: Connection) -> bool:
    return conn.dialect.name == "sqlite"


# ---- clocks in the database


def _fill(url: str, *, running: int, closed: int, late: int) -> None:
    """Write cases and their clocks; of the running ones, one in so many is late since yesterday."""
    made, chance = _calendar(), Random(1)  # noqa: S311 - the same clocks each time
    with writing(url) as conn:
        authorities = [{"code": code, "name": code} for code in AUTHORITIES]
        conn.execute(insert(Authority), authorities)
        for part in _parts(_case(n, chance) for n in range((running + closed) // ON_A_CASE)):
            conn.execute(insert(Case), part)
        clocks = (
            _closed(n, made, chance) if n < closed else _running(n, made, late=n % late == 0)
            for n in range(closed + running)
        )
        for part in _parts(clocks):
            conn.execute(insert(Clock), part)
        conn.exec_driver_sql("analyze")


def _parts(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == 10_000:
            yield part
            part = []
    if part:
        yield part


def _case(number: int, chance: Random) -> dict[str, Any]:
    return {
        "id": number + 1,
        "reference": f"B-{number:06d}",
        "authority": AUTHORITIES[number % len(AUTHORITIES)],
        "client_name": "Mrs Ashby",
        "address": "14 Hill Road",
        "postcode": "CV22 5AA",
        "tenure": "rp_tenant",
        "landlord": f"HA{chance.randrange(30)}",
        "work_type": chance.choice(WORK_TYPES),
        "urgent": False,
        "complexity": "simple",
        "contact_on": TODAY,
        "opened_at": NOW,
    }


def _clock(number: int, opened_on: date) -> dict[str, Any]:
    name, days = _NAMES[number % ON_A_CASE]
    return {
        "case_id": number // ON_A_CASE + 1,
        "kind": "step",
        "name": name,
        "step": name,
        "step_revision": 1,
        "holder": "council",
        "opened_on": opened_on,
        "target_days": days,
        "stopped_on": None,
        "stopped_why": "",
    }


def _closed(number: int, made: Calendar, chance: Random) -> dict[str, Any]:
    opened_on = TODAY - timedelta(days=chance.randrange(150, 700))
    given = _clock(number, opened_on)
    stopped_on = made.add(opened_on, int(chance.expovariate(1 / given["target_days"])) % 90)
    dates = dict.fromkeys(_DATES, opened_on)
    return given | dates | {"stopped_on": stopped_on, "stopped_why": "done", "next_on": None}


_DATES: Final = ("due_on", "warn_on", "late_on", "escalate_on")


def _running(number: int, made: Calendar, *, late: bool) -> dict[str, Any]:
    due = made.add(TODAY, -1 if late else 3 + number % 20)
    given = _clock(number, due)
    given["opened_on"] = made.add(due, -given["target_days"])
    late_on = due + timedelta(days=1)
    soonest = late_on if late else made.add(TODAY, 1 + number % 20)  # the warning is told already
    rung = {"rung": 1 if late else 0, "next_on": soonest}
    dates = {"due_on": due, "warn_on": made.add(due, -2), "late_on": late_on}
    return given | dates | {"escalate_on": made.add(due, 5)} | rung


# ---- the forecast


@contextmanager
def _county() -> Iterator[Connection]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'county.db'}"
        prepare(url)
        _fill(url, running=OPEN, closed=CLOSED, late=LATE)
        with reading(url) as conn:
            yield conn


def forecast() -> tuple[float, float]:
    """Return the seconds to forecast 100,000 clocks from 500,000, and those of one case."""
    with _county() as conn:
        began = time.perf_counter()
        found = forecasts(conn, today=TODAY)
        told = sum(one.chance is not None for one in found.values())
        all_took = time.perf_counter() - began
        began = time.perf_counter()
        forecasts(conn, today=TODAY, clock_ids=list(found)[:1])
        one_took = time.perf_counter() - began
    if len(found) != OPEN or told < OPEN * 9 // 10:
        raise AssertionError(f"{told} of {len(found)} clocks were forecast.")
    return all_took, one_took


def report() -> list[str]:
    """Return every measurement of the clocks as lines."""
    said = [f"100,000 clocks with every date: {clock_dates():.0f} ms"]
    for kind in ("sqlite", *(("postgresql",) if postgres.binaries() else ())):
        measured = sweep(kind)
        bare = measured[0][1]
        said += ["", f"| {OPEN:,} open clocks, 2 % late, {kind} | ms | × the bare query |"]
        said.append("| --- | --- | --- |")
        said += [f"| {words} | {took:.1f} | {took / bare:.1f} |" for words, took in measured]
    everything, one = forecast()
    said += ["", f"Forecast of {OPEN:,} running clocks from {CLOSED:,} closed: {everything:.1f} s"]
    said += [f"Forecast of one clock from the same: {one:.1f} s", "", *of_known_law()]
    return said


if __name__ == "__main__":
    sys.stdout.write("\n".join(report()) + "\n")
