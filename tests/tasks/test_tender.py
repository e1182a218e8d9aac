"""The tender: the route, every contractor's place and why, and what holds it up said and mended."""

from __future__ import annotations

from typing import Any

from models.prices import Award, Price, PriceLine
from rules.decisions import Direct
from rules.pathway import StepName, StepStatus
from tasks.sweep import request_left_behind
from tests.factories import act, bring, case_at, go, later, new_case, pass_step, runs_ended
from tests.looking import asked_for, contents, rows, status_of, step_of
from tests.small_service import AVON, BRIAR, CEDAR, DOCUMENTS, LOTS, PACKAGE_PRICES


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


def test_works_that_match_a_package_are_awarded_at_its_price_in_rotation(url: str) -> None:
    case_at(url, "tender")
    made = award(url)
    assert (made["route"], made["package"], made["rule"]) == ("pre_priced", "LAS", "rotation")
    assert places(url) == {AVON: 1, BRIAR: 2, CEDAR: 3}
    tender = rows(url, Price)[-1]
    assert (tender["kind"], tender["contractor"], tender["net_pence"]) == ("tender", AVON, 1_600_00)
    assert [row["code"] for row in rows(url, PriceLine)][-1] == "LAS"
    assert "package LAS" in " ".join(made["reasons"])


def test_the_next_case_goes_to_the_contractor_with_the_fewest_turns_by_value(url: str) -> None:
    case_at(url, "assign", reference="DFG-1")
    case_at(url, "tender", reference="DFG-2")
    assert places(url) == {BRIAR: 1, CEDAR: 2, AVON: 3}


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


def test_the_award_says_of_everybody_why(url: str) -> None:
    lapse(url, AVON)
    case_at(url, "tender")
    said = {place["contractor"]: place["explanation"] for place in award(url)["placings"]}
    assert "TrustMark registration expired on 31 May 2026" in said[AVON]
    assert places(url) == {AVON: None, BRIAR: 1, CEDAR: 2}
    assert set(said) == {AVON, BRIAR, CEDAR}


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


def test_a_price_within_the_cap_leaves_the_consent_as_it_is(url: str) -> None:
    reference = case_at(url, "approve", tenure="rp_tenant")
    consent = step_of(url, reference, "consent")
    assert (consent.revision, consent.outcome) == (1, "pre_permission")
