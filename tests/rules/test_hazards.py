"""Awaab's law: what a social landlord owes of a hazard, and by when (domain §10.7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks.clock_names import CLOCKS, HAZARD_CLOCKS
from rules.clocks.targets import DEFAULTS
from rules.clocks.workdays import calendar
from rules.hazards import COUNTED, Did, owed, why_no_clocks
from rules.parties import Party

THURSDAY = date(2026, 12, 24)
CALENDAR = calendar(
    closed=[date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)],
    first_year=2026,
    last_year=2028,
)
DAYS = {one.clock: one.days for one in DEFAULTS if one.clock in HAZARD_CLOCKS}


def due(did: dict[str, date] | None = None, *, emergency: bool = False) -> dict[str, date]:
    said = {Did(name): day for name, day in (did or {}).items()}
    return owed(emergency=emergency, aware_on=THURSDAY, did=said, calendar=CALENDAR, days=DAYS)


def test_the_times_are_those_of_the_regulations_and_say_whom_they_bind() -> None:
    assert dict(zip(COUNTED, (10, 3, 5, 5), strict=True)) == DAYS
    assert {CLOCKS[name].holder for name in HAZARD_CLOCKS} == {Party.LANDLORD}
    assert {CLOCKS[name].pauses for name in HAZARD_CLOCKS} == {False}
    sources = {one.source for one in DEFAULTS if one.clock in HAZARD_CLOCKS}
    assert sources == {"SI 2025/1042: binds the social landlord; Handrail asks"}


def test_an_emergency_has_24_hours_and_another_hazard_ten_working_days() -> None:
    assert due(emergency=True) == {"make_emergency_safe": date(2026, 12, 25)}
    assert due() == {"investigate_hazard": date(2027, 1, 12)}


def test_from_the_investigation_run_summary_safety_and_works() -> None:
    looked = date(2027, 1, 4)
    assert due({"investigated": looked}) == {
        "summarise_hazard": date(2027, 1, 7),
        "make_hazard_safe": date(2027, 1, 11),
        "begin_hazard_works": date(2027, 1, 11),
        "begin_hazard_works_at_last": looked + timedelta(weeks=12),
    }
    assert due({"found_no_hazard": looked}).keys() == {"summarise_hazard"}
    assert "make_hazard_safe" not in due({"investigated": looked}, emergency=True)
    assert due({"found_no_hazard": looked}, emergency=True).keys() == {"summarise_hazard"}


@pytest.mark.parametrize(
    ("did", "ends"),
    [
        ("gave_summary", {"summarise_hazard"}),
        ("made_safe", {"make_hazard_safe"}),
        ("cannot_begin_yet", {"begin_hazard_works"}),
        ("began_works", {"begin_hazard_works", "begin_hazard_works_at_last"}),
        ("needs_no_works", {"begin_hazard_works", "begin_hazard_works_at_last"}),
    ],
)
def test_each_answer_ends_what_it_answers(did: str, ends: set[str]) -> None:
    looked = date(2027, 1, 4)
    before = due({"investigated": looked})
    assert before.keys() - due({"investigated": looked, did: looked}).keys() == ends


@given(did=st.dictionaries(st.sampled_from(Did), st.dates(THURSDAY, date(2027, 6, 1))))
def test_an_answer_never_begins_what_was_over_but_an_investigation(did: dict[Did, date]) -> None:
    for emergency in (False, True):
        last = {
            one: owed(
                emergency=emergency,
                aware_on=THURSDAY,
                did={name: day for name, day in did.items() if name is not one},
                calendar=CALENDAR,
                days=DAYS,
            ).keys()
            for one in did
            if one not in {Did.INVESTIGATED, Did.FOUND_NO_HAZARD}
        }
        now = owed(
            emergency=emergency, aware_on=THURSDAY, did=did, calendar=CALENDAR, days=DAYS
        ).keys()
        assert all(now <= before for before in last.values())
        assert not (Did.RECORDED_IN_ERROR in did and now)


@pytest.mark.parametrize(
    ("tenure", "tenancy", "binds"),
    [
        ("rp_tenant", None, True),
        ("council_tenant", "secure", True),
        ("rp_tenant", "long_lease", False),
        ("private_tenant", "assured", False),
        ("owner", None, False),
        ("licensee", "licence", False),
    ],
)
def test_it_binds_social_landlords_of_tenants_alone(
    tenure: str, tenancy: str | None, binds: bool
) -> None:
    said = why_no_clocks(tenure, tenancy)
    assert (said == "") is binds
    assert binds or "No clock runs" in said
