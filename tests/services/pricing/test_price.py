"""The estimate: every line priced, what it rests on kept, what a declaration would save said."""

from __future__ import annotations

import pytest

from rules.pathway import StepName, StepStatus
from services.pricing.works import ConfirmPrice
from tests.factories import act, bring, case_at, go, new_case, pass_step
from tests.looking import status_of, step_of, trail
from tests.services.imports.importing import contents
from tests.services.pricing.priced import lines_of, prices

LOT_TERMS = "lot|out_of_hours|quote_days|price_weight|quality_criteria\nRAILS|25|10|100|"
ZONES = "lot|zone|postcodes|factor\nRAILS|North|CV22|1.05"


@pytest.mark.sqlite
def test_every_line_of_a_schedule_is_priced_and_the_officer_is_asked(url: str) -> None:
    reference = case_at(url, "price", route="call_off")
    (price,) = prices(url, "estimate")
    assert (price["net_pence"], price["vat_pence"], price["total_pence"]) == (37050, 4710, 41760)
    assert [(line["calculation"], line["vat_pence"]) for line in lines_of(url, price)] == [
        ("4 each × £45.00 = £180.00", 900),
        ("2 each × £95.25 = £190.50", 3810),
    ]
    step = step_of(url, reference, "price")
    assert (step.owner, step.waiting_for) == (
        "technical officer",
        "officer confirms the quantities (£417.60 with VAT)",
    )
    assert trail(url, reference).count("price: estimated") == 1


@pytest.mark.sqlite
def test_an_estimate_keeps_what_it_rests_on(url: str) -> None:
    bring(url, "lot_terms", LOT_TERMS)
    bring(url, "zones", ZONES)
    case_at(url, "price", route="call_off")
    (price,) = prices(url, "estimate")
    assert price["basis"] == {
        "on": "2026-06-01",
        "percentage": "0",
        "zone": "1.05",
        "zone_name": "North",
        "out_of_hours": "25",
        "vat_declaration": True,
        "vat_declared_on": None,
        "vat_declaration_reference": "",
        "contracting_party": "client",
        "unpriced_lines": [],
    }
    rail, _ = lines_of(url, price)
    assert rail["calculation"] == "4 each × £45.00 × 1.05 = £189.00"
    assert rail["steps"] == "zone North (× 1.05)"
    assert "BASE" in rail["rate_source"]


@pytest.mark.sqlite
def test_only_lines_done_out_of_hours_are_uplifted(url: str) -> None:
    bring(url, "lot_terms", LOT_TERMS)
    reference = case_at(url, "price", route="call_off")
    act(url, reference, ConfirmPrice(out_of_hours={2: True}))
    rail, light = lines_of(url, prices(url, "estimate")[-1])
    assert (rail["calculation"], rail["steps"]) == ("4 each × £45.00 = £180.00", "")
    assert light["calculation"] == "2 each × £95.25 × 1.25 = £238.13"
    assert light["steps"] == "out of hours 25 % (× 1.25)"
    tender = prices(url, "tender")[0]
    assert [line["steps"] for line in lines_of(url, tender)] == [
        "",
        "out of hours 25 % (× 1.25)",
    ]


@pytest.mark.sqlite
def test_bespoke_lines_are_named_and_left_to_quotes(url: str) -> None:
    reference = case_at(url, "price", route="quotes")
    (price,) = prices(url, "estimate")
    assert price["basis"]["unpriced_lines"] == [1]
    assert [line["line"] for line in lines_of(url, price)] == [2]
    waiting_for = step_of(url, reference, "price").waiting_for
    assert waiting_for == "officer confirms the quantities (£605.00 with VAT, and 1 bespoke line)"


@pytest.mark.parametrize(
    ("particulars", "route", "words"),
    [
        ({}, "call_off", "(£444.60 with VAT; a signed VAT declaration would save £27.00)"),
        ({"date_of_birth": ""}, "call_off", "(£444.60 with VAT)"),
        ({}, "pre_priced", "(£2,020.80 with VAT; a signed VAT declaration would save £336.80)"),
        (
            {},
            "quotes",
            "(£726.00 with VAT, and 1 bespoke line; a signed VAT declaration would save £121.00)",
        ),
    ],
)
def test_without_a_declaration_the_officer_is_told_what_one_would_save(
    sqlite_service: str, particulars: dict[str, str], route: str, words: str
) -> None:
    options = {"vat_declaration": "no", "route": route, **particulars}
    reference = case_at(sqlite_service, "price", **options)
    waiting_for = step_of(sqlite_service, reference, "price").waiting_for
    assert waiting_for == f"officer confirms the quantities {words}"
    (price,) = prices(sqlite_service, "estimate")
    assert price["basis"]["vat_declaration"] is False
    for line in lines_of(sqlite_service, price):
        assert str(line["vat_rate"]) == "0.2"
        assert line["vat_reason"].startswith("Standard rate: ")


@pytest.mark.sqlite
def test_pricing_twice_changes_nothing(url: str) -> None:
    case_at(url, "price", route="call_off")
    before = contents(url)
    go("DFG-1")
    assert contents(url) == before


def test_a_code_that_left_the_schedule_is_said_and_nothing_is_priced(url: str) -> None:
    reference = new_case(url, route="call_off")
    bring(
        url,
        "schedule",
        """
code  | short_description | unit | rate  | trade
LIGHT | Low-surface light | each | 95.25 | electrical
""",
    )
    go(reference)
    pass_step(url, reference, StepName.SPECIFY)
    step = step_of(url, reference, "price")
    assert step.status is StepStatus.READY
    assert "RAIL (line 1)" in step.trouble
    assert prices(url, "estimate") == []
    assert status_of(url, reference, "tender") is StepStatus.NOT_STARTED


@pytest.mark.parametrize(
    ("route", "firm", "terms"),
    [
        ("call_off", "AVON", {"zone": "1.05", "zone_name": "North", "out_of_hours": "25"}),
        ("quotes", "BRIAR", {"zone": "1", "zone_name": "", "out_of_hours": "0"}),
    ],
)
def test_a_tender_keeps_what_it_rests_on_and_a_quote_rests_on_no_terms(
    sqlite_service: str, route: str, firm: str, terms: dict[str, str]
) -> None:
    bring(sqlite_service, "lot_terms", LOT_TERMS)
    bring(sqlite_service, "zones", ZONES)
    case_at(sqlite_service, "consent", route=route, tenure="private_tenant")
    tender = prices(sqlite_service, "tender")[-1]
    assert tender["contractor"] == firm
    on = {"call_off": "2026-06-01", "quotes": "2026-06-15"}[route]
    lot = {"call_off": "RAILS", "quotes": "BUILD"}[route]
    assert tender["basis"] == {
        "on": on,
        "percentage": "0",
        **terms,
        "vat_declaration": True,
        "vat_declared_on": None,
        "vat_declaration_reference": "",
        "contracting_party": "client",
        "route": route,
        "package": None,
        "lot": lot,
    }
