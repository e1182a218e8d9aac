"""A grant approved in part, with its payment deferred, or for more than before: ss.34 and 36."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.approved import finish_from
from models.case_queries import approval_in_force, case_row
from models.database import reading
from models.people import actor_for
from models.tables.works import WorkOrder
from rules.clocks.dates import finish_by
from rules.documents.papers import ApprovalPaper
from rules.errors import InvalidDecisionError, StatuteError
from rules.grants.funding import FundingKind
from rules.grants.payers import PayerHow
from rules.grants.waterfall import FundingItem, LineKind, MeansTest, Part, faults, reckon, sum_of
from rules.pathway import StepName
from rules.variations import Limb
from services.assignment.decide import AnswerOffer
from services.grants.approve import Approve
from services.grants.findings import FindNecessary, FindPracticable
from services.grants.papers import approval_paper
from services.grants.payer import RecordPayer
from services.payments.release import Release
from services.payments.waiting import to_release
from tests.factories import act, case_at, decide, later, pass_step, refused
from tests.looking import case, messages, rows, running
from tests.services.grants.test_payers import sound
from tests.small_service import FINN, NOW

TODAY = NOW.date()
WHY = "one basin is enough for the need"
PART = Approve(approved=True, left_out={"2": WHY})
FROM = date(2027, 4, 30)  # applied on 1 May 2026


def paper_of(url: str, reference: str) -> ApprovalPaper:
    """Return the notice of approval."""
    with reading(url) as conn:
        return approval_paper(conn, case=case_row(conn, reference=reference))


def in_force(url: str, reference: str) -> Any:
    """Return the approval in force."""
    with reading(url) as conn:
        return approval_in_force(conn, case_id=case_row(conn, reference=reference).id)


# ---- in part


@pytest.mark.sqlite
def test_a_line_left_out_is_not_in_the_grant_and_its_reason_is_in_the_notice(url: str) -> None:
    reference = case_at(url, "approve", route="call_off")
    act(url, reference, PART)
    held, paper = in_force(url, reference), paper_of(url, reference)
    (left,) = paper.left_out
    assert (left.item, left.why) == ("2", WHY)
    assert held.not_eligible_pence == left.total_pence > 0
    assert held.grant_pence == held.works_pence + held.fees_pence - left.total_pence
    assert [str(line.item) for line in paper.accepted] == ["1"]
    assert paper.own_not_eligible_pence == left.total_pence
    assert messages(url, "approval_to_client")[-1]["context"]["left_out"] == 1
    act(url, reference, AnswerOffer(accepted=True))
    assert rows(url, WorkOrder) == []  # nobody pays for what is left out yet
    act(url, reference, RecordPayer(PayerHow.DIRECT, "client", left.total_pence), by=FINN)
    assert len(rows(url, WorkOrder)) == 1
    for step in ("works", "sign-off", "pay"):
        pass_step(url, reference, StepName(step))
    assert sound(url) == []


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ({"7": "no"}, "The price has no line 7."),
        ({"1": "no", "2": "no"}, "Where no line is eligible, the grant is refused."),
        ({"1": "  "}, "Say why line 1 is not eligible."),
    ],
)
def test_what_cannot_be_left_out(sqlite_service: str, left: dict[str, str], words: str) -> None:
    reference = case_at(sqlite_service, "approve", route="call_off")
    wrong = Approve(approved=True, left_out=left)
    assert refused(sqlite_service, reference, wrong, InvalidDecisionError).what == words


def test_a_line_that_was_found_not_to_be_so_is_left_out_or_nothing_is_approved(
    sqlite_service: str,
) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "approve", route="call_off")
    decide(url, reference, FindNecessary(necessary=True, but=(2,)))
    error = refused(url, reference, Approve(approved=True), StatuteError)
    assert (error.section, error.what) == (
        "s.24(3)",
        "Line 2 was found not to be necessary and appropriate.",
    )
    act(url, reference, PART)
    assert FindPracticable(practicable=False, but=(1,)).problems()


@pytest.mark.parametrize("funders", [0, 100_00, 40_000_00])
@pytest.mark.parametrize("contribution", [0, 5_000_00])
@pytest.mark.parametrize("not_eligible", [0, 1_00, 12_000_00])
def test_the_sum_of_a_grant_in_part_adds_up(
    funders: int, contribution: int, not_eligible: int
) -> None:
    items = [FundingItem(FundingKind.PROVIDER, "Oak", funders)] if funders else []
    found = reckon(
        net_pence=40_000_00,
        vat_pence=0,
        items=items,
        means=MeansTest(contribution_pence=contribution),
        not_eligible_pence=not_eligible,
    )
    assert faults(found.lines) == ()
    expected = min(40_000_00 - not_eligible, 30_000_00) - contribution
    assert found.grant.grant_pence == expected
    assert -sum_of(found.lines, Part.GRANT, LineKind.NOT_ELIGIBLE) == not_eligible


# ---- deferred


@pytest.mark.sqlite
def test_a_deferred_grant_is_not_paid_before_its_day_and_its_twelve_months_move(url: str) -> None:
    reference = case_at(url, "approve")
    act(url, reference, Approve(approved=True, pay_from=FROM))
    assert paper_of(url, reference).pay_from == FROM
    assert paper_of(url, reference).complete_by == finish_by(approved_on=FROM)
    with reading(url) as conn:
        assert finish_from(conn, case_id=case(url, reference).id) == FROM
    assert running(url, reference)["finish"].promised_on == finish_by(approved_on=FROM)
    assert messages(url, "offer_to_contractor")[-1]["context"]["pay_from"] == FROM.isoformat()
    pass_step(url, reference, StepName("assign"))
    for step in ("works", "sign-off"):
        pass_step(url, reference, StepName(step))
    with pytest.raises(StatuteError) as caught:
        pass_step(url, reference, StepName("pay"))
    assert caught.value.section == "s.36"
    with reading(url) as conn:
        finn = actor_for(conn, identity=FINN)
        (waits,) = to_release(conn, viewer=finn, today=TODAY)
    assert waits.against == "Deferred: nothing is paid before 30 April 2027 (s.36)."
    later(days=(FROM - TODAY).days)
    act(url, reference, Release())
    assert sound(url) == []


@pytest.mark.parametrize("day", [TODAY, date(2027, 5, 2)])
def test_payment_is_deferred_to_a_day_to_come_within_twelve_months_of_the_application(
    sqlite_service: str, day: date
) -> None:
    reference = case_at(sqlite_service, "approve")
    wrong = Approve(approved=True, pay_from=day)
    error = refused(sqlite_service, reference, wrong, StatuteError)
    assert error.section == "s.36"
    assert "1 May 2027" in error.why


def test_a_refusal_defers_and_leaves_out_nothing() -> None:
    for wrong in (
        Approve(approved=False, pay_from=FROM),
        Approve(approved=False, left_out={"1": "no"}),
        Approve(approved=False, limb=Limb.WORKS_COST),
    ):
        assert wrong.problems()


# ---- more than before


@pytest.mark.sqlite
def test_more_than_was_approved_names_its_limb_and_the_notice_says_it(url: str) -> None:
    reference = dearer(url)
    error = refused(url, reference, Approve(approved=True), StatuteError)
    assert error.section == "s.34(5)"
    own = Approve(approved=True, limb=Limb.WORKS_COST, in_control=True)
    assert refused(url, reference, own, StatuteError).section == "s.34(5)"
    act(url, reference, Approve(approved=True, limb=Limb.WORKS_COST))
    assert in_force(url, reference).again_for == "works_cost"
    assert paper_of(url, reference).again_for == "the works cost more than was estimated"
    assert messages(url, "approval_to_client")[-1]["context"]["again_for"]


def dearer(url: str) -> str:
    """Bring a case back to its approval, everybody left being dearer."""
    reference = case_at(url, "assign")
    act(url, reference, AnswerOffer(accepted=False))
    act(url, reference, AnswerOffer(accepted=False))
    return reference


def test_nothing_is_redetermined_where_nothing_was_approved(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "approve")
    for wrong in (
        Approve(approved=True, limb=Limb.WORKS_COST),
        Approve(approved=True, in_control=True),
    ):
        refused(sqlite_service, reference, wrong, InvalidDecisionError)
