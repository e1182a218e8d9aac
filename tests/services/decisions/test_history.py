"""The history says of each decision what was decided, whose, how much, and from what to what."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from models.case_queries import case_row, works_lines
from models.database import reading, writing
from rules.agreement import ViewHow
from rules.cases import ConsentAnswer
from rules.clocks.pause_terms import PauseCause
from rules.decisions import BaseDecision, Facts
from rules.decisions.particulars import facts_of
from rules.grants.funding import FundingKind
from rules.pathway import StepName
from rules.tenders.routes import Route
from services.aftercare.survey import AnswerSurvey
from services.clocks.pausing import CorrectPause, Pause
from services.competitions.competition import ExtendDeadline, ScoreQuote
from services.competitions.quoting import RecordQuote
from services.competitions.routing import ChooseRoute
from services.completion.agreement import ClientAgrees
from services.completion.completion import HoldCertificate
from services.completion.inspecting import InspectLines
from services.consents.decide import AnswerConsent
from services.decisions.history import case_history
from services.decisions.kinds import KINDS
from services.decisions.specification import Specify
from services.grants.funding import RecordFunding
from services.pricing.works import ConfirmPrice
from tests.competing import WEIGHED
from tests.factories import act, bring, case_at, decide, new_case, pass_step, quotes_opened
from tests.services.decisions.test_may import SAMPLES
from tests.small_service import AVON, BRIAR, NOW


def said(url: str, reference: str, kind: str = "") -> list[str]:
    """Return the words of the history, of all rows or of one kind of decision."""
    with reading(url) as conn:
        rows = case_history(conn, reference=reference)
    return [row["said"] for row in rows if not kind or row["action"].endswith(f": {kind}")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_decision_says_in_words_what_was_decided(kind: str) -> None:
    decision = SAMPLES[kind]
    assert KINDS[kind].said is not BaseDecision.said
    words = KINDS[kind].said(Facts(facts_of(decision)))
    assert words[0].isupper() or words[0] == "£"
    assert words.endswith(".")
    assert "None" not in words
    assert "  " not in words
    KINDS[kind].said(Facts({}))  # of a row that holds next to nothing


OLD: dict[str, tuple[dict[str, Any], str]] = {
    "client-agrees": ({"agrees": False}, "The client does not agree that the works are done."),
    "hold-certificate": (
        {"certificate": "building_control", "certificate_reference": "BC-1"},
        "The building control certificate BC-1 is held.",
    ),
    "quote": (
        {"contractor": "AVON", "line_net_pence": {"1": 500_00, "2": 20_00}},
        "Quote of AVON: £520.00 net, as opened.",
    ),
    "answer-offer": ({"accepted": False}, "The contractor declines the works it was offered."),
    "survey": (
        {"scores": {"overall": 5}},
        "The client answers the survey: overall 5 % (per cent as recorded then, kept apart).",
    ),
    "release": (
        {"invoice": "V-1", "amount_pence": 1_990_00},
        "£1,990.00 is released on invoice V-1.",
    ),
}


@pytest.mark.parametrize("kind", OLD)
def test_a_row_of_an_earlier_version_is_read_as_well_as_its_facts_allow(kind: str) -> None:
    facts, words = OLD[kind]
    assert KINDS[kind].said(Facts(facts)) == words


def test_a_quote_says_whose_at_once_and_how_much_once_it_is_opened(url: str) -> None:
    reference = case_at(url, "tender", route="quotes")
    act(url, reference, RecordQuote(AVON, {1: 4_000_00, 2: 4_000_00}))
    act(url, reference, ExtendDeadline(date(2026, 7, 1)))
    act(url, reference, RecordQuote(BRIAR, {1: 1_000_00, 2: 2_000_00}))
    assert said(url, reference, "quote") == [
        "Quote of Avon Access Ltd for 2 lines, its sum sealed.",
        "Quote of Briar Baths Ltd for 2 lines, its sum sealed.",
    ]
    (extended,) = said(url, reference, "extend-deadline")
    assert extended.startswith("The deadline for quotes is put off from ")
    assert extended.endswith(" 2026 to 1 July 2026.")
    quotes_opened(reference, after=NOW + timedelta(days=60))
    assert said(url, reference, "quote") == [
        "Quote of Avon Access Ltd for 2 lines: £8,000.00 net, as opened.",
        "Quote of Briar Baths Ltd for 2 lines: £3,000.00 net, as opened.",
    ]
    assert "Tender: quotes opened; AVON £8,000.00 and BRIAR £3,000.00 net." in said(url, reference)


def test_a_mark_and_an_award_say_whose_and_what_was_there_before(sqlite_service: str) -> None:
    url = sqlite_service
    bring(url, "lot_terms", WEIGHED)
    reference = case_at(url, "tender", route="quotes")
    for firm in (AVON, BRIAR):
        act(url, reference, RecordQuote(firm, {1: 4_000_00, 2: 4_000_00}))
    quotes_opened(reference, after=NOW + timedelta(days=60))
    act(url, reference, ScoreQuote(AVON, {"method": Decimal(60)}))
    act(url, reference, ScoreQuote(AVON, {"method": Decimal(80)}))
    assert said(url, reference, "score") == [
        "Marks for the quote of Avon Access Ltd: method 60.",
        "Marks for the quote of Avon Access Ltd: method 80 (before 60).",
    ]
    pass_step(url, reference, StepName.TENDER)
    (award,) = said(url, reference, "award")
    assert award.startswith(
        "The competition is awarded to Briar Baths Ltd at £8,000.00 net, in place "
    )


def test_before_the_grant_each_change_says_from_what_to_what(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "specify", route="call_off")
    act(url, reference, Specify(("e", "f")))
    act(url, reference, ConfirmPrice({1: Decimal("7.5")}))
    decide(url, reference, RecordFunding(FundingKind.FEE, "Agency fee", 90_00))
    decide(url, reference, RecordFunding(None, "Agency fee", removed=True))
    decide(url, reference, ChooseRoute(Route.QUOTES))
    decide(url, reference, ChooseRoute(None))
    told = said(url, reference)
    assert "The works are specified: 2 lines; purposes e, f (before f)." in told
    (price,) = said(url, reference, "confirm-price")
    assert price.startswith("The price is to be worked out again: line 1: quantity from ")
    assert price.endswith(" to 7.5.")
    assert said(url, reference, "funding") == [
        "Fee “Agency fee” of £90.00 recorded.",
        "Fee “Agency fee” of £90.00 taken out.",
    ]
    assert said(url, reference, "route")[1] == (
        "The works are priced as the rule says; before, an officer's choice: by quotes."
    )


def test_a_refused_consent_says_whose_and_what_follows_what_it_was_before(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    reference = case_at(url, "consent", tenure="private_tenant")
    act(url, reference, AnswerConsent(ConsentAnswer.REFUSED))
    decide(url, reference, AnswerConsent(ConsentAnswer.GRANTED, "keys; notice", date(2027, 1, 31)))
    refused, granted = said(url, reference, "answer-consent")
    assert refused == "The landlord's consent of Mr Lett is refused."
    assert granted == (
        "The landlord's consent of Mr Lett is granted, until 31 January 2027, on conditions: "
        "keys; notice (before: refused)."
    )


def test_sign_off_says_what_was_found_and_what_the_client_holds_of_it(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "sign-off")
    act(url, reference, InspectLines(snags={1: "the tray leaks"}))
    act(url, reference, InspectLines(all_pass=True))
    act(url, reference, ClientAgrees(agrees=False, how=ViewHow.VISIT, other="The lamp flickers."))
    act(url, reference, ClientAgrees(agrees=True, how=ViewHow.VISIT))
    assert said(url, reference, "inspect") == [
        "Inspected on WO-2026-00001: a snag on line 1.",
        "Inspected on WO-2026-00001: line 2 passed; line 1 cleared of the snag.",
    ]
    assert said(url, reference, "client-agrees") == [
        "The client does not agree that the works are done (at a visit).",
        "The client agrees that the works are done (at a visit); before, they disagreed.",
    ]


def test_a_certificate_says_which_whose_and_its_reference(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "sign-off", route="call_off")
    act(url, reference, HoldCertificate("electrical", "EL-77"))
    assert said(url, reference, "hold-certificate") == [
        "The electrical certificate EL-77 for WO-2026-00001 of Avon Access Ltd is held."
    ]


def test_money_says_how_much_and_to_whom(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "aftercare")
    told = " ".join(said(url, reference))
    assert "Avon Access Ltd accepts the works it was offered at £" in told
    assert "is approved for works of £" in told
    assert "Invoice INV-DFG-1 of Avon Access Ltd for £" in told
    assert "is released to Avon Access Ltd on invoice INV-DFG-1." in told
    act(url, reference, AnswerSurvey({"overall": 5, "communication": 4}))
    assert said(url, reference, "survey") == [
        "The client answers the survey: overall 5 of 5 and communication 4 of 5."
    ]


def test_a_corrected_pause_says_which_day_it_was_and_is(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "price")
    decide(url, reference, Pause(PauseCause.HOSPITAL, date(2026, 5, 28), "letter"))
    decide(url, reference, CorrectPause(1, started_on=date(2026, 5, 29)))
    assert said(url, reference, "pause")[0].startswith("Pause 1 (hospital) from 28 May 2026")
    assert said(url, reference, "correct-pause") == [
        "Pause 1 is corrected: started on from 28 May 2026 to 29 May 2026."
    ]


def test_changed_particulars_say_which_from_what_to_what(sqlite_service: str) -> None:
    url = sqlite_service
    reference = new_case(url, contribution="100")
    new_case(url, contribution="250.50", complexity="complex", client_name="Mrs Ashby-Cole")
    words = (
        "Particulars changed: complexity from simple to complex; contribution from £100.00 to "
        "£250.50; client name (personal, so neither value is kept here)."
    )
    assert words in said(url, reference)


def test_changed_works_say_which_line_from_what_to_what(sqlite_service: str) -> None:
    url = sqlite_service
    reference = new_case(url, route="call_off")
    header = "case | line | code | quantity | description | unit"
    with writing(url) as conn:
        line, other = works_lines(conn, case_id=case_row(conn, reference=reference).id)
    kept = f"{reference} | 2 | {other.code} | {other.quantity:f} | |"
    bring(url, "works", f"{header}\n{reference} | 1 | {line.code} | 9 | |\n{kept}")
    assert said(url, reference)[-1] == (
        f"Works lines recorded: line 1 changed; line 1: quantity from {line.quantity:f} to 9."
    )
