"""The backlog: many decisions recorded before anything could act on them, as after a night's stop.

Their runs are put off until a real ``handrail up`` is ready and has settled, and then fall due all
at once. Timed is until the last has ended; the processor time is what Prefect's server and the
conductor took meanwhile.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select, update

from adapters import clock
from models.database import reading, writing
from models.tables.record import Outbox
from tests import factories
from tests.bench.answer import specify
from tests.bench.scratch import reference, scratch, served
from tests.bench.up import all_ended, handrail_up, until
from tests.looking import steps

CASES: Final = 500
_SETTLING: Final = 5.0  # seconds
_PUT_OFF: Final = timedelta(minutes=50)  # what is put off for longer than an hour is due
_SECONDS_A_RUN: Final = 10.0  # the longest that is waited for
_LEFT: Final = (Outbox.kind == "run", Outbox.status == "waiting")


def measure(*, cases: int = CASES, database: str = "") -> dict[str, float]:
    """Measure how fast a backlog of decisions is worked off."""
    with scratch(database) as place:
        url = served(place, "backlog", cases=cases)
        decided(url, cases)
        runs = _put_off(url, until_then=_PUT_OFF)
        with handrail_up(place.home) as up:
            time.sleep(_SETTLING)
            before = [up.processor_seconds(part) for part in ("server", "conductor")]
            began = time.perf_counter()
            _put_off(url, until_then=timedelta(0))
            until(lambda: all_ended(url), longest=60 + runs * _SECONDS_A_RUN)
            took = time.perf_counter() - began
            after = [up.processor_seconds(part) for part in ("server", "conductor")]
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
