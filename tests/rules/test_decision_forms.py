"""The form of every kind of decision: made from its declaration, read as the command line reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest

from rules.agreement import ViewHow
from rules.decisions import BaseDecision, Option, Plan
from rules.decisions.declared import TYPED
from rules.decisions.fields import RESERVED, Ask, Field, fields_of
from rules.decisions.particulars import Particular, particulars
from rules.decisions.sent import read_sent
from rules.grants.funding import FundingKind
from services.assignment.decide import AnswerOffer
from services.clocks.pausing import CorrectPause, Pause
from services.competitions.competition import ScoreQuote
from services.competitions.direction import Direct
from services.completion.agreement import ClientAgrees
from services.completion.inspecting import InspectLines
from services.consents.certificates import RecordCertificate
from services.consents.decide import AnswerConsent
from services.decisions.kinds import KINDS
from services.decisions.offered import OFFERS
from services.decisions.specification import Specify
from services.grants.approve import Approve
from services.grants.funding import RecordFunding
from services.grants.payer import RecordPayer
from services.grants.waiving import WaiveMeansTest
from services.orders.works import StartWorks
from services.payments.payment import RecordInvoice
from services.pricing.works import ConfirmPrice
from tests.rules.test_decisions import SOUND
from tests.services.decisions.test_may import SAMPLES

REASON = {"reason": ["as agreed at the visit"]}
LETTERS = {
    letter: [f"it is {letter} enough"]
    for letter in ("proportionate", "legal", "auditable", "necessary")
}
MORE = [
    ConfirmPrice({2: Decimal("3.5")}, {1: Decimal(60)}, {1: True, 2: False}, {1: ()}),
    Specify(("e", "f"), {7: ("gas", "fensa")}, {8: "decoration = only"}),
    WaiveMeansTest("SMALL", ended=True),
    RecordFunding(None, "Survey = done", removed=True),
    AnswerOffer(accepted=False),
    ClientAgrees(agrees=False, how=ViewHow.VISIT, other="The lamp flickers."),
    ScoreQuote("AVON", {"a = b": Decimal(80)}),
]


def spelt(value: Any, one: Particular) -> str:
    """Return a value as somebody would type it."""
    for word, chosen in one.choices.items():
        if chosen == value and type(chosen) is type(value):
            return word
    if one.asked.unit == "pounds":
        return f"{Decimal(value) / 100:.2f}"
    if isinstance(value, tuple):
        return ";".join(map(str, value)) or "none"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value.value if isinstance(value, Enum) else value)


def filled(decision: BaseDecision) -> dict[str, list[str]]:
    """Return what a form sends that is filled in with the particulars of a decision."""
    kind = type(decision)
    sent: dict[str, list[str]] = {}
    parts = {field.part: field for field in fields_of(kind) if field.part}
    for one in particulars(kind):
        value = getattr(decision, one.name)
        for option in one.options:
            field = next((f for f in fields_of(kind) if f.option == option.name), None)
            if parts and len(one.options) > 1:
                continue
            if field is not None and (one.required or value != one.default or field.required):
                sent |= _filled(field, one, option, value)
    if parts:
        sent |= _by_way(decision, parts)
    return sent


def _filled(field: Field, one: Particular, option: Option, value: Any) -> dict[str, list[str]]:
    if one.hint is bool:
        if field.ask is Ask.TICK:
            return {field.name: ["yes"]} if value else {}
        return {field.name: ["yes" if value else "no"]}
    if isinstance(value, Mapping):
        if option.value is not TYPED:
            return {field.name: [str(key) for key, held in value.items() if held == option.value]}
        return {f"{field.name}.{key}": [spelt(held, one)] for key, held in value.items()}
    if isinstance(value, tuple) and field.ask in {Ask.SEVERAL, Ask.LIST}:
        return {field.name: [str(item) for item in value]}
    return {field.name: [spelt(value, one)]}


def _by_way(decision: BaseDecision, parts: dict[str, Field]) -> dict[str, list[str]]:
    one = next(one for one in particulars(type(decision)) if len(one.options) > 1)

    def means(option: Option) -> bool:
        names = {name for other in one.options for name in other.fills}
        wanted = {name: getattr(decision, name) for name in names}
        left = {p.name: p.default for p in particulars(type(decision)) if p.name in names}
        return {**left, **option.fills} == wanted

    option = next(option for option in one.options if means(option))
    sent = {parts["way"].name: [option.name], parts["what"].name: [getattr(decision, one.name)]}
    if option.splits:
        amount = getattr(decision, "amount_pence")  # noqa: B009 - the declaration names it
        sent[parts["amount"].name] = [f"£{amount / 100:,.2f}"]
    return sent


@pytest.mark.parametrize(
    "decision",
    [*(one for one in SAMPLES.values() if one.command), *SOUND, *MORE],
    ids=lambda one: f"{one.kind} {one}",
)
def test_a_form_decides_what_was_filled_in(decision: BaseDecision) -> None:
    answer = read_sent(type(decision), filled(decision) | REASON | LETTERS)
    assert answer.problems == ()
    assert answer.decisions == (decision,)
    assert answer.reason == "as agreed at the visit"
    assert (answer.plan is not None) == decision.needs_plan


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_form_sent_empty_names_each_field_that_must_be_answered(kind: type[BaseDecision]) -> None:
    answer = read_sent(kind, {})
    wanted = [field.name for field in fields_of(kind) if field.required]
    assert answer.decisions == ()
    assert [name for name, _ in answer.problems if name in wanted] == wanted
    assert (("reason", "Say why.") in answer.problems) is not bool(kind.usual_reason)


def test_every_field_has_its_own_name_and_is_called_something() -> None:
    for kind in KINDS.values():
        names = [field.name for field in fields_of(kind)]
        assert len(names) == len(set(names)), kind.kind
        assert not RESERVED & set(names), kind.kind
        for field in fields_of(kind):
            assert field.label[:1].isupper(), (kind.kind, field)
            assert "pence" not in field.label, (kind.kind, field)
            assert "`handrail" not in field.hint, (kind.kind, field)
            assert "--" not in field.label + field.hint, (kind.kind, field)


def test_what_is_offered_is_known_by_its_name() -> None:
    offered = {field.offers for kind in KINDS.values() for field in fields_of(kind)} - {""}
    assert offered == set(OFFERS)


def wrong(kind: type[BaseDecision], sent: dict[str, list[str]]) -> dict[str, str]:
    return dict(read_sent(kind, sent | REASON).problems)


def test_everything_wrong_is_said_at_once_beside_its_field() -> None:
    found = wrong(
        Pause,
        {"cause": ["boredom"], "from": ["31/02/2026"], "to": ["1/1/26"], "review-on": ["soon"]},
    )
    assert found["cause"].startswith("“boredom” is none of hospital")
    assert found["from"] == "“31/02/2026” is no date; write 2026-04-30 or 30/04/2026."
    assert found["evidence"] == "Evidence is missing."
    assert {"to", "review-on"} <= found.keys()


def test_a_problem_of_the_particulars_stands_beside_the_field_that_makes_it() -> None:
    found = wrong(ConfirmPrice, {"quantity.3": ["0"], "relief-percent": ["2=101"]})
    assert found["quantity"].startswith("Line 3: a quantity is above zero")
    assert found["relief-percent"].startswith("Line 2: a relief covers 0 to 100")
    assert wrong(InspectLines, {})[""].startswith("Say which lines pass")
    found = wrong(InspectLines, {"passed": ["1"], "snag.1": ["leaks"], "snag.2": ["x"]})
    assert found["passed"] == "Line 1 both passes and has a snag."
    assert wrong(CorrectPause, {"number": ["1"], "under-way": ["yes"], "to": ["1/6/2026"]}) == {
        "to": "A pause is under way or has a last day, not both."
    }


def test_a_sum_that_cannot_be_read_stands_beside_its_field() -> None:
    assert "total" in wrong(RecordInvoice, {"invoice": ["I-1"], "total": ["much"]})
    assert "line" in wrong(RecordInvoice, {"invoice": ["I-1"], "total": ["1"], "line.1": ["much"]})
    fee = {"description-way": ["--fee"], "description": ["Survey"]}
    assert wrong(RecordFunding, fee) == {"description-amount": "Say how much."}
    assert "description-amount" in wrong(RecordFunding, fee | {"description-amount": ["much"]})
    gone = {"payer-way": ["--withdrawn"], "payer": ["client"], "payer-amount": ["5"]}
    assert wrong(RecordPayer, gone) == {"payer-amount": "It no longer holds, so give no amount."}


def test_plan_is_asked_where_the_decision_needs_it_and_not_where_it_does_not() -> None:
    waived = {"certificate-way": ["--waived"], "certificate": ["landlord"]}
    assert wrong(RecordCertificate, waived) == {
        letter: f"Say why it is {letter}." for letter in LETTERS
    }
    answer = read_sent(Direct, REASON | LETTERS)
    assert answer.plan == Plan(*(words[0] for words in LETTERS.values()))
    assert read_sent(AnswerConsent, REASON | {"answer": ["granted"]}).plan is None


def test_a_reason_that_explains_nothing_and_words_that_no_record_can_hold_are_refused() -> None:
    assert "reason" in dict(read_sent(Approve, {"refuse": ["yes"], "reason": ["ok"]}).problems)
    words = "so \x00so it is"
    found = dict(read_sent(StartWorks, {"start": ["1/6/2026"], "reason": [words]}).problems)
    assert found["reason"].startswith("The words hold control characters (U+0000)")


def test_a_form_cannot_mean_to_approve_by_leaving_the_answer_out() -> None:
    assert wrong(Approve, {"fees": ["10"]}) == {"refuse": "Decision is missing."}
    refused = read_sent(Approve, REASON | {"refuse": ["no"]}).decisions
    assert refused == (Approve(approved=False),)


def test_what_a_list_holds_twice_is_refused_as_it_is_at_the_command_line() -> None:
    both = {"out-of-hours": ["1"], "in-hours": ["1"]}
    assert wrong(ConfirmPrice, both)[""].startswith("Line 1 is given as out of hours and as in")
    twice = {"quantity.1": ["2"], "quantity": ["1=3"]}
    assert "quantity" in wrong(ConfirmPrice, twice)
    fee = {"description-way": ["--fee"], "description": ["A=B"], "description-amount": ["5"]}
    kept = (RecordFunding(FundingKind.FEE, "A=B", 5_00),)
    assert read_sent(RecordFunding, REASON | fee).decisions == kept
