"""Who pays: fees, other funders and the waiver of the means test, down to the grant decided."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from models.case_queries import approval_of, case_row
from models.database import reading, writing
from models.tables.funding import FundingLine
from models.tables.record import Decision
from models.tables.works import Approval
from rules.decisions import BaseDecision
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
    StepNotOpenError,
)
from rules.grants.funding import FundingKind
from rules.grants.waterfall import CHARGES, LineKind, Part, faults
from rules.variations import Limb
from services.assignment.decide import AnswerOffer
from services.grants.approve import Approve
from services.grants.funding import Liable, RecordFunding
from services.grants.papers import approval_paper, own_contribution_pence, waterfall_of
from services.grants.waiving import WaiveMeansTest
from services.verification.verify import findings
from tests.factories import act, bring, case_at, decide, new_case, refused
from tests.looking import rows
from tests.services.grants.funding import approved, printed, view
from tests.small_service import ADA, FINN, MIA, OTTO

FEE, ANCILLARY, PROVIDER = FundingKind.FEE, FundingKind.ANCILLARY, FundingKind.PROVIDER
TOP_UP, OWN_HELP = FundingKind.TOP_UP, FundingKind.CONTRIBUTION_TOP_UP
AGENCY = RecordFunding(FEE, "Agency fee", 150_00)
OTHERS_FIRST = """
authority|valid_from|arithmetic
RBC|2026-01-01|others_then_maximum
"""


# ---- fees and funders


@pytest.mark.sqlite
def test_everybody_who_pays_is_in_the_grant_and_on_its_waterfall(url: str) -> None:
    bring(url, "grant_terms", OTHERS_FIRST)
    reference = case_at(url, "approve", contribution="250", tenure="rp_tenant")
    for kind, what, pence in (
        (FEE, "Agency fee", 160_00),
        (ANCILLARY, "Building control", 90_00),
        (PROVIDER, "Oak Homes", 500_00),
        (FundingKind.OTHER_FUNDER, "A charity", 50_00),
        (OWN_HELP, "Hardship fund", 100_00),
    ):
        liable = Liable.APPLICANT if kind is ANCILLARY else None
        act(url, reference, RecordFunding(kind, what, pence, liable=liable))
    shown = view(url, reference)
    assert (shown["decided"], shown["decision"]) == (False, None)
    assert (shown["grant_pence"], shown["own_contribution_pence"]) == (1_050_00, 150_00)
    decide(url, reference, Approve(approved=True))
    approval = approved(url, reference)
    assert approval["works_pence"] == 1_600_00
    assert (approval["fees_pence"], approval["funders_pence"]) == (250_00, 550_00)
    assert (approval["contribution_pence"], approval["top_up_pence"]) == (250_00, 100_00)
    assert approval["grant_pence"] == 1_050_00
    (own,) = printed(approval, LineKind.CONTRIBUTION, Part.SHARES)
    assert own.amount_pence == 150_00
    after = view(url, reference)
    assert after["decided"]
    assert after["waterfall"] == shown["waterfall"] == approval["waterfall"]


def test_a_charge_is_the_applicants_own_and_whose_it_is_is_said(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "approve")
    of_landlord = RecordFunding(ANCILLARY, "Asbestos survey", 90_00, liable=Liable.OTHERS)
    error = refused(sqlite_service, reference, of_landlord, StatuteError)
    assert error.section == "s.2(3); SI 1996/2889"
    unsaid = RecordFunding(ANCILLARY, "Asbestos survey", 90_00)
    assert unsaid.problems() == ("Say who is liable for the charge.",)
    decide(sqlite_service, reference, replace(of_landlord, liable=Liable.APPLICANT))
    (decided,) = [row for row in rows(sqlite_service, Decision) if row["kind"] == "funding"]
    assert decided["facts"]["liable"] == "applicant"


@pytest.mark.sqlite
def test_a_top_up_covers_what_is_above_the_maximum(url: str) -> None:
    reference = case_at(url, "approve")
    act(url, reference, RecordFunding(FEE, "A very large fee", 30_000_00))
    act(url, reference, RecordFunding(TOP_UP, "Hardship fund", 1_000_00))
    notes = view(url, reference)["notes"]
    assert "£600.00 above the maximum is covered by nobody yet." in notes
    decide(url, reference, Approve(approved=True))
    approval = approved(url, reference)
    assert (approval["grant_pence"], approval["top_up_pence"]) == (30_000_00, 1_000_00)
    with reading(url) as conn:
        paper = approval_paper(conn, case=case_row(conn, reference=reference))
    assert (paper.uncovered_pence, paper.charge_pence) == (600_00, 10_000_00)


@pytest.mark.sqlite
def test_what_is_not_needed_is_not_counted_and_is_said(url: str) -> None:
    bring(url, "grant_terms", OTHERS_FIRST)
    reference = case_at(url, "approve", contribution="100")
    act(url, reference, RecordFunding(PROVIDER, "Oak Homes", 2_000_00))
    act(url, reference, RecordFunding(TOP_UP, "Hardship fund", 40_00))
    shown = view(url, reference)
    assert (shown["funders_pence"], shown["grant_pence"], shown["top_up_pence"]) == (1_600_00, 0, 0)
    assert shown["notes"][:2] == [
        "£400.00 of what others put in is not needed and not counted.",
        "£40.00 of the top-ups is not needed and not counted.",
    ]


def test_a_line_is_recorded_once_and_taken_out_on_record(url: str) -> None:
    reference = case_at(url, "price")
    receipt = decide(url, reference, AGENCY, by=FINN)
    assert receipt.notice.startswith("The grant would be ")
    again = RecordFunding(FEE, " agency  FEE ", 1)
    error = refused(url, reference, again, AlreadyDecidedError)
    assert error.what == "“Agency fee” is recorded on DFG-1 already, at £150.00."
    out = RecordFunding(PROVIDER, "Agency fee", removed=True)
    error = refused(url, reference, out, InvalidDecisionError)
    assert error.text() == (
        "No provider called “Agency fee” is recorded on DFG-1. Recorded are: fee: Agency fee. "
        "Nothing was taken out."
    )
    decide(url, reference, RecordFunding(FEE, "agency fee", removed=True))
    decide(url, reference, RecordFunding(FEE, "Agency fee", 200_00))
    kept = [(row["amount_pence"], row["removed_at"] is None) for row in rows(url, FundingLine)]
    assert kept == [(150_00, False), (200_00, True)]
    nothing = RecordFunding(TOP_UP, "Hardship fund", removed=True)
    decide(url, reference, RecordFunding(FEE, "Agency fee", removed=True))
    assert "None is." in refused(url, reference, nothing, InvalidDecisionError).why


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (RecordFunding(FEE, " ", 1), "Say what it is for, or who pays it."),
        (RecordFunding(FEE, "Agency", 0), "An amount is above zero."),
        (RecordFunding(FEE, "Agency", -5), "An amount is above zero."),
        (RecordFunding(FEE, "Agency", 5, removed=True), "To take a line out, give no amount."),
        (RecordFunding(FEE, "x" * 121, 5), "at most 120 characters, not 121"),
        (WaiveMeansTest(" "), "Name the rule"),
    ],
)
def test_incomplete_particulars_are_refused(
    sqlite_service: str, decision: BaseDecision, words: str
) -> None:
    reference = case_at(sqlite_service, "price")
    assert words in refused(sqlite_service, reference, decision, InvalidDecisionError).what


@pytest.mark.sqlite
def test_funding_may_be_recorded_before_the_works_are_priced(url: str) -> None:
    reference = new_case(url)
    receipt = decide(url, reference, AGENCY)
    assert receipt.notice == "The works are not priced in full yet."
    shown = view(url, reference)
    assert (shown["grant_pence"], shown["waterfall"], shown["charge_pence"]) == (None, [], None)
    assert "there is no grant to work out" in shown["notes"][0]
    assert shown["headroom"]["maximum_pence"] is None


@pytest.mark.sqlite
def test_nothing_about_the_money_changes_once_the_grant_is_decided(url: str) -> None:
    reference = case_at(url, "approve")
    decide(url, reference, Approve(approved=True))
    error = refused(url, reference, AGENCY, StepNotOpenError)
    assert error.what == "The grant on DFG-1 is decided."


@pytest.mark.sqlite
def test_only_officers_and_finance_record_funding(url: str) -> None:
    reference = case_at(url, "price")
    for somebody in (ADA, OTTO, MIA):
        error = refused(url, reference, AGENCY, NotPermittedError, by=somebody)
        assert "may not record “funding”" in error.what


@pytest.mark.sqlite
def test_charges_given_at_approval_join_those_recorded_and_replace_earlier_ones(url: str) -> None:
    reference = case_at(url, "approve", route="call_off")
    act(url, reference, AGENCY)
    act(url, reference, Approve(approved=True, fees_pence=30_00))
    act(url, reference, AnswerOffer(accepted=False))  # the next in rank is dearer
    shown = view(url, reference)
    assert (shown["decided"], shown["decision"]["grant_pence"]) == (False, 597_60)
    act(url, reference, Approve(approved=True, fees_pence=40_00, limb=Limb.WORKS_COST))
    fees = [row["fees_pence"] for row in rows(url, Approval)]
    assert fees == [180_00, 190_00]
    live = [row["description"] for row in rows(url, FundingLine) if row["removed_at"] is None]
    assert live == ["Agency fee", CHARGES]


# ---- headroom, and approvals of an earlier version


@pytest.mark.sqlite
def test_headroom_is_shown_under_the_maximum_and_every_limit(url: str) -> None:
    reference = case_at(url, "tender")
    before = view(url, reference)
    assert before["headroom"]["maximum_pence"] == 30_000_00 - before["grant_pence"]
    officers = [
        (one["name"], one["headroom_pence"] + before["grant_pence"])
        for one in before["headroom"]["officers"]
    ]
    assert officers == [("Amos Able", 1_000_00), ("Ada Able", 30_000_00)]


def test_an_approval_of_an_earlier_version_shows_its_figures(url: str) -> None:
    reference = case_at(url, "approve", contribution="250")
    decide(url, reference, Approve(approved=True, fees_pence=120_00))
    with writing(url) as conn:
        conn.execute(sa.update(Approval).values(waterfall=[]))
    with reading(url) as conn:
        approval = approval_of(conn, case_id=_case_id(conn, reference))
        assert approval is not None
        lines = waterfall_of(conn, approval=approval)
        assert own_contribution_pence(approval) == 250_00
        assert list(findings(conn, lambda path: Path(path).stem)) == []
    assert faults(lines) == ()
    said = [line.amount_pence for line in lines if line.part is not Part.SHARES]
    assert said == [1_600_00, 0, 120_00, 0, -250_00, 0]
    assert view(url, reference)["grant_pence"] == 1_470_00


def _case_id(conn: Connection, reference: str) -> int:
    return int(case_row(conn, reference=reference).id)
