"""The order of the grant's arithmetic: named from a day on, kept with what was decided by it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models.case_queries import case_row
from models.database import reading, writing
from models.tables.works import Approval
from rules.grants.arithmetic import SHIPPED, WORDS, Arithmetic
from rules.grants.funding import FundingKind
from rules.grants.waterfall import LineKind, Part
from services.grants.approve import Approve
from services.grants.funding import RecordFunding
from services.grants.papers import approval_paper
from tests.factories import bring, case_at, decide
from tests.services.grants.funding import approved, printed, view
from tests.services.imports.importing import refused as not_imported

HEAD = "authority|valid_from|arithmetic\n"
OTHERS = HEAD + "RBC|2026-01-01|others_then_maximum"
CONTRIBUTION = HEAD + "RBC|2026-01-01|contribution_then_maximum"
OAK = RecordFunding(FundingKind.PROVIDER, "Oak Homes", 400_00)
FEE = RecordFunding(FundingKind.FEE, "A very large fee", 38_400_00)
"""With the works, which cost £1,600, it makes the £40,000 of the worked example."""


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("terms", "grant_pence", "to_find_pence"),
    [
        ("", 25_000_00, 15_000_00),
        (OTHERS, 25_000_00, 15_000_00),
        (CONTRIBUTION, 30_000_00, 10_000_00),
    ],
)
def test_the_order_named_decides_the_grant_and_the_notice_says_it(
    url: str, terms: str, grant_pence: int, to_find_pence: int
) -> None:
    if terms:
        bring(url, "grant_terms", terms)
    reference = case_at(url, "approve", contribution="5000")
    decide(url, reference, FEE)
    before = view(url, reference)
    assert before["grant_pence"] == grant_pence
    assert before["own_contribution_pence"] + before["uncovered_pence"] == to_find_pence
    decide(url, reference, Approve(approved=True))
    approval = approved(url, reference)
    assert approval["grant_pence"] == grant_pence
    (grant,) = printed(approval, LineKind.GRANT, Part.SHARES)
    assert grant.amount_pence == grant_pence
    with reading(url) as conn:
        paper = approval_paper(conn, case=case_row(conn, reference=reference))
    assert paper.arithmetic == WORDS[Arithmetic(approval["arithmetic"])]


def test_what_others_put_in_takes_nothing_off_by_default(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "approve", contribution="250")
    decide(sqlite_service, reference, OAK)
    shown = view(sqlite_service, reference)
    assert (shown["grant_pence"], shown["own_contribution_pence"]) == (1_350_00, 0)
    assert "£150.00 of what others put in is not needed and not counted." in shown["notes"]


def test_a_case_decided_under_an_earlier_order_stays_as_decided_and_says_so(url: str) -> None:
    """Approved before an approval said its order: others' money came off first."""
    bring(url, "grant_terms", OTHERS)
    reference = case_at(url, "approve", contribution="250")
    decide(url, reference, OAK)
    decide(url, reference, Approve(approved=True))
    assert approved(url, reference)["grant_pence"] == 950_00
    with writing(url) as conn:
        conn.execute(sa.update(Approval).values(arithmetic=None))
    bring(url, "grant_terms", OTHERS.replace("others_then_maximum", SHIPPED))
    after = view(url, reference)
    assert (after["grant_pence"], after["arithmetic"]["order"]) == (950_00, "others_then_maximum")
    assert "stays decided so" in after["arithmetic"]["words"]
    assert approved(url, reference)["grant_pence"] == 950_00


def test_terms_hold_from_their_day_and_an_unknown_order_is_refused(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "approve", contribution="250")
    bring(sqlite_service, "grant_terms", OTHERS.replace("2026-01-01", "2031-01-01"))
    assert view(sqlite_service, reference)["arithmetic"]["order"] == SHIPPED
    bring(sqlite_service, "grant_terms", CONTRIBUTION.replace("RBC", ""))
    shown = view(sqlite_service, reference)["arithmetic"]
    assert shown["order"] == Arithmetic.CONTRIBUTION_FIRST
    (problem,) = not_imported(
        sqlite_service, "grant_terms", OTHERS.replace("others_then_maximum", "whichever")
    )
    assert problem.column == "arithmetic"
