"""Whose wait it was, against a model that goes through the calendar day by day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks.pauses import PausedTime
from rules.clocks.waits import (
    BEFORE_STEPS,
    BETWEEN_STEPS,
    RECOMMENDATION,
    Held,
    Opening,
    OwnedPause,
    Stretch,
    Totals,
    WaitDates,
    attribute,
    by_party,
    totals,
)
from rules.clocks.workdays import Calendar, calendar
from rules.parties import Party, party_of
from rules.pathway import PATHWAY, StepName

YEAR: Calendar = calendar(
    closed=[date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 25)],
    first_year=2025,
    last_year=2027,
)
OWNERS = ("technical officer", "landlord", "applicant", "contractor", "approving officer")
DAYS = st.integers(0, 75).map(lambda n: date(2026, 3, 28) + timedelta(days=n))


def may(day: int) -> date:
    return date(2026, 5, day)


def opening(
    step: StepName,
    opened: int,
    closed: int | None,
    *held: tuple[str, int],
    due: int | None = None,
) -> Opening:
    owner = PATHWAY[step].owner
    return Opening(
        step,
        1,
        may(opened),
        None if closed is None else may(closed),
        None if due is None else may(due),
        tuple(Held(who, may(since)) for who, since in (held or [(owner, opened)])),
    )


def paused(number: int, owner: Party, first: int, last: int | None) -> OwnedPause:
    ended = None if last is None else may(last)
    return OwnedPause(number, owner, "hospital", PausedTime(may(first), ended))


def told(found: tuple[Stretch, ...]) -> list[tuple[int, int, str, str]]:
    return [(part.first.day, part.last.day, part.owner, part.what) for part in found]


DATES = WaitDates(may(1), may(5), may(20), None)


def test_a_wait_is_told_from_contact_to_today_without_gap_or_overlap() -> None:
    found = attribute(
        dates=DATES,
        openings=[
            opening(StepName.SPECIFY, 7, 12),
            opening(StepName.CONSENT, 12, 21),
            opening(StepName.PRICE, 12, 14),
            opening(StepName.APPROVE, 23, None),
        ],
        pauses=[paused(1, Party.CLIENT, 16, 18)],
        calendar=YEAR,
        today=may(29),
    )
    assert told(found) == [
        (2, 5, "assessor", RECOMMENDATION),
        (6, 7, "council", BEFORE_STEPS),
        (8, 12, "technical officer", "specify the works"),
        (13, 15, "landlord", "landlord's consent"),
        (16, 18, "client", "pause 1: hospital"),
        (19, 21, "landlord", "landlord's consent"),
        (22, 23, "council", BETWEEN_STEPS),
        (24, 29, "approving officer", "approve the grant"),
    ]
    assert [part.party for part in found[2:5]] == [Party.COUNCIL, Party.LANDLORD, Party.CLIENT]
    assert found[3].step is StepName.CONSENT
    assert found[4].step is None
    assert [part.working_days for part in found] == [1, 2, 3, 3, 1, 3, 1, 4]


def test_of_steps_side_by_side_the_one_closed_last_has_the_days() -> None:
    side_by_side = [opening(StepName.CONSENT, 5, 9), opening(StepName.CERTIFICATES, 5, 12)]
    found = attribute(dates=DATES, openings=side_by_side, pauses=[], calendar=YEAR, today=may(12))
    assert told(found)[1:] == [(6, 12, "applicant", "owner's and tenant's certificates")]
    still_open = [opening(StepName.CONSENT, 5, None), opening(StepName.CERTIFICATES, 5, 12)]
    found = attribute(dates=DATES, openings=still_open, pauses=[], calendar=YEAR, today=may(12))
    assert told(found)[1:] == [(6, 12, "landlord", "landlord's consent")]


@pytest.mark.parametrize(
    ("consent_due", "certificates_due", "whose"),
    [(20, 18, "applicant"), (18, 20, "landlord"), (18, 18, "landlord"), (None, 30, "applicant")],
)
def test_where_two_were_closed_together_the_one_due_first_has_the_days(
    consent_due: int | None, certificates_due: int | None, whose: str
) -> None:
    for closed in (12, None):
        found = attribute(
            dates=DATES,
            openings=[
                opening(StepName.CERTIFICATES, 5, closed, due=certificates_due),
                opening(StepName.CONSENT, 5, closed, due=consent_due),
            ],
            pauses=[],
            calendar=YEAR,
            today=may(12),
        )
        assert [part.owner for part in found] == ["assessor", whose]


def test_a_day_of_handing_over_is_still_with_whoever_had_it_that_morning() -> None:
    handed = opening(StepName.CONSENT, 5, 20, ("landlord", 5), ("technical officer", 11))
    found = attribute(dates=DATES, openings=[handed], pauses=[], calendar=YEAR, today=may(20))
    assert told(found)[1:] == [
        (6, 11, "landlord", "landlord's consent"),
        (12, 20, "technical officer", "landlord's consent"),
    ]
    assert [part.days for part in found] == [4, 6, 9]


def test_of_two_pauses_over_one_day_the_first_to_start_has_it() -> None:
    both = [paused(1, Party.CLIENT, 10, 14), paused(2, Party.LANDLORD, 8, 11)]
    found = attribute(dates=DATES, openings=[], pauses=both, calendar=YEAR, today=may(16))
    assert [(part.first.day, part.last.day, part.party) for part in found[2:4]] == [
        (8, 11, Party.LANDLORD),
        (12, 14, Party.CLIENT),
    ]


def test_a_pause_under_way_has_every_day_to_today() -> None:
    found = attribute(
        dates=DATES,
        openings=[],
        pauses=[paused(1, Party.CLIENT, 10, None)],
        calendar=YEAR,
        today=may(16),
    )
    assert told(found)[-1] == (10, 16, "client", "pause 1: hospital")


@pytest.mark.parametrize(
    ("applied", "closed", "until"), [(20, 12, 12), (9, 12, 9), (None, 12, 12), (None, None, 31)]
)
def test_a_recommendation_that_is_not_recorded_was_made_by_what_came_after_it(
    applied: int | None, closed: int | None, until: int
) -> None:
    dates = WaitDates(may(1), None, None if applied is None else may(applied), None)
    found = attribute(
        dates=dates,
        openings=[opening(StepName.SPECIFY, 3, closed)],
        pauses=[],
        calendar=YEAR,
        today=may(31),
    )
    assert told(found)[0] == (2, until, "assessor", RECOMMENDATION)


@pytest.mark.parametrize("today", [may(1), date(2026, 4, 1)])
def test_on_the_day_of_contact_nobody_has_waited(today: date) -> None:
    assert attribute(dates=DATES, openings=[], pauses=[], calendar=YEAR, today=today) == ()
    found = totals(dates=DATES, pauses=(), calendar=YEAR, today=today)
    assert (found.days, found.working_days, found.controllable_days) == (0, 0, 0)
    assert "has waited 0 days since 1 May 2026 (0 working days)." in found.sentence()


def test_the_wait_ends_with_the_works() -> None:
    dates = WaitDates(may(1), may(1), None, may(8))
    found = totals(dates=dates, pauses=(PausedTime(may(6), may(6)),), calendar=YEAR, today=may(20))
    assert found == Totals(may(1), may(8), True, 7, 4, 3)  # the 4th is a bank holiday
    assert found.sentence() == (
        "The client waited 7 days from 1 May 2026 to 8 May 2026 (4 working days). "
        "Our controllable time was 3 working days: those outside every pause."
    )


# ---- against the calendar, day by day


@st.composite
def openings(draw: st.DrawFn) -> list[Opening]:
    found: list[Opening] = []
    for step in draw(st.lists(st.sampled_from(StepName), max_size=6)):
        opened = draw(DAYS)
        held = [Held(draw(st.sampled_from(OWNERS)), opened)]
        for days in draw(st.lists(st.integers(0, 20), max_size=3)):
            last = held[-1].since + timedelta(days=days)
            held.append(Held(draw(st.sampled_from(OWNERS)), last))
        length = draw(st.none() | st.integers(0, 40))
        closed = None if length is None else held[-1].since + timedelta(days=length)
        due = draw(st.none() | DAYS)
        found.append(Opening(step, len(found), opened, closed, due, tuple(held)))
    return found


@st.composite
def pauses(draw: st.DrawFn) -> list[OwnedPause]:
    found = []
    for number in range(draw(st.integers(0, 4))):
        start = draw(DAYS)
        length = draw(st.none() | st.integers(0, 20))
        ended = None if length is None else start + timedelta(days=length)
        owner = draw(st.sampled_from(Party))
        found.append(OwnedPause(number, owner, "other", PausedTime(start, ended)))
    return found


WAITS = st.builds(
    WaitDates,
    contact_on=DAYS,
    recommended_on=st.none() | DAYS,
    applied_on=st.none() | DAYS,
    ended_on=st.none() | DAYS,
)


def party_on(day: date, dates: WaitDates, steps: list[Opening], stopped: list[OwnedPause]) -> Party:
    """Return whose a day was, as an officer with a calendar would say."""
    covering = [
        pause
        for pause in stopped
        if pause.time.started_on <= day and day <= (pause.time.ended_on or date.max)
    ]
    if covering:
        return min(covering, key=lambda pause: (pause.time.started_on, pause.number)).owner
    made = dates.recommended_on
    if made is None:
        after = [step.closed_on for step in steps if step.closed_on] + [
            applied for applied in [dates.applied_on] if applied
        ]
        made = min(after) if after else None
    if made is None or day <= made:
        return Party.ASSESSOR
    yesterday = day - timedelta(days=1)
    still = [
        step for step in steps if step.opened_on <= yesterday and (step.closed_on or day) >= day
    ]
    if not still:
        return Party.COUNCIL
    last = max(step.closed_on or date.max for step in still)
    tied = [step for step in still if (step.closed_on or date.max) == last]
    earliest = min(step.due_on or date.max for step in tied)
    tied = [step for step in tied if (step.due_on or date.max) == earliest]
    order = list(StepName)
    chosen = min(tied, key=lambda step: (order.index(step.step), step.revision))
    return party_of([held.owner for held in chosen.held if held.since <= yesterday][-1])


@given(dates=WAITS, steps=openings(), stopped=pauses(), today=DAYS)
def test_every_day_is_exactly_one_partys_and_the_parts_add_up_to_the_wait(
    dates: WaitDates, steps: list[Opening], stopped: list[OwnedPause], today: date
) -> None:
    found = attribute(dates=dates, openings=steps, pauses=stopped, calendar=YEAR, today=today)
    total = totals(
        dates=dates, pauses=[pause.time for pause in stopped], calendar=YEAR, today=today
    )
    days = [dates.contact_on + timedelta(days=n + 1) for n in range(total.days)]
    said = [
        (part.first + timedelta(days=n), part.party) for part in found for n in range(part.days)
    ]
    assert said == [(day, party_on(day, dates, steps, stopped)) for day in days]
    shares = by_party(found)
    assert list(shares) == list(Party)
    assert {party: share.days for party, share in shares.items() if share.days} == Counter(
        party for _, party in said
    )
    assert sum(share.working_days for share in shares.values()) == total.working_days
    for one, next_one in pairwise(found):
        assert next_one.first == one.last + timedelta(days=1)
        assert (one.party, one.owner, one.what) != (next_one.party, next_one.owner, next_one.what)


@given(dates=WAITS, stopped=pauses(), today=DAYS)
def test_controllable_time_is_the_working_days_that_no_pause_covers(
    dates: WaitDates, stopped: list[OwnedPause], today: date
) -> None:
    times = [pause.time for pause in stopped]
    found = totals(dates=dates, pauses=times, calendar=YEAR, today=today)
    counted = [
        day
        for day in (dates.contact_on + timedelta(days=n) for n in range(found.days + 1))
        if YEAR.is_working(day) and not any(time.covers(day) for time in times)
    ]
    assert found.controllable_days == max(0, len(counted) - 1)  # the first of them is day 0
    assert found.controllable_days <= found.working_days <= found.days


@given(dates=WAITS, stopped=pauses(), today=DAYS)
def test_a_pause_never_shortens_the_clients_real_wait(
    dates: WaitDates, stopped: list[OwnedPause], today: date
) -> None:
    with_pauses = totals(
        dates=dates, pauses=[pause.time for pause in stopped], calendar=YEAR, today=today
    )
    without = totals(dates=dates, pauses=(), calendar=YEAR, today=today)
    assert (with_pauses.days, with_pauses.working_days) == (without.days, without.working_days)
    assert without.controllable_days == without.working_days
