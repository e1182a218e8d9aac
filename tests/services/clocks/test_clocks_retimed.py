"""Clocks reckoned again: days closed and opened, pauses, targets; what moved is kept and said."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
import sqlalchemy as sa

from adapters import clock
from adapters.bank_holidays import bank_holidays
from models.database import reading, writing
from models.people import actor_for
from models.tables.clocks import Clock, ClockChange, Target
from models.tables.reference import ClosedDay
from rules.clocks.pause_terms import PauseCause
from services.cases.clocks.retime import Moved, moved_words, rebase, retime
from services.cases.take import take
from services.clocks.closures import DayChange, close_day, load, open_day
from services.clocks.pausing import EndPause, Pause
from services.decisions.specification import Specify
from services.ready import prepare
from services.verification.clocks import reckoned_again
from tests.factories import act, bring, case_at, decide, later, new_case
from tests.looking import contents, rows, running, step_of
from tests.small_service import MIA, NOW

FRIDAY: Final = date(2026, 6, 5)
CHRISTMAS: Final = date(2026, 12, 25)


def close(url: str, day: date, authority: str = "") -> DayChange:
    with writing(url) as conn:
        return close_day(
            conn,
            day=day,
            title="Shut",
            authority=authority,
            actor=actor_for(conn, identity=MIA),
            now=clock.now(),
        )


def open_again(url: str, day: date, authority: str = "", *, moved: bool = False) -> DayChange:
    with writing(url) as conn:
        return open_day(
            conn,
            day=day,
            authority=authority,
            bank_holidays=dict(bank_holidays(first_year=day.year, last_year=day.year)),
            moved=moved,
            actor=actor_for(conn, identity=MIA),
            reason="a mistake",
            now=clock.now(),
        )


def again(url: str, why: str = "looked at again", **of: object) -> tuple[Moved, ...]:
    with writing(url) as conn:
        return retime(conn, now=clock.now(), why=why, **of)  # type: ignore[arg-type]  # as tests say


def sound(url: str) -> bool:
    with reading(url) as conn:
        return list(reckoned_again(conn)) == []


def test_nothing_moves_where_nothing_changed(url: str) -> None:
    case_at(url, "works", tenure="private_tenant")
    before = contents(url)
    assert again(url) == ()
    assert contents(url) == before


def test_a_day_closed_later_moves_what_counts_over_it_and_opened_moves_it_back(url: str) -> None:
    reference = case_at(url, "price", tenure="private_tenant")
    elsewhere = new_case(url, reference="DFG-2", authority="WDC")
    before, theirs = running(url, reference), running(url, elsewhere)
    changed = close(url, FRIDAY, "RBC")
    after = running(url, reference)
    put_off = {name for name, row in after.items() if row.due_on != before[name].due_on}
    assert put_off == {
        *("consent", "certificates", "return_certificates", "contact_to_completion"),
        "review_priority",
    }, "the others are due before, or on a date that was given"
    assert changed == DayChange(moved=len(put_off))
    assert after["consent"].due_on == date(2026, 6, 23)
    assert step_of(url, reference, "consent").due_on == after["answer_consent"].due_on
    assert step_of(url, reference, "certificates").due_on == date(2026, 6, 16)
    assert running(url, elsewhere) == theirs
    said = [row for row in rows(url, ClockChange) if row["clock_id"] == after["consent"].id]
    assert [(row["from_due"], row["to_due"], row["why"], row["at"]) for row in said] == [
        (before["consent"].due_on, date(2026, 6, 23), "5 June 2026 was closed: Shut", NOW)
    ]
    assert sound(url)
    assert open_again(url, FRIDAY, "RBC").moved == len(put_off)
    assert running(url, reference) == before
    assert moved_words(1).startswith("1 due date moved; ")
    assert moved_words(0) == "No due date moved."


def test_a_date_that_was_given_stays_and_only_its_escalation_moves(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "assign")
    before = running(sqlite_service, reference)["answer_offer"]
    close(sqlite_service, date(2026, 6, 8))
    after = running(sqlite_service, reference)["answer_offer"]
    assert (after.due_on, after.late_on) == (before.due_on, before.late_on)
    assert after.escalate_on == date(2026, 6, 12) > before.escalate_on
    assert sound(sqlite_service)


def test_days_closed_by_file_move_due_dates_and_say_so(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    bring(sqlite_service, "closures", "authority | day | title\nRBC | 2026-06-05 | Flood")
    (change, *_) = rows(sqlite_service, ClockChange)
    assert change["why"] == "closures imported from closures.csv"
    assert running(sqlite_service, "DFG-1")["specify"].due_on == date(2026, 6, 16)
    assert sound(sqlite_service)


@pytest.mark.sqlite
def test_a_bank_holiday_announced_later_moves_due_dates_with_the_next_start(url: str) -> None:
    with writing(url) as conn:
        conn.execute(sa.delete(ClosedDay).where(ClosedDay.day == date(2026, 8, 31)))
    reference = new_case(url)
    before = running(url, reference)["contact_to_completion"].due_on
    prepare(url)
    after = running(url, reference)["contact_to_completion"]
    assert after.due_on > before
    assert rows(url, ClockChange)[-1]["why"] == "bank holidays were added"
    moved = len(rows(url, ClockChange))
    prepare(url)
    assert len(rows(url, ClockChange)) == moved
    assert sound(url)


def test_loading_bank_holidays_says_how_many_due_dates_moved(sqlite_service: str) -> None:
    with writing(sqlite_service) as conn:
        conn.execute(sa.delete(ClosedDay).where(ClosedDay.day == date(2026, 8, 31)))
    new_case(sqlite_service)
    days = bank_holidays(first_year=2026, last_year=2026)
    with writing(sqlite_service) as conn:
        found = load(conn, days=days, by="operator", now=NOW)
    assert (found.added, found.due_dates_moved) == (1, 1)


@pytest.mark.parametrize(
    ("rung", "closed", "left"),
    [
        (1, [], 1),
        (2, [date(2026, 6, 12)], 1),
        (2, [date(2026, 6, day) for day in (8, 9, 10, 11, 12, 15, 16)], 0),
        (3, [date(2026, 6, 12)], 1),
    ],
)
def test_a_clock_no_longer_late_has_its_rung_lowered_to_be_raised_again(
    sqlite_service: str, rung: int, closed: list[date], left: int
) -> None:
    reference = case_at(sqlite_service, "specify")
    later(days=15)  # Tuesday 16 June, a day after it was due
    with writing(sqlite_service) as conn:
        raised = running(sqlite_service, reference)["specify"]
        columns = ("warn_on", "late_on", "escalate_on")
        left_over = [getattr(raised, name) for name in columns][rung:]
        following = left_over[0] if left_over else None
        wanted = sa.update(Clock).where(Clock.id == raised.id)
        conn.execute(wanted.values(rung=rung, next_on=following))
    for day in closed:
        close(sqlite_service, day)
    if not closed:
        again(sqlite_service)
    found = running(sqlite_service, reference)["specify"]
    assert found.rung == left
    dates = (found.warn_on, found.late_on, found.escalate_on)
    assert found.next_on == dates[left]
    assert left == 1 or found.next_on > clock.today()
    assert sound(sqlite_service)


@pytest.mark.sqlite
def test_a_pause_leaves_no_date_and_its_end_moves_them_on(url: str) -> None:
    reference = case_at(url, "specify")
    before = running(url, reference)
    decide(url, reference, Pause(PauseCause.HOSPITAL, clock.today(), "letter"))
    held = running(url, reference)
    assert step_of(url, reference, "specify").due_on is None
    assert held["decide"] == before["decide"]
    later(days=7)
    decide(url, reference, EndPause(date(2026, 6, 5)))
    after = running(url, reference)
    assert after["specify"].due_on == step_of(url, reference, "specify").due_on
    assert after["specify"].due_on == date(2026, 6, 22)  # five working days on
    assert sound(url)


@pytest.mark.sqlite
def test_targets_of_today_are_given_to_running_clocks_only_when_told(url: str) -> None:
    reference = case_at(url, "price", tenure="private_tenant")
    with writing(url) as conn:
        for name in ("price", "consent"):
            given = {"clock": name, "days": 30, "warn_percent": 50, "warn_days": 0}
            more = {"authority": "RBC", "valid_from": clock.today(), "source": "cabinet"}
            conn.execute(sa.insert(Target), given | more)
    before = running(url, reference)
    assert again(url) == ()
    with writing(url) as conn:
        held = take(conn, reference=reference, now=clock.now())
        moved = rebase(conn, case_id=held.id, clocks=held.clocks, names=["price"], now=clock.now())
    after = running(url, reference)
    assert moved == (Moved(reference, "price", date(2026, 6, 4), date(2026, 7, 13)),)
    assert (after["price"].target_days, after["price"].target_source) == (30, "cabinet")
    assert after["price"].warn_on == date(2026, 6, 22)
    assert step_of(url, reference, "price").due_on == date(2026, 7, 13)
    assert after["consent"] == before["consent"]
    assert rows(url, ClockChange)[-1]["why"] == "the targets of 1 June 2026"
    with writing(url) as conn:
        held = take(conn, reference=reference, now=clock.now())
        others = rebase(conn, case_id=held.id, clocks=held.clocks, names=[], now=clock.now())
    assert [one.clock for one in others] == ["consent"], "the date the landlord was given stays"
    assert sound(url)


def test_the_works_specified_after_a_day_was_closed_count_without_it(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "specify")
    close(sqlite_service, FRIDAY)
    act(sqlite_service, reference, Specify())
    assert running(sqlite_service, reference)["certificates"].due_on == date(2026, 6, 16)
