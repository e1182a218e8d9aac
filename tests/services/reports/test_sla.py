"""Clocks on a date: as they stood, as they stand, as they will; whose, and why due then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adapters import clock
from models.database import reading
from rules.cases import ConsentAnswer
from rules.clocks.dates import london_date
from rules.clocks.pause_terms import PauseCause
from rules.errors import NoBankHolidayDataError
from rules.parties import Party
from rules.pathway import StepName
from rules.reports.sla import Standing, standing
from services.clocks.pausing import EndPause, Pause
from services.consents.decide import AnswerConsent
from services.decisions.specification import Specify
from services.pricing.works import ConfirmPrice
from services.reports.case_view import step_timings
from services.reports.clock_lines import Days
from services.reports.clocks_at import Asked, ClocksAt
from tests.factories import act, case_at, go, later, new_case, usual_decision
from tests.looking import case
from tests.sla import close, named, shown, stand
from tests.small_service import NOW

TODAY = london_date(NOW)


def pause(url: str, reference: str, on: date) -> None:
    act(url, reference, Pause(PauseCause.HOSPITAL, on, "a note of the call", owner=Party.CLIENT))


def lived_through(url: str) -> dict[date, list[tuple[object, ...]]]:
    """Live through some weeks of two cases, looking at the end of each day that brought anything.

    Returns:
        What stood then, by day.
    """
    seen: dict[date, list[tuple[object, ...]]] = {}

    def look() -> None:
        seen[clock.today()] = stand(shown(url))

    first = new_case(url, tenure="private_tenant", route="call_off")
    go(first)
    look()
    later(days=3)
    act(url, first, Specify())
    look()
    later(days=4)
    other = new_case(url, reference="DFG-2", applied_on="2026-06-05")
    go(other)
    close(url, date(2026, 6, 12))
    look()
    later(days=1)
    pause(url, first, clock.today())
    act(url, other, Specify())
    look()
    later(days=6)
    act(url, first, EndPause(clock.today() - timedelta(days=1)))
    look()
    later(days=3)
    act(url, first, ConfirmPrice())
    act(url, first, AnswerConsent(ConsentAnswer.GRANTED))
    look()
    later(days=30)
    act(url, first, usual_decision(url, first, StepName.CERTIFICATES))
    look()
    return seen


def test_a_past_day_is_answered_as_it_stood(url: str) -> None:
    seen = lived_through(url)
    later(days=40)
    assert len(seen) == 7
    assert any("None" in str(row) for row in seen[date(2026, 6, 9)]), "nothing was paused"
    for day, stood in seen.items():
        known = {row[0] for row in stood}  # a case entered since then is there as well
        past = [row for row in stand(shown(url, at=day)) if row[0] in known]
        by_role = [tuple("technical officer" if x == "Tess Tyler" else x for x in r) for r in stood]
        assert past == by_role, day


def test_a_day_to_come_is_answered_as_it_will_be_if_nothing_moves(sqlite_service: str) -> None:
    lived_through(sqlite_service)
    days = [clock.today() + timedelta(days=ahead) for ahead in (1, 20, 90, 400)]
    told = [stand(shown(sqlite_service, at=day)) for day in days]
    for day, will_be in zip(days, told, strict=True):
        later(days=(day - clock.today()).days)
        assert stand(shown(sqlite_service)) == will_be, day
    assert {row[3] for row in told[-1]} == {"late"}
    assert {row[3] for row in told[0]} != {"late"}


def test_the_database_counts_and_sorts_as_the_rules_do(sqlite_service: str) -> None:
    lived_through(sqlite_service)
    today = clock.today()
    for offset in (-55, -48, -44, -40, -20, -5, 0, 3, 15, 200):
        at = today + timedelta(days=offset)
        with reading(sqlite_service) as conn:
            days = Days(conn, at=at)
            found = ClocksAt(Asked(at=at, today=today), soon=days.soon)
            rows = found.rows(conn, standings=(), limit=None)
            counts = found.counts(conn)
        for row in rows:
            paused = row.standing == Standing.PAUSED and row.due_then is not None
            expected = standing(
                due_on=row.due_then, paused=paused, at=at, soon_until=days.soon[row.authority]
            )
            assert row.standing == expected
        assert sum(number for *_, number in counts) == len(rows)
        due = [row.due_then for row in rows if row.due_then is not None]
        assert due == sorted(due)


def test_each_clock_says_why_it_is_due_and_who_holds_it_since_when(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify", applied_on="2026-05-01")
    later(days=17)  # Thursday 18 June
    found = shown(sqlite_service)
    line = named(found, "specify")
    assert (line.standing, line.due_on, line.days) == (Standing.LATE, date(2026, 6, 15), 3)
    assert line.timing == "3 working days late"
    assert line.words == "10 working days from 1 June 2026: due 15 June 2026."
    assert (line.holder, line.held_by, line.since) == ("council", "technical officer", TODAY)
    limit = named(found, "decide")
    assert (limit.due_on, limit.section) == (date(2026, 11, 1), "s.34(1)")
    assert (limit.held_by, limit.held_at) == ("technical officer", "specify")
    assert found.counts.all.late == len(found.lists["late"])


def test_a_date_that_moved_is_shown_as_changed(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    before = named(shown(sqlite_service), "specify")
    later(days=1)
    close(sqlite_service, date(2026, 6, 5))
    found = shown(sqlite_service)
    after = named(found, "specify")
    assert before.moved == ()
    assert after.due_on == date(2026, 6, 16)
    (moved,) = after.moved
    assert (moved.on, moved.from_due, moved.to_due) == (
        date(2026, 6, 2),
        before.due_on,
        after.due_on,
    )
    assert moved.why
    assert "5 June not counted" in after.words
    then = named(shown(sqlite_service, at=TODAY), "specify")
    assert (then.due_on, then.moved) == (before.due_on, ())


def test_a_paused_clock_says_since_when_and_the_act_s_limit_runs_on(url: str) -> None:
    reference = case_at(url, "specify")
    later(days=2)
    pause(url, reference, clock.today())
    later(days=20)
    found = shown(url)
    assert named(found, "specify").standing is Standing.PAUSED
    assert named(found, "specify").timing == "paused since 3 June 2026"
    assert named(found, "decide").standing is not Standing.PAUSED
    assert found.counts.all.paused == len(found.lists["paused"]) > 0
    with reading(url) as conn:
        timings = step_timings(conn, case=case(url, reference), today=clock.today())
    assert timings == {"specify": "paused since 3 June 2026"}


def test_the_steps_of_a_case_say_how_late_they_are(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "specify")
    row = case(sqlite_service, reference)
    with reading(sqlite_service) as conn:
        for days, words in ((0, "due in 10 working days"), (14, "due today"), (15, "1 working")):
            timing = step_timings(conn, case=row, today=TODAY + timedelta(days=days))
            assert timing["specify"].startswith(words)
        assert step_timings(conn, case=row, today=date(2040, 1, 1)) == {}


def test_a_year_without_bank_holidays_is_refused_by_name(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    for year in (2009, 2036):
        with pytest.raises(NoBankHolidayDataError) as refusal:
            shown(sqlite_service, at=date(year, 6, 1))
        assert str(year) in refusal.value.next_step
