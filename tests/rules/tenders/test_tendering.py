"""The tender: a pure function of inputs that can be kept and read back without losing a penny."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import NobodyEligibleError
from rules.pricing.package_pricing import PackageBasket, price_package
from rules.pricing.rates import price
from rules.pricing.vat import VatClient
from rules.pricing.works import WorksLine
from rules.rates.terms import Terms
from rules.tenders.awards import LOWEST_PRICE, MINI_COMPETITION, RANKED, ROTATION, Ledger
from rules.tenders.routes import Route
from rules.tenders.tendering import Tenderer, TenderInputs, from_plain, prices, tender, to_plain

TODAY = date(2026, 6, 1)
CLIENT = VatClient(
    declaration=True,
    date_of_birth=date(1941, 8, 17),
    declared_on=date(2026, 4, 2),
    declaration_reference="D-7",
)
NOTHING: Mapping[str, Decimal] = {}


def work(line: int, code: str | None, quantity: str, rate: str, index: str = "0") -> WorksLine:
    return WorksLine(
        line=line,
        code=code,
        description=f"Works {line}",
        quantity=Decimal(quantity),
        unit="m2",
        rate=Decimal(rate),
        vat_reliefs=frozenset({"disabled_adaptation"}) if line % 2 else frozenset(),
        trade="tiling",
        index=Decimal(index),
        rate_source="BASE from 1 January 2026",
    )


def firm(
    contractor: str,
    *reasons: str,
    percentage: str = "0",
    rank: int | None = None,
    package: int | None = None,
    rates: Mapping[str, Decimal] = NOTHING,
) -> Tenderer:
    sources = dict.fromkeys(rates, "contract rate of lot L")
    return Tenderer(contractor, rank, Decimal(percentage), package, rates, reasons, sources)


def inputs(*tenderers: Tenderer, **changes: object) -> TenderInputs:
    made = TenderInputs(
        on=TODAY,
        route=Route.CALL_OFF,
        rule=LOWEST_PRICE,
        lot="L",
        package=None,
        lines=(work(1, "TRAY", "1", "1200"), work(2, "TILE", "8.5", "60.5025", "2")),
        client=CLIENT,
        zone=Decimal(1),
        zone_name="",
        out_of_hours=Decimal(0),
        tenderers=tenderers,
        ledger={},
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # whichever fields a test changes


PACKAGE = PackageBasket(
    code="LAS",
    title="Level access shower",
    basket={"TRAY": Decimal(1), "TILE": Decimal(8)},
    items=(work(0, "TRAY", "1", "1200"), work(0, "TILE", "1", "60.5025", "2")),
)


def test_everybody_s_price_is_its_own_terms_on_the_same_works() -> None:
    made = inputs(
        firm("A"),
        firm("B", percentage="-3.5"),
        zone=Decimal("1.05"),
        zone_name="North",
        out_of_hours=Decimal(50),
    )
    late = replace(made, lines=tuple(replace(line, out_of_hours=True) for line in made.lines))
    for given_inputs in (made, late):
        found = prices(given_inputs).priced
        for tenderer in given_inputs.tenderers:
            terms = Terms(tenderer.percentage, Decimal("1.05"), Decimal(50), "North")
            alone = price(lines=given_inputs.lines, terms=terms, client=CLIENT, supplied_on=TODAY)
            assert found[tenderer.contractor] == alone
    assert prices(late).priced["A"].net_pence > prices(made).priced["A"].net_pence


def test_a_contract_rate_takes_the_place_of_the_schedule_s_and_is_named() -> None:
    made = inputs(firm("A"), firm("B", rates={"TILE": Decimal("50")}))
    own, contract = (prices(made).priced[code].lines for code in "AB")
    assert own[0] == contract[0]
    assert (contract[1].works.rate, contract[1].works.rate_source) == (
        Decimal(50),
        "contract rate of lot L",
    )
    assert contract[1].net_pence == 433_50  # 8.5 × £50, indexed by 2 % as the schedule's is
    assert own[1].works.rate_source == "BASE from 1 January 2026"


def test_a_package_stands_at_its_price_and_differences_at_the_contractor_s_terms() -> None:
    made = inputs(
        firm("A", package=1_600_00),
        firm("B", package=1_550_00, percentage="10", rates={"TILE": Decimal(70)}),
        firm("C"),
        route=Route.PRE_PRICED,
        package=PACKAGE,
    )
    found = prices(made).priced
    assert set(found) == {"A", "B"}, "who holds no price for the package has none"
    whole, extra = found["B"].lines
    assert (whole.works.code, whole.net_pence) == ("LAS", 1_550_00)
    assert (extra.works.quantity, extra.works.rate, extra.net_pence) == (
        Decimal("0.5"),
        Decimal(70),
        39_27,
    )
    assert found["A"] == price_package(
        package=PACKAGE,
        price_pence=1_600_00,
        lines=made.lines,
        terms=Terms(),
        client=CLIENT,
        supplied_on=TODAY,
    )


def test_what_the_works_omit_of_a_package_is_taken_off_at_the_contract_s_rate() -> None:
    made = inputs(
        firm("A", package=1_600_00, rates={"TRAY": Decimal(1_000)}),
        route=Route.PRE_PRICED,
        package=PACKAGE,
        lines=(work(2, "TILE", "8", "60.5025", "2"),),
    )
    whole, omitted = prices(made).priced["A"].lines
    assert (whole.net_pence, omitted.net_pence) == (1_600_00, -1_000_00)


def test_a_contractor_whose_terms_cannot_price_stops_nobody_else() -> None:
    made = inputs(firm("A", percentage="-100"), firm("B", "it is suspended"), firm("C"))
    found = tender(made)
    assert found.award.order == ("C",)
    assert set(found.prices.faults) == {"A"}
    said = {placing.contractor: placing for placing in found.award.placings}
    assert "above -100 %" in said["A"].explanation
    assert said["A"].total_pence is None
    assert said["B"].total_pence == said["C"].total_pence, "priced, though not eligible"
    assert said["B"].reasons == ("it is suspended",)


@pytest.mark.parametrize(
    ("rule", "order"),
    [(ROTATION, ("B", "C", "A")), (LOWEST_PRICE, ("A", "C", "B")), (RANKED, ("C", "A", "B"))],
)
def test_the_lot_s_rule_gives_the_order(rule: str, order: tuple[str, ...]) -> None:
    made = inputs(
        firm("A", percentage="-5", rank=2),
        firm("B", percentage="5", rank=3),
        firm("C", rank=1),
        rule=rule,
        ledger={"A": Ledger(500, 1, TODAY, 3), "C": Ledger(100, 2, TODAY, 2)},
    )
    assert tender(made).award.order == order


def test_nobody_eligible_says_why_of_each() -> None:
    made = inputs(firm("A", "it is suspended"), firm("B", percentage="-200"))
    with pytest.raises(NobodyEligibleError) as refusal:
        tender(made)
    assert refusal.value.why.startswith("A: it is suspended. B: These terms cannot be used")


def test_quotes_have_no_price_by_rule_and_no_rule_awards_them() -> None:
    lines = (work(1, "TRAY", "1", "1200"), work(2, None, "1", "0"))
    made = inputs(firm("A"), route=Route.QUOTES, rule=MINI_COMPETITION, lines=lines)
    assert prices(made).priced == {}
    with pytest.raises(ValueError, match="awarded by an officer"):
        tender(made)


amounts = st.decimals(min_value=1, max_value=5_000, places=4)
percentages = st.decimals(min_value=-120, max_value=60, places=3)
firms = st.builds(
    Tenderer,
    contractor=st.sampled_from("ABCDEFG"),
    rank=st.none() | st.integers(min_value=1, max_value=4),
    percentage=percentages,
    package_price_pence=st.none() | st.integers(min_value=1, max_value=5_000_00),
    rates=st.dictionaries(st.sampled_from(["TRAY", "TILE"]), amounts),
    reasons=st.sampled_from([(), (), ("it is suspended",)]),
)
lines_any = st.builds(
    work,
    line=st.integers(min_value=1, max_value=99),
    code=st.sampled_from(["TRAY", "TILE", "RAIL"]),
    quantity=st.decimals(min_value="0.01", max_value=40, places=3).map(str),
    rate=amounts.map(str),
    index=st.decimals(min_value=-10, max_value=10, places=2).map(str),
)
inputs_any = st.builds(
    inputs,
    on=st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 1, 1)),
    rule=st.sampled_from([ROTATION, LOWEST_PRICE, RANKED]),
    package=st.none() | st.just(PACKAGE),
    lines=st.lists(lines_any, min_size=1, max_size=6, unique_by=lambda one: one.line).map(tuple),
    zone=st.decimals(min_value="0.8", max_value="1.4", places=3),
    zone_name=st.sampled_from(["", "North"]),
    out_of_hours=st.decimals(min_value=0, max_value=60, places=2),
    tenderers=st.lists(firms, min_size=1, max_size=6, unique_by=lambda one: one.contractor).map(
        tuple
    ),
    ledger=st.dictionaries(
        st.sampled_from("ABCDEFG"),
        st.builds(
            Ledger,
            value_pence=st.integers(min_value=0, max_value=9),
            turns=st.integers(min_value=0, max_value=3),
            last_on=st.none() | st.dates(min_value=date(2025, 1, 1), max_value=TODAY),
            sequence=st.integers(min_value=0, max_value=9),
        ),
    ),
).map(lambda made: replace(made, route=Route.PRE_PRICED) if made.package else made)


def refusal_of(made: TenderInputs) -> str:
    try:
        tender(made)
    except NobodyEligibleError as refusal:
        return refusal.text()
    return ""


@given(inputs_any, st.randoms())
def test_what_was_kept_gives_the_same_tender_again_to_the_penny(
    made: TenderInputs, random: Random
) -> None:
    again = from_plain(json.loads(json.dumps(to_plain(made))))
    assert again == made
    assert prices(again) == prices(made)
    shuffled = replace(made, tenderers=tuple(random.sample(made.tenderers, len(made.tenderers))))
    refusals = [refusal_of(one) for one in (made, again, shuffled)]
    assert refusals[0] == refusals[1] == refusals[2]
    if refusals[0]:
        return
    found = tender(made)
    assert tender(again) == found
    assert tender(shuffled).award == found.award
    for placing in found.award.placings:
        priced = found.prices.priced.get(placing.contractor)
        assert placing.total_pence == (priced.total_pence if priced else None)
        if placing.place is not None and placing.total_pence is not None:
            assert placing.saving_pence == found.award.highest_pence - placing.total_pence >= 0
            assert placing.above_lowest_pence == placing.total_pence - found.award.lowest_pence >= 0


def test_what_is_kept_is_short_and_exact() -> None:
    made = inputs(firm("A", percentage="-3.5"), firm("B"), ledger={"A": Ledger(1, 1, TODAY, 4)})
    kept = to_plain(made)
    assert kept["lines"][1]["rate"] == "60.5025"
    assert "location" not in kept["lines"][0], "what is as it always is, is left out"
    assert kept["ledger"] == {
        "A": {"value_pence": 1, "turns": 1, "last_on": "2026-06-01", "sequence": 4}
    }
    assert from_plain({key: kept[key] for key in reversed(kept)}) == made
    with pytest.raises(TypeError, match="float cannot be kept"):
        to_plain(replace(made, zone=1.5))  # type: ignore[arg-type]  # what must not happen
