"""The means test on a case: assessed with its sum, printed, erased, and no other sum beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from models.case_queries import case_row
from models.database import reading, writing
from models.tables.funding import MeansAssessment
from rules.errors import (
    AlreadyDecidedError,
    ImportProblemsError,
    InvalidDecisionError,
    StatuteError,
    StepNotOpenError,
)
from rules.grants.means_test import SHIPPED, Basis
from rules.grants.waterfall import LineKind, Part
from services.cases.take import take
from services.grants.approve import Approve
from services.grants.means import AssessMeans, erase_assessments, terms_of
from services.grants.papers import approval_paper
from services.verification.verify import findings
from tests.factories import bring, case_at, decide, new_case, refused
from tests.looking import rows, trail
from tests.services.grants.funding import approved, printed, view
from tests.services.imports.importing import refused as not_imported
from tests.small_service import NOW

MEANS = AssessMeans(Basis.OWNER, {"state pension": 210_00}, {"single person": 200_00})
"""£10 a week too much: a loan of £188.50."""


@pytest.mark.sqlite
def test_the_contribution_is_worked_out_and_its_sum_is_printed_in_the_notice(url: str) -> None:
    reference = case_at(url, "approve")
    receipt = decide(url, reference, MEANS)
    assert receipt.notice.startswith("The grant would be £1,411.50 of a cost of £1,600.00; £188.50")
    assert view(url, reference)["means_test"]["contribution_pence"] == 188_50
    decide(url, reference, Approve(approved=True))
    approval = approved(url, reference)
    (line,) = printed(approval, LineKind.CONTRIBUTION, Part.GRANT)
    assert line.amount_pence == -188_50
    with reading(url) as conn:
        paper = approval_paper(conn, case=case_row(conn, reference=reference))
    assert [(one.label, one.amount_pence) for one in paper.means_test] == [
        ("state pension", 210_00),
        ("single person", 200_00),
        ("Weekly income above the applicable amount", 10_00),
        ("On the first of it", 188_50),
        ("The contribution", 188_50),
    ]
    refused(url, reference, MEANS, StepNotOpenError)


def test_what_somebody_lives_on_is_not_in_the_chain_and_is_erased(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "approve")
    decide(sqlite_service, reference, MEANS)
    assert "pension" not in str(trail(sqlite_service, reference))
    with writing(sqlite_service) as conn:
        case = take(conn, reference=reference, now=NOW)
        assert erase_assessments(case, since=datetime(1970, 1, 1, tzinfo=UTC)) == 1
    (held,) = rows(sqlite_service, MeansAssessment)
    assert (held["lines"], held["contribution_pence"]) == ([], 188_50)
    with reading(sqlite_service) as conn:
        assert list(findings(conn, lambda path: Path(path).stem)) == []


@pytest.mark.parametrize(
    ("decision", "error", "words"),
    [
        (AssessMeans(Basis.TENANT, {}, {"single": 1}), InvalidDecisionError, "an owner"),
        (AssessMeans(Basis.OWNER), InvalidDecisionError, "applicable amount"),
        (AssessMeans(Basis.OWNER, {"a": -1}, {"b": 1}), InvalidDecisionError, "below zero"),
        (AssessMeans(Basis.OWNER, passported="lottery"), InvalidDecisionError, "housing benefit"),
        (
            AssessMeans(Basis.OWNER, {"a": 1}, passported="housing benefit"),
            InvalidDecisionError,
            "give no income",
        ),
    ],
)
def test_what_cannot_be_reckoned_is_refused(
    sqlite_service: str, decision: AssessMeans, error: type[InvalidDecisionError], words: str
) -> None:
    said = refused(sqlite_service, case_at(sqlite_service, "approve"), decision, error)
    assert words in f"{said.what} {said.why}"


def test_a_child_is_never_tested_and_the_same_sum_twice_is_told(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "approve", date_of_birth="2012-01-01")
    said = refused(sqlite_service, reference, MEANS, StatuteError)
    assert "reg. 5" in str(said)
    untested = AssessMeans(Basis.YOUNG_PERSON)
    decide(sqlite_service, reference, untested)
    refused(sqlite_service, reference, untested, AlreadyDecidedError)


TERMS = """
authority|valid_from|band_1|band_2|band_3|owner_1|owner_2|owner_3|owner_4|tenant_1|tenant_2|tenant_3|tenant_4|capital_free|tariff|tariff_60|passporting|verified
WDC|2026-01-01|50|100|200|20|40|150|400|10|20|90|200|6000|250|500|housing benefit|yes
"""


@pytest.mark.sqlite
def test_an_authority_s_own_terms_go_before_those_of_all_and_hold_from_their_day(url: str) -> None:
    bring(url, "means_test_terms", TERMS)
    with reading(url) as conn:
        assert terms_of(conn, authority="RBC", on=date(2026, 6, 1)) == SHIPPED
        own = terms_of(conn, authority="WDC", on=date(2026, 6, 1))
        assert (own.bands_pence, own.verified) == ((50_00, 100_00, 200_00), True)
        assert terms_of(conn, authority="WDC", on=date(2025, 12, 31)) == SHIPPED


def test_slices_that_do_not_follow_each_other_are_refused(sqlite_service: str) -> None:
    (problem,) = not_imported(sqlite_service, "means_test_terms", TERMS.replace("|100|", "|50|"))
    assert (problem.column, problem.wrong) == ("band_2", "it is not above band_1, £50.00")


def test_a_file_does_not_change_what_the_means_test_came_to(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "approve")
    decide(sqlite_service, reference, MEANS)
    with pytest.raises(ImportProblemsError) as refused_:
        new_case(sqlite_service, reference=reference, contribution="5")
    assert ["assess-means" in one.wrong for one in refused_.value.problems] == [True]
