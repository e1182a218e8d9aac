"""Who pays, at the command line: fees, funders, a waived means test, a budget, and the letter."""

from __future__ import annotations

import re
from pathlib import Path

from adapters.settings import settings
from tests.factories import bring, case_at, go
from tests.journeys.commands import asked, handrail, refused, refused_as_json, typed
from tests.looking import contents
from tests.small_service import ADA, FINN, MIA, TESS

RULES = """
authority | rule | title                         | work_types | cost_cap | valid_from | valid_to
RBC       | BATH | Showers, without a means test |            | 5000     | 2026-01-01 | 2026-12-31
"""
PLAN = (
    *("--proportionate", "a small sum", "--legal", "s.33(4)"),
    *("--auditable", "on file", "--necessary", "needed now"),
)
WHO = ("--by", FINN, "--reason", "as agreed with the funders")


def test_a_grant_from_who_pays_to_the_letter(sqlite_service: str) -> None:
    url = sqlite_service
    bring(url, "waiver_rules", RULES)
    bring(url, "budgets", "authority | year | amount\nRBC | 2026 | 2000")
    order = "RBC | 2026-01-01 | others_then_maximum"
    bring(url, "grant_terms", f"authority | valid_from | arithmetic\n{order}")
    reference = case_at(url, "approve", contribution="400")
    said = handrail("case", "grant", reference)
    assert "not decided yet; this is the grant as it would be today" in said
    assert "Less: your contribution, from the means test" in said
    assert "Left of the budget of RBC for 2026-27: £2,000.00 of £2,000.00, £800.00 after" in said
    assert "Under the limit of Ada Able (£30,000.00): £28,800.00." in said
    assert "Above the limit of Amos Able (£1,000.00): £200.00." in said
    assert "The means test may be waived under BATH (Showers, without a means test)." in said
    said = handrail(
        *("decide", reference, "funding", *WHO, "--fee", "Agency fee=850"),
        *("--ancillary", "Building control = £150", "--provider", "Oak Homes=500"),
    )
    assert "The grant would be £1,700.00 of a cost of £2,600.00; £400.00 is left" in said
    said = handrail(
        *("decide", reference, "funding", *WHO, "--remove", "agency fee"),
        *("--fee", "Agency fee=500", "--other-funder", "The A=B charity=50"),
    )
    assert "The grant would be £1,300.00 of a cost of £2,250.00" in said
    waive = ("decide", reference, "means-test", "--by", MIA, "--reason", "as agreed", *PLAN)
    assert "The grant would be £1,700.00" in handrail(*waive, "--waive-under", "BATH")
    handrail("decide", reference, "approve", "--by", ADA, "--reason", "s.24")
    go(reference)
    shown = asked("case", "grant", reference)
    assert shown["decided"]
    assert (shown["grant_pence"], shown["expense_pence"]) == (1_700_00, 2_250_00)
    assert (shown["funders_pence"], shown["contribution_pence"]) == (550_00, 0)
    assert shown["headroom"]["budget"]["left_pence"] == 300_00
    assert "Charge on the property" not in (after := handrail("case", "grant", reference))
    assert "No charge on the property: the grant is not above £5,000.00." in after
    assert re.search(r"approved on 2026-06-01 by ada@rbc\.example", after)
    documents = asked("case", "show", reference)["documents"]
    letter = next(Path(one["html_path"]) for one in documents if one["kind"] == "approval")
    text = letter.read_text(encoding="utf-8")
    assert letter.is_relative_to(settings().documents_folder)
    for said in ("Building control", "Less: paid by ", "The A=B charity", "(rule BATH)"):
        assert said in text, said


def test_several_lines_are_recorded_together_or_none(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    before = contents(sqlite_service)
    decide = ("decide", reference, "funding", *WHO)
    said = refused(*decide, "--fee", "Agency fee=0", "--top-up", "=10", "--fee", "Plans=5")
    assert "Agency fee: An amount is above zero." in said
    assert "top up: Say what it is for, or who pays it." in said
    assert "Say what is recorded." in refused(*decide)
    assert "None is recorded." in refused(*decide, "--fee", "Plans=5", "--remove", "Agency")
    said = refused(*decide, "--fee", "Plans=5", "--fee", "plans=6")
    assert "“Plans” is recorded on DFG-1 already, at £5.00." in said
    assert "is not WHAT=POUNDS" in refused(*decide, "--fee", "Agency fee")
    assert refused_as_json(*decide, "--fee", "x=0")["error"] == "InvalidDecision"
    assert contents(sqlite_service) == before


def test_lines_called_alike_are_told_apart_by_their_kind(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    decide = ("decide", reference, "funding", *WHO)
    handrail(*decide, "--fee", "Oak Homes=5", "--provider", "Oak Homes=7")
    said = refused(*decide, "--remove", "Oak Homes")
    assert "Recorded are “fee: Oak Homes”, “provider: Oak Homes”." in said
    handrail(*decide, "--remove", "provider: Oak Homes")
    assert asked("case", "grant", reference)["funders_pence"] == 0
    receipts = asked(*decide, "--remove", "Oak Homes")
    assert [receipt["kind"] for receipt in receipts] == ["funding"]


def test_a_waiver_needs_a_rule_and_its_plan(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    means_test = ("decide", reference, "means-test", "--by", TESS, "--reason", "as agreed")
    assert "Use one of: --waive-under, --end-waiver." in refused(*means_test)
    assert "needs the PLAN sentence" in refused(*means_test, "--waive-under", "BATH")
    said = refused(*means_test, "--waive-under", "BATH", *PLAN)
    assert "RBC has no rule “BATH” for waiving the means test. It has none." in said
    assert "is not waived under BATH" in refused(*means_test, "--end-waiver", "BATH", *PLAN)


def test_a_grant_nobody_priced_shows_no_figure(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "specify")
    shown = asked("case", "grant", reference)
    assert (shown["grant_pence"], shown["waterfall"]) == (None, [])
    assert "there is no grant to work out" in handrail("case", "grant", reference)
    assert "There is no case NOPE." in refused("case", "grant", "NOPE")


def test_budgets_are_listed_for_people_machines_and_spreadsheets(sqlite_service: str) -> None:
    case_at(sqlite_service, "assign")
    bring(sqlite_service, "budgets", "authority | year | amount\nRBC | 2026 | 2000.50\nWDC|2027|5")
    listed = asked("budget", "list")
    assert [row["authority"] for row in listed] == ["RBC", "WDC"]
    assert (listed[0]["left_pence"], listed[0]["not_counted_pence"]) == (2_000_50, 1_600_00)
    said = handrail("budget", "list", "--authority", "RBC")
    assert "2026-27" in said
    assert "grants approved in the year before its budget was recorded" in said
    assert handrail("budget", "list", "--csv").splitlines() == [
        "authority,financial_year,amount_pence,committed_pence,left_pence,not_counted_pence",
        "RBC,2026-27,200050,0,200050,160000",
        "WDC,2027-28,500,0,500,0",
    ]
    assert "not both" in typed("budget", "list", "--json", "--csv").err
    assert "There is no authority" in refused("budget", "list", "--authority", "XX")
