"""The council's own contract on the case's page and as files; of others' contracts, why not."""

from __future__ import annotations

from tests.desk.web.desk import Desk
from tests.factories import case_at
from tests.journeys.commands import asked, handrail, refused
from tests.looking import case
from tests.small_service import TESS, WENDY

PAGE = "/cases/DFG-1"


def test_the_councils_contract_is_offered_as_files_and_by_commands(sqlite_service: str) -> None:
    case_at(sqlite_service, "works", contracting_party="council")
    desk = Desk(TESS)
    page = desk.get(PAGE).text
    assert 'href="/cases/DFG-1/release.json"' in page
    answer = desk.get(f"{PAGE}/release.json")
    assert answer.headers["content-type"] == "application/json"
    assert "DFG-1-release.json" in answer.headers["content-disposition"]
    assert answer.json()["contracts"][0]["id"].startswith("WO-2026-")
    assert desk.get(f"{PAGE}/notice.json").json()["required"] is False
    assert asked("case", "release", "DFG-1") == desk.get(f"{PAGE}/release.json").json()
    assert "Value with VAT: £1,920.00" in handrail("case", "notice", "DFG-1")
    assert asked("case", "show", "DFG-1")["contracting"]["party"] == "council"
    assert Desk(WENDY).get(f"{PAGE}/release.json").status_code == 404


def test_of_the_clients_contract_the_page_says_why_there_is_nothing(sqlite_service: str) -> None:
    case_at(sqlite_service, "works")
    page = Desk(TESS).get(PAGE).text
    assert "Nothing is published. The contracting party is the client" in page
    assert "release.json" not in page
    answer = Desk(TESS).get(f"{PAGE}/release.json")
    assert answer.status_code == 404
    assert "who is no contracting authority" in answer.text
    assert "Nothing is published of WO-2026-00001" in refused("case", "notice", "DFG-1")


def test_a_case_is_opened_and_its_party_changed_by_commands(sqlite_service: str) -> None:
    handrail(
        *("case", "open", "--reference", "NEW-1", "--authority", "RBC", "--by", TESS),
        *("--client-name", "Mrs Oak", "--address", "1 Low Road", "--postcode", "CV22 5AA"),
        *("--tenure", "council_tenant", "--work-type", "grab_rails", "--contact-on", "2026-06-01"),
        *("--contracting-party", "council"),
    )
    assert case(sqlite_service, "NEW-1").contracting_party == "council"
    handrail(
        *("decide", "NEW-1", "contracting-party", "--to", "council_for_client", "--by", TESS),
        *("--reason", "The grant is assigned to us"),
    )
    assert case(sqlite_service, "NEW-1").contracting_party == "council_for_client"
