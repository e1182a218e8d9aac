"""The means test: waived under a rule that covers the case, and never held against a child."""

from __future__ import annotations

from datetime import date

import pytest

from models.database import writing
from models.tables.funding import Waiver
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    MissingReasonError,
    StatuteError,
    StepNotOpenError,
)
from rules.grants.waterfall import LineKind, Part
from services.decisions.record import record_decision
from services.grants.approve import Approve
from services.grants.waiving import WaiveMeansTest
from tests.factories import bring, case_at, decide, new_case, refused
from tests.looking import rows
from tests.services.grants.funding import approved, printed, view
from tests.small_service import MIA, NOW, TESS

RULES = """
authority|rule|title|work_types|cost_cap|valid_from|valid_to
RBC|SMALL|Works of at most £1,500||1500|2026-01-01|2026-12-31
RBC|BATH|Level access showers, no test|level_access_shower|5000|2026-01-01|2026-12-31
RBC|RAILS|Grab rails, no test|grab_rails|1000|2026-07-01|2026-12-31
RBC|OLD|As it was until last year|||2025-01-01|2025-12-31
WDC|OTHER|Warwick's own|||2026-01-01|2026-12-31
"""


@pytest.mark.sqlite
def test_a_waived_means_test_leaves_no_contribution_and_the_letter_cites_the_rule(url: str) -> None:
    bring(url, "waiver_rules", RULES)
    reference = case_at(url, "approve", contribution="400")
    assert view(url, reference)["grant_pence"] == 1_200_00
    receipt = decide(url, reference, WaiveMeansTest("BATH"), by=MIA)
    assert receipt.notice == (
        "The grant would be £1,600.00 of a cost of £1,600.00; £0.00 is left to the client."
    )
    shown = view(url, reference)
    assert shown["waiver"] == {
        "rule": "BATH",
        "title": "Level access showers, no test",
        "waived_by": MIA,
        "waived_on": "2026-06-01",
    }
    assert shown["notes"][0] == "The contribution of £400.00 does not count: BATH waives it."
    decide(url, reference, Approve(approved=True))
    approval = approved(url, reference)
    assert (approval["contribution_pence"], approval["grant_pence"]) == (0, 1_600_00)
    (line,) = printed(approval, LineKind.CONTRIBUTION, Part.GRANT)
    assert line.basis == "Level access showers, no test (rule BATH)"


@pytest.mark.sqlite
def test_a_rule_that_does_not_cover_the_case_is_refused_with_every_reason(url: str) -> None:
    bring(url, "waiver_rules", RULES)
    reference = case_at(url, "approve", contribution="400")
    error = refused(url, reference, WaiveMeansTest("RAILS"), InvalidDecisionError)
    assert error.text() == (
        "The means test on DFG-1 cannot be waived under RAILS. RAILS is in force from 1 July 2026 "
        "to 31 December 2026, not on 1 June 2026. RAILS covers grab rails, not level access "
        "shower. RAILS covers works of at most £1,000.00 with VAT; these cost £1,600.00. Nothing "
        "was waived."
    )
    error = refused(url, reference, WaiveMeansTest("OTHER"), InvalidDecisionError)
    assert error.what == "RBC has no rule “OTHER” for waiving the means test."
    assert error.why == "Its rules are BATH, OLD, RAILS, SMALL."
    covering = [
        rule["rule"] for rule in view(url, reference)["waiver_rules"] if not rule["against"]
    ]
    assert covering == ["BATH"]


@pytest.mark.sqlite
def test_a_cap_cannot_be_held_against_works_that_are_not_priced(url: str) -> None:
    bring(url, "waiver_rules", RULES)
    reference = new_case(url)
    error = refused(url, reference, WaiveMeansTest("BATH"), InvalidDecisionError)
    assert "these are not priced in full yet." in error.why


@pytest.mark.sqlite
def test_a_waiver_needs_its_plan(url: str) -> None:
    bring(url, "waiver_rules", RULES)
    reference = case_at(url, "approve")
    with pytest.raises(MissingReasonError, match="Proportionate"), writing(url) as conn:
        record_decision(
            conn,
            reference=reference,
            decision=WaiveMeansTest("BATH"),
            by=TESS,
            reason="as agreed",
            now=NOW,
        )


@pytest.mark.sqlite
def test_a_waiver_is_made_once_changed_for_another_and_ended(url: str) -> None:
    bring(url, "waiver_rules", RULES.replace("|1500|", "|9500|"))
    reference = case_at(url, "approve", contribution="400")
    error = refused(url, reference, WaiveMeansTest("BATH", ended=True), InvalidDecisionError)
    assert "It is not waived." in error.why
    decide(url, reference, WaiveMeansTest("BATH"))
    refused(url, reference, WaiveMeansTest("BATH"), AlreadyDecidedError)
    decide(url, reference, WaiveMeansTest("SMALL"))
    assert [row["rule"] for row in rows(url, Waiver)] == ["SMALL"]
    refused(url, reference, WaiveMeansTest("BATH", ended=True), InvalidDecisionError)
    decide(url, reference, WaiveMeansTest("SMALL", ended=True))
    assert rows(url, Waiver) == []
    assert view(url, reference)["contribution_pence"] == 400_00


def test_no_grant_rests_on_a_waiver_that_the_works_have_outgrown(url: str) -> None:
    bring(url, "waiver_rules", RULES)
    reference = case_at(url, "approve", contribution="400")
    decide(url, reference, WaiveMeansTest("BATH"))
    bring(url, "waiver_rules", RULES.replace("|5000|", "|1599|"))
    assert "The waiver no longer holds: " in view(url, reference)["notes"][1]
    error = refused(url, reference, Approve(approved=True), InvalidDecisionError)
    assert error.what == "The waiver of the means test on DFG-1 no longer holds."
    assert error.why == ("BATH covers works of at most £1,599.00 with VAT; these cost £1,600.00.")
    decide(url, reference, WaiveMeansTest("BATH", ended=True))
    decide(url, reference, Approve(approved=True))


@pytest.mark.sqlite
def test_the_means_test_is_waived_before_the_grant_is_decided_or_not_at_all(url: str) -> None:
    bring(url, "waiver_rules", RULES)
    reference = case_at(url, "approve")
    decide(url, reference, Approve(approved=True))
    error = refused(url, reference, WaiveMeansTest("BATH"), StepNotOpenError)
    assert error.what == "The grant on DFG-1 is decided."


# ---- children


@pytest.mark.sqlite
def test_a_contribution_on_a_childs_case_is_told_and_blocks_the_approval(url: str) -> None:
    bring(url, "waiver_rules", RULES)
    child = {"date_of_birth": "2012-03-04"}
    reference = case_at(url, "approve", contribution="400", **child)
    shown = view(url, reference)
    assert shown["contribution_pence"] == 400_00  # as recorded, not changed silently
    assert "no approval until the contribution is 0" in shown["notes"][0]
    error = refused(url, reference, Approve(approved=True), StatuteError)
    assert "Regulations 1996, regulation 5" in (error.section or "")
    error = refused(url, reference, WaiveMeansTest("BATH"), InvalidDecisionError)
    assert "There is no means test to waive" in error.why
    decide(url, reference, Approve(approved=False))


@pytest.mark.sqlite
def test_a_childs_letter_says_that_there_is_no_means_test(url: str) -> None:
    reference = case_at(url, "approve", date_of_birth="2012-03-04")
    decide(url, reference, Approve(approved=True))
    (line,) = printed(approved(url, reference), LineKind.CONTRIBUTION, Part.GRANT)
    assert "no means test for a child or young person" in line.label


@pytest.mark.sqlite
def test_the_day_of_the_application_counts_for_a_childs_case(url: str) -> None:
    reference = case_at(
        url, "approve", contribution="400", date_of_birth="2008-05-01", applied_on="2026-05-01"
    )
    decide(url, reference, Approve(approved=True))
    assert approved(url, reference)["decided_on"] == date(2026, 6, 1)
