"""Two processes at once, on both databases: money is released once, and sent in one run."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial
from multiprocessing.synchronize import Barrier

from adapters import clock
from models.database import writing
from models.tables.payments import PaymentRun, SentPayment
from models.tables.works import Payment
from rules.errors import HandrailError
from rules.pathway import StepName
from services.decisions.record import record_decision
from services.payments.release import Release
from services.payments.runs import make_run
from tests.factories import act, case_at, usual_decision
from tests.looking import rows
from tests.services.orders.varied import sound
from tests.services.payments.test_runs import account
from tests.small_service import FAY, FINN, REASON, REFERENCE

PROCESSES = multiprocessing.get_context("spawn")
GATES: list[Barrier | threading.Barrier] = []


def ready(gate: Barrier) -> None:
    """Keep, in a process that has just begun, where it waits for the other."""
    GATES.append(gate)


def made(url: str, now: datetime, by: str) -> str:
    """Make a run, in a process of its own."""
    GATES[-1].wait(60)
    try:
        with writing(url) as conn:
            number, _ = make_run(conn, authority="RBC", by=by, reason=REASON, now=now)
    except HandrailError as error:
        return error.why or error.what
    return f"run {number}"


def released(url: str, now: datetime, by: str) -> str:
    """Release the payment, in a process of its own."""
    GATES[-1].wait(60)
    try:
        with writing(url) as conn:
            record_decision(
                conn, reference=REFERENCE, decision=Release(), by=by, reason=REASON, now=now
            )
    except HandrailError as error:
        return error.what
    return "released"


def at_once(what: Callable[[str, datetime, str], str], url: str) -> list[str]:
    """Return what two processes say that do the same at once."""
    gate = PROCESSES.Barrier(2)  # both are up before either begins
    with ProcessPoolExecutor(2, PROCESSES, ready, (gate,)) as both:
        return sorted(both.map(partial(what, url, clock.now()), (FINN, FAY)))


def test_two_processes_that_make_a_run_make_one_and_one_file(url: str) -> None:
    case_at(url, "aftercare")
    account(url)
    refused, one = at_once(made, url)
    assert one == "run 1"
    assert "The last is run 1" in refused
    (run,) = rows(url, PaymentRun)
    (sent,) = rows(url, SentPayment)
    assert run["ledger"].count("\r\n") == 3
    assert sent["run_id"] == run["id"]
    assert sound(url) == []


def test_two_processes_that_release_a_payment_release_it_once(url: str) -> None:
    case_at(url, "pay")
    act(url, REFERENCE, usual_decision(url, REFERENCE, StepName.PAY))
    refused, one = at_once(released, url)
    assert one == "released", refused
    assert REFERENCE in refused or "WO-2026-00001" in refused
    assert len(rows(url, Payment)) == 1
    assert sound(url) == []
