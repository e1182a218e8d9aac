"""Decisions in a mini-competition: who may answer what and when, and what is kept of it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from models.database import writing
from models.tables.competition import Competition, SealedQuote
from models.tables.prices import Award
from models.tables.record import Audit, Decision, Outbox
from rules.errors import (
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
)
from rules.pathway import StepStatus
from services.cases.take import take
from services.competitions.competition import AwardQuote, ExtendDeadline, ScoreQuote
from services.competitions.direction import Direct
from services.competitions.quoting import DeclineToQuote, RecordQuote, WithdrawQuote
from services.competitions.sealed import open_quotes
from tests.competing import (
    BEFORE,
    DEADLINE,
    SUMS,
    at_the_award,
    competition,
    invited,
    opened,
    quoted,
    quotes,
)
from tests.factories import act, bring, case_at, decide, live_at, refused
from tests.looking import messages, rows, status_of, step_of
from tests.small_service import ADAM, AUDREY, AVON, BRIAR, CEDAR, MIA, TESS, WENDY

ROOT = Path(__file__).parents[3]


# ---- who may answer


@pytest.mark.sqlite
def test_a_contractor_quotes_for_itself_and_an_officer_for_anyone(url: str) -> None:
    reference = invited(url)
    error = refused(url, reference, RecordQuote(AVON, SUMS[AVON]), NotPermittedError, by=BRIAR)
    assert error.text() == (
        "Briar Baths Ltd may not answer for AVON. A contractor answers its own invitations only."
    )
    for decision in (WithdrawQuote(AVON), DeclineToQuote(AVON)):
        assert refused(url, reference, decision, NotPermittedError, by=BRIAR)
    for other in (WENDY, MIA, ADAM, AUDREY):
        assert refused(url, reference, RecordQuote(AVON, SUMS[AVON]), NotPermittedError, by=other)
    decide(url, reference, RecordQuote(AVON, SUMS[AVON]), by=AVON)
    decide(url, reference, RecordQuote(BRIAR, SUMS[BRIAR]), by=TESS)
    assert quotes(url) == [(AVON, "sealed", None), (BRIAR, "sealed", None)]
    assert "(2 of 3 in, sealed)" in step_of(url, reference, "tender").waiting_for


@pytest.mark.sqlite
def test_contractors_do_not_decide_what_officers_decide(url: str) -> None:
    reference = at_the_award(url, weighed=True)
    for decision in (
        ExtendDeadline(date(2026, 7, 1)),
        ScoreQuote(AVON, {"method": Decimal(100)}),
        AwardQuote(AVON),
        Direct(),
    ):
        assert refused(url, reference, decision, NotPermittedError, by=AVON)


@pytest.mark.sqlite
def test_a_quote_comes_from_somebody_invited_and_prices_every_line(url: str) -> None:
    lapsed = "contractor|document|valid_from|valid_to\nCEDAR|trustmark|2026-01-01|2026-05-31"
    bring(url, "contractor_documents", lapsed)
    reference = invited(url)
    error = refused(url, reference, RecordQuote(CEDAR, {1: 5}), InvalidDecisionError)
    assert error.what == (
        "CEDAR was not invited; invited were AVON, BRIAR. A quote prices every line: 1, 2."
    )
    too_much = RecordQuote(AVON, {1: 1_000_000_01, 2: 5})
    error = refused(url, reference, too_much, InvalidDecisionError)
    assert error.what == "Line 1: a quote is at most £1,000,000 a line."


@pytest.mark.sqlite
def test_no_step_of_a_competition_is_taken_on_a_case_without_one(url: str) -> None:
    reference = case_at(url, "tender")
    for decision in (
        RecordQuote(AVON, {1: 1, 2: 1}),
        WithdrawQuote(AVON),
        DeclineToQuote(AVON),
        ExtendDeadline(date(2026, 7, 1)),
        ScoreQuote(AVON, {"method": Decimal(1)}),
        AwardQuote(AVON),
    ):
        error = refused(url, reference, decision, InvalidDecisionError)
        assert error.what == (
            "DFG-1 is priced at a pre-tendered price for package LAS, without quotes."
        )


# ---- under seal


@pytest.mark.sqlite
def test_the_money_of_a_quote_is_under_its_seal_and_nowhere_on_the_record(url: str) -> None:
    reference = invited(url)
    receipt = decide(url, reference, RecordQuote(AVON, {1: 8_123_45, 2: 6_789_01}), by=AVON)
    (sealed,) = rows(url, SealedQuote)
    assert sealed["contents"] == {"1": 8_123_45, "2": 6_789_01}
    decision = rows(url, Decision)[-1]
    assert decision["facts"] == {"contractor": AVON, "lines": 2}
    record = f"{receipt} {rows(url, Decision)} {rows(url, Audit)} {rows(url, Outbox)}"
    for telltale in ("812345", "678901", "8,123", "6,789", "1491246", "14,912"):
        assert telltale not in record


def test_nothing_names_the_sealed_table_but_its_own_modules() -> None:
    """Only ``open_quotes`` selects from it; the model, its writer and migrations may name it."""
    named = re.compile(r"SealedQuote|sealed_quote\b")
    rooms = ("rules", "adapters", "models", "services", "tasks", "flows", "desk", "deployments")
    found = {
        file.relative_to(ROOT).as_posix()
        for room in rooms
        for file in (ROOT / room).rglob("*.py")
        if named.search(file.read_text(encoding="utf-8")) and "migrations" not in file.parts
    }
    assert found == {
        "models/evidence.py",  # says that no digest of it is kept
        "models/tables/competition.py",
        "services/competitions/sealed.py",
    }
    source = (ROOT / "services/competitions/sealed.py").read_text(encoding="utf-8")
    selects = re.findall(r"^(\w+): Final = \(?\s*select\(SealedQuote", source, re.MULTILINE)
    assert selects == ["_SEALED"]
    (user,) = re.findall(r"^def (\w+)(?:(?!^def ).)*_SEALED,", source, re.MULTILINE | re.DOTALL)
    assert user == "open_quotes"


@pytest.mark.parametrize("direction", ["", "one is enough"])
def test_nobody_opens_a_quote_before_the_deadline(url: str, direction: str) -> None:
    reference = invited(url)
    quoted(url, reference)
    for now, expected in ((BEFORE, 0), (DEADLINE, 3), (DEADLINE, 0)):
        with writing(url) as conn:
            case = take(conn, reference=reference, now=now)
            held = open_quotes(case, competition(url), direction=direction)
            case.put_back()
        assert held == expected
    assert [money for _, _, money in quotes(url)] == [4_500_50, 4_550_00, 4_320_25]
    assert rows(url, SealedQuote) == []
    assert rows(url, Competition)[0]["opened_at"] == DEADLINE


# ---- late, withdrawn, declined


@pytest.mark.sqlite
def test_a_late_quote_is_noted_without_its_money_and_answered(url: str) -> None:
    reference = invited(url)
    quoted(url, reference, AVON)
    live_at(DEADLINE)
    receipt = decide(url, reference, RecordQuote(BRIAR, {1: 8_123_45, 2: 9}), by=BRIAR)
    assert receipt.notice == (
        "The quote of BRIAR came too late: quotes were due by 12 noon on Monday 15 June 2026. "
        "It is noted, without its sums, and not considered."
    )
    assert quotes(url) == [(AVON, "sealed", None), (BRIAR, "late", None)]
    assert len(rows(url, SealedQuote)) == 1
    assert rows(url, Decision)[-1]["facts"] == {"contractor": BRIAR, "late": True}
    (told,) = messages(url, "quote_late")
    assert told["context"]["received"] == "12 noon on Monday 15 June 2026"
    assert "8123" not in str(told)
    opened(url, reference)
    decide(url, reference, RecordQuote(BRIAR, SUMS[BRIAR]))
    assert [status for _, status, _ in quotes(url)] == ["sealed", "late", "late"]


def test_a_quote_in_time_that_waited_while_the_others_were_opened_joins_them(url: str) -> None:
    reference = at_the_award(url, AVON, BRIAR)
    live_at(BEFORE)  # its instant was taken before it waited for the case
    decide(url, reference, RecordQuote(CEDAR, SUMS[CEDAR]), by=CEDAR)
    assert quotes(url)[-1] == (CEDAR, "opened", 4_320_25)
    assert rows(url, SealedQuote) == []
    assert "one of 3 quotes opened" in step_of(url, reference, "tender").waiting_for


@pytest.mark.sqlite
def test_a_quote_may_be_withdrawn_and_another_sent_until_the_deadline(url: str) -> None:
    reference = invited(url)
    quoted(url, reference, AVON)
    error = refused(url, reference, RecordQuote(AVON, SUMS[AVON]), InvalidDecisionError)
    assert error.what == (
        "AVON has quoted already; until the deadline it may withdraw its quote and send another."
    )
    decide(url, reference, WithdrawQuote(AVON), by=AVON)
    assert rows(url, SealedQuote) == []
    assert refused(url, reference, WithdrawQuote(AVON), InvalidDecisionError)
    decide(url, reference, RecordQuote(AVON, {1: 1_00, 2: 2_00}), by=AVON)
    assert quotes(url) == [(AVON, "withdrawn", None), (AVON, "sealed", None)]
    first, second = messages(url, "quote_received")
    assert first["context"]["received"] == "10:00 on Monday 1 June 2026"
    assert second["context"]["deadline"] == "12 noon on Monday 15 June 2026"
    (told,) = messages(url, "quote_withdrawn")
    assert told["context"]["again_until"] == "12 noon on Monday 15 June 2026"


@pytest.mark.sqlite
def test_a_quote_withdrawn_after_it_was_opened_leaves_no_money_behind(url: str) -> None:
    reference = at_the_award(url)
    decide(url, reference, WithdrawQuote(CEDAR), by=CEDAR)
    assert quotes(url)[-1] == (CEDAR, "withdrawn", None)
    assert messages(url, "quote_withdrawn")[0]["context"]["again_until"] == ""
    error = refused(url, reference, AwardQuote(CEDAR), InvalidDecisionError)
    assert error.next_step == "Quotes are held from AVON, BRIAR."
    act(url, reference, AwardQuote(AVON))
    placed = {place["contractor"]: place for place in rows(url, Award)[0]["placings"]}
    assert placed[CEDAR]["explanation"] == "Invited, and not placed: it withdrew its quote."
    assert (placed[CEDAR]["invited"], placed[CEDAR]["net_pence"]) == (True, None)


@pytest.mark.sqlite
def test_quotes_withdrawn_until_one_is_left_need_a_direction(url: str) -> None:
    reference = at_the_award(url, AVON, BRIAR)
    decide(url, reference, WithdrawQuote(BRIAR))
    assert "--direct" in step_of(url, reference, "tender").waiting_for
    error = refused(url, reference, AwardQuote(AVON), StatuteError)
    assert error.section == "s.2(2)(b)"
    decide(url, reference, Direct(), reason="the client cannot wait")
    act(url, reference, AwardQuote(AVON))
    assert status_of(url, reference, "tender") is StepStatus.DONE
    assert "that the one quote received is enough" in rows(url, Award)[0]["direction"]


@pytest.mark.sqlite
def test_one_that_declined_may_think_better_of_it_until_the_deadline(url: str) -> None:
    reference = invited(url)
    decide(url, reference, DeclineToQuote(AVON), by=AVON, reason="no gang free")
    error = refused(url, reference, DeclineToQuote(AVON), InvalidDecisionError)
    assert error.what == "AVON has declined already."
    quoted(url, reference, AVON)
    assert quotes(url) == [(AVON, "withdrawn", None), (AVON, "sealed", None)]
    error = refused(url, reference, DeclineToQuote(AVON), InvalidDecisionError)
    assert error.what == "AVON has quoted already."
    live_at(DEADLINE)
    error = refused(url, reference, DeclineToQuote(BRIAR), InvalidDecisionError)
    assert error.what == "Quotes were due by 12 noon on Monday 15 June 2026."


@pytest.mark.sqlite
def test_the_deadline_stands_though_everybody_has_answered(url: str) -> None:
    reference = invited(url)
    quoted(url, reference, AVON, BRIAR)
    act(url, reference, DeclineToQuote(CEDAR))
    error = refused(url, reference, AwardQuote(AVON), InvalidDecisionError)
    assert error.what == "The quotes for DFG-1 are sealed."
    assert rows(url, Competition)[0]["status"] == "open"
