"""Thresholds of 2026–27 and the standstill of a council's own contract (domain §10.6)."""

from __future__ import annotations

from datetime import date

import pytest

from rules.clocks.workdays import calendar
from rules.tenders.procurement import standstill_ends, threshold_pence

MONDAY, SATURDAY = date(2026, 8, 24), date(2026, 8, 22)
CALENDAR = calendar(closed=[date(2026, 8, 31)], first_year=2026, last_year=2028)


def ends(
    party: str = "council",
    *,
    framework: bool = False,
    goods: bool = False,
    pence: int = 519_300_000,
    told_on: date = MONDAY,
) -> date | None:
    return standstill_ends(
        party=party,
        framework=framework,
        goods=goods,
        total_pence=pence,
        told_on=told_on,
        add=CALENDAR.add,
    )


def test_the_thresholds_are_those_of_2026_and_2027_with_vat() -> None:
    for day in (date(2026, 1, 1), date(2027, 12, 31), date(2030, 1, 1)):
        assert threshold_pence(goods=False, on=day) == 519_300_000
        assert threshold_pence(goods=True, on=day) == 20_772_000


def test_eight_working_days_begin_with_the_day_that_bidders_are_told() -> None:
    assert ends() == date(2026, 9, 3), "the bank holiday of 31 August is none of the eight"
    assert ends(told_on=SATURDAY) == date(2026, 9, 3), "a Saturday is none either"


@pytest.mark.parametrize(
    ("goods", "pence", "stands"),
    [
        (False, 519_299_999, False),
        (False, 519_300_000, True),
        (True, 20_771_999, False),
        (True, 20_772_000, True),
        (False, 20_772_000, False),
    ],
)
def test_it_holds_from_the_threshold_on_to_the_penny(
    *, goods: bool, pence: int, stands: bool
) -> None:
    assert (ends(goods=goods, pence=pence) is not None) is stands


def test_a_framework_has_none_and_neither_has_anybody_else_s_contract() -> None:
    assert ends(framework=True) is None
    assert [ends(party) for party in ("client", "council_for_client", "landlord")] == [None] * 3
