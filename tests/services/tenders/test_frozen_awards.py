"""An award is frozen: what changes in mid-case changes nothing of it, and it can be replayed.

Everything that it rests on is changed here after it was made: the lot's rule, its contractors and
percentages, package prices, the schedule, zones and contract rates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from models.case_queries import award_in_force
from models.database import engine_for, reading
from models.tables.contractors import LotContractor
from models.tables.prices import Award, Offer, Price, Turn
from rules.tenders.tendering import from_plain, prices, tender
from services.assignment.decide import AnswerOffer
from services.assignment.offers import lapse_offer
from services.cases.take import take
from services.competitions.award import frozen_prices
from services.grants.approve import Approve
from services.verification.awards import replayed_awards
from tests.factories import DEARER, act, bring, case_at, go, later
from tests.looking import contents, rows, step_of
from tests.services.pricing.versions import new_version
from tests.small_service import (
    AVON,
    BRIAR,
    CEDAR,
    LOT_CONTRACTORS,
    LOTS,
    NOW,
    PACKAGE_PRICES,
    SCHEDULE,
    TERMS,
)

ACCEPT, DECLINE = AnswerOffer(accepted=True), AnswerOffer(accepted=False)


def another_rule(url: str) -> None:
    bring(url, "lots", LOTS.replace("|rotation|", "|lowest_price|").replace("ranked", "rotation"))


def other_percentages(url: str) -> None:
    others = LOT_CONTRACTORS.replace("| 3 | 10", "| 2 | -30").replace(
        "BRIAR | 2 | 5", "BRIAR | 3 | 99"
    )
    bring(url, "lot_contractors", others)


def other_package_prices(url: str) -> None:
    bring(url, "package_prices", PACKAGE_PRICES.replace("1550", "2550").replace("1700", "7"))


def another_schedule(url: str) -> None:
    new_version(url, SCHEDULE.replace("1200", "12").replace("| 45 ", "| 450"))


def other_terms(url: str) -> None:
    for kind in ("lot_terms", "zones", "contract_rates"):
        bring(url, kind, TERMS[kind])


def a_lot_that_comes_first(url: str) -> None:
    more = "A-LOT|Other|level_access_shower;grab_rails|RBC|ranked|2026-01-01|2027-12-31|3"
    bring(url, "lots", f"{LOTS}{more}\n")


CHANGES = (
    another_rule,
    other_percentages,
    other_package_prices,
    another_schedule,
    other_terms,
    a_lot_that_comes_first,
)


def offers(url: str) -> list[tuple[str, int]]:
    return [(row["contractor"], row["net_pence"]) for row in rows(url, Offer)]


def findings(url: str) -> list[str]:
    with reading(url) as conn:
        return [f"{one.where}: {one.sentence}" for one in replayed_awards(conn)]


@pytest.mark.sqlite
@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_after_the_award_changes_neither_order_nor_prices(
    url: str, change: Callable[[str], None]
) -> None:
    reference = case_at(url, "approve")
    award = rows(url, Award)
    change(url)
    act(url, reference, Approve(approved=True))
    act(url, reference, DECLINE)
    assert offers(url) == [(AVON, 1_600_00), (BRIAR, 1_550_00)]
    act(url, reference, DECLINE)
    assert "CEDAR is next; its £1,700.00" in step_of(url, reference, "assign").waiting_for
    act(url, reference, DEARER)
    assert offers(url)[-1] == (CEDAR, 1_700_00)
    kept, again = rows(url, Award)
    assert [kept] == award
    frozen = ("route", "lot", "package", "rule", "reasons", "placings", "inputs", "direction")
    assert {name: again[name] for name in frozen} == {name: kept[name] for name in frozen}
    assert [(row["contractor"], row["net_pence"]) for row in rows(url, Turn)] == offers(url)
    assert findings(url) == []


@pytest.mark.sqlite
@pytest.mark.parametrize("change", CHANGES)
def test_a_call_off_rolls_on_at_the_prices_of_its_award(
    url: str, change: Callable[[str], None]
) -> None:
    reference = case_at(url, "assign", route="call_off")
    change(url)
    later(days=4)
    lapse_offer(reference)
    go(reference)
    assert "BRIAR is next" in step_of(url, reference, "assign").waiting_for
    act(url, reference, DEARER)
    assert offers(url) == [(AVON, 370_50), (BRIAR, 389_03)]
    assert findings(url) == []


@pytest.mark.sqlite
def test_the_award_in_mid_case_is_made_by_the_rule_of_that_day(url: str) -> None:
    another_rule(url)
    case_at(url, "tender")
    assert rows(url, Award)[-1]["rule"] == "lowest_price"
    assert [place["contractor"] for place in rows(url, Award)[-1]["placings"]] == [
        BRIAR,
        AVON,
        CEDAR,
    ]


@pytest.mark.sqlite
def test_a_contractor_that_left_the_lot_is_passed_over(url: str) -> None:
    reference = case_at(url, "assign")
    with engine_for(url).begin() as conn:
        conn.execute(sa.delete(LotContractor).where(LotContractor.contractor == BRIAR))
    act(url, reference, DECLINE)
    assert "CEDAR is next" in step_of(url, reference, "assign").waiting_for


@pytest.mark.sqlite
@pytest.mark.parametrize("route", ["pre_priced", "call_off"])
def test_a_stored_award_worked_out_again_gives_its_placings_and_prices(
    url: str, route: str
) -> None:
    other_terms(url)
    reference = case_at(url, "assign", route=route)
    (made,) = rows(url, Award)
    inputs = from_plain(made["inputs"])
    found = tender(inputs)
    said = {place["contractor"]: place for place in made["placings"]}
    for placing in found.award.placings:
        stored = said[placing.contractor]
        assert stored["explanation"] == placing.explanation
        assert stored["total_pence"] == placing.total_pence
        assert stored["saving_pence"] == placing.saving_pence
    with reading(url) as conn:
        case = take(conn, reference=reference, now=NOW, to_change=False)
        frozen = frozen_prices(case, award_in_force(conn, case_id=case.id))
    assert frozen == prices(inputs).priced
    (tendered,) = [row for row in rows(url, Price) if row["kind"] == "tender"]
    assert tendered["net_pence"] == frozen[made["contractor"]].net_pence
    assert findings(url) == []


def alter(url: str, **columns: Any) -> None:
    """Change an award as nobody can but by raw SQL."""
    with engine_for(url).begin() as conn:
        conn.execute(sa.update(Award).values(**columns))


def test_one_figure_altered_in_the_database_is_named(url: str) -> None:
    case_at(url, "tender")
    (made,) = rows(url, Award)
    first, *others = made["placings"]
    alter(url, placings=[{**first, "total_pence": first["total_pence"] + 1}, *others])
    assert findings(url) == [
        "DFG-1: Award 1 keeps for AVON the total £1,600.01, and its inputs give £1,600.00."
    ]
    alter(url, placings=[{**first, "place": 2}, *others])
    assert findings(url) == ["DFG-1: Award 1 keeps for AVON the place 2, and its inputs give 1."]
    alter(url, placings=[{**first, "reasons": ["it is suspended"]}, *others])
    assert findings(url) == [
        "DFG-1: Award 1 says otherwise than its inputs whether AVON could be offered the works."
    ]
    alter(url, placings=others)
    assert "has placings of BRIAR, CEDAR" in findings(url)[0]


def test_inputs_columns_and_price_altered_in_the_database_are_named(url: str) -> None:
    case_at(url, "tender")
    (made,) = rows(url, Award)
    inputs = made["inputs"]
    briar = {**inputs["tenderers"][1], "package_price_pence": 1}
    altered = {**inputs, "tenderers": [inputs["tenderers"][0], briar, inputs["tenderers"][2]]}
    alter(url, inputs=altered)
    assert any("keeps for BRIAR the net £1,550.00" in words for words in findings(url))
    alter(url, inputs=inputs, rule="ranked", contractor=BRIAR)
    assert findings(url) == [
        "DFG-1: Award 1 names the rule ranked, and was made on rotation.",
        "DFG-1: Award 1 is not at the price of BRIAR that its inputs give.",
    ]
    alter(url, rule="rotation", contractor=AVON, inputs={**inputs, "on": "soon"})
    assert "cannot be worked out again from its inputs" in findings(url)[0]


@pytest.mark.sqlite
def test_an_award_of_an_earlier_version_froze_nothing_and_goes_on_by_what_is_in_force(
    url: str,
) -> None:
    reference = case_at(url, "assign")
    alter(url, inputs={})
    assert findings(url) == []
    act(url, reference, DECLINE)
    assert offers(url) == [(AVON, 1_600_00), (BRIAR, 1_550_00)]
    act(url, reference, ACCEPT)
    before = contents(url)
    go(reference)
    assert contents(url) == before
