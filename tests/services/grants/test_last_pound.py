"""Two approvers, as threads and as processes, on both databases: the last pound is granted once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime
from functools import partial

import pytest

from adapters import clock
from models.database import writing
from models.tables.funding import Budget
from rules.errors import BudgetError
from services.decisions.record import record_decision
from services.grants.approve import Approve
from tests.factories import bring, case_at
from tests.looking import rows
from tests.services.orders.varied import sound
from tests.services.payments.test_two_processes import GATES, PROCESSES, ready
from tests.small_service import ADA, REASON


def approved(url: str, now: datetime, reference: str) -> str:
    """Approve the grant of a case, in a process of its own."""
    GATES[-1].wait(60)
    yes = Approve(approved=True)
    try:
        with writing(url) as conn:
            record_decision(conn, reference=reference, decision=yes, by=ADA, reason=REASON, now=now)
    except BudgetError as error:
        return error.what
    return "approved"


def processes() -> Executor:
    return ProcessPoolExecutor(2, PROCESSES, ready, (PROCESSES.Barrier(2),))


def threads() -> Executor:
    GATES.append(threading.Barrier(2))
    return ThreadPoolExecutor(2)


@pytest.mark.parametrize("two", [processes, threads])
def test_two_that_approve_at_once_do_not_go_past_the_budget(
    url: str, two: Callable[[], Executor]
) -> None:
    bring(url, "budgets", "authority | year | amount\nRBC | 2026 | 835.19")  # of 835.20
    references = [
        case_at(url, "approve", reference=one, route="call_off") for one in ("DFG-1", "DFG-2")
    ]
    with two() as both:
        said = sorted(both.map(partial(approved, url, clock.now()), references))
    assert said[1] == "approved", said
    assert "is more than is left of the budget" in said[0]
    assert [row["committed_pence"] for row in rows(url, Budget)] == [417_60]
    assert sound(url) == []
