"""The outbox: each row leaves once, later after each failure, and is never lost sight of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from models import outbox
from models.database import reading, writing
from models.outbox import CLAIM_LASTS, MAX_ATTEMPTS, OutboxRow
from models.tables.record import Outbox
from tests.factories import new_case
from tests.looking import case, rows
from tests.postgres import kinds
from tests.small_service import NOW

WAIT = 20.0  # seconds before a thread that should go on counts as stuck
SECOND = timedelta(seconds=1)


def put(url: str, *keys: str, kind: str = "message", case_id: int | None = None) -> None:
    make = outbox.message_row if kind == "message" else None
    with writing(url) as conn:
        outbox.add(
            conn,
            [
                make(key=key, case_id=case_id, payload={"kind": key}, now=NOW)
                if make
                else outbox.run_row(
                    key=key, case_id=case_id, flow="sweep", parameters={"n": 1}, now=NOW
                )
                for key in keys
            ],
        )


def claim(
    url: str,
    *,
    now: datetime = NOW,
    limit: int = 50,
    kind: str = "message",
    case_id: int | None = None,
) -> list[OutboxRow]:
    with writing(url) as conn:
        return outbox.claim(conn, kind=kind, now=now, limit=limit, case_id=case_id)


def fail(url: str, row: OutboxRow, *, now: datetime = NOW, permanent: bool = False) -> OutboxRow:
    with writing(url) as conn:
        outbox.mark_failed(conn, row_id=row.id, error="no route", now=now, permanent=permanent)
    return next(one for one in left(url) if one.id == row.id)


def left(url: str, status: str | None = None) -> list[OutboxRow]:
    with reading(url) as conn:
        return outbox.undelivered(conn, status=status)


def keys(found: list[OutboxRow]) -> list[str]:
    return [row.key for row in found]


def test_a_key_is_put_in_once_however_often_it_is_added(database_url: str) -> None:
    put(database_url, "a", "b")
    put(database_url, "b", "c")
    with writing(database_url) as conn:
        outbox.add(conn, [])
    assert keys(left(database_url)) == ["a", "b", "c"]


def test_rows_are_claimed_oldest_first_of_one_kind_and_only_once(database_url: str) -> None:
    put(database_url, "m1", "m2", "m3")
    put(database_url, "r1", kind="run")
    assert keys(claim(database_url, limit=2)) == ["m1", "m2"]
    assert keys(claim(database_url)) == ["m3"]
    assert claim(database_url) == []
    (run,) = claim(database_url, kind="run")
    assert run.payload == {"flow": "sweep", "parameters": {"n": 1}}
    assert {row.status for row in left(database_url)} == {"claimed"}


def test_a_case_s_rows_are_claimed_with_its_reference_and_nobody_else_s(url: str) -> None:
    case_id = case(url, new_case(url)).id
    put(url, "other")
    put(url, "own", case_id=case_id)
    (row,) = claim(url, case_id=case_id)
    assert (row.key, row.case_reference) == ("own", "DFG-1")


def test_a_row_that_was_sent_is_done_with(database_url: str) -> None:
    put(database_url, "a")
    (row,) = claim(database_url)
    with writing(database_url) as conn:
        outbox.mark_sent(conn, row_id=row.id, now=NOW, flow_run_id="run-1")
    assert left(database_url) == []
    assert claim(database_url, now=NOW + timedelta(days=1)) == []
    (kept,) = rows(database_url, Outbox)
    assert (kept["status"], kept["done_at"], kept["flow_run_id"]) == ("sent", NOW, "run-1")
    assert (kept["attempts"], kept["last_error"]) == (1, "")


def test_each_failure_waits_longer_and_the_last_one_lays_the_row_dead(database_url: str) -> None:
    put(database_url, "a")
    now, waits = NOW, []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        (row,) = claim(database_url, now=now)
        row = fail(database_url, row, now=now)
        assert (row.attempts, row.last_error) == (attempt, "no route")
        wait = row.next_attempt_at - now
        waits.append(wait.total_seconds())
        assert claim(database_url, now=now + wait - SECOND) == []
        now += wait
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640]
    assert keys(left(database_url, "dead")) == ["a"]
    assert claim(database_url, now=now + timedelta(days=30)) == []


def test_a_wait_is_never_longer_than_an_hour() -> None:
    assert outbox.back_off(1) == timedelta(seconds=5)
    assert outbox.back_off(11) == outbox.back_off(500) == timedelta(hours=1)


def test_a_failure_that_no_waiting_mends_lays_the_row_dead_at_once(database_url: str) -> None:
    put(database_url, "a")
    (row,) = claim(database_url)
    assert fail(database_url, row, permanent=True).status == "dead"


def test_a_long_error_is_kept_as_far_as_somebody_reads_it(database_url: str) -> None:
    put(database_url, "a")
    (row,) = claim(database_url)
    with writing(database_url) as conn:
        outbox.mark_failed(conn, row_id=row.id, error="x" * 10_000, now=NOW)
    assert len(left(database_url)[0].last_error) == 2000


def test_a_person_s_retry_gives_dead_rows_or_one_row_a_fresh_start(database_url: str) -> None:
    put(database_url, "a", "b", "c", "d")
    a, b, c, _ = claim(database_url)
    fail(database_url, a, permanent=True)
    fail(database_url, b, permanent=True)
    fail(database_url, c)
    later = NOW + SECOND
    with writing(database_url) as conn:
        assert outbox.retry(conn, now=later, key="nobody") == 0
        assert outbox.retry(conn, now=later, key="d") == 0, "it is in somebody's hands"
        assert outbox.retry(conn, now=later, key="c") == 1, "its wait is over"
        assert outbox.retry(conn, now=later) == 2, "every dead one"
    assert keys(claim(database_url, now=later)) == ["a", "b", "c"]
    assert {row.attempts for row in left(database_url)} == {0}


def test_a_claim_of_a_process_that_died_is_given_up_after_its_time(database_url: str) -> None:
    put(database_url, "a")
    claim(database_url)
    assert claim(database_url, now=NOW + CLAIM_LASTS - SECOND) == []
    assert keys(claim(database_url, now=NOW + CLAIM_LASTS)) == ["a"]
    assert claim(database_url, now=NOW + CLAIM_LASTS) == [], "claimed anew"


def test_a_run_that_started_keeps_its_claim_and_its_link(database_url: str) -> None:
    put(database_url, "r", kind="run")
    (row,) = claim(database_url, kind="run")
    with writing(database_url) as conn:
        outbox.mark_started(
            conn, row_ids=[row.id], flow_run_id="run-1", now=NOW + CLAIM_LASTS - SECOND
        )
    assert claim(database_url, kind="run", now=NOW + CLAIM_LASTS) == []
    assert left(database_url)[0].flow_run_id == "run-1"


def test_whether_anything_is_due_is_seen_without_claiming_it(database_url: str) -> None:
    put(database_url, "a")
    with reading(database_url) as conn:
        assert outbox.any_due(conn, kind="message", now=NOW)
        assert not outbox.any_due(conn, kind="run", now=NOW)
        assert not outbox.any_due(conn, kind="message", now=NOW - SECOND)
    assert left(database_url)[0].status == "waiting"


def test_two_processes_claiming_at_once_get_different_rows(database_url: str) -> None:
    wanted = [f"m{number:02}" for number in range(40)]
    put(database_url, *wanted)
    together = Barrier(4)

    def take_some(_: int) -> list[str]:
        found: list[str] = []
        together.wait(WAIT)
        while batch := claim(database_url, limit=3):
            found += keys(batch)
        return found

    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(take_some, range(4)))
    assert sorted(key for found in taken for key in found) == wanted


@pytest.mark.postgresql
@pytest.mark.parametrize("database_kind", [kind for kind in kinds() if kind != "sqlite"])
def test_rows_that_another_process_holds_are_passed_over_not_waited_for(
    database_url: str,
) -> None:
    put(database_url, "a", "b")
    with writing(database_url) as conn:
        first = outbox.claim(conn, kind="message", now=NOW, limit=1)
        assert keys(claim(database_url)) == ["b"]
        assert keys(first) == ["a"]
        assert conn.execute(sa.select(sa.func.count()).select_from(Outbox)).scalar_one() == 2
