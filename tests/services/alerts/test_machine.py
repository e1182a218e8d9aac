"""What stalls, as the database shows it, and its alerts: raised once, cleared when well again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from models import outbox
from models.database import reading, writing
from models.outbox import MAX_ATTEMPTS
from models.tables.clocks import Alert
from rules.alerts.stalled import DUE_AT_MOST, Stalled
from services.alerts import machine
from services.alerts.watch_marks import WATCH, note_mark
from tests.factories import new_case
from tests.looking import case, rows
from tests.small_service import NOW

SECOND = timedelta(seconds=1)
EVERY = dict.fromkeys((machine.SWEEP, WATCH), timedelta(minutes=2))


def stalled(url: str, *, now: datetime = NOW) -> dict[str, Stalled]:
    with reading(url) as conn:
        return {one.subject: one for one in machine.in_database(conn, now=now, every=EVERY)}


def ask_for_runs_and_messages(url: str, *, case_id: int | None = None) -> None:
    run = outbox.run_row(key="r", case_id=None, flow="sweep", parameters={}, now=NOW)
    message = outbox.message_row(key="m", case_id=case_id, payload={"kind": "m"}, now=NOW)
    with writing(url) as conn:
        outbox.add(conn, [run, message])


@pytest.mark.sqlite
def test_what_is_due_in_the_outbox_and_does_not_leave_is_found_after_a_quarter_of_an_hour(
    database_url: str,
) -> None:
    ask_for_runs_and_messages(database_url)
    assert stalled(database_url, now=NOW + DUE_AT_MOST) == {}
    found = stalled(database_url, now=NOW + DUE_AT_MOST + SECOND)
    assert list(found) == ["messages", "run-requests"]
    assert "1 message due to leave has waited" in found["messages"].words
    with writing(database_url) as conn:
        (row,) = outbox.claim(conn, kind="run", now=NOW + 2 * DUE_AT_MOST, limit=1)
        (message,) = outbox.claim(conn, kind="message", now=NOW, limit=1)
        outbox.mark_started(conn, row_ids=[row.id], flow_run_id="a run", now=NOW)
        outbox.mark_failed(conn, row_id=message.id, error="no route", now=NOW + 2 * DUE_AT_MOST)
    assert stalled(database_url, now=NOW + 2 * DUE_AT_MOST) == {}, "one runs, one waits its turn"


def test_dead_letters_are_found_with_their_cases_and_without_what_the_error_says(url: str) -> None:
    reference = new_case(url)
    ask_for_runs_and_messages(url, case_id=case(url, reference).id)
    for _ in range(MAX_ATTEMPTS):
        with writing(url) as conn:
            (row,) = outbox.claim(conn, kind="message", now=NOW, limit=1)
            error = "550 no such person: mrs.a@client.example"
            outbox.mark_failed(conn, row_id=row.id, error=error, now=NOW - timedelta(hours=1))
    found = stalled(url)["dead-letters"]
    assert found.what == f"1 message or run could not leave and is given up ({reference})."
    assert "@" not in found.words
    with writing(url) as conn:
        outbox.retry(conn, now=NOW)
    assert stalled(url) == {}


@pytest.mark.sqlite
@pytest.mark.parametrize("name", [machine.SWEEP, WATCH])
def test_a_turn_that_was_missed_is_found_and_one_that_never_was_is_not(
    database_url: str, name: str
) -> None:
    assert stalled(database_url) == {}
    with writing(database_url) as conn:
        note_mark(conn, name=name, now=NOW)
    assert stalled(database_url, now=NOW + timedelta(minutes=6)) == {}
    assert list(stalled(database_url, now=NOW + timedelta(minutes=7))) == [name]
    with reading(database_url) as conn:
        rarely = timedelta(minutes=5)
        every = {machine.SWEEP: rarely, WATCH: rarely}
        seen = machine.in_database(conn, now=NOW + timedelta(minutes=7), every=every)
    assert seen == ()


def found(subject: str, what: str = "It stands.") -> Stalled:
    return Stalled(subject=subject, what=what, then="Why. Do it.")


def keep(url: str, *things: Stalled, looked_at: tuple[str, ...], now: datetime = NOW) -> list[str]:
    with writing(url) as conn:
        return list(machine.record(conn, found=things, looked_at=looked_at, now=now))


def test_an_alert_is_raised_once_follows_what_is_so_and_is_cleared_when_well_again(
    database_url: str,
) -> None:
    both = ("disk", "sweep")
    assert keep(database_url, found("disk"), found("sweep"), looked_at=both) == ["disk", "sweep"]
    later = NOW + timedelta(minutes=2)
    assert keep(database_url, found("disk", "Fuller."), looked_at=("disk",), now=later) == []
    disk, sweep = rows(database_url, Alert)
    assert (disk["kind"], disk["rung"], disk["raised_at"]) == ("machine", machine.RUNG, NOW)
    assert (disk["words"], disk["cleared_at"]) == ("Fuller. Why. Do it.", None)
    assert sweep["cleared_at"] is None, "nobody looked at the sweep"
    assert keep(database_url, looked_at=both, now=later) == []
    assert [(row["cleared_at"], row["cleared_why"]) for row in rows(database_url, Alert)] == [
        (later, machine.WELL_AGAIN),
        (later, machine.WELL_AGAIN),
    ]
    assert keep(database_url, found("disk"), looked_at=both) == ["disk"], "it may stall again"
    with reading(database_url) as conn:
        assert [one.subject for one in machine.live(conn)] == ["disk"]


def test_prefect_is_told_once_and_other_kinds_of_alerts_are_left_alone(database_url: str) -> None:
    keep(database_url, found("disk"), looked_at=("disk",))
    with writing(database_url) as conn:
        lapse = {"kind": "lapse", "subject": "disk", "rung": 1, "raised_at": NOW}
        conn.execute(sa.insert(Alert).values(**lapse))
        (one,) = machine.live(conn)
        assert one.emitted_at is None
        machine.mark_emitted(conn, ids=[one.id], now=NOW)
        machine.mark_emitted(conn, ids=[one.id], now=NOW + SECOND)
        assert machine.live(conn)[0].emitted_at == NOW
    keep(database_url, looked_at=("disk",))
    disk, lapsing = rows(database_url, Alert)
    assert (disk["emitted_at"], disk["cleared_at"]) == (NOW, NOW)
    assert (lapsing["emitted_at"], lapsing["cleared_at"]) == (None, None)


@pytest.mark.sqlite
def test_what_a_look_found_is_kept_for_the_next(database_url: str) -> None:
    with writing(database_url) as conn:
        assert machine.suspected(conn) == frozenset()
        machine.suspect(conn, subjects=["sweep", "disk"], now=NOW)
        assert machine.suspected(conn) == {"disk", "sweep"}
        machine.suspect(conn, subjects=[], now=NOW)
        assert machine.suspected(conn) == frozenset()
