"""The answer: how long after a decision its automatic step is committed, by a real ``handrail up``.

Each case's works are specified, which opens three automatic steps; the price is the first that is
carried out, by a run on Prefect's server in the warm process.
"""

from __future__ import annotations

import time
from typing import Final

from adapters import clock
from models.database import writing
from rules.pathway import StepName, StepStatus
from tests import factories
from tests.bench.either import Specify, record_decision
from tests.bench.scratch import reference, scratch, served
from tests.bench.up import all_ended, handrail_up, until
from tests.looking import status_of
from tests.small_service import REASON, TESS

CASES: Final = 30
_WARMING: Final = 3


def measure(*, cases: int = CASES, database: str = "") -> dict[str, float]:
    """Measure decisions recorded → the next automatic step committed, one after another."""
    everyone = [reference(number) for number in range(_WARMING + cases)]
    with scratch(database) as place:
        url = served(place, "answer", cases=len(everyone))
        with handrail_up(place.home):
            for case in everyone:  # as an import's run does
                factories.go(case)
            times = sorted([_answer(url, case) for case in everyone][_WARMING:])
    return {
        "p50_seconds": times[len(times) * 5 // 10],
        "p90_seconds": times[len(times) * 9 // 10],
        "answers": len(times),
    }


def specify(url: str, case: str) -> None:
    """Record that a case's works are specified, which asks for a run."""
    with writing(url) as conn:
        record_decision(
            conn, reference=case, decision=Specify(), by=TESS, reason=REASON, now=clock.now()
        )


def _answer(url: str, case: str) -> float:
    specify(url, case)
    began = time.perf_counter()
    until(lambda: status_of(url, case, StepName.PRICE) is StepStatus.WAITING)
    took = time.perf_counter() - began
    until(lambda: all_ended(url))  # one decision at a time
    return took
