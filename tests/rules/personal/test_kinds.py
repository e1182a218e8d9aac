"""How long what of a closed case is kept, and why some of it longer."""

from __future__ import annotations

from datetime import date

import pytest

from rules.personal.kinds import TO_RECOVER, Closed, Kind, due, parse_years

ENDED = date(2020, 3, 31)
CERTIFIED = date(2019, 3, 31)
SIX = parse_years("6")
OWNER = Closed(ENDED, "owner", 8_000_00, CERTIFIED)
SMALL = Closed(ENDED, "owner", 5_000_00, CERTIFIED)
TENANT = Closed(ENDED, "rp_tenant", 8_000_00, CERTIFIED)
NEVER_BUILT = Closed(ENDED, "owner", 8_000_00, None)


@pytest.mark.parametrize(
    ("case", "on", "stays"),
    [
        (OWNER, date(2026, 3, 31), TO_RECOVER),  # the charge of £3,000
        (OWNER, date(2029, 3, 30), TO_RECOVER),
        (OWNER, date(2029, 3, 31), set()),
        (SMALL, date(2026, 3, 31), {Kind.IDENTITY}),  # no charge; a later grant counts it
        (SMALL, date(2029, 3, 31), set()),
        (TENANT, date(2026, 3, 31), set()),
        (NEVER_BUILT, date(2026, 3, 31), set()),
    ],
)
def test_what_money_recovery_needs_stays_until_it_has_run_out(
    case: Closed, on: date, stays: set[Kind]
) -> None:
    found = due(case, years=SIX, on=on)
    assert found.keys() == set(Kind)
    assert {kind for kind, why in found.items() if why} == stays


def test_the_conditions_of_s44_run_five_years_also_where_a_setting_is_shorter() -> None:
    two = parse_years("2")
    found = due(TENANT, years=two, on=date(2022, 3, 31))
    assert found[Kind.DOCUMENTS] == "the grant conditions run (s.44) until 31 March 2024"
    assert found[Kind.NOTES] == ""


def test_a_held_case_keeps_everything() -> None:
    held = Closed(ENDED, "rp_tenant", 0, None, held="held back (complaint)")
    assert set(due(held, years=SIX, on=date(2040, 1, 1)).values()) == {"held back (complaint)"}


def test_each_kind_has_its_own_years_and_none_goes_a_day_early() -> None:
    years = parse_years("6; access=1;notes = 3")
    assert due(NEVER_BUILT, years=years, on=date(2021, 3, 30)) == {}
    assert due(NEVER_BUILT, years=years, on=date(2021, 3, 31)) == {Kind.ACCESS: ""}
    assert due(NEVER_BUILT, years=years, on=date(2023, 3, 31)).keys() == {Kind.NOTES, Kind.ACCESS}


@pytest.mark.parametrize("text", ["", "0", "101", "six", "6;cake=1", "6;notes", "6;notes=0"])
def test_what_is_no_number_of_years_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"literal|valid Kind|^(0|101)$"):
        parse_years(text)
