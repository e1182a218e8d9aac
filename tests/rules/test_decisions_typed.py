"""Decisions as typed: what each option stands for, and every way to type one wrongly."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rules.agreement import ViewHow
from rules.cases import ConsentAnswer
from rules.decisions import BaseDecision
from rules.decisions.declared import TYPED as TYPED_ITSELF
from rules.decisions.particulars import particulars
from rules.decisions.typed import decisions_typed, options_of
from rules.errors import InvalidDecisionError
from rules.grants.funding import FundingKind
from rules.imports import numbers
from rules.imports.cells import CellError
from rules.typed import read_day
from services.clocks.pausing import EndPause
from services.competitions.competition import AwardQuote, ScoreQuote
from services.competitions.direction import Direct
from services.competitions.quoting import RecordQuote
from services.competitions.routing import ChooseRoute
from services.completion.agreement import ClientAgrees
from services.completion.completion import Certify
from services.completion.inspecting import InspectLines
from services.consents.certificates import RecordCertificate
from services.consents.decide import AnswerConsent
from services.decisions.kinds import KINDS
from services.decisions.specification import Specify
from services.grants.approve import Approve
from services.grants.funding import RecordFunding
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.pricing.works import ConfirmPrice

DAY = date(2026, 6, 1)
TYPED: list[tuple[dict[str, Any], BaseDecision]] = [
    ({"--purpose": "E; f"}, Specify(("e", "f"))),
    ({}, Specify()),
    (
        {"--quantity": ["2=3.5"], "--out-of-hours": ["1"], "--in-hours": ["2"]},
        ConfirmPrice({2: Decimal("3.5")}, {}, {1: True, 2: False}),
    ),
    (
        {"--relief-percent": ["1=60%"], "--relief": ["1=disabled_adaptation", "2=none"]},
        ConfirmPrice({}, {1: Decimal(60)}, {}, {1: ("disabled_adaptation",), 2: ()}),
    ),
    ({"--to": "by_rule"}, ChooseRoute(None)),
    ({"--direct": True}, Direct()),
    (
        {"--quote-from": "AVON", "--amount": ["1=£1,234.50", "2=3"]},
        RecordQuote("AVON", {1: 1_234_50, 2: 3_00}),
    ),
    (
        {"--score": "AVON", "--mark": ["a = b=80"]},
        ScoreQuote("AVON", {"a = b": Decimal(80)}),
    ),
    (
        {"--answer": "granted", "--valid-to": "31/12/2026"},
        AnswerConsent(ConsentAnswer.GRANTED, "", date(2026, 12, 31)),
    ),
    ({"--waived": "landlord"}, RecordCertificate("landlord", waived=True)),
    ({"--fees": "250"}, Approve(approved=True, fees_pence=250_00)),
    ({"--refuse": True}, Approve(approved=False)),
    (
        {"--passed": ["1", "3"], "--snag": ["2=Loose = bad"]},
        InspectLines((1, 3), {2: "Loose = bad"}),
    ),
    (
        {
            "--client-agrees/--client-disagrees": False,
            "--how": "visit",
            "--other": "The lamp flickers.",
        },
        ClientAgrees(agrees=False, how=ViewHow.VISIT, other="The lamp flickers."),
    ),
    ({"--certify": True}, Certify()),
    ({"--invoice": "I-1"}, RecordInvoice("I-1", None, 0)),
    (
        {"--invoice": "I-1", "--item": ["A=4,250.00", "B=66.41"], "--total": "4316.41"},
        RecordInvoice("I-1", None, 4_316_41, item_net_pence={"A": 4_250_00, "B": 66_41}),
    ),
    ({"--release": True}, Release()),
    ({"--on": "2026-06-01", "--number": "2"}, EndPause(DAY, 2)),
]
OFF_SCALE = (
    "is not on the survey's scale: an answer is a whole number from 1 (poor) to 5 (excellent)."
)

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("price", {"--quantity": ["2"]}, "“2” is not LINE=QUANTITY, such as 1=quantity."),
    ("price", {"--quantity": ["2=many"]}, "“many” is no quantity; write it as 12.5."),
    ("price", {"--quantity": ["2=1", "2=2"]}, "Line 2 is given twice."),
    ("price", {"--relief": ["2="]}, "Name the relief, such as 1=disabled_adaptation, or 1=none."),
    (
        "price",
        {"--out-of-hours": ["1"], "--in-hours": ["1"]},
        "Line 1 is given as out of hours and as in hours.",
    ),
    ("tender", {"--extend-to": "soon"}, "“soon” is no date; write 2026-04-30 or 30/04/2026."),
    (
        "tender",
        {"--score": "A", "--mark": ["=3"]},
        "“=3” is not CRITERION=NN, such as programme=80.",
    ),
    ("aftercare", {"--score": ["overall=95"]}, f"“95” {OFF_SCALE}"),
    ("aftercare", {"--score": ["overall=4.5"]}, f"“4.5” {OFF_SCALE}"),
    ("aftercare", {"--score": ["overall=5", "overall=4"]}, "overall is given twice."),
    ("price", {"--out-of-hours": ["x"]}, "“x” is no whole number; write it as 95."),
    ("price", {"--quantity": ["x=3"]}, "“x” is no whole number; write it as 95."),
    (
        "exit",
        {"--outcome": "lost"},
        "“lost” is none of withdrawn, died, moved, refused, alternative_found.",
    ),
    ("assign", {"--accept/--decline": "perhaps"}, "“perhaps” is none of yes, no."),
    ("assign", {}, "--accept or --decline is missing: The answer, one of the two."),
    (
        "end-pause",
        {"--on": "8/12/26"},
        "“8/12/26” is no date; write 2026-04-30 or 30/04/2026.",
    ),
    (
        "end-pause",
        {"--on": "0026-12-08"},
        "“0026-12-08” is no date: its year is not 1900 to 2999.",
    ),
    ("end-pause", {}, "--on is missing: The last day not counted."),
    ("funding", {"--fee": ["850"]}, "“850” is not WHAT=POUNDS, such as “Agency fee=850”."),
]
NOT_ONE: list[tuple[str, dict[str, Any], str]] = [
    ("certificates", {}, "Say what is decided. Use one of: --held, --waived, --withdraw."),
    (
        "pay",
        {"--invoice": "I", "--release": True},
        "Give one decision at a time. Use one of: --invoice, --release, --withdraw-invoice",
    ),
    ("pay", {"--release": True, "--total": "3"}, "--total does not go with --release."),
    (
        "certificates",
        {"--held": "owner", "--waived": "landlord"},
        "Give one decision at a time. Use one of: --held, --waived.",
    ),
    (
        "means-test",
        {"--waive-under": "A", "--end-waiver": "B"},
        "Give one decision at a time. Use one of: --waive-under, --end-waiver.",
    ),
    (
        "certificates",
        {"--held": ["tenant", "landlord"]},
        "--held is given more than once: “tenant” and “landlord”. Give one.",
    ),
    (
        "assign",
        {"--accept/--decline": [True, False]},
        "--accept and --decline contradict each other. Give one.",
    ),
    ("end-pause", {"--on": "2026-06-01", "--to": "x"}, "--to does not go with end-pause."),
    ("funding", {}, "Say what is recorded. Use --remove, --fee, --ancillary, --provider"),
    ("funding", {"--fee": ["Survey=0", "=5"]}, "Survey: An amount is above zero. fee: Say what"),
]


def of(command: str) -> list[type[BaseDecision]]:
    return [kind for kind in KINDS.values() if kind.command == command]


@pytest.mark.parametrize(("given", "decision"), TYPED, ids=lambda value: str(value)[:60])
def test_what_is_typed_is_what_is_decided(given: dict[str, Any], decision: BaseDecision) -> None:
    assert decisions_typed(of(decision.command), given) == (decision,)


@pytest.mark.parametrize(("command", "given", "words"), WRONG)
def test_what_cannot_be_read_is_said(command: str, given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        decisions_typed(of(command), given)


DAYS = (
    *("2026-12-08", "8/12/2026", "08/12/2026", "31/12/2026", "12/31/2026", "29/02/2026"),
    *("8/12/26", "08/12/26", "8.12.2026", "8-12-2026", "2026/12/08", "20261208", "2026-W50-2"),
    *("2026-12-8", "+1/1/2026", "1_0/1/2026", " 8/12/2026 ", "1066-10-14", "3000-01-01", "0/0/0"),
)


@pytest.mark.parametrize("text", DAYS)
def test_a_date_is_the_same_wherever_it_is_typed(text: str) -> None:
    try:
        imported = numbers.day(text)
    except CellError:
        with pytest.raises(ValueError, match="is no date"):
            read_day(text)
    else:
        assert read_day(text) == imported


def test_a_date_is_day_first() -> None:
    assert read_day("8/12/2026") == date(2026, 12, 8)


@pytest.mark.parametrize("text", ["8 December 2026", "08 Dec 2026", " 8 dec. 2026 "])
def test_a_day_is_read_as_pages_write_it(text: str) -> None:
    assert read_day(text) == date(2026, 12, 8)


@pytest.mark.parametrize("text", ["8 Decembre 2026", "31 June 2026", "0/0/2026", "8 Dec 26"])
def test_words_that_are_no_day_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        read_day(text)


RUBBISH = (
    *("x", "=", "x=", "=x", "1=x", "x=1", "1=1=1", "-", "\u00b2", "1_0", " ", "\x00", "1\n2"),
    *("NaN", "sNaN", "1=sNaN", "x=Infinity", "1e9", "1=1e999999999", "1e9999999999999999999"),
    *("9" * 5_000, f"1={'9' * 5_000}", f"{'9' * 5_000}=1", f"overall={'9' * 5_000}", "0" * 5_000),
    *(
        "8/12/26",
        "8/12/",
        "//",
        "99/99/2026",
        "2026-02-30",
        "20261208",
        "0000-01-01",
        "\u0662/1/2026",
    ),
)


def said_of(kind: type[BaseDecision], option: str, text: str) -> str:
    """Return what is said against a text typed for an option, or an empty string."""
    try:
        (made,) = decisions_typed([kind], {option: [text]})
    except (ValueError, InvalidDecisionError) as error:
        named = getattr(error, "option", option)
        return str(error) if named == option else f"{named} instead of {option}"
    return " ".join(made.problems())


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_rubbish_is_refused_in_a_sentence_whatever_it_is_typed_for(
    kind: type[BaseDecision],
) -> None:
    for option, one in options_of(kind):
        if one is None or (option.value is not TYPED_ITSELF and one.key is None):
            continue  # a flag: nothing is typed for it
        for text in RUBBISH:
            said = said_of(kind, option.name, text)
            assert not re.search(r"literal|digits\)|Error|Decimal|None|<|argument|instead", said)
            assert said[-1:] in {"", "."}, said[-80:]


@pytest.mark.parametrize(("command", "given", "words"), NOT_ONE)
def test_one_decision_is_meant(command: str, given: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDecisionError) as refusal:
        decisions_typed(of(command), given)
    assert refusal.value.text().startswith(words)


def test_several_fees_and_funders_are_recorded_at_once() -> None:
    given = {"--remove": ["Survey"], "--fee": ["Survey=90"], "--provider": ["Oak=500.50"]}
    assert decisions_typed(of("funding"), given) == (
        RecordFunding(None, "Survey", removed=True),
        RecordFunding(FundingKind.FEE, "Survey", 90_00),
        RecordFunding(FundingKind.PROVIDER, "Oak", 500_50),
    )


def test_every_option_of_a_command_is_one_and_says_what_it_is() -> None:
    for command in {kind.command for kind in KINDS.values()} - {""}:
        options = [(option, one) for kind in of(command) for option, one in options_of(kind)]
        names = [option.name for option, _ in options]
        assert len(set(names)) == len(names), command
        assert all(option.help or one.asked.help for option, one in options if one), command


def test_a_form_is_told_all_it_needs() -> None:
    for kind in KINDS.values():
        for one in particulars(kind):
            assert one.label[0].isupper(), (kind, one)
            assert one.asked.help.endswith("."), (kind, one)
            assert one.asked.unit == "pounds" or not one.name.endswith("_pence"), (kind, one)
            assert bool(one.asked.entry) >= bool(one.key is int and len(one.options) == 1)
    (answer, *_) = particulars(AnswerConsent)
    assert (answer.label, answer.required, answer.repeat) == ("Answer", True, False)
    assert list(answer.choices) == ["granted", "refused", "treated_as_given"]
    assert [one.required for one in particulars(AwardQuote)] == [True]
