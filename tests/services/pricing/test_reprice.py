"""Repricing: open cases take up today's prices, once each; what was decided on stands."""

from __future__ import annotations

from typing import Any

import pytest

import services.pricing.reprice as repricing_tasks
from models.tables.cases import WorksLine
from models.tables.many_cases import RepricedCase
from models.tables.prices import Award, Price, PriceLine
from rules.errors import (
    DatabaseBusyError,
    HandrailError,
    InvalidDecisionError,
    StepNotOpenError,
)
from rules.pathway import StepName, StepStatus
from rules.pricing.repricing import Outcome
from services.cases import CaseInHand
from services.competitions.direction import Direct
from services.grants.approve import Approve
from services.pricing.new_prices import NewPrices, new_prices
from services.pricing.reprice import cases_to_reprice, finish_repricing, reprice_case
from tests.factories import act, bring, case_at, go, new_case, pass_step, refused
from tests.looking import case, contents, rows, status_of, step_of, trail
from tests.repricing import (
    asked_for,
    carried_out,
    foreseen,
    new_version,
    outcomes,
    prices_of,
)
from tests.small_service import (
    ADA,
    AVON,
    BRIAR,
    CEDAR,
    LOT_CONTRACTORS,
    LOTS,
    PACKAGE_PRICES,
    SCHEDULE,
)

RAILS = 4 * 45_00 + 2 * 95_25  # the works of a call-off, net
DEARER = {"index": "10"}


def award(url: str, reference: str) -> dict[str, Any]:
    row = case(url, reference)
    return [made for made in rows(url, Award) if made["case_id"] == row.id][-1]


def prices(url: str, reference: str) -> list[tuple[str, int, int]]:
    row = case(url, reference)
    kept = [price for price in rows(url, Price) if price["case_id"] == row.id]
    return [(price["kind"], price["version"], price["net_pence"]) for price in kept]


def versions(url: str, reference: str) -> tuple[int, int]:
    """Return how many prices and awards a case has."""
    kept = prices_of(url, case(url, reference).id)
    return len(kept["price"]), len(kept["award"])


# ---- what is priced again, and what stands -------------------------------------------------------


def test_an_estimate_is_made_anew_and_the_officer_is_asked_about_the_new_sum(url: str) -> None:
    reference = case_at(url, "price", route="call_off")
    new_version(url, **DEARER)
    done = carried_out(asked_for(url))
    assert done == {"repriced": 1, "unchanged": 0, "left": 0, "trouble": 0}
    assert prices(url, reference) == [("estimate", 1, RAILS), ("estimate", 2, RAILS * 110 // 100)]
    step = step_of(url, reference, "price")
    assert (step.status, step.revision) == (StepStatus.WAITING, 1)
    assert "£459.36 with VAT" in step.waiting_for  # 5 % on the rails, 20 % on the lamps
    assert trail(url, reference)[-1] == "price: repriced"


def test_an_award_is_made_anew_and_waits_for_its_direction(url: str) -> None:
    reference = case_at(url, "tender", route="call_off")
    new_version(url, **DEARER)
    carried_out(asked_for(url))
    made = award(url, reference)
    assert (made["version"], made["contractor"], made["direction"]) == (2, AVON, "")
    assert made["inputs"]["on"] == "2026-06-02"
    kept = {place["contractor"]: place["net_pence"] for place in made["placings"]}
    assert kept == {AVON: 407_55, BRIAR: 427_93, CEDAR: 448_31}
    step = step_of(url, reference, "tender")
    assert (step.status, step.revision) == (StepStatus.WAITING, 1), "nobody had directed yet"
    act(url, reference, Direct())
    assert award(url, reference)["direction"].startswith("Directed by Tess Tyler")


@pytest.mark.sqlite
def test_a_direction_given_at_another_price_is_asked_for_again_before_the_approval(
    url: str,
) -> None:
    reference = case_at(url, "approve", route="call_off")
    new_version(url, **DEARER)
    repricing = asked_for(url)
    carried_out(repricing)
    assert "direction again" in outcomes(url, repricing)[reference][3]
    step = step_of(url, reference, "tender")
    assert (step.status, step.revision, step.outcome) == (StepStatus.WAITING, 2, "")
    refused(url, reference, Approve(approved=True), StepNotOpenError)
    pass_step(url, reference, StepName.TENDER)
    act(url, reference, Approve(approved=True))
    assert status_of(url, reference, "assign") is StepStatus.WAITING


@pytest.mark.sqlite
def test_a_case_whose_prices_are_what_they_were_is_not_touched_at_all(url: str) -> None:
    references = [
        case_at(url, "tender", reference="DFG-1", route="call_off"),
        case_at(url, "approve", reference="DFG-2"),
        case_at(url, "price", reference="DFG-3", route="quotes"),
    ]
    new_version(url)
    repricing = asked_for(url)
    before = contents(url)
    asked = cases_to_reprice(repricing)
    assert [reprice_case(reference, asked) for reference in references] == [False] * 3
    after = contents(url)
    kept = after.pop("repriced_case")
    assert [row[2] for row in kept] == ["unchanged"] * 3
    covers = [row[3] for row in after.pop("covered") if row not in before["covered"]]
    assert [[*tables] for tables in covers] == [["repriced_case"]] * 3
    del before["repriced_case"], before["covered"]
    assert after == before


@pytest.mark.sqlite
def test_a_pre_tendered_price_does_not_move_with_the_schedule(url: str) -> None:
    """Rotation alone would give it to another by now; no price of it changes, so it stands."""
    reference = case_at(url, "approve", reference="DFG-2")
    case_at(url, "assign", reference="DFG-3")
    new_version(url, **DEARER)
    assert foreseen(url)[reference].outcome is Outcome.UNCHANGED
    bring(url, "package_prices", PACKAGE_PRICES.replace("1600", "1650"))
    assert foreseen(url)[reference].outcome is Outcome.REPRICED


def test_another_contractor_s_price_is_taken_up_and_the_direction_holds(url: str) -> None:
    reference = case_at(url, "approve", route="call_off")
    said = award(url, reference)["direction"]
    bring(url, "lot_contractors", LOT_CONTRACTORS.replace("CEDAR | 3 | 10", "CEDAR | 3 | 20"))
    repricing = asked_for(url, lot="RAILS")
    carried_out(repricing)
    assert outcomes(url, repricing)[reference] == ("repriced", 417_60, 417_60, "")
    made = award(url, reference)
    assert (made["version"], made["contractor"], made["direction"]) == (2, AVON, said)
    assert made["placings"][2]["net_pence"] == 444_60
    assert status_of(url, reference, "tender") is StepStatus.DONE


def test_quotes_decisions_and_orders_stand(url: str) -> None:
    case_at(url, "tender", reference="DFG-1", route="quotes")
    case_at(url, "assign", reference="DFG-2", route="call_off")
    case_at(url, "works", reference="DFG-3", route="call_off")
    decided = new_case(url, reference="DFG-4", route="call_off")
    go(decided)
    for step in (StepName.SPECIFY, StepName.PRICE, StepName.TENDER, StepName.CERTIFICATES):
        pass_step(url, decided, step)
    case_at(url, "price", reference="DFG-5", route="call_off")
    act(url, decided, Approve(approved=False), by=ADA)
    before = {name: prices_of(url, case(url, name).id) for name in ("DFG-1", "DFG-2", "DFG-3")}
    assert before["DFG-3"]["work_order"]
    new_version(url, **DEARER)
    bring(url, "lot_contractors", LOT_CONTRACTORS.replace("AVON | 1 | 0", "AVON | 1 | 5"))
    bring(url, "package_prices", PACKAGE_PRICES.replace("1600", "1700"))
    repricing = asked_for(url)
    assert carried_out(repricing) == {"repriced": 1, "unchanged": 0, "left": 3, "trouble": 0}
    told = outcomes(url, repricing)
    assert {name: (told[name][0], told[name][3]) for name in before} == {
        "DFG-1": ("left", "its price comes from quotes, and they stand"),
        "DFG-2": ("left", "its works are offered or ordered, and what was agreed stands"),
        "DFG-3": ("left", "its works are offered or ordered, and what was agreed stands"),
    }
    assert decided not in told, "it was refused, and so is not open"
    assert {name: prices_of(url, case(url, name).id) for name in before} == before


def test_a_case_that_is_named_is_told_of_even_if_it_ended(url: str) -> None:
    case_at(url, "specify", reference="DFG-1")
    told = foreseen(url, cases=("DFG-1",))["DFG-1"]
    assert (told.outcome, told.why) == (
        Outcome.LEFT,
        "it has no price yet, and will be priced as things stand then",
    )
    assert foreseen(url) == {}


# ---- a wrong code --------------------------------------------------------------------------------

TWO_MORE = f"""{SCHEDULE}
RAIL2 | Steel rail | each | 60 | joinery | mobility_aid_60plus |
RAIL3 | Long rail  | m    | 30 | joinery | mobility_aid_60plus |
"""


def test_a_wrong_code_is_put_right_on_the_lines_of_the_cases_that_have_it(url: str) -> None:
    wrong = case_at(url, "approve", reference="DFG-1", route="call_off")
    other = case_at(url, "tender", reference="DFG-2")
    new_version(url, TWO_MORE)
    assert set(foreseen(url, replaced={" rail": "rail2"})) == {wrong}
    with pytest.raises(InvalidDecisionError, match="RAIL cannot be both RAIL2 and RAIL3"):
        foreseen(url, replaced={"rail": "RAIL2", "Rail": "RAIL3"})
    before = versions(url, other)
    repricing = asked_for(url, replaced={"rail": "Rail2"})
    carried_out(repricing)
    lines = [row for row in rows(url, WorksLine) if row["case_id"] == case(url, wrong).id]
    assert [row["code"] for row in lines] == ["RAIL2", "LIGHT"]
    assert prices(url, wrong)[-1] == ("tender", 2, 4 * 60_00 + 2 * 95_25)
    assert [row["code"] for row in rows(url, PriceLine)][-2:] == ["RAIL2", "LIGHT"]
    assert outcomes(url, repricing)[wrong][3].startswith("RAIL is now RAIL2; ")
    assert versions(url, other) == before


def test_a_code_of_another_unit_is_refused_for_the_cases_by_name(url: str) -> None:
    reference = case_at(url, "tender", route="call_off")
    new_version(url, TWO_MORE)
    before = prices_of(url, case(url, reference).id)
    repricing = asked_for(url, replaced={"RAIL": "RAIL3"})
    assert carried_out(repricing)["trouble"] == 1
    outcome, _, after, words = outcomes(url, repricing)[reference]
    assert (outcome, after) == ("trouble", None)
    assert "DFG-1 cannot be replaced: line 1 is RAIL per each, and RAIL3 is per m." in words
    assert prices_of(url, case(url, reference).id) == before


def test_a_case_that_could_not_be_priced_for_its_code_is_priced_once_it_is_put_right(
    url: str,
) -> None:
    reference = case_at(url, "specify", route="call_off")
    new_version(url, TWO_MORE.replace("RAIL  |", "GONE  |"))
    pass_step(url, reference, StepName.SPECIFY)
    assert "RAIL (line 1)" in step_of(url, reference, "price").trouble
    assert foreseen(url) == {}
    repricing = asked_for(url, replaced={"RAIL": "RAIL2"})
    carried_out(repricing)
    assert outcomes(url, repricing)[reference][:2] == ("repriced", None)
    assert prices(url, reference) == [("estimate", 1, 4 * 60_00 + 2 * 95_25)]
    assert status_of(url, reference, "price") is StepStatus.WAITING


# ---- trouble, and going on -----------------------------------------------------------------------


@pytest.mark.sqlite
def test_trouble_in_one_case_is_written_down_and_stops_no_other(url: str) -> None:
    stuck = case_at(url, "tender", reference="DFG-1", route="call_off")
    well = case_at(url, "price", reference="DFG-2")
    new_version(url, SCHEDULE.replace("LIGHT |", "LAMP  |"), **DEARER)
    repricing = asked_for(url)
    assert carried_out(repricing) == {"repriced": 1, "unchanged": 0, "left": 0, "trouble": 1}
    told = outcomes(url, repricing)
    assert told[stuck][:3] == ("trouble", 417_60, None)
    assert "LIGHT (line 2)" in told[stuck][3]
    assert told[well][0] == "repriced"


def test_works_that_would_now_go_to_quotes_are_trouble_and_keep_their_award(url: str) -> None:
    reference = case_at(url, "tender", route="call_off")
    bring(url, "lots", LOTS.replace("ranked", "mini_competition"))
    told = foreseen(url)[reference]
    assert told.outcome is Outcome.TROUBLE
    assert "would now go to quotes" in told.why


@pytest.mark.sqlite
def test_a_run_that_dies_goes_on_where_it_stopped_and_prices_each_case_once(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    references = [case_at(url, "tender", reference=f"DFG-{n}", route="call_off") for n in (1, 2, 3)]
    new_version(url, **DEARER)
    repricing = asked_for(url)
    asked = cases_to_reprice(repricing)
    assert asked.references == tuple(references)
    reprice_case(references[0], asked)

    def dies(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(repricing_tasks, "_keep", dies)  # the last thing of its transaction
        with pytest.raises(KeyboardInterrupt):
            reprice_case(references[1], asked)
    assert cases_to_reprice(repricing).references == tuple(references[1:])
    for _ in range(2):
        carried_out(repricing)
    assert [versions(url, reference) for reference in references] == [(4, 2)] * 3
    for reference in references:
        reprice_case(reference, asked)  # a second run of the same, a moment late
    assert [versions(url, reference) for reference in references] == [(4, 2)] * 3
    assert len(rows(url, RepricedCase)) == 3
    assert trail(url, "service")[-2:] == ["reprice: asked for", "reprice: done"]


def test_a_case_that_was_not_dealt_with_is_come_back_to(url: str) -> None:
    reference = case_at(url, "tender", route="call_off")
    new_version(url, **DEARER)
    repricing = asked_for(url)
    finish_repricing(cases_to_reprice(repricing))
    assert [row[2] for row in contents(url)["outbox"] if row[1].startswith("repricing")] == [
        "run",
        "run",
    ]
    assert carried_out(repricing)["repriced"] == 1
    assert versions(url, reference) == (4, 2)


def test_a_case_whose_turn_came_while_the_database_was_busy_is_come_back_to(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        case_at(url, "tender", reference=f"DFG-{number}", route="call_off")
    new_version(url, **DEARER)
    repricing = asked_for(url)

    def busy(case: CaseInHand, **given: Any) -> NewPrices:
        if case.reference == "DFG-1":
            raise DatabaseBusyError("The database is busy.")
        return new_prices(case, **given)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(repricing_tasks, "new_prices", busy)
        assert carried_out(repricing)["repriced"] == 1
    assert cases_to_reprice(repricing).references == ("DFG-1",)
    assert carried_out(repricing)["repriced"] == 2


def test_a_case_decided_since_the_run_began_keeps_its_price(url: str) -> None:
    reference = case_at(url, "approve", route="call_off")
    new_version(url, **DEARER)
    repricing = asked_for(url)
    asked = cases_to_reprice(repricing)
    act(url, reference, Approve(approved=True))
    before = prices_of(url, case(url, reference).id)
    reprice_case(reference, asked)
    assert outcomes(url, repricing)[reference][0] == "left"
    assert prices_of(url, case(url, reference).id) == before


def test_a_refusal_of_ours_is_a_sentence(url: str) -> None:
    with pytest.raises(HandrailError, match=r"There is no repricing 99\."):
        cases_to_reprice(99)
