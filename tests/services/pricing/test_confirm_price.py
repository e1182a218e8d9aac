"""Decisions on the price: quantities, what a relief covers of a line, and hours."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import update

from models.database import writing
from models.tables.cases import WorksLine
from rules.errors import InvalidDecisionError
from rules.pathway import StepStatus
from services.pricing.works import ConfirmPrice
from tests.factories import act, bring, case_at, decide, go, refused
from tests.looking import rows, status_of
from tests.services.pricing.priced import last_facts, lines_of, prices


def as_held(url: str) -> list[tuple[Decimal, Decimal, bool]]:
    return [
        (row["quantity"], row["relief_percent"], row["out_of_hours"])
        for row in sorted(rows(url, WorksLine), key=lambda row: row["line"])
    ]


def test_what_is_found_otherwise_is_kept_with_what_was_before_and_priced_anew(url: str) -> None:
    reference = case_at(url, "price", route="call_off")
    decision = ConfirmPrice(
        quantities={1: Decimal("5.5"), 2: Decimal(2)},
        relief_percents={1: Decimal(60)},
        out_of_hours={2: True, 1: False},
    )
    decide(url, reference, decision)
    assert as_held(url) == [
        (Decimal("5.5"), Decimal(60), False),
        (Decimal(2), Decimal(100), True),
    ]
    assert last_facts(url)["changed"] == {
        "quantity": {"1": {"before": "4", "after": "5.5"}},
        "relief_percent": {"1": {"before": "100", "after": "60"}},
        "out_of_hours": {"2": {"before": False, "after": True}},
    }
    assert status_of(url, reference, "price") is StepStatus.READY
    go(reference)
    assert status_of(url, reference, "price") is StepStatus.DONE
    rail, light = lines_of(url, prices(url, "estimate")[-1])
    assert (rail["net_pence"], rail["vat_pence"], rail["vat_rate"]) == (
        24750,
        2723,
        Decimal("0.11"),
    )
    assert rail["vat_reason"].startswith("60 % of the line at reduced rate: ")
    assert rail["vat_reason"].endswith("; 40 % standard rated (apportioned).")
    assert light["steps"] == "out of hours (no uplift agreed)"


def test_a_line_goes_back_into_hours(sqlite_service: str) -> None:
    bring(
        sqlite_service,
        "lot_terms",
        "lot|out_of_hours|quote_days|price_weight|quality_criteria\nRAILS|25|10|100|",
    )
    reference = case_at(sqlite_service, "price", route="call_off")
    before = prices(sqlite_service, "estimate")[-1]["net_pence"]
    act(sqlite_service, reference, ConfirmPrice(out_of_hours={2: True}))
    after = prices(sqlite_service, "estimate")[-1]["net_pence"]
    assert (before, after) == (370_50, 180_00 + 238_13)


def reliefs_held(url: str) -> list[tuple[tuple[str, ...], Decimal]]:
    held = sorted(rows(url, WorksLine), key=lambda row: row["line"])
    return [(row["vat_reliefs"], row["relief_percent"]) for row in held]


def test_a_bespoke_line_is_found_to_qualify_for_a_relief_in_part(url: str) -> None:
    reference = case_at(url, "price", route="quotes")
    assert reliefs_held(url) == [((), Decimal(100)), ((), Decimal(100))]
    found = ConfirmPrice(
        reliefs={1: ("mobility_aid_60plus", "disabled_adaptation")},
        relief_percents={1: Decimal(60), 2: Decimal(50)},
    )
    decide(url, reference, found)
    both = ("disabled_adaptation", "mobility_aid_60plus")
    assert reliefs_held(url) == [(both, Decimal(60)), ((), Decimal(50))]
    assert last_facts(url)["changed"] == {
        "relief_percent": {
            "1": {"before": "100", "after": "60"},
            "2": {"before": "100", "after": "50"},
        },
        "vat_reliefs": {"1": {"before": [], "after": list(both)}},
    }
    assert status_of(url, reference, "price") is StepStatus.READY
    go(reference)
    assert status_of(url, reference, "price") is StepStatus.DONE
    assert prices(url, "estimate")[-1]["basis"]["unpriced_lines"] == [1]


def test_a_relief_that_is_taken_away_takes_its_share_along(url: str) -> None:
    reference = case_at(url, "price", route="quotes")
    line = {"vat_reliefs": ("disabled_adaptation",), "relief_percent": Decimal(60)}
    with writing(url) as conn:
        conn.execute(update(WorksLine).where(WorksLine.line == 1).values(line))
    decide(url, reference, ConfirmPrice(reliefs={1: ()}))
    assert reliefs_held(url)[0] == ((), Decimal(100))
    assert last_facts(url)["changed"] == {
        "relief_percent": {"1": {"before": "60", "after": "100"}},
        "vat_reliefs": {"1": {"before": ["disabled_adaptation"], "after": []}},
    }


def test_reliefs_that_are_as_they_were_confirm_the_price(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price", route="quotes")
    act(sqlite_service, reference, ConfirmPrice(reliefs={1: ()}))
    assert status_of(sqlite_service, reference, "price") is StepStatus.DONE
    assert len(prices(sqlite_service, "estimate")) == 1
    assert "changed" not in last_facts(sqlite_service)


def test_the_reliefs_of_a_schedule_s_line_are_refused(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price", route="quotes")
    decision = ConfirmPrice(reliefs={2: ("disabled_adaptation",), 1: ("mobility_aid_60plus",)})
    error = refused(sqlite_service, reference, decision, InvalidDecisionError)
    assert error.text() == (
        "No VAT relief can be recorded on line 2 of DFG-1: what has a code is priced from the "
        "schedule. The schedule says which reliefs its codes qualify for; an officer says it of "
        "bespoke lines. The bespoke lines are 1."
    )
    assert reliefs_held(sqlite_service) == [((), Decimal(100)), ((), Decimal(100))]


def test_wrong_reliefs_and_wrong_shares_are_refused_at_once(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price", route="call_off")
    decision = ConfirmPrice(reliefs={1: (), 2: ()}, relief_percents={2: Decimal(50)})
    error = refused(sqlite_service, reference, decision, InvalidDecisionError)
    assert "on line 1, 2 of DFG-1: what has a code" in error.what
    assert "No VAT relief covers line 2 of DFG-1" in error.what
    assert error.next_step == "No line is bespoke. The lines with a relief are 1."


def test_a_share_of_a_relief_taken_away_with_it_is_refused(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price", route="quotes")
    decision = ConfirmPrice(reliefs={1: ()}, relief_percents={1: Decimal(60)})
    error = refused(sqlite_service, reference, decision, InvalidDecisionError)
    assert "No VAT relief covers line 1 of DFG-1" in error.what


@pytest.mark.sqlite
def test_what_is_as_it_was_confirms_the_price_without_another_estimate(url: str) -> None:
    reference = case_at(url, "price", route="call_off")
    same = ConfirmPrice({1: Decimal("4.00")}, {1: Decimal(100)}, {1: False, 2: False})
    act(url, reference, same)
    assert status_of(url, reference, "price") is StepStatus.DONE
    assert len(prices(url, "estimate")) == 1
    assert "changed" not in last_facts(url)


def test_lines_that_are_not_there_are_refused_all_at_once(url: str) -> None:
    reference = case_at(url, "price", route="call_off")
    decision = ConfirmPrice(
        {7: Decimal(1), 1: Decimal(2)}, {8: Decimal(50)}, {9: True, 7: True, 2: True}
    )
    error = refused(url, reference, decision, InvalidDecisionError)
    assert error.text() == "There is no works line 7, 8, 9 on DFG-1. Its lines are 1, 2."


@pytest.mark.parametrize(
    ("route", "shares", "words"),
    [
        ("call_off", {1: Decimal(50), 2: Decimal(50)}, "covers line 2 of DFG-1"),
        ("quotes", {1: Decimal(50), 2: Decimal(50)}, "covers line 1 of DFG-1"),
    ],
)
def test_a_share_of_no_relief_is_refused(
    sqlite_service: str, route: str, shares: dict[int, Decimal], words: str
) -> None:
    reference = case_at(sqlite_service, "price", route=route)
    decision = ConfirmPrice(relief_percents=shares)
    error = refused(sqlite_service, reference, decision, InvalidDecisionError)
    assert words in error.what
    assert error.next_step.startswith("The lines with a relief are ")


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (ConfirmPrice({1: Decimal(0)}), "Line 1: a quantity is above zero"),
        (ConfirmPrice({1: Decimal(-4)}), "Line 1: a quantity is above zero"),
        (ConfirmPrice({1: Decimal("1E+6")}), "at most 100,000"),
        (ConfirmPrice(relief_percents={1: Decimal(-1)}), "Line 1: a relief covers 0 to 100"),
        (ConfirmPrice(relief_percents={1: Decimal("100.5")}), "Line 1: a relief covers 0 to 100"),
        (ConfirmPrice(relief_percents={1: Decimal("NaN")}), "Line 1: a relief covers 0 to 100"),
        (ConfirmPrice(relief_percents={1: Decimal("33.333")}), "at most 2 decimal places"),
        (ConfirmPrice(reliefs={1: ("zero rate",)}), "Line 1: “zero rate” is not a VAT relief"),
    ],
)
def test_what_no_price_can_be_made_of_is_refused(
    sqlite_service: str, decision: ConfirmPrice, said: str
) -> None:
    reference = case_at(sqlite_service, "price", route="call_off")
    assert said in refused(sqlite_service, reference, decision, InvalidDecisionError).what


def test_all_that_is_wrong_with_the_figures_is_said_at_once(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price", route="call_off")
    decision = ConfirmPrice({1: Decimal(0), 2: Decimal(-1)}, {1: Decimal(101), 2: Decimal(-1)})
    what = refused(sqlite_service, reference, decision, InvalidDecisionError).what
    assert (what.count("Line 1:"), what.count("Line 2:")) == (2, 2)
