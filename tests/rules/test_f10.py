"""Whether HSE must be told of works: the sums of CDM 2015, reg 6, at and beside their limits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules.f10 import DAY_MINUTES, Labour, notifiable, who_tells


@pytest.mark.parametrize(
    ("person_days", "working_days", "at_once", "needed"),
    [
        ("500", 30, None, False),
        ("500.01", 1, None, True),
        ("500.01", 31, 1, True),
        ("400", 30, 40, False),  # 30 days are not over 30
        ("400", 31, 20, False),  # 20 people are not over 20
        ("400", 31, 21, True),
        ("400", 31, None, None),  # who knows
        ("20", 31, None, False),  # 21 people at once are 21 person-days
        ("20.5", 31, None, None),
        ("0", 1, None, False),
    ],
)
def test_works_are_notifiable_over_either_limit(
    person_days: str, working_days: int, at_once: int | None, needed: bool | None
) -> None:
    labour = Labour(Decimal(person_days) * DAY_MINUTES, (), working_days, at_once)
    assert notifiable(labour).needed is needed


def test_lines_without_minutes_leave_it_open_in_long_works_and_are_named() -> None:
    found = notifiable(Labour(Decimal(960), (2, 5), 41))
    assert found.needed is None
    assert found.words == (
        "960 standard minutes are 2 person-days of 8 hours (not over 500). The works have 41 "
        "working days (over 30), with nobody having said whether over 20 people are there at "
        "once. Lines 2 and 5 have no standard minutes."
    )
    assert notifiable(Labour(Decimal(960), (2,), 30)).needed is False


def test_a_householders_duty_falls_on_the_contractor_and_a_councils_on_the_council() -> None:
    assert who_tells("client").startswith("the contractor")
    assert who_tells("council_for_client").startswith("the contractor")
    assert who_tells("council") == "the council, as the client"
    assert who_tells("landlord") == "the landlord, as the client"
