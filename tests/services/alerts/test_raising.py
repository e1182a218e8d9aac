"""Raising: every rung whose day has come, once while it stands, whatever runs late or at once."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.database import reading, writing
from models.tables.cases import Case
from models.tables.clocks import Alert, Clock
from services.alerts.raising import _SQLITE_MOVE_ON, Raised
from services.assignment.decide import AnswerOffer
from services.cases.clocks.retime import retime
from tests.factories import act, bring, case_at, later, live_at
from tests.looking import rows
from tests.services.alerts.alerting import (
    DAY,
    add_clock,
    change_clock,
    clock_row,
    raised,
    sweep,
    sweep_elsewhere,
)

TODAY = date(2026, 6, 1)


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)


def whole_clock(url: str, **columns: Any) -> int:
    """Return a clock with all four rungs: warned at day 0, late at 3, escalated at 8 and 13."""
    return add_clock(
        url,
        due_on=TODAY + 2 * DAY,
        warn_on=TODAY,
        escalate_on=TODAY + 8 * DAY,
        again_on=TODAY + 13 * DAY,
        **columns,
    )


@pytest.mark.sqlite
def test_each_rung_is_raised_on_its_day_and_once(url: str) -> None:
    case_at(url, "specify")
    clock = whole_clock(url)
    came = {}
    for day in range(-2, 16):
        for hour in (6, 22):  # more than once a day
            sweep(url, at(TODAY + day * DAY, hour))
        came[day] = [rung for rung, _ in raised(url, clock)]

    assert came[-1] == []
    assert came[0] == came[2] == [1]
    assert came[3] == came[7] == [1, 2]
    assert came[8] == [1, 2, 3]
    assert came[13] == came[15] == [1, 2, 3, 4]
    after = clock_row(url, clock)
    assert (after.rung, after.next_on) == (4, None)


@pytest.mark.sqlite
def test_the_day_is_londons(url: str) -> None:
    case_at(url, "specify")
    clock = whole_clock(url)
    sweep(url, datetime(2026, 5, 31, 22, 59, tzinfo=UTC))
    assert raised(url, clock) == []
    sweep(url, datetime(2026, 5, 31, 23, 0, tzinfo=UTC))  # midnight in London, in summer time
    assert raised(url, clock) == [(1, "")]


@pytest.mark.sqlite
def test_a_sweep_that_comes_late_raises_every_rung_that_came(url: str) -> None:
    case_at(url, "specify")
    clock = whole_clock(url)
    found = sweep(url, at(TODAY + 9 * DAY))

    assert [rung for rung, _ in raised(url, clock)] == [1, 2, 3]
    assert found.raised >= 3
    assert sweep(url, at(TODAY + 9 * DAY)) == Raised(0, 0)
    (row, *_) = [row for row in rows(url, Alert) if row["clock_id"] == clock]
    assert (row["kind"], row["authority"], row["due_on"]) == ("clock", "RBC", TODAY + 2 * DAY)


def test_a_clock_without_some_rungs_skips_them(url: str) -> None:
    case_at(url, "specify")
    short = add_clock(url, due_on=TODAY)
    gap = add_clock(url, due_on=TODAY, again_on=TODAY + 5 * DAY)
    sweep(url, at(TODAY + DAY))
    assert raised(url, short) == raised(url, gap) == [(2, "")]
    assert clock_row(url, short).next_on is None
    assert clock_row(url, gap).next_on == TODAY + 5 * DAY
    sweep(url, at(TODAY + 6 * DAY))
    assert raised(url, gap) == [(2, ""), (4, "")]


# ---- cleared


def test_progress_a_pause_and_a_moved_date_clear_each_with_its_reason(url: str) -> None:
    case_at(url, "specify")
    done, paused, moved, stays = (whole_clock(url, subject=str(number)) for number in range(4))
    sweep(url, at(TODAY + 9 * DAY))
    change_clock(url, done, stopped_on=TODAY, stopped_why="done", next_on=None)
    no_dates = dict.fromkeys(("due_on", "warn_on", "late_on", "escalate_on", "escalate_again_on"))
    change_clock(url, paused, paused=True, next_on=None, rung=0, **no_dates)
    change_clock(
        url,
        moved,
        due_on=TODAY + 12 * DAY,
        late_on=TODAY + 13 * DAY,
        escalate_on=TODAY + 20 * DAY,
        escalate_again_on=None,
        rung=1,
        next_on=TODAY + 13 * DAY,
    )
    found = sweep(url, at(TODAY + 10 * DAY))

    assert raised(url, done) == [(1, "done"), (2, "done"), (3, "done")]
    assert raised(url, paused) == [(1, "paused"), (2, "paused"), (3, "paused")]
    why = "its due date moved"
    assert raised(url, moved) == [(1, ""), (2, why), (3, why)], "it is still nearly due"
    assert raised(url, stays) == [(1, ""), (2, ""), (3, "")]
    assert found.cleared == 8
    sweep(url, at(TODAY + 13 * DAY))
    assert raised(url, moved)[3:] == [(2, "")], "what is late again is raised anew"


def test_a_due_date_that_a_new_closed_day_moves_is_raised_anew(url: str) -> None:
    case_at(url, "specify")
    (own,) = [row for row in rows(url, Clock) if row["name"] == "specify"]
    on = later(days=14)  # due on 15 June; the day after it is late
    live_at(on + DAY)
    sweep(url, on + DAY)
    assert [rung for rung, _ in raised(url, own["id"])] == [1, 2]
    bring(url, "closures", "authority | day | title\nRBC | 2026-06-12 | Flood")
    with writing(url) as conn:
        retime(conn, now=on + DAY, why="closed days changed", authority="RBC")
    sweep(url, on + DAY)
    assert raised(url, own["id"]) == [(1, ""), (2, "its due date moved")]
    sweep(url, on + 2 * DAY)
    assert raised(url, own["id"])[2:] == [(2, "")]


@pytest.mark.sqlite
def test_a_decision_clears_what_it_answers(url: str) -> None:
    case_at(url, "assign")
    on = later(days=5)
    sweep(url, on)
    live_alerts = [row for row in rows(url, Alert) if not row["cleared_why"]]
    offers = {row["id"] for row in rows(url, Clock) if row["step"] == "assign"}
    assert {row["clock_id"] for row in live_alerts} >= offers
    act(url, "DFG-1", AnswerOffer(accepted=True))
    sweep(url, on)
    assert {row["cleared_why"] for row in rows(url, Alert) if row["clock_id"] in offers} == {"done"}


# ---- at once


def many_clocks(url: str, number: int) -> None:
    reference = case_at(url, "specify")
    for subject in range(number):
        whole_clock(url, reference=reference, subject=str(subject))


def test_many_sweeps_at_once_raise_each_alert_once(url: str) -> None:
    many_clocks(url, 30)
    together = threading.Barrier(6)
    found: list[Raised] = []

    def one() -> None:
        together.wait(timeout=30)
        found.append(sweep(url, at(TODAY + 9 * DAY)))

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    sweep(url, at(TODAY + 9 * DAY))  # whatever was locked is left for the next

    pairs = [(row["clock_id"], row["rung"]) for row in rows(url, Alert)]
    assert len(pairs) == len(set(pairs))
    ours = {row["id"] for row in rows(url, Clock) if row["name"] == "finish_works"}
    assert set(itertools.product(ours, (1, 2, 3))) <= set(pairs)
    assert sum(one.raised for one in found) <= len(pairs)


def test_two_processes_raise_each_alert_once(url: str) -> None:
    many_clocks(url, 20)
    spawned = multiprocessing.get_context("spawn")
    both = [
        spawned.Process(target=sweep_elsewhere, args=(url, at(TODAY + 9 * DAY))) for _ in range(2)
    ]
    for process in both:
        process.start()
    for process in both:
        process.join(timeout=60)
    assert [process.exitcode for process in both] == [0, 0]
    pairs = [(row["clock_id"], row["rung"]) for row in rows(url, Alert)]
    assert len(pairs) == len(set(pairs))
    assert len([rung for _, rung in pairs if rung == 3]) >= 20


def test_a_case_that_an_officer_has_in_hand_is_left_for_the_next_sweep(url: str) -> None:
    case_at(url, "specify")
    clock = whole_clock(url)
    if url.startswith("postgresql"):  # SQLite has one writer at a time, and the sweep waits
        with writing(url) as officer:
            officer.execute(sa.select(Case.id).with_for_update()).all()
            sweep(url, at(TODAY + 9 * DAY))  # does not wait
            assert raised(url, clock) == []
    sweep(url, at(TODAY + 9 * DAY))
    assert [rung for rung, _ in raised(url, clock)] == [1, 2, 3]


def test_the_sweep_finds_its_clocks_by_the_index(sqlite_service: str) -> None:
    with reading(sqlite_service) as conn:
        statement = _SQLITE_MOVE_ON.compile(dialect=conn.dialect)
        marks = tuple(TODAY.isoformat() for _ in statement.positiontup or ())
        plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", marks).all()
    assert any("ix_clock_next (next_on<?)" in row[-1] for row in plan), plan


# ---- against a model, day by day


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=6, unique=True),
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(0, 5)),
            st.integers(0, 8),
            st.one_of(st.none(), st.integers(1, 5)),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_whenever_it_runs_the_sweep_has_raised_what_has_come(
    sqlite_service: str,
    days: list[int],
    shapes: list[tuple[int | None, int, int | None]],
) -> None:
    """Raised so far, after sweeps on any days, is exactly what had come by the last of them."""
    clocks = []
    if not rows(sqlite_service, Case):
        case_at(sqlite_service, "specify")
    with writing(sqlite_service) as conn:
        conn.execute(sa.delete(Alert))
        conn.execute(sa.delete(Clock))
    for number, (warn, due, escalate) in enumerate(shapes):
        due_on = TODAY + due * DAY
        dates = {
            1: None if warn is None else min(TODAY + warn * DAY, due_on),
            2: due_on + DAY,
            3: None if escalate is None else due_on + (1 + escalate) * DAY,
        }
        clocks.append(
            (
                add_clock(
                    sqlite_service,
                    due_on=due_on,
                    warn_on=dates[1],
                    escalate_on=dates[3],
                    subject=str(number),
                ),
                dates,
            )
        )
    for day in sorted(days):
        sweep(sqlite_service, at(TODAY + day * DAY))
        for clock, dates in clocks:
            come = [
                rung
                for rung, on in dates.items()
                if on is not None and on <= TODAY + timedelta(days=day)
            ]
            assert raised(sqlite_service, clock) == [(rung, "") for rung in come]
