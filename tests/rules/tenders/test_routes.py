"""Routes: bespoke works compete, a package with a price is used, the rest is called off."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import InvalidWorksError
from rules.pricing.works import WorksLine
from rules.tenders.routes import (
    Route,
    RouteChoice,
    RouteFacts,
    against_the_rule,
    choose_route,
    problems_with_route,
)

CODES = ("A", "B", "C")
Baskets = Mapping[str, Mapping[str, Decimal]]

PACKAGES: Baskets = {
    "LAS-2": {"A": Decimal(1), "B": Decimal(4)},
    "LAS-1": {"A": Decimal(1), "B": Decimal(3)},
    "LAS-3": {"A": Decimal(1), "B": Decimal(3), "C": Decimal(1)},
}


def work(line: int, code: str | None, quantity: str = "1") -> WorksLine:
    return WorksLine(
        line=line,
        code=code,
        description=f"Works {line}",
        quantity=Decimal(quantity),
        unit="item",
        rate=Decimal(10),
        vat_reliefs=frozenset(),
    )


def choose(
    lines: list[WorksLine],
    *,
    packages: Baskets = PACKAGES,
    lot_in_force: bool = True,
    priced_packages: frozenset[str] = frozenset(PACKAGES),
    award_rule: str | None = "rotation",
    made_from: str = "",
) -> RouteChoice:
    return choose_route(
        RouteFacts(
            work_type="level_access_shower",
            lines=lines,
            packages=packages,
            lot="SHOWERS" if lot_in_force else None,
            priced_packages=priced_packages,
            award_rule=award_rule,
            made_from=made_from,
        )
    )


def test_works_like_a_package_are_pre_priced() -> None:
    choice = choose([work(1, "A"), work(2, "B", "3")])
    assert (choice.route, choice.package) == (Route.PRE_PRICED, "LAS-1")
    assert "in the same quantities" in choice.reasons[0]
    assert "LAS-1 is held in a lot in force" in choice.reasons[1]


def test_the_package_with_the_fewest_differing_quantities_is_chosen() -> None:
    assert choose([work(1, "A"), work(2, "B", "4")]).package == "LAS-2"
    assert choose([work(1, "A", "2"), work(2, "B", "4")]).package == "LAS-2"


def test_equally_near_packages_are_chosen_by_code() -> None:
    choice = choose([work(1, "A"), work(2, "B", "9")])
    assert choice.package == "LAS-1"
    assert "1 item differs in quantity" in choice.reasons[0]
    assert "2 items differ in quantity" in choose([work(1, "A", "7"), work(2, "B")]).reasons[0]


def test_the_nearest_package_without_a_price_gives_way_to_one_with() -> None:
    choice = choose([work(1, "A"), work(2, "B", "4")], priced_packages=frozenset({"LAS-1"}))
    assert (choice.route, choice.package) == (Route.PRE_PRICED, "LAS-1")


def test_one_item_in_two_places_is_one_quantity() -> None:
    choice = choose([work(1, "B", "1"), work(2, "A"), work(3, "B", "2")])
    assert choice.package == "LAS-1"
    assert "in the same quantities" in choice.reasons[0]


def test_one_bespoke_line_sends_all_to_quotes_and_is_named() -> None:
    choice = choose([work(1, "A"), work(2, None), work(3, None)])
    assert (choice.route, choice.package) == (Route.QUOTES, None)
    assert [reason.split(":")[0] for reason in choice.reasons] == [
        "Line 2 (Works 2) is bespoke",
        "Line 3 (Works 3) is bespoke",
    ]


def test_a_lot_that_competes_sends_even_a_package_to_quotes() -> None:
    choice = choose([work(1, "A"), work(2, "B", "3")], award_rule="mini_competition")
    assert choice.route is Route.QUOTES
    assert choice.reasons == ("The lot awards by mini-competition.",)


def test_every_reason_for_quotes_is_given() -> None:
    choice = choose([work(1, None)], award_rule="mini_competition")
    assert len(choice.reasons) == 2


@pytest.mark.parametrize(
    ("lines", "changes", "words"),
    [
        ([work(1, "A")], {}, "No package for level access shower has exactly the items"),
        ([work(1, "A"), work(2, "B"), work(3, "Z")], {}, "No package"),
        ([work(1, "A")], {"packages": {}}, "No package"),
        (
            [work(1, "A"), work(2, "B", "3")],
            {"lot_in_force": False, "award_rule": None},
            "packages LAS-1, LAS-2, but no lot is in force",
        ),
        (
            [work(1, "A"), work(2, "B", "3"), work(3, "C")],
            {"priced_packages": frozenset({"LAS-1"})},
            "package LAS-3, but the lot holds no price",
        ),
    ],
)
def test_scheduled_works_without_a_priced_package_are_called_off(
    lines: list[WorksLine], changes: dict[str, Any], words: str
) -> None:
    choice = choose(lines, **changes)
    assert (choice.route, choice.package) == (Route.CALL_OFF, None)
    assert choice.reasons[0] == "Every line of the works is in a schedule of rates."
    assert words in choice.reasons[1]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            [work(1, "A", "2"), work(2, "X"), work(3, "Y")],
            "LAS-1, with 2 items added, 1 item omitted and 1 item changed in quantity.",
        ),
        ([work(1, "A"), work(2, "B", "3"), work(3, "C")], "LAS-1, with 1 item added."),
        ([work(1, "A")], "LAS-1, with 1 item omitted."),
        ([work(1, "A"), work(2, "B", "3")], "LAS-1 and are as it has them."),
        ([work(1, "Z")], "LAS-1, with 1 item added and 2 items omitted."),
    ],
)
def test_works_made_from_a_package_stay_with_it_whatever_is_added_or_omitted(
    lines: list[WorksLine], words: str
) -> None:
    choice = choose(lines, made_from="LAS-1")
    assert (choice.route, choice.package) == (Route.PRE_PRICED, "LAS-1")
    assert choice.reasons[0] == f"The works were made from package {words}"


def test_works_made_from_a_package_without_a_price_go_as_others_do() -> None:
    lines = [work(1, "A"), work(2, "B", "3")]
    without = frozenset({"LAS-2"})
    assert choose(lines, made_from="LAS-1", priced_packages=without).package == "LAS-2"
    choice = choose([work(1, "A")], made_from="LAS-1", priced_packages=frozenset())
    assert choice.route is Route.CALL_OFF
    assert choice.reasons[1] == (
        "The works were made from package LAS-1, but the lot holds no price for it."
    )
    bespoke = choose([work(1, "A"), work(2, None)], made_from="LAS-1")
    assert bespoke.route is Route.QUOTES


# ---- an officer's choice


def problems(route: Route, package: str = "", **changes: Any) -> tuple[str, ...]:
    held: dict[str, Any] = {
        "work_type": "level_access_shower",
        "lines": [work(1, "A"), work(2, "B", "3")],
        "packages": PACKAGES,
        "package_fault": "",
        "priced_packages": frozenset(PACKAGES),
        "lot": "SHOWERS",
        "award_rule": "rotation",
    }
    held |= changes
    fault = held.pop("package_fault")
    facts = RouteFacts(**held)
    return problems_with_route(facts, route=route, package=package, package_fault=fault)


def test_quotes_can_always_be_chosen() -> None:
    assert problems(Route.QUOTES, lines=[work(1, None)], lot=None, award_rule=None) == ()


@pytest.mark.parametrize("route", [Route.CALL_OFF, Route.PRE_PRICED])
def test_only_works_of_the_schedule_in_a_lot_with_a_rule_can_be_priced_without_quotes(
    route: Route,
) -> None:
    package = "LAS-1" if route is Route.PRE_PRICED else ""
    assert problems(route, package) == ()
    assert problems(route, package, lines=[work(1, "A"), work(2, None)], lot=None) == (
        "Line 2 (Works 2) is bespoke; only quotes price it.",
        "No lot in force covers the works.",
    )
    assert problems(route, package, award_rule="mini_competition") == (
        "Lot SHOWERS awards by mini-competition only.",
    )


def test_a_package_chosen_must_be_there_with_its_items_and_a_price() -> None:
    assert problems(Route.PRE_PRICED, "GONE") == ("No package GONE is for such works.",)
    fault = "No schedule in force on 1 June 2026 has B of package LAS-2."
    assert problems(
        Route.PRE_PRICED, "LAS-2", package_fault=fault, priced_packages=frozenset({"LAS-1"})
    ) == ("Nobody in lot SHOWERS holds a pre-tendered price for package LAS-2.", fault)


def test_an_officer_s_choice_is_said_first_and_then_what_the_rule_gives() -> None:
    by_rule = choose([work(1, "A")])
    chosen = "Tess Tyler chose so on 1 June 2026: quicker."
    choice = against_the_rule(route=Route.QUOTES, package="", chosen=chosen, by_rule=by_rule)
    assert (choice.route, choice.package) == (Route.QUOTES, None)
    assert choice.reasons == (
        chosen,
        "By the rule: by call-off from the schedule of rates.",
        *by_rule.reasons,
    )
    same = against_the_rule(route=Route.CALL_OFF, package="", chosen=chosen, by_rule=by_rule)
    assert same.reasons[1] == "By the rule it would be the same."
    package = against_the_rule(
        route=Route.PRE_PRICED, package="LAS-1", chosen=chosen, by_rule=by_rule
    )
    assert package.words == "at a pre-tendered price for package LAS-1"


def test_works_without_lines_have_no_route() -> None:
    with pytest.raises(InvalidWorksError, match="no lines"):
        choose([])


@given(
    st.lists(st.sampled_from([*CODES, None]), min_size=1, max_size=5),
    st.booleans(),
    st.frozensets(st.sampled_from(sorted(PACKAGES))),
    st.sampled_from([None, "rotation", "lowest_price", "ranked", "mini_competition"]),
    st.randoms(),
)
def test_the_route_is_always_one_with_reasons_whatever_the_order(
    codes: list[str | None],
    lot_in_force: bool,
    priced_packages: frozenset[str],
    award_rule: str | None,
    random: Random,
) -> None:
    lines = [work(number, code) for number, code in enumerate(codes, start=1)]
    options: dict[str, Any] = {
        "lot_in_force": lot_in_force,
        "priced_packages": priced_packages,
        "award_rule": award_rule,
    }
    choice = choose(lines, **options)
    assert choice.reasons
    assert all(reason.endswith(".") for reason in choice.reasons)
    assert (choice.route is Route.QUOTES) == (None in codes or award_rule == "mini_competition")
    if choice.route is Route.PRE_PRICED:
        assert lot_in_force
        assert choice.package in priced_packages
        assert PACKAGES[choice.package].keys() == set(codes)
    else:
        assert choice.package is None
    turned = {code: PACKAGES[code] for code in sorted(PACKAGES, reverse=True)}
    again = choose(random.sample(lines, len(lines)), packages=turned, **options)
    assert (again.route, again.package) == (choice.route, choice.package)
    assert set(again.reasons) == set(choice.reasons)


def test_routes_are_the_words_that_are_stored() -> None:
    assert [str(route) for route in Route] == ["pre_priced", "call_off", "quotes"]
