"""A case in hand: locked, changed in memory, put back once, never against the table."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from models.audit import broken_links
from models.database import reading, writing
from models.tables.cases import CaseStep
from rules.clocks.pause_terms import PauseCause
from rules.errors import UnknownReferenceError
from rules.pathway import PATHWAY, TRANSITIONS, CaseStatus, StepName, StepStatus
from services.cases import CaseInHand
from services.cases.in_hand import TROUBLE_AT_MOST
from services.cases.take import take
from services.clocks.pausing import Pause
from services.decisions.record import record_decision
from services.pricing.works import ConfirmPrice
from tests.factories import act, case_at, new_case
from tests.looking import asked_for, case, contents, messages, rows, step_of, steps, trail
from tests.small_service import NOW, REASON, TESS

WAIT = 10.0  # seconds before a thread that should go on counts as stuck
WAYS = [
    pytest.param(now, to, id=f"{now}-{to}")
    for now in StepStatus
    for to in StepStatus
    if StepStatus.NOT_STARTED not in (now, to)
]


@pytest.fixture
def in_hand(sqlite_service: str) -> Iterator[CaseInHand]:
    """Give a fresh case in hand on SQLite, its first step open; nothing of it is kept."""
    new_case(sqlite_service)
    with writing(sqlite_service) as conn:
        held = take(conn, reference="DFG-1", now=NOW)
        held.open_steps()
        yield held


@pytest.mark.sqlite
def test_an_unknown_reference_is_said_to_be_unknown(url: str) -> None:
    before = contents(url)
    for reference in ("DFG-404", "", "'; DROP TABLE audit", "DFG-1\x00", "\udcff"):
        with pytest.raises(UnknownReferenceError) as refusal, writing(url) as conn:
            take(conn, reference=reference, now=NOW)
        assert refusal.value.what == f"There is no case {reference}."
        assert "case list" in refusal.value.next_step
    assert contents(url) == before


@pytest.mark.sqlite
def test_nothing_is_written_before_the_case_is_put_back(url: str) -> None:
    reference = new_case(url)
    before = contents(url)
    with writing(url) as conn:
        held = take(conn, reference=reference, now=NOW)
        held.open_steps()
        held.note(actor="x", action="y", reason="z")
        held.set(status=CaseStatus.PAID)
        held.request_advance()
        held.queue_message(key="k", payload={"kind": "x"})
    assert contents(url) == before


def test_everything_is_written_when_it_is_put_back_and_once(url: str) -> None:
    reference = new_case(url)
    with writing(url) as conn:
        held = take(conn, reference=reference, now=NOW)
        held.open_steps()
        held.request_advance()
        held.queue_message(key="k", payload={"kind": "x"})
        assert held.put_back() == (StepName.SPECIFY,)
        assert held.put_back() == ()
    specify = step_of(url, reference, "specify")
    assert (specify.status, specify.revision) == (StepStatus.WAITING, 1)
    assert (specify.opened_at, specify.owner) == (NOW, "technical officer")
    assert asked_for(url, reference) == ["DFG-1:advance:1"]
    assert len(messages(url)) == 1
    assert trail(url, reference).count("specify: opened") == 1
    with reading(url) as conn:
        assert list(broken_links(conn)) == []


@pytest.mark.parametrize(("now", "to"), WAYS)
def test_a_step_moves_as_the_table_allows_and_no_other_way(
    in_hand: CaseInHand, now: StepStatus, to: StepStatus
) -> None:
    for status in path_to(now):
        in_hand.move(StepName.SPECIFY, status)
    if to is now or to in TRANSITIONS[now]:
        in_hand.move(StepName.SPECIFY, to)
        row = in_hand.steps[StepName.SPECIFY]
        is_open = to in {StepStatus.READY, StepStatus.WAITING}
        assert row.status is to
        assert (row.closed_at is None) == is_open
        assert is_open or row.waiting_for == ""
        return
    before = in_hand.steps[StepName.SPECIFY]
    with pytest.raises(ValueError, match=rf"specify cannot go from {now} to {to}"):
        in_hand.move(StepName.SPECIFY, to)
    assert in_hand.steps[StepName.SPECIFY] == before


def path_to(status: StepStatus) -> list[StepStatus]:
    """Return the moves that bring a step that waits to a status."""
    ready = StepStatus.READY
    if status is StepStatus.NOT_NEEDED:
        return [ready, StepStatus.NOT_NEEDED]
    return {StepStatus.WAITING: [], ready: [ready]}.get(status, [status])


@pytest.mark.sqlite
def test_a_step_opened_again_is_a_new_revision_beside_the_old(url: str) -> None:
    reference = case_at(url, "tender")
    with writing(url) as conn:
        held = take(conn, reference=reference, now=NOW)
        held.reopen(StepName.PRICE, reason="re-measured")
        held.put_back()
    openings = [row for row in rows(url, CaseStep) if row["step"] == "price"]
    assert [(row["revision"], row["current"]) for row in openings] == [(1, False), (2, True)]
    assert [row["status"] for row in openings] == ["done", "ready"]
    assert openings[0]["closed_at"] is not None
    assert openings[1]["outcome"] == ""
    assert trail(url, reference)[-2:] == ["price: opened", "price: opened again"]


def test_a_step_opened_and_opened_again_at_once_is_one_row(url: str) -> None:
    reference = new_case(url)
    with writing(url) as conn:
        held = take(conn, reference=reference, now=NOW)
        held.open_steps()
        held.reopen(StepName.SPECIFY, reason="at once")
        held.put_back()
    (row,) = rows(url, CaseStep)
    assert (row["revision"], row["current"]) == (2, True)


def test_trouble_is_cut_to_what_a_person_reads_and_goes_with_the_next_move(
    in_hand: CaseInHand,
) -> None:
    in_hand.trouble(StepName.SPECIFY, "x" * (TROUBLE_AT_MOST + 1))
    assert in_hand.steps[StepName.SPECIFY].trouble == "x" * TROUBLE_AT_MOST
    in_hand.move(StepName.SPECIFY, StepStatus.WAITING)
    assert in_hand.steps[StepName.SPECIFY].trouble == ""


@pytest.mark.sqlite
def test_every_step_of_a_paid_case_opened_when_what_it_requires_was_over(url: str) -> None:
    reference = case_at(url, "aftercare", tenure="private_tenant")
    found = steps(url, reference)
    assert set(found) == set(PATHWAY)
    order = [row["step"] for row in rows(url, CaseStep)]
    for step in PATHWAY.values():
        for required in step.requires:
            assert order.index(required) < order.index(step.name)
            closed = found[required].closed_at
            assert closed is not None
            assert closed <= found[step.name].opened_at


def test_a_second_process_waits_for_the_case_and_sees_what_the_first_did(url: str) -> None:
    reference = case_at(url, "specify")
    inside, leave = Event(), Event()

    def first() -> None:
        with writing(url) as conn:
            held = take(conn, reference=reference, now=NOW)
            inside.set()
            leave.wait(WAIT)
            held.move(StepName.SPECIFY, StepStatus.DONE)
            held.put_back()

    def second() -> StepStatus:
        inside.wait(WAIT)
        with writing(url) as conn:
            return take(conn, reference=reference, now=NOW).step_status(StepName.SPECIFY)

    with ThreadPoolExecutor(2) as threads:
        one, two = threads.submit(first), threads.submit(second)
        assert inside.wait(WAIT)
        with pytest.raises(TimeoutError):
            two.result(0.1)
        leave.set()
        one.result(WAIT)
        assert two.result(WAIT) is StepStatus.DONE


def test_a_pause_recorded_while_somebody_waits_for_the_case_counts(url: str) -> None:
    reference = case_at(url, "specify")
    away = Pause(PauseCause.HOSPITAL, NOW.date(), "a letter")

    def second() -> int:
        with writing(url) as conn:
            return len(take(conn, reference=reference, now=NOW).clocks.pauses)

    with ThreadPoolExecutor(1) as threads, writing(url) as conn:
        record_decision(
            conn, reference=reference, decision=away, by=TESS, reason=REASON, now=NOW, plan=None
        )
        waiting = threads.submit(second)
        with pytest.raises(TimeoutError):
            waiting.result(0.5)
        conn.commit()
        assert waiting.result(WAIT) == 1


@pytest.mark.sqlite
def test_the_case_counts_its_decisions_and_its_moves(url: str) -> None:
    reference = case_at(url, "price")
    before = case(url, reference).revision
    act(url, reference, ConfirmPrice())
    assert case(url, reference).revision == before + 1
    assert asked_for(url, reference)[-1] == f"{reference}:advance:{before + 1}"
