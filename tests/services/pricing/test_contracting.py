"""The contracting party: said on the case or by its lot, and what the works then cost."""

from __future__ import annotations

import pytest

from desk.verification.commands import verify_all
from models.database import reading
from models.tables.prices import Award
from rules.contracting import ContractingParty
from rules.errors import (
    ImportProblemsError,
    InvalidDecisionError,
    NotPermittedError,
    StepNotOpenError,
)
from rules.pathway import StepName, StepStatus
from services.competitions.direction import Direct
from services.pricing.contracting import ChangeParty
from services.pricing.vat import RecordDeclaration
from tests.factories import act, bring, case_at, decide, go, new_case, pass_step, refused
from tests.looking import case, rows, status_of, step_of
from tests.services.pricing.priced import last_facts, lines_of, prices
from tests.small_service import NOW, OTTO, TESS

COUNCIL = ChangeParty(ContractingParty.COUNCIL)
LOT_SAYS_COUNCIL = "lot | contracting_party\nSHOWERS | council"


@pytest.mark.sqlite
def test_a_case_that_is_the_councils_from_the_start_has_no_zero_rate(url: str) -> None:
    case_at(url, "price", contracting_party="council")
    (price,) = prices(url, "estimate")
    assert price["basis"]["contracting_party"] == "council"
    (why,) = {row["vat_reason"] for row in lines_of(url, price)}
    assert why.startswith("Standard rate: the zero rate is lost, because the works are supplied to")
    assert price["vat_pence"] * 5 == price["net_pence"]


@pytest.mark.sqlite
def test_the_lots_terms_speak_where_the_case_says_nothing(url: str) -> None:
    bring(url, "lot_terms", LOT_SAYS_COUNCIL)
    new_case(url, reference="DFG-1")
    new_case(url, reference="DFG-2", contracting_party="client")
    for reference in ("DFG-1", "DFG-2"):
        go(reference)
        pass_step(url, reference, StepName.SPECIFY)
        pass_step(url, reference, StepName.PRICE)
    said = [(row["basis"]["contracting_party"], row["vat_pence"]) for row in prices(url, "tender")]
    assert [party for party, _ in said] == ["council", "client"]
    assert said[0][1] > 0 == said[1][1]


@pytest.mark.sqlite
@pytest.mark.parametrize("route", ["pre_priced", "quotes"])
def test_another_party_has_the_works_priced_and_tendered_anew(url: str, route: str) -> None:
    reference = case_at(url, "consent", route=route, tenure="private_tenant")
    before = prices(url, "tender")[-1]
    receipt = decide(url, reference, COUNCIL, reason="Our own tenant: we commission it")
    assert receipt.notice.startswith("VAT at 0 % is lost. The estimate is now £")
    assert case(url, reference).contracting_party == "council"
    assert last_facts(url) == {"party": "council", "before": {"party": "client"}}
    assert step_of(url, reference, "tender").revision == 2
    go(reference)
    after = prices(url, "tender")[-1]
    assert (before["basis"]["contracting_party"], after["basis"]["contracting_party"]) == (
        "client",
        "council",
    )
    assert after["net_pence"] == before["net_pence"]
    if route == "pre_priced":
        assert after["vat_pence"] > before["vat_pence"] == 0
        act(url, reference, Direct())
    assert status_of(url, reference, "tender") is StepStatus.DONE
    assert rows(url, Award)[-1]["price_id"] == after["id"]
    with reading(url) as conn:
        assert [one for one in verify_all(conn) if one.severity == "error"] == []


def test_a_party_that_is_said_already_changes_nothing(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price", contracting_party="council")
    error = refused(sqlite_service, reference, COUNCIL, InvalidDecisionError)
    assert "is the council already" in error.what


def test_what_the_lot_says_may_be_said_on_the_case_without_pricing_again(url: str) -> None:
    bring(url, "lot_terms", LOT_SAYS_COUNCIL)
    reference = new_case(url)
    go(reference)
    pass_step(url, reference, StepName.SPECIFY)
    receipt = decide(url, reference, COUNCIL)
    assert receipt.notice == "VAT at 0 % is lost."
    assert len(prices(url, "estimate")) == 1


def test_an_owner_has_no_landlord_to_contract_with(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    landlord = ChangeParty(ContractingParty.LANDLORD)
    error = refused(sqlite_service, reference, landlord, InvalidDecisionError)
    assert "the client owns the home" in error.what


def test_a_declaration_keeps_the_party(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "price", contracting_party="council", vat_declaration="no")
    act(url, reference, RecordDeclaration(NOW.date()))
    first, second = prices(url, "estimate")
    assert first["vat_pence"] == second["vat_pence"] > 0


@pytest.mark.sqlite
def test_a_decided_grant_and_an_order_keep_their_party(url: str) -> None:
    reference = case_at(url, "assign")
    error = refused(url, reference, COUNCIL, StepNotOpenError)
    assert error.what.startswith("The grant is decided on DFG-1")
    pass_step(url, reference, StepName.ASSIGN)
    error = refused(url, reference, COUNCIL, StepNotOpenError)
    assert error.what.startswith("Work order WO-2026-00001 stands on DFG-1")
    assert "open it anew" in error.why


def test_only_officers_say_who_contracts(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    with pytest.raises(NotPermittedError):
        decide(sqlite_service, reference, COUNCIL, by=OTTO)
    decide(sqlite_service, reference, COUNCIL, by=TESS)


def test_an_import_says_the_party_until_the_works_are_specified(url: str) -> None:
    assert "there is no landlord" in problem(url, "landlord")
    reference = new_case(url, contracting_party="council_for_client")
    new_case(url)  # a file that has no such column leaves it
    assert case(url, reference).contracting_party == "council_for_client"
    new_case(url, contracting_party="")
    assert case(url, reference).contracting_party == "council_for_client"
    new_case(url, contracting_party="council")
    assert case(url, reference).contracting_party == "council"
    assert "client council_for_client council landlord" in problem(url, "somebody")
    go(reference)
    pass_step(url, reference, StepName.SPECIFY)
    assert "another party is a decision" in problem(url, "client")


def problem(url: str, party: str) -> str:
    """Return what is wrong with a file that says this party, and what would be right."""
    with pytest.raises(ImportProblemsError) as caught:
        new_case(url, contracting_party=party)
    (one,) = caught.value.problems
    assert one.column == "contracting_party"
    return f"{one.wrong} {one.right}"
