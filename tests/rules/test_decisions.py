"""Decisions as values: their own particulars checked, everything wrong said at once."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.agreement import ViewHow
from rules.cases import SURVEY_QUESTIONS, ConsentAnswer
from rules.decisions import BaseDecision, Plan
from rules.decisions.particulars import check_particulars, facts_of
from rules.errors import InvalidDecisionError, MissingReasonError
from rules.pathway import EXITS, PATHWAY, CaseStatus
from services.aftercare.charge import RegisterCharge
from services.aftercare.survey import AnswerSurvey
from services.assignment.decide import AnswerOffer
from services.competitions.competition import AwardQuote
from services.competitions.direction import Direct
from services.competitions.quoting import RecordQuote
from services.completion.agreement import ClientAgrees
from services.completion.completion import HoldCertificate
from services.completion.inspecting import InspectLines
from services.consents.certificates import RecordCertificate
from services.consents.decide import AnswerConsent
from services.decisions.exits import Exit
from services.decisions.kinds import KINDS
from services.decisions.specification import Specify
from services.grants.approve import Approve
from services.orders.works import CompleteWorks, StartWorks
from services.payments.payment import RecordInvoice
from services.pricing.works import ConfirmPrice

DAY = date(2026, 6, 1)
PLAN = Plan("fair to all", "within the Act", "on file", "needed now")
INVOICE = RecordInvoice("INV-1", DAY, 100_00, as_ordered=True)

SOUND: list[BaseDecision] = [
    Specify(),
    Specify(("a", "l")),
    ConfirmPrice(),
    ConfirmPrice({1: Decimal("0.000000000001"), 2: Decimal(100_000)}),
    ConfirmPrice(reliefs={1: ("disabled_adaptation", "mobility_aid_60plus"), 2: ()}),
    RecordQuote("AVON", {1: 1}),
    AnswerConsent(ConsentAnswer.REFUSED),
    RecordCertificate("owner"),
    RecordCertificate("landlord", waived=True),
    Approve(approved=True),
    Approve(approved=False, fees_pence=350_00),
    CompleteWorks(DAY, "photographs"),
    InspectLines(passed=(1,), snags={2: "leaks"}),
    InspectLines(all_pass=True),
    HoldCertificate("gas", "G-1"),
    INVOICE,
    RecordInvoice("INV-1", DAY, 100_00, {1: 100_00}),
    AnswerSurvey({"overall": 1, "communication": 5}),
    RegisterCharge("CH-1"),
    *(Exit(outcome) for outcome in EXITS),
]
UNSOUND: list[tuple[BaseDecision, str]] = [
    (Specify(("f", "z")), "“z” is not a purpose of s.23(1)"),
    (ConfirmPrice({3: Decimal(0)}), "Line 3: a quantity is above zero"),
    (ConfirmPrice({3: Decimal("-1.5")}), "not -1.5"),
    (ConfirmPrice({3: Decimal("NaN")}), "not NaN"),
    (ConfirmPrice({3: Decimal("Infinity")}), "not Infinity"),
    (ConfirmPrice({3: Decimal(100_001)}), "at most 100,000"),
    (ConfirmPrice({3: Decimal("0.1234567890123")}), "12 decimal places"),
    (ConfirmPrice(reliefs={3: ("zero",)}), "Line 3: “zero” is not a VAT relief; use disabled_a"),
    (ConfirmPrice(reliefs={3: ("mobility_aid_60plus", "")}), "Line 3: “” is not a VAT relief"),
    (RecordQuote("AVON", {}), "A quote prices at least one line."),
    (RecordQuote("AVON", {1: 100, 2: 0}), "Line 2: a quote is above zero."),
    (RecordCertificate("dog"), "“dog” is not a certificate"),
    (RecordCertificate("tenant", waived=True), "Only the landlord's certificate can be waived"),
    (Approve(approved=True, fees_pence=-1), "Fees cannot be below zero."),
    (CompleteWorks(DAY, "  "), "such as photographs"),
    (InspectLines(), "Say which lines pass and which have a snag."),
    (InspectLines(passed=(1,), snags={1: "leaks"}), "Line 1 both passes and has a snag."),
    (InspectLines(snags={2: " "}), "Line 2: say what the snag is."),
    (InspectLines(all_pass=True, passed=(1,)), "Either every line passes, or say which do."),
    (HoldCertificate("gas", " "), "Give the certificate's reference."),
    (RecordInvoice(" ", DAY, 1, as_ordered=True), "Give the invoice's number."),
    (RecordInvoice("I", DAY, 0, as_ordered=True), "An invoice's total is above zero."),
    (RecordInvoice("I", DAY, 1), "Either the invoice charges as ordered, or give its lines."),
    (RecordInvoice("I", DAY, 1, {1: 1}, as_ordered=True), "Either the invoice charges as ordered"),
    (AnswerSurvey({}), "Give at least one answer."),
    (AnswerSurvey({"mood": 5}), "“mood” is not a survey question."),
    (AnswerSurvey({"overall": 6}), "overall: an answer is a whole number from 1 (poor) to 5"),
    (AnswerSurvey({"overall": 0}), "overall: an answer is a whole number from 1 (poor) to 5"),
    (RegisterCharge(""), "Give the charge's registration reference."),
    (Exit(CaseStatus.PAID), "“paid” is no way out; use withdrawn"),
    (Exit(CaseStatus.CLOSED), "“closed” is no way out"),
]
DISCRETIONARY: list[BaseDecision] = [
    Direct(),
    AwardQuote("AVON"),
    AnswerConsent(ConsentAnswer.TREATED_AS_GIVEN),
    RecordCertificate("landlord", waived=True),
]


def check(decision: BaseDecision, *, reason: str = "as agreed", plan: Plan | None = PLAN) -> None:
    check_particulars(decision=decision, reason=reason, plan=plan)


def test_every_kind_is_one_word_at_a_step_of_the_pathway() -> None:
    kinds = [kind.kind for kind in KINDS.values()]
    assert len(set(kinds)) == len(kinds)
    assert {kind.step for kind in KINDS.values()} - {None} <= set(PATHWAY)


@pytest.mark.parametrize("decision", SOUND, ids=repr)
def test_sound_particulars_pass(decision: BaseDecision) -> None:
    assert decision.problems() == ()
    check(decision)


@pytest.mark.parametrize(("decision", "words"), UNSOUND, ids=repr)
def test_unsound_particulars_are_refused_in_words(decision: BaseDecision, words: str) -> None:
    with pytest.raises(InvalidDecisionError) as refusal:
        check(decision)
    assert words in refusal.value.what
    assert refusal.value.next_step == "Nothing was recorded."


def test_everything_wrong_is_said_at_once() -> None:
    assert RecordInvoice("", DAY, -5).problems() == (
        "Give the invoice's number.",
        "An invoice's total is above zero.",
        "Either the invoice charges as ordered, or give its lines.",
    )
    assert len(RecordCertificate("dog", waived=True).problems()) == 2
    assert len(ConfirmPrice({1: Decimal(0), 2: Decimal(-1)}).problems()) == 2


@pytest.mark.parametrize("reason", ["", "  ", "\n\t"])
def test_no_decision_goes_without_a_reason(reason: str) -> None:
    with pytest.raises(MissingReasonError, match="“specify” needs a reason"):
        check(Specify(), reason=reason)


@pytest.mark.parametrize("decision", DISCRETIONARY, ids=repr)
def test_a_discretionary_decision_needs_every_letter_of_plan(decision: BaseDecision) -> None:
    check(decision)
    with pytest.raises(MissingReasonError) as refusal:
        check(decision, reason="", plan=Plan("fair to all", " ", "", "needed now"))
    assert refusal.value.what == (
        f"“{decision.kind}” needs a reason, the PLAN sentence “legal”, "
        "the PLAN sentence “auditable”."
    )
    with pytest.raises(MissingReasonError) as refusal:
        check(decision, plan=None)
    assert all(name in refusal.value.what for name in ("proportionate", "legal", "auditable"))
    assert "necessary" in refusal.value.what


@pytest.mark.parametrize(
    "decision",
    [
        AnswerConsent(ConsentAnswer.GRANTED),
        AnswerConsent(ConsentAnswer.REFUSED),
        RecordCertificate("landlord"),
        AnswerOffer(accepted=True),
        StartWorks(DAY),
        ClientAgrees(agrees=False, how=ViewHow.VISIT, other="The lamp flickers."),
        Approve(approved=True),
    ],
    ids=repr,
)
def test_a_decision_that_is_nobodys_discretion_needs_no_plan(decision: BaseDecision) -> None:
    check(decision, plan=None)
    assert not decision.needs_plan


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x9f", "\ud800"])
def test_characters_that_no_record_can_hold_are_refused_wherever_they_stand(character: str) -> None:
    words = f"so {character}so it is"
    name = rf"control characters \(U\+{ord(character):04X}\)"
    for decision, reason, plan in (
        (Specify(), words, None),
        (Direct(), "as agreed", Plan("fair to all", "within the Act", words, "needed now")),
        (CompleteWorks(DAY, words), "as agreed", None),
        (InspectLines(snags={1: words}), "as agreed", None),
        (RecordInvoice(words, DAY, 1, as_ordered=True), "as agreed", None),
    ):
        with pytest.raises(InvalidDecisionError, match=name):
            check(decision, reason=reason, plan=plan)


def test_hostile_words_that_are_text_are_kept_as_text() -> None:
    words = '<script>{{ 7*7 }}</script> =CMD() 😀 שלום \u202e "; DROP TABLE\n\ttwo'
    decision = CompleteWorks(DAY, words)
    check(decision, reason=words)
    assert words in facts_of(decision).values()


@given(
    decision=st.one_of(
        st.builds(Specify, st.lists(st.sampled_from("abcdefghijkl")).map(tuple)),
        st.builds(
            ConfirmPrice, st.dictionaries(st.integers(1, 50), st.decimals(0, 1000, places=3))
        ),
        st.builds(RecordQuote, st.text(), st.dictionaries(st.integers(1, 50), st.integers())),
        st.builds(AnswerConsent, st.sampled_from(ConsentAnswer), st.text(), st.none() | st.dates()),
        st.builds(
            InspectLines,
            st.lists(st.integers()).map(tuple),
            st.dictionaries(st.integers(), st.text()),
        ),
        st.builds(
            AnswerSurvey,
            st.dictionaries(st.sampled_from(SURVEY_QUESTIONS), st.integers(1, 5)),
        ),
        st.builds(Exit, st.sampled_from(EXITS)),
    )
)
def test_the_facts_of_a_decision_are_plain_values_that_the_record_can_hold(
    decision: BaseDecision,
) -> None:
    facts = facts_of(decision)
    assert json.loads(json.dumps(facts)) == facts
    assert set(facts) == {item.name for item in fields(decision)} - decision.sealed
