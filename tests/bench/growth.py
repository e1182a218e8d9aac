"""The pathway in a database with few and with many open cases of others in it.

The open cases are copies of four, walked through the real services to four gates: a price to be
confirmed, an approval, an offer to be answered, and works to be done. The same number of cases is
then walked in both databases, in turn.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from models.database import engine_for, reading, writing
from models.tables.cases import Case
from models.tables.record import Outbox
from rules.pathway import PATHWAY, StepName
from tests import factories
from tests.bench.copies import copy_cases
from tests.bench.either import without_documents
from tests.bench.pathway import Spent, walk
from tests.bench.scratch import Scratch, opened, scratch, served

CASES: Final = 20
TURNS: Final = 3
FEW: Final = 1_000
MANY: Final = 50_000
GATES: Final = (StepName.PRICE, StepName.APPROVE, StepName.ASSIGN, StepName.WORKS)


def measure(
    *, cases: int = CASES, turns: int = TURNS, many: int = MANY, database: str = ""
) -> dict[str, float]:
    """Measure the pathway among few and many open cases, in turn."""
    with scratch(database) as place, without_documents():
        spent = {few: (Spent(), filled(place, few, cases * (1 + turns))) for few in (FEW, many)}
        for turn in range(1 + turns):
            ours = range(turn * cases, (turn + 1) * cases)
            for counted, url in spent.values():
                place.use(url)
                walk(url, cases=ours, spent=counted if turn else Spent())  # the first only warms
    few_ms, many_ms = (1000 * counted.seconds / turns / cases for counted, _ in spent.values())
    return {
        "few": FEW,
        "many": many,
        "milliseconds_per_case_few": few_ms,
        "milliseconds_per_case_many": many_ms,
        "many_to_few": many_ms / few_ms,
    }


def filled(place: Scratch, count: int, cases: int) -> str:
    """Make a database with many open cases at four gates, and some that nothing was done for."""
    url = served(place, f"open{count}", cases=0)
    for gate in GATES:
        _brought(url, f"OPEN-{gate}", gate)
    with writing(url) as conn:
        conn.execute(sa.update(Outbox).values(status="sent"))  # theirs is done
        copy_cases(conn, times=count // len(GATES))
    engine_for(url).dispose()  # moves SQLite's log, as large as the database, into the file
    with reading(url) as conn:
        if conn.scalar(sa.select(sa.func.count()).select_from(Case)) != count:
            raise AssertionError(f"There are not {count} open cases.")
    opened(url, cases)
    return url


def _brought(url: str, case: str, gate: StepName) -> None:
    factories.new_case(url, reference=case)
    factories.go(case)
    for step in PATHWAY:
        if step == gate:
            return
        factories.pass_step(url, case, step)
