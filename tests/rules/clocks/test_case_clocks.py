"""The clocks of a case as a whole, from what happened when."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks.case_clocks import CaseDates, WantedClock, wanted_clocks
from rules.clocks.clock_names import STAGES, TOTAL
from rules.clocks.dates import decide_by, finish_by

CONTACT, RECOMMENDED, APPLIED, DECIDED, COMPLETED = (
    date(2026, 1, 5),
    date(2026, 2, 2),
    date(2026, 3, 31),
    date(2026, 4, 20),
    date(2026, 7, 10),
)


def case(
    *,
    contact: date = CONTACT,
    recommended: date | None = None,
    applied: date | None = None,
    decided: date | None = None,
    approved: bool = False,
    completed: date | None = None,
    ended: date | None = None,
) -> dict[str, WantedClock]:
    dates = CaseDates(contact, recommended, applied, decided, approved, completed, ended)
    found = tuple(wanted_clocks(dates))
    assert len({clock.name for clock in found}) == len(found)
    return {clock.name: clock for clock in found}


def running(clocks: dict[str, WantedClock]) -> dict[str, date]:
    return {name: clock.opened_on for name, clock in clocks.items() if clock.stopped_on is None}


def test_a_new_case_runs_to_its_recommendation_and_its_completion() -> None:
    assert case() == {
        STAGES[0]: WantedClock(STAGES[0], CONTACT, None, None, ""),
        TOTAL: WantedClock(TOTAL, CONTACT, None, None, ""),
    }


def test_each_stage_begins_where_the_one_before_stops() -> None:
    found = case(recommended=RECOMMENDED)
    assert found[STAGES[0]] == WantedClock(
        STAGES[0], CONTACT, None, RECOMMENDED, "recommendation made"
    )
    assert running(found) == {STAGES[1]: RECOMMENDED, TOTAL: CONTACT}

    found = case(recommended=RECOMMENDED, applied=APPLIED)
    assert found[STAGES[1]].stopped_on == APPLIED
    assert running(found) == {STAGES[2]: APPLIED, TOTAL: CONTACT, "decide": APPLIED}

    found = case(recommended=RECOMMENDED, applied=APPLIED, decided=DECIDED, approved=True)
    assert (found[STAGES[2]].stopped_why, found["decide"].stopped_on) == ("decision made", DECIDED)
    assert running(found) == {STAGES[3]: DECIDED, TOTAL: CONTACT, "finish": DECIDED}

    found = case(
        recommended=RECOMMENDED,
        applied=APPLIED,
        decided=DECIDED,
        approved=True,
        completed=COMPLETED,
    )
    assert running(found) == {}
    assert {found[name].stopped_on for name in (STAGES[3], TOTAL, "finish")} == {COMPLETED}


def test_the_limits_of_the_act_are_calendar_months() -> None:
    found = case(recommended=RECOMMENDED, applied=date(2026, 8, 31))
    assert found["decide"].promised_on == date(2027, 2, 28)
    found = case(applied=date(2027, 8, 31), decided=date(2028, 2, 29), approved=True)
    assert found["decide"].promised_on == date(2028, 2, 29)
    assert found["finish"].promised_on == date(2029, 2, 28)
    assert all(found[name].promised_on is None for name in (*STAGES[2:], TOTAL))


def test_a_refusal_leaves_nothing_running() -> None:
    found = case(recommended=RECOMMENDED, applied=APPLIED, decided=DECIDED)
    assert running(found) == {}
    assert STAGES[3] not in found
    assert "finish" not in found
    assert (found[TOTAL].stopped_on, found[TOTAL].stopped_why) == (DECIDED, "application refused")


@pytest.mark.parametrize(
    "dates",
    [
        {},
        {"recommended": RECOMMENDED},
        {"recommended": RECOMMENDED, "applied": APPLIED},
        {"recommended": RECOMMENDED, "applied": APPLIED, "decided": DECIDED, "approved": True},
    ],
)
def test_a_case_that_ends_stops_whatever_runs(dates: dict[str, date]) -> None:
    before = running(case(**dates))  # type: ignore[arg-type]  # approved is the one that is no date
    after = case(**dates, ended=date(2026, 9, 1))  # type: ignore[arg-type]  # as above
    assert running(after) == {}
    stopped = {name for name, clock in after.items() if clock.stopped_why == "case ended"}
    assert stopped == set(before)


def test_a_case_closed_after_its_works_stopped_with_the_works() -> None:
    found = case(decided=DECIDED, approved=True, completed=COMPLETED, ended=date(2026, 9, 1))
    assert (found[TOTAL].stopped_on, found[TOTAL].stopped_why) == (COMPLETED, "works completed")


def test_an_application_without_a_recorded_recommendation_leaves_no_stage_running() -> None:
    found = case(applied=APPLIED)
    assert found[STAGES[0]].stopped_on == APPLIED
    assert found[STAGES[0]].stopped_why == "application made"
    assert STAGES[1] not in found
    assert set(running(found)) == {STAGES[2], TOTAL, "decide"}


def test_works_completed_without_a_recorded_decision_stop_the_clocks_before() -> None:
    found = case(recommended=RECOMMENDED, applied=APPLIED, completed=COMPLETED)
    assert running(found) == {}
    assert {found[name].stopped_why for name in (STAGES[2], "decide")} == {"works completed"}


def test_dates_out_of_order_stop_a_clock_on_the_day_it_opened() -> None:
    found = case(recommended=date(2025, 12, 1), applied=APPLIED)
    assert found[STAGES[0]].opened_on == found[STAGES[0]].stopped_on == CONTACT
    assert found[STAGES[1]].opened_on == date(2025, 12, 1)
    found = case(contact=date(2026, 6, 1), recommended=RECOMMENDED, ended=date(2026, 5, 1))
    assert found[TOTAL].stopped_on == date(2026, 6, 1)


a_day = st.dates(min_value=date(2024, 1, 1), max_value=date(2026, 12, 31))
some_day = st.none() | a_day


@given(a_day, some_day, some_day, some_day, st.booleans(), some_day, some_day)
def test_whatever_the_dates_clocks_stop_after_they_open_and_say_why(
    contact: date,
    recommended: date | None,
    applied: date | None,
    decided: date | None,
    approved: bool,
    completed: date | None,
    ended: date | None,
) -> None:
    found = case(
        contact=contact,
        recommended=recommended,
        applied=applied,
        decided=decided,
        approved=approved,
        completed=completed,
        ended=ended,
    )
    for clock in found.values():
        assert (clock.stopped_on is None) == (clock.stopped_why == "")
        assert clock.stopped_on is None or clock.stopped_on >= clock.opened_on
    assert found[TOTAL].opened_on == contact
    assert ("decide" in found) == (applied is not None)
    assert ("finish" in found) == (STAGES[3] in found) == (approved and decided is not None)
    if applied is not None:
        assert found["decide"].promised_on == decide_by(applied_on=applied)
    if approved and decided is not None:
        assert found["finish"].promised_on == finish_by(approved_on=decided)
    if ended is not None or completed is not None:
        assert running(found) == {}
    assert len(set(running(found)) & set(STAGES)) <= 1
