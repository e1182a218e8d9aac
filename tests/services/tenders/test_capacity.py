"""A contractor's capacity: what counts as on hand, and that nobody ever goes past it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from flows.give_notice import approve as give_notice_of
from models.database import reading
from models.tables.prices import Offer
from rules.errors import InvalidDecisionError
from rules.pathway import CaseStatus
from services.assignment.decide import AnswerOffer
from services.assignment.offers import offer_works
from services.cases.advance import open_steps
from services.decisions.exits import Exit
from services.grants.approve import Approve
from services.imports import ImportReport
from services.orders.safety import HoldPlan
from services.orders.works import CompleteWorks, StartWorks
from services.tenders.capacity import OnHand, on_hand
from services.verification.checks import Severity, run_checks
from services.verification.money import LIMITS
from tests.factories import act, bring, case_at, decide, later, refused
from tests.looking import rows, step_of
from tests.small_service import AVON, BRIAR, CEDAR, NOW

WAIT = 20.0  # seconds before a thread that should go on counts as stuck
TODAY = NOW.date()


def held(url: str, code: str = AVON) -> OnHand:
    with reading(url) as conn:
        return on_hand(conn, contractors=[code]).get(code, OnHand(0, 0))


def capacity(url: str, *, orders: str = "", value: str = "") -> ImportReport:
    """Give every contractor the same capacity, by importing it."""
    return bring(
        url,
        "contractors",
        "contractor|name|email|trades|authorities|capacity_orders|capacity_value\n"
        + "\n".join(
            f"{code}|{code}|jobs@{code.lower()}.example|plumbing;tiling|RBC|{orders}|{value}"
            for code in (AVON, BRIAR, CEDAR)
        ),
    )


@pytest.mark.sqlite
def test_works_are_on_hand_from_the_offer_until_they_are_complete(url: str) -> None:
    reference = case_at(url, "assign")
    assert held(url) == OnHand(1, 1_600_00)
    act(url, reference, AnswerOffer(accepted=True))
    assert held(url) == OnHand(1, 1_600_00)
    act(url, reference, HoldPlan("CPP-1", TODAY))
    act(url, reference, StartWorks(TODAY))
    assert held(url) == OnHand(1, 1_600_00)
    act(url, reference, CompleteWorks(TODAY, "photographs"))
    assert held(url) == OnHand(0, 0)


@pytest.mark.sqlite
def test_works_that_were_declined_or_withdrawn_are_not_on_hand(url: str) -> None:
    reference = case_at(url, "assign")
    act(url, reference, AnswerOffer(accepted=False))
    assert held(url) == OnHand(0, 0)
    assert held(url, BRIAR) == OnHand(1, 1_550_00)
    act(url, reference, Exit(CaseStatus.MOVED))
    assert held(url, BRIAR) == OnHand(0, 0)


@pytest.mark.sqlite
def test_a_contractor_at_its_capacity_is_passed_over_without_a_turn(url: str) -> None:
    capacity(url, orders="1")
    case_at(url, "assign", reference="DFG-1")
    case_at(url, "assign", reference="DFG-2")
    offers = [(row["contractor"], row["status"]) for row in rows(url, Offer)]
    assert offers == [(AVON, "offered"), (BRIAR, "offered")]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("limit", "over", "refused_for"),
    [
        ({"orders": "0"}, "1 order, of 0", "0 orders accepted, of 0"),
        (
            {"value": "1500"},
            "£1,600.00, of £1,500.00",
            "£1,600.00 with this one, of £1,500.00 at most",
        ),
    ],
)
def test_an_offer_is_accepted_up_to_the_capacity_as_it_is_then_and_else_stays_out(
    url: str, limit: dict[str, str], over: str, refused_for: str
) -> None:
    reference = case_at(url, "assign")
    later(minutes=1)
    said = (
        f"AVON has more on hand than its capacity is now: {over}. Offers made before stay out, and "
        "can be accepted up to the capacity; nothing new is offered to it until there is room."
    )
    assert capacity(url, **limit).notes == (said,)
    error = refused(url, reference, AnswerOffer(accepted=True), InvalidDecisionError, by=AVON)
    assert error.what == f"AVON has no room for these works now: {refused_for}."
    assert "The offer stays out until 4 June 2026" in error.next_step
    later(minutes=1)
    capacity(url, orders="1", value="1600")
    assert decide(url, reference, AnswerOffer(accepted=True)).step_status == "done"
    later(minutes=1)
    capacity(url, **limit)
    with reading(url) as conn:
        (found,) = run_checks(conn, LIMITS)
    assert found.severity is Severity.WARNING
    assert "contractors were imported after it was offered them" in found.sentence


def approved(url: str, reference: str) -> None:
    """Bring a case to where the next thing is to offer its works."""
    case_at(url, "approve", reference=reference)
    decide(url, reference, Approve(approved=True))
    give_notice_of(reference)
    open_steps(reference)


def test_two_cases_offered_at_once_never_exceed_a_capacity_of_one(url: str) -> None:
    capacity(url, orders="1")
    references = ["DFG-1", "DFG-2", "DFG-3"]
    for reference in references:
        approved(url, reference)
    assert rows(url, Offer) == []
    together = Barrier(len(references))

    def offer(reference: str) -> None:
        together.wait(WAIT)
        offer_works(reference)

    with ThreadPoolExecutor(len(references)) as threads:
        list(threads.map(offer, references))
    assert sorted(row["contractor"] for row in rows(url, Offer)) == [AVON, BRIAR]
    assert [held(url, code).orders for code in (AVON, BRIAR, CEDAR)] == [1, 1, 0]
    dearer = [ref for ref in references if step_of(url, ref, "approve").revision == 2]
    assert len(dearer) == 1, "the third goes back to be approved at the next one's price"
