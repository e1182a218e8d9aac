"""The pathway: cases walked from specification to payment, without documents and without Prefect.

What is timed is the product's: recording each decision, and carrying the case on. Opening the cases
is not, nor are the reads by which this harness finds what to decide next. The statements are those
that the timed part sends, an ``executemany`` once; its commits are those that wrote something.

Its LIMIT is the same rows written by bare SQLAlchemy Core: every INSERT and UPDATE that the walk
made, as the same Core statements with the same values, replayed in the same transactions, one
commit each, with no reads and no rules. The statements are ready-made: the LIMIT builds none.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import event

from adapters import clock
from models.case_queries import live_offer
from models.database import engine_for, reading, writing
from rules.pathway import StepName
from tests import factories
from tests.bench.either import case_row, record_decision, without_documents
from tests.bench.replayed import recorded, replay
from tests.bench.scratch import reference, scratch, served
from tests.small_service import ADA, FINN, PLAN, REASON, TESS

CASES: Final = 100
TURNS: Final = 3
_WRITES: Final = frozenset({"INSERT", "UPDATE", "DELETE"})
_NOT_COUNTED: Final = frozenset({"BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE"})


@dataclass(slots=True)
class Spent:
    """What the timed part took, and what it asked of the database where that was counted."""

    seconds: float = 0.0
    processor: float = 0.0
    statements: int = 0
    commits: int = 0
    timing: bool = False

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Add what happens inside this block."""
        self.timing = True
        processor, began = time.process_time(), time.perf_counter()
        yield
        self.seconds += time.perf_counter() - began
        self.processor += time.process_time() - processor
        self.timing = False


def measure(*, cases: int = CASES, turns: int = TURNS, database: str = "") -> dict[str, float]:
    """Measure the pathway against its LIMIT, in turn, so that a drifting machine moves both."""
    counted, ours, bare = Spent(), Spent(), 0.0
    with scratch(database) as place, without_documents():
        start = served(place, "start", cases=cases)
        first = place.copy(start, "first")
        with recorded(first) as transactions, _counting(first, counted):
            walk(first, cases=range(cases), spent=counted)  # unmeasured: now everything is warm
        if len(transactions) != counted.commits:
            raise AssertionError("The LIMIT does not have every transaction that wrote something.")
        for turn in range(turns):
            bare += replay(place.copy(start, f"limit{turn}"), transactions)
            walk(place.copy(start, f"ours{turn}"), cases=range(cases), spent=ours)
    return {
        "cases_per_second": turns * cases / ours.seconds,
        "limit_per_second": turns * cases / bare,
        "of_limit": bare / ours.seconds,
        "statements_per_case": counted.statements / cases,
        "commits_per_case": counted.commits / cases,
        "processor_seconds_per_case": ours.processor / turns / cases,
    }


def walk(url: str, *, cases: range, spent: Spent) -> None:
    """Walk the cases of some numbers to their payment."""
    for number in cases:
        _walk_one(url, reference(number), spent)


def _walk_one(url: str, case: str, spent: Spent) -> None:
    with spent.timed():
        standing = factories.go(case)
    while (step := standing.waiting[0][0]) is not StepName.AFTERCARE:
        decision = factories.usual_decision(url, case, step)
        by = _who_decides(url, case, decision.kind)
        with spent.timed():
            with writing(url) as conn:
                record_decision(
                    conn,
                    reference=case,
                    decision=decision,
                    by=by,
                    reason=REASON,
                    now=clock.now(),
                    plan=PLAN if decision.needs_plan else None,
                )
            standing = factories.go(case)


def _who_decides(url: str, case: str, kind: str) -> str:
    if kind not in ("answer-offer", "start", "complete"):
        return {"approve": ADA, "release": FINN}.get(kind, TESS)
    with reading(url) as conn:
        offer = live_offer(conn, case_id=case_row(conn, reference=case).id)
    assert offer is not None, f"{case} has no contractor"
    return str(offer.contractor)


@contextmanager
def _counting(url: str, spent: Spent) -> Iterator[None]:
    """Count the statements sent, and the transactions that wrote something, while it is timed."""
    wrote = False

    def ask(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal wrote
        word = statement.split(maxsplit=1)[0].upper()
        if spent.timing and word not in _NOT_COUNTED:
            spent.statements += 1
            wrote = wrote or word in _WRITES

    def commit(_conn: Any) -> None:
        nonlocal wrote
        spent.commits += wrote
        wrote = False

    def rollback(_conn: Any) -> None:
        nonlocal wrote
        wrote = False

    listeners = (("before_cursor_execute", ask), ("commit", commit), ("rollback", rollback))
    engine = engine_for(url)
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)
