"""Another contractor: what was done is valued, and what is left is offered, ordered and done."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from adapters import clock
from models.tables.competition import Competition
from models.tables.funding import Budget
from models.tables.prices import Award, Offer, Turn
from models.tables.replacements import Replacement
from models.tables.works import OrderEnding, Payment, WorkOrder
from rules.errors import (
    AlreadyDecidedError,
    HandrailError,
    InvalidDecisionError,
    NotPermittedError,
    StepNotOpenError,
)
from rules.orders import EndGround
from rules.pathway import CaseStatus, StepName, StepStatus
from rules.replacements import NextBy, ReplaceGround
from services.assignment.decide import AnswerOffer
from services.competitions.competition import AwardQuote
from services.competitions.quoting import RecordQuote
from services.completion.inspecting import InspectLines
from services.grants.approve import Approve
from services.orders.ended import EndOrder
from services.orders.replacing import ReplaceContractor
from services.orders.taken_back import WithdrawReplacement
from services.orders.works import CompleteWorks
from services.payments.replaced import InvoiceReplaced, ReleaseReplaced
from tests.factories import DEARER, act, begin, bring, case_at, pass_step, quotes_opened, refused
from tests.looking import case, messages, rows, status_of, step_of
from tests.services.orders.replacing import HALF, TODAY, begun, finish, offers, sound
from tests.small_service import AVON, BRIAR, CEDAR, FINN


@pytest.mark.sqlite
def test_the_next_does_what_is_left_and_both_are_paid_within_the_approval(url: str) -> None:
    bring(url, "budgets", "authority | year | amount\nRBC | 2026 | 1000")
    reference = begun(url)
    act(url, reference, HALF, reason="its administrator rang")
    assert [(row["number"], row["status"]) for row in rows(url, WorkOrder)] == [
        ("WO-2026-00001", "replaced")
    ]
    assert sound(url) == []
    assert offers(url) == [(AVON, "replaced", 370_50), (BRIAR, "offered", 294_53)]
    turns = [(row["contractor"], row["net_pence"]) for row in rows(url, Turn)]
    assert turns == [(AVON, 370_50), (BRIAR, 294_53)]
    (told,) = messages(url, "offer_to_contractor")[1:]
    assert [one["quantity"] for one in told["context"]["works"]] == ["2", "2"]
    (contractor,) = messages(url, "replaced_to_contractor")
    assert contractor["to"] == "jobs@avon.example"
    assert contractor["context"]["valued"] == ["Line 1: £50.00 of £180.00", "Line 2: nothing"]
    assert contractor["context"]["invoice_to"] == "Rugby Borough Council, home@rbc.example"
    (home,) = messages(url, "replaced_to_client")
    assert home["context"]["firm_name"] == "Avon Access Ltd"
    act(url, reference, InvoiceReplaced("WO-2026-00001", "A-1", 52_50))
    act(url, reference, ReleaseReplaced("WO-2026-00001"), by=FINN)
    assert sound(url) == []
    act(url, reference, AnswerOffer(accepted=True))
    second = rows(url, WorkOrder)[-1]
    assert (second["number"], second["contractor"]) == ("WO-2026-00002", BRIAR)
    assert step_of(url, reference, "works").owner == "contractor"
    assert sound(url) == []
    finish(url, reference)
    paid = [(row["amount_pence"], row["direct_pence"]) for row in rows(url, Payment)]
    assert paid == [(52_50, 0), (339_27, 0)]
    assert sound(url) == []
    assert case(url, reference).status == CaseStatus.PAID
    assert [row["committed_pence"] for row in rows(url, Budget)] == [391_77]
    assert len(messages(url, "replaced_to_client")) == 1


@pytest.mark.sqlite
def test_before_works_began_the_next_is_offered_them_as_they_were_awarded(url: str) -> None:
    reference = case_at(url, "works")
    gone = ReplaceContractor(ReplaceGround.DID_NOT_START, NextBy.BY_RULE)
    first = rows(url, Offer)[0]["contractor"]
    act(url, reference, gone)
    assert [row["status"] for row in rows(url, WorkOrder)] == ["replaced"]
    assert [row["total_pence"] for row in rows(url, OrderEnding)] == [0]
    assert len(rows(url, Award)) == 1 or status_of(url, reference, "approve") == "waiting"
    assert sound(url) == []
    if status_of(url, reference, "approve") is StepStatus.WAITING:
        act(url, reference, DEARER)
    assert offers(url)[-1][0] != first
    (told,) = messages(url, "replaced_to_contractor")
    assert told["context"]["valued"] == []
    finish(url, reference)
    assert sound(url) == []


def test_a_firm_that_withdraws_after_it_accepted_is_followed_by_the_next(url: str) -> None:
    reference = case_at(url, "approve", route="call_off", contribution="100")
    act(url, reference, Approve(approved=True))
    act(url, reference, AnswerOffer(accepted=True))
    assert status_of(url, reference, "order") is StepStatus.WAITING
    gone = ReplaceContractor(ReplaceGround.WITHDREW, NextBy.BY_RULE)
    worth = replace(gone, done=("1",), inspected_on=TODAY)
    assert "No works have begun" in refused(url, reference, worth, InvalidDecisionError).what
    act(url, reference, gone)
    assert rows(url, WorkOrder) == []
    assert offers(url)[0][:2] == (AVON, "replaced")
    assert messages(url, "replaced_to_contractor")[0]["context"]["order_number"] == ""
    assert sound(url) == []
    act(url, reference, WithdrawReplacement())
    assert offers(url)[0][:2] == (AVON, "accepted")
    assert status_of(url, reference, "order") is StepStatus.WAITING
    assert sound(url) == []


@pytest.mark.sqlite
def test_a_package_half_done_is_carried_on_line_by_line(url: str) -> None:
    reference = case_at(url, "works")
    begin(url, reference, TODAY)
    (order,) = rows(url, WorkOrder)
    half = ReplaceContractor(
        ReplaceGround.STOPPED,
        NextBy.BY_RULE,
        part={"A": 400_00},
        left={1: Decimal(0), 2: Decimal("3.5")},
        inspected_on=TODAY,
    )
    unsaid = refused(url, reference, replace(half, left={}), InvalidDecisionError)
    assert "Say how much is left to do of lines 1 and 2" in unsaid.what
    act(url, reference, half)
    made = rows(url, Award)[-1]
    assert (made["route"], made["package"]) == ("call_off", None)
    assert order["contractor"] not in [p["contractor"] for p in made["placings"] if p["place"]]
    (offer,) = [row for row in rows(url, Offer) if row["status"] == "offered"]
    percentage = {AVON: Decimal(1), BRIAR: Decimal("1.05"), CEDAR: Decimal("1.1")}
    worth = Decimal("3.5") * Decimal("60.50") * percentage[offer["contractor"]]
    assert offer["net_pence"] == round(worth * 100)
    assert rows(url, Replacement)[0]["left"] == {"2": "3.5"}
    finish(url, reference)
    assert sound(url) == []


def test_quotes_carry_on_at_the_same_part_of_their_sums(url: str) -> None:
    reference = case_at(url, "works", route="quotes")
    begin(url, reference, clock.today())
    half = ReplaceContractor(
        ReplaceGround.AGREED,
        NextBy.BY_RULE,
        done=("1",),
        part={"2": 1_000_00},
        left={2: Decimal("2.5")},
        inspected_on=clock.today(),
    )
    act(url, reference, half)
    assert offers(url) == [(BRIAR, "replaced", 7_800_00), (AVON, "offered", 1_000_00)]
    assert sound(url) == []
    act(url, reference, AnswerOffer(accepted=False))
    assert "Nobody is left to offer" in step_of(url, reference, "assign").trouble
    act(url, reference, WithdrawReplacement())
    assert offers(url)[0] == (BRIAR, "accepted", 7_800_00)
    assert sound(url) == []
    finish(url, reference)
    assert sound(url) == []


def test_a_competition_for_what_is_left_asks_everybody_but_who_was_replaced(url: str) -> None:
    reference = begun(url)
    act(url, reference, replace(HALF, next_by=NextBy.COMPETITION))
    invited = [one["to"] for one in messages(url, "invitation_to_quote")]
    assert invited == ["jobs@briar.example", "jobs@cedar.example"]
    assert step_of(url, reference, "assign").waiting_for.startswith("the award of the mini")
    assert sound(url) == []
    deadline = rows(url, Competition)[0]["deadline"]
    wrong = RecordQuote(BRIAR, {1: 50_00})
    assert (
        "A quote prices every line: 1, 2."
        in refused(url, reference, wrong, InvalidDecisionError).what
    )
    act(url, reference, RecordQuote(BRIAR, {1: 50_00, 2: 120_00}), by=BRIAR)
    act(url, reference, RecordQuote(CEDAR, {1: 50_00, 2: 110_00}), by=CEDAR)
    quotes_opened(reference, after=deadline)
    act(url, reference, AwardQuote(CEDAR))
    assert offers(url)[-1] == (CEDAR, "offered", 160_00)
    assert sound(url) == []
    finish(url, reference)
    assert [row["contractor"] for row in rows(url, WorkOrder)] == [AVON, CEDAR]
    assert sound(url) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"left": {}}, "Say how much is left to do of line 1"),
        ({"left": {1: Decimal(5)}}, "Line 1: 0 to 4 is left, not 5."),
        ({"left": {1: Decimal(2), 2: Decimal(1)}}, "Line 2: all of it is left"),
        ({"left": {1: Decimal(2), 9: Decimal(1)}}, "The order has no line 9 to leave."),
        ({"not_done": ()}, "Say what was done of line 2."),
        ({"part": {"1": 180_01}}, "a part is above zero and below the £180.00 ordered"),
        ({"done": ("1", "2"), "part": {}, "not_done": (), "left": {}}, "Nothing is left to do"),
        ({"inspected_on": None}, "on which day what was done was inspected"),
        ({"inspected_on": TODAY.replace(day=2)}, "cannot have been inspected on 2 June 2026"),
        ({"others_pay_pence": 52_51}, "others would pay £52.51 of it"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    sqlite_service: str, changes: dict[str, object], words: str
) -> None:
    reference = begun(sqlite_service)
    decision = replace(HALF, **changes)  # type: ignore[arg-type]  # some are wrong
    assert words in refused(sqlite_service, reference, decision, InvalidDecisionError).what


def test_it_is_for_works_accepted_and_not_signed_off_and_with_somebody_next(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    gone = ReplaceContractor(ReplaceGround.WITHDREW, NextBy.BY_RULE)
    reference = case_at(url, "assign", route="call_off")
    error: HandrailError = refused(url, reference, gone, StepNotOpenError)
    assert error.what == "No contractor has accepted the works of DFG-1."
    for firm in (AVON, BRIAR):
        act(url, reference, AnswerOffer(accepted=False), by=firm)
        if status_of(url, reference, "approve") is StepStatus.WAITING:
            act(url, reference, DEARER)
    pass_step(url, reference, StepName.ASSIGN)
    refused(url, reference, gone, NotPermittedError, by=FINN)
    nobody = refused(url, reference, gone, InvalidDecisionError)
    assert "--next competition" in nobody.next_step
    begin(url, reference, TODAY)
    act(url, reference, CompleteWorks(TODAY, "photographs"))
    act(url, reference, InspectLines(snags={1: "loose"}, passed=(2,)))
    snagged = replace(HALF, done=("1",), part={}, left={}, next_by=NextBy.COMPETITION)
    assert "Line 1 has a snag" in refused(url, reference, snagged, InvalidDecisionError).what
    act(url, reference, InspectLines(passed=(1,)))
    pass_step(url, reference, StepName.SIGN_OFF)
    assert "was signed off" in refused(url, reference, gone, StepNotOpenError).what
    other = begun(url, reference="DFG-2")
    act(url, other, EndOrder(EndGround.OCCUPANT_DIED, done=("1",), not_done=("2",)))
    refused(url, other, HALF, AlreadyDecidedError)
