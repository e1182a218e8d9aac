"""The rules of aftercare: the life of a defect, what lapses, servicing dates, what is repayable."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from hypothesis import example, given
from hypothesis import strategies as st

from models.tables.aftercare import DOMAINS
from models.tables.aftercare import STATES as STATES_KEPT
from rules.aftercare.defects import OPEN, STATES, State, leading_to
from rules.aftercare.lapses import Aftercare, awaited, next_look, survey_lapses_on
from rules.aftercare.outcomes import WELL_BEING
from rules.aftercare.repayment import Account, conditions_until, repayable_pence
from rules.aftercare.servicing import Interval, remind_on, service_dates
from rules.clocks.dates import charge_until

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
LEAP = date(2028, 2, 29)


def test_every_state_is_kept_has_a_holder_or_is_over_and_an_open_one_has_a_way_out() -> None:
    assert STATES_KEPT.split() == [state.value for state in State]
    assert set(STATES) == set(State)
    assert DOMAINS.split() == list(WELL_BEING)
    for state, stage in STATES.items():
        assert bool(stage.holder) == (state in OPEN)
        assert not stage.holder or stage.to


def test_every_open_defect_can_come_to_an_end() -> None:
    over = frozenset(State) - OPEN
    while (more := leading_to(*over) - over) and not over >= frozenset(State):
        over |= more
    assert over == frozenset(State)


@given(DAYS, st.integers(1, 120), st.integers(1, 30))
@example(LEAP, 12, 5)
@example(date(2026, 8, 31), 6, 5)
def test_servicing_is_due_by_the_calendar_and_within_the_years(
    certified_on: date, months: int, years: int
) -> None:
    dates = service_dates(certified_on=certified_on, interval=Interval(months, years))
    assert list(dates) == sorted(set(dates))
    assert len(dates) == years * 12 // months
    for number, day in enumerate(dates, start=1):
        whole = certified_on.year * 12 + certified_on.month - 1 + number * months
        assert (day.year, day.month) == (whole // 12, whole % 12 + 1)
        assert day.day <= certified_on.day
        assert day.day == certified_on.day or (day + timedelta(days=1)).day == 1
        assert remind_on(day) < day
    if dates:
        assert dates[-1] <= certified_on + relativedelta(years=years)


def test_a_lift_certified_on_29_february_is_serviced_on_the_last_day_of_it() -> None:
    dates = service_dates(certified_on=LEAP, interval=Interval(12, 5))
    assert [str(day) for day in dates[:4]] == [
        *("2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29")
    ]


@given(DAYS, DAYS, st.integers(0, 10_000_00))
@example(LEAP, date(2038, 2, 28), 10_000_00)
@example(LEAP, date(2038, 3, 1), 10_000_00)
def test_the_charge_is_repayable_whole_for_ten_years_and_not_a_day_more(
    certified_on: date, disposed_on: date, charge: int
) -> None:
    most = repayable_pence(charge_pence=charge, certified_on=certified_on, disposed_on=disposed_on)
    last = charge_until(certified_on=certified_on)
    assert most == (charge if certified_on <= disposed_on <= last else 0)
    assert conditions_until(certified_on=certified_on) <= last


@given(st.integers(0, 10**6), st.lists(st.tuples(st.booleans(), st.integers(0, 10**6))))
def test_nothing_of_what_is_demanded_is_lost_or_made(
    demanded: int, moves: list[tuple[bool, int]]
) -> None:
    held = Account(demanded)
    for waives, asked in moves:
        pence = min(asked, held.open_pence)
        held = Account(
            demanded,
            held.waived_pence + (pence if waives else 0),
            held.received_pence + (0 if waives else pence),
        )
        assert held.open_pence >= 0
        assert held.waived_pence + held.received_pence + held.open_pence == demanded


END = date(2027, 6, 1)
KNOWN = Aftercare(END, (), answered=False, reminded_on=None, outcomes=False, charge="")


def said(known: Aftercare, on: date) -> list[str]:
    return [one.what for one in awaited(known, on=on)]


def test_what_nobody_has_to_answer_lapses_and_what_somebody_owes_does_not() -> None:
    assert said(KNOWN, END - timedelta(days=1)) == [
        *("end of the defects period", "the client’s survey", "the outcomes with the client")
    ]
    assert said(KNOWN, END) == ["the client’s survey"]
    reminded = Aftercare(
        END, (), answered=False, reminded_on=END, outcomes=False, charge="the charge registered"
    )
    lapses = survey_lapses_on(reminded_on=END)
    assert said(reminded, lapses - timedelta(days=1))[0] == "the client’s survey"
    assert said(reminded, lapses) == ["the charge registered"]
    assert next_look(reminded, on=END) == lapses
    assert next_look(reminded, on=lapses) is None
    owed = Aftercare(
        END,
        (("recall WO-1-R1 (disputed)", "technical officer"),),
        answered=True,
        reminded_on=None,
        outcomes=True,
        charge="",
        repayment="£1.00 to be repaid",
    )
    assert len(said(owed, date(2099, 1, 1))) == 2
