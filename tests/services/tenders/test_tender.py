"""The tender: the route, every contractor's place and why, and what holds it up said and mended."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from models.database import engine_for
from models.tables.contractors import LotContractor
from models.tables.prices import Award, Price, PriceLine
from models.tables.record import Document
from rules.pathway import StepName, StepStatus
from services.cases.sweep import request_left_behind
from services.competitions.direction import Direct
from tests.factories import act, bring, case_at, decide, go, later, new_case, pass_step, runs_ended
from tests.looking import asked_for, contents, rows, status_of, step_of
from tests.small_service import (
    AVON,
    BRIAR,
    CEDAR,
    DOCUMENTS,
    LOT_CONTRACTORS,
    LOTS,
    PACKAGE_PRICES,
    TERMS,
)


def award(url: str) -> dict[str, Any]:
    return rows(url, Award)[-1]


def places(url: str) -> dict[str, int | None]:
    return {place["contractor"]: place["place"] for place in award(url)["placings"]}


def lapse(url: str, *firms: str) -> None:
    """Let the TrustMark registration of some contractors have run out yesterday."""
    header = "contractor|document|valid_from|valid_to"
    lapsed = (f"{firm}|trustmark|2026-01-01|2026-05-31" for firm in firms)
    bring(url, "contractor_documents", "\n".join((header, *lapsed)))


def at_tender(url: str, **options: str) -> str:
    """Bring a case to its tender, wherever that then stands."""
    reference = new_case(url, **options)
    go(reference)
    for step in (StepName.SPECIFY, StepName.PRICE):
        pass_step(url, reference, step)
    return reference


@pytest.mark.sqlite
def test_works_that_match_a_package_are_awarded_at_its_price_in_rotation(url: str) -> None:
    case_at(url, "tender")
    made = award(url)
    assert (made["route"], made["package"], made["rule"]) == ("pre_priced", "LAS", "rotation")
    assert places(url) == {AVON: 1, BRIAR: 2, CEDAR: 3}
    tender = rows(url, Price)[-1]
    assert (tender["kind"], tender["contractor"], tender["net_pence"]) == ("tender", AVON, 1_600_00)
    assert [row["code"] for row in rows(url, PriceLine)][-1] == "LAS"
    assert "package LAS" in " ".join(made["reasons"])


@pytest.mark.sqlite
def test_the_next_case_goes_to_the_contractor_with_the_fewest_turns_by_value(url: str) -> None:
    case_at(url, "assign", reference="DFG-1")
    case_at(url, "tender", reference="DFG-2")
    assert places(url) == {BRIAR: 1, CEDAR: 2, AVON: 3}


@pytest.mark.sqlite
def test_works_of_the_schedule_are_priced_on_each_contractor_s_terms(url: str) -> None:
    case_at(url, "tender", route="call_off")
    made = award(url)
    assert (made["route"], made["package"], made["rule"]) == ("call_off", None, "ranked")
    net = {place["contractor"]: place["net_pence"] for place in made["placings"]}
    assert net == {AVON: 370_50, BRIAR: 389_03, CEDAR: 407_55}  # 4 × £45, 2 × £95.25; +5 %; +10 %
    (light,) = [row for row in rows(url, PriceLine) if row["price_id"] == made["price_id"]][1:]
    assert (light["code"], light["certificates"], light["trade"]) == (
        "LIGHT",
        ("electrical",),
        "electrical",
    )


@pytest.mark.sqlite
def test_the_award_says_of_everybody_why(url: str) -> None:
    lapse(url, AVON)
    case_at(url, "tender")
    said = {place["contractor"]: place["explanation"] for place in award(url)["placings"]}
    assert "TrustMark registration expired on 31 May 2026" in said[AVON]
    assert places(url) == {AVON: None, BRIAR: 1, CEDAR: 2}
    assert set(said) == {AVON, BRIAR, CEDAR}


@pytest.mark.sqlite
def test_nobody_eligible_is_trouble_that_new_documents_mend_by_themselves(url: str) -> None:
    lapse(url, AVON, BRIAR, CEDAR)
    reference = at_tender(url)
    step = step_of(url, reference, "tender")
    assert step.status is StepStatus.READY
    for firm in (AVON, BRIAR, CEDAR):
        assert firm in step.trouble or firm.title() in step.trouble
    assert "expired on 31 May 2026" in step.trouble
    before = contents(url)
    assert go(reference).state_name == "NeedsAttention"
    assert contents(url) == before, "trying again changes nothing while nothing is mended"

    bring(url, "contractor_documents", DOCUMENTS)
    runs_ended()
    later(hours=2)
    assert request_left_behind() == (reference,)
    assert asked_for(url, reference)[-1].endswith(":sweep:20260601T110000")
    go(reference)
    assert status_of(url, reference, "tender") is StepStatus.WAITING
    assert step_of(url, reference, "tender").trouble == ""


@pytest.mark.sqlite
def test_works_that_no_lot_covers_wait_for_one(url: str) -> None:
    bring(url, "lots", LOTS.replace("2026-01-01|2027-12-31", "2026-01-01|2026-05-31"))
    reference = at_tender(url)
    assert step_of(url, reference, "tender").trouble == (
        "No lot in force covers level access shower for RBC. "
        "Import a lot for it; the tender goes on by itself."
    )
    bring(url, "lots", LOTS)
    assert go(reference).state_name == "AwaitingTenderDecision"


def test_a_price_above_the_cap_of_its_pre_permission_opens_the_consent_again(url: str) -> None:
    dearer = PACKAGE_PRICES.replace("1600", "2100").replace("1550", "2200").replace("1700", "2300")
    bring(url, "package_prices", dearer)
    reference = at_tender(url, tenure="rp_tenant")
    consent = step_of(url, reference, "consent")
    assert (consent.revision, consent.status, consent.owner) == (2, StepStatus.WAITING, "landlord")
    act(url, reference, Direct())
    pass_step(url, reference, StepName.CERTIFICATES)
    assert status_of(url, reference, "approve") is StepStatus.NOT_STARTED
    pass_step(url, reference, StepName.CONSENT)
    assert status_of(url, reference, "approve") is StepStatus.WAITING


@pytest.mark.sqlite
def test_a_price_within_the_cap_leaves_the_consent_as_it_is(url: str) -> None:
    reference = case_at(url, "approve", tenure="rp_tenant")
    consent = step_of(url, reference, "consent")
    assert (consent.revision, consent.outcome) == (1, "pre_permission")


@pytest.mark.sqlite
def test_of_two_lots_that_cover_the_works_the_reasons_say_which_is_used(url: str) -> None:
    more = "BATHS|Baths|level_access_shower|RBC|ranked|2026-01-01|2027-12-31|3"
    bring(url, "lots", f"{LOTS}{more}\n")
    bring(url, "lot_contractors", f"{LOT_CONTRACTORS}\nBATHS | AVON | 1 | 0")
    case_at(url, "tender")
    made = award(url)
    assert (made["lot"], made["route"]) == ("BATHS", "call_off")
    assert made["reasons"][-1] == (
        "Lot BATHS is used, the first by code of those that cover the works; also SHOWERS."
    )


@pytest.mark.sqlite
def test_zones_and_contract_rates_of_the_lot_are_in_everybody_s_price(url: str) -> None:
    for kind in ("lot_terms", "zones", "contract_rates"):
        bring(url, kind, TERMS[kind])
    case_at(url, "tender", route="call_off")
    net = {place["contractor"]: place["net_pence"] for place in award(url)["placings"]}
    # CV22 is in zone Rugby town, × 1.02; a rail at £43.25 for AVON and £44 for everybody else
    assert net == {
        AVON: 176_46 + 194_31,
        BRIAR: 188_50 + 204_03,  # + 5 %
        CEDAR: 197_47 + 213_74,  # + 10 %
    }


def test_a_contractor_whose_percentage_cannot_price_stops_nobody_else(url: str) -> None:
    with engine_for(url).begin() as conn:
        worthless = update(LotContractor).where(LotContractor.contractor == AVON)
        conn.execute(worthless.values(percentage=Decimal(-100)))
    at_tender(url, route="call_off")
    assert places(url) == {AVON: None, BRIAR: 1, CEDAR: 2}
    said = {place["contractor"]: place["explanation"] for place in award(url)["placings"]}
    assert "the percentage is -100 %; above -100 %" in said[AVON]


@pytest.mark.sqlite
def test_a_direction_is_filed_with_its_record_and_then_the_step_is_over(url: str) -> None:
    reference = case_at(url, "tender")
    decide(url, reference, Direct())
    step = step_of(url, reference, "tender")
    assert (step.status, step.outcome) == (StepStatus.READY, "directed")
    before = contents(url)["award"]
    go(reference)
    assert status_of(url, reference, "tender") is StepStatus.DONE
    assert contents(url)["award"] == before, "what was awarded is not awarded again"
    assert [row["kind"] for row in rows(url, Document)] == ["certificate_form", "award_record"]
