"""The backlog: many decisions recorded before anything could act on them, as after a night's stop.

Their runs are put off until a real ``handrail up`` is ready and has settled, and then fall due all
at once. Timed is until the last has ended; the processor time is what Prefect's server and the
conductor took meanwhile.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select, update

from adapters import clock
from models.database import reading, writing
from models.tables.record import Outbox
from tests import factories
from tests.bench.answer import specify
from tests.bench.scratch import reference, scratch, served
from tests.bench.up import all_ended, handrail_up, one_more_conductor, until
from tests.looking import steps

CASES: Final = 500
_SETTLING: Final = 5.0  # seconds
_PUT_OFF: Final = timedelta(minutes=50)  # what is put off for longer than an hour is due
_SECONDS_A_RUN: Final = 10.0  # the longest that is waited for
_LEFT: Final = (Outbox.kind == "run", Outbox.status == "waiting")


def measure(*, cases: int = CASES, database: str = "", conductors: int = 1) -> dict[str, float]:
    """Measure how fast a backlog of decisions is worked off, by one conductor or by several."""
    with scratch(database) as place, ExitStack() as stack:
        url = served(place, "backlog", cases=cases)
        decided(url, cases)
        runs = _put_off(url, until_then=_PUT_OFF)
        up = stack.enter_context(handrail_up(place.home))
        others = [
            stack.enter_context(one_more_conductor(up, place.home, name=f"conductor-{number}"))
            for number in range(2, conductors + 1)
        ]

        def spent() -> tuple[float, float]:
            beside = sum(sum(one.cpu_times()[:2]) for one in others)
            return up.processor_seconds("server"), up.processor_seconds("conductor") + beside

        time.sleep(_SETTLING)
        before = spent()
        began = time.perf_counter()
        _put_off(url, until_then=timedelta(0))
        until(lambda: all_ended(url), longest=60 + runs * _SECONDS_A_RUN)
        took = time.perf_counter() - began
        after = spent()
        if "price" not in steps(url, reference(cases - 1)):
            raise AssertionError("The last decision's case was not carried on.")
    server, conductor = (late - early for early, late in zip(before, after, strict=True))
    return {
        "decisions": cases,
        "runs": runs,
        "decisions_per_second": cases / took,
        "server_cpu_seconds_per_run": server / runs,
        "conductor_cpu_seconds_per_run": conductor / runs,
    }


def decided(url: str, cases: int) -> None:
    """Record a decision on each of some cases, and leave its run as the only one asked for."""
    for number in range(cases):  # as an import's run does
        factories.go(reference(number))
    while not all_ended(url):
        factories.runs_ended()
    for number in range(cases):
        specify(url, reference(number))


def _put_off(url: str, *, until_then: timedelta) -> int:
    with writing(url) as conn:
        conn.execute(update(Outbox).where(*_LEFT).values(next_attempt_at=clock.now() + until_then))
    with reading(url) as conn:
        return conn.scalars(select(func.count()).select_from(Outbox).where(*_LEFT)).one()
