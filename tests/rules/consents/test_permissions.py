"""Consents: which pre-permission clears the gate, and why the others do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.consents.permissions import Home, Permission, match_permission
from rules.consents.tenure import certificates_needed, consent_needed

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
HOME = Home(postcode="CV22 5AA", uprn="000100200300")
PERMISSION = Permission(
    id=7,
    provider="ORBIT",
    work_types=frozenset({"stairlift", "level_access_shower"}),
    value_cap_pence=800_000,
    conditions="Photographs before and after",
    valid_from=date(2025, 4, 1),
    valid_to=date(2026, 3, 31),
    response_days=20,
    silence="officer_decides",
)


def match(
    *permissions: Permission,
    value_pence: int | None = 500_000,
    on: date = TODAY,
    home: Home = HOME,
) -> tuple[Permission | None, tuple[str, ...]]:
    return match_permission(
        permissions=permissions,
        provider="ORBIT",
        work_type="stairlift",
        value_pence=value_pence,
        home=home,
        on=on,
    )


def test_a_permission_that_covers_the_works_matches_without_reasons() -> None:
    assert match(PERMISSION) == (PERMISSION, ())


def test_the_cap_and_both_dates_are_included() -> None:
    assert match(PERMISSION, value_pence=800_000)[0] == PERMISSION
    assert match(PERMISSION, on=PERMISSION.valid_from)[0] == PERMISSION
    assert match(PERMISSION, on=PERMISSION.valid_to)[0] == PERMISSION


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"provider": "CITIZEN"}, "Permission 7 is CITIZEN's, not ORBIT's."),
        ({"work_types": frozenset({"ramp"})}, "Permission 7 does not cover stairlift."),
        ({"work_types": frozenset()}, "Permission 7 does not cover stairlift."),
        ({"valid_from": TODAY + DAY}, "Permission 7 is not in force until 3 March 2026."),
        ({"valid_to": TODAY - DAY}, "Permission 7 ended on 1 March 2026."),
        ({"left_out": ("CV22",)}, "Permission 7 leaves out CV22."),
        (
            {"agreement": "Adaptations 2026", "clause": "4.2", "left_out": ("CV", "CV22 5AA")},
            "Permission 7 (Adaptations 2026, clause 4.2) leaves out CV and CV22 5AA.",
        ),
        ({"left_out": ("000100200300",)}, "Permission 7 leaves out 000100200300."),
        (
            {"value_cap_pence": 499_999},
            "Permission 7 covers works up to £4,999.99, not £5,000.00.",
        ),
    ],
)
def test_each_obstacle_is_said(changes: dict[str, Any], reason: str) -> None:
    assert match(replace(PERMISSION, **changes)) == (None, (reason,))


def test_a_capped_permission_waits_for_the_value_and_an_uncapped_one_does_not() -> None:
    permission, reasons = match(PERMISSION, value_pence=None)
    assert permission is None
    assert "the value is not yet known" in reasons[0]
    uncapped = replace(PERMISSION, value_cap_pence=None)
    assert match(uncapped, value_pence=None) == (uncapped, ())


def test_homes_elsewhere_are_not_left_out() -> None:
    elsewhere = replace(PERMISSION, left_out=("CV2", "CV22 5AB", "CV21", "000100200301"))
    assert match(elsewhere) == (elsewhere, ())


def test_a_home_without_a_uprn_may_be_one_that_is_left_out() -> None:
    unknown = Home(postcode="CV22 5AA")
    _, (reason,) = match(replace(PERMISSION, left_out=("000100200301",)), home=unknown)
    assert reason.endswith("leaves out homes by their UPRN, and this home’s is not on record.")


def test_it_is_cited_by_number_name_and_clause() -> None:
    assert PERMISSION.cited == "agreement 7"
    named = replace(PERMISSION, agreement="Adaptations 2026", clause="4.2")
    assert named.cited == "agreement 7 (Adaptations 2026), clause 4.2"


def test_a_cap_of_nothing_covers_nothing() -> None:
    assert match(replace(PERMISSION, value_cap_pence=0), value_pence=1)[0] is None


def test_all_obstacles_of_a_permission_are_in_one_sentence() -> None:
    worst = replace(
        PERMISSION, provider="X", work_types=frozenset(), valid_to=TODAY - DAY, value_cap_pence=1
    )
    _, (reason,) = match(worst)
    assert reason.count(";") == 3


def test_every_permission_says_why_in_order_of_number() -> None:
    other = replace(PERMISSION, id=3, provider="CITIZEN")
    ended = replace(PERMISSION, id=5, valid_to=TODAY - DAY)
    _, reasons = match(ended, other)
    assert [reason.split()[1] for reason in reasons] == ["3", "5"]


def test_an_empty_register_says_so() -> None:
    assert match() == (None, ("No pre-permission of ORBIT is registered.",))


def test_the_best_match_has_no_cap_or_the_highest_then_lasts_longest_then_came_first() -> None:
    higher = replace(PERMISSION, id=9, value_cap_pence=900_000)
    uncapped = replace(PERMISSION, id=10, value_cap_pence=None, valid_to=TODAY)
    longer = replace(PERMISSION, id=8, valid_to=PERMISSION.valid_to + DAY)
    earlier = replace(PERMISSION, id=6)
    assert match(PERMISSION, higher, longer, uncapped)[0] == uncapped
    assert match(PERMISSION, longer, higher)[0] == higher
    assert match(PERMISSION, longer)[0] == longer
    assert match(PERMISSION, earlier)[0] == earlier


caps = st.none() | st.integers(min_value=0, max_value=1_000)
registers = st.lists(
    st.builds(
        Permission,
        id=st.integers(min_value=1, max_value=99),
        provider=st.sampled_from(["ORBIT", "CITIZEN"]),
        work_types=st.frozensets(st.sampled_from(["stairlift", "ramp"])),
        value_cap_pence=caps,
        conditions=st.just(""),
        valid_from=st.dates(min_value=TODAY - 5 * DAY, max_value=TODAY + DAY),
        valid_to=st.dates(min_value=TODAY - DAY, max_value=TODAY + 5 * DAY),
        response_days=st.none(),
        silence=st.just("refused"),
    ),
    max_size=6,
    unique_by=lambda permission: permission.id,
)


@given(registers, caps, st.randoms())
def test_a_match_always_covers_the_works_and_none_better_is_passed_over(
    register: list[Permission], value: int | None, random: Random
) -> None:
    def covers(permission: Permission) -> bool:
        cap = permission.value_cap_pence
        return (
            permission.provider == "ORBIT"
            and "stairlift" in permission.work_types
            and permission.valid_from <= TODAY <= permission.valid_to
            and (cap is None or (value is not None and value <= cap))
        )

    found, reasons = match(*register, value_pence=value)
    covering = [permission for permission in register if covers(permission)]
    assert (found is None) == (not covering)
    assert (reasons == ()) == bool(covering)
    if found is not None:
        assert found in covering
        for other in covering:
            assert found.value_cap_pence is None or (
                other.value_cap_pence is not None and other.value_cap_pence <= found.value_cap_pence
            )
    else:
        assert len(reasons) == max(1, len(register))
    assert match(*random.sample(register, len(register)), value_pence=value) == (found, reasons)


@pytest.mark.parametrize(
    ("tenure", "consent", "certificates"),
    [
        ("owner", False, ("owner",)),
        ("private_tenant", True, ("tenant", "landlord")),
        ("rp_tenant", True, ("tenant", "landlord")),
        ("council_tenant", True, ("tenant", "landlord")),
        ("licensee", True, ("tenant", "landlord")),
    ],
)
def test_what_each_tenure_asks_for(
    tenure: str, consent: bool, certificates: tuple[str, ...]
) -> None:
    assert consent_needed(tenure) is consent
    assert certificates_needed(tenure) == certificates


@pytest.mark.parametrize("tenure", ["", "Owner", "squatter"])
def test_an_unknown_tenure_is_refused(tenure: str) -> None:
    for ask in (consent_needed, certificates_needed):
        with pytest.raises(ValueError, match=r"is not a tenure\. Use one of owner, "):
            ask(tenure)
