"""Officers in a mini-competition: a direction, a longer deadline, marks, and the award."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest

from models.tables.competition import Competition, QualityScore
from models.tables.prices import Award
from models.tables.record import Decision
from rules.decisions import BaseDecision
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    StepNotOpenError,
)
from rules.pathway import StepStatus
from services.competitions.competition import AwardQuote, ExtendDeadline, ScoreQuote
from services.competitions.direction import Direct
from services.competitions.quoting import DeclineToQuote, RecordQuote
from tests.competing import (
    DEADLINE,
    SUMS,
    at_the_award,
    invited,
    marked,
    opened,
    quoted,
    quotes,
)
from tests.factories import act, bring, case_at, decide, go, live_at, refused
from tests.looking import messages, rows, status_of, step_of
from tests.small_service import AVON, BRIAR, CEDAR

# ---- too few


@pytest.mark.sqlite
def test_one_quote_is_opened_on_a_direction_after_the_deadline_only(url: str) -> None:
    reference = invited(url)
    quoted(url, reference, AVON)
    error = refused(url, reference, Direct(), InvalidDecisionError)
    assert error.what == "DFG-1 goes to quotes; a direction does not replace them."
    assert error.why == ("Quotes are due by 12 noon on Monday 15 June 2026 and sealed until then.")
    opened(url, reference)
    step = step_of(url, reference, "tender")
    assert (step.owner, step.status) == ("technical officer", StepStatus.WAITING)
    assert "only one quote is in" in step.waiting_for
    assert quotes(url) == [(AVON, "sealed", None)]
    decide(url, reference, Direct(), reason="nobody else works there")
    assert quotes(url) == [(AVON, "opened", 4_500_50)]
    assert rows(url, Award)[0]["direction"] == (
        "Directed by Tess Tyler on 15 June 2026, in this particular case, that the one quote "
        "received is enough: nobody else works there"
    )
    assert step_of(url, reference, "tender").waiting_for == "officer awards the quote"
    assert refused(url, reference, Direct(), InvalidDecisionError).why == "It is directed already."
    act(url, reference, AwardQuote(AVON))
    assert status_of(url, reference, "tender") is StepStatus.DONE


@pytest.mark.sqlite
@pytest.mark.parametrize(("firms", "why"), [((), "No quote is in."), ((AVON, BRIAR), "2 quotes")])
def test_a_direction_is_for_one_quote(url: str, firms: tuple[str, ...], why: str) -> None:
    reference = invited(url)
    if firms:
        quoted(url, reference, *firms)
    live_at(DEADLINE)
    assert why in refused(url, reference, Direct(), InvalidDecisionError).why


@pytest.mark.sqlite
def test_a_longer_deadline_is_told_to_everybody_who_has_not_declined(url: str) -> None:
    reference = invited(url)
    quoted(url, reference, AVON)
    decide(url, reference, DeclineToQuote(CEDAR))
    decide(url, reference, ExtendDeadline(date(2026, 6, 22)), reason="more time to see the home")
    told = messages(url, "quote_deadline_extended")
    assert [(payload["to"], payload["context"]["quoted"]) for payload in told] == [
        ("jobs@avon.example", True),
        ("jobs@briar.example", False),
    ]
    assert told[0]["context"]["earlier"] == "12 noon on Monday 15 June 2026"
    assert told[0]["context"]["deadline"] == "12 noon on Monday 22 June 2026"
    assert rows(url, Decision)[-1]["facts"]["earlier"] == DEADLINE.isoformat()
    step = step_of(url, reference, "tender")
    assert (step.owner, step.due_on) == ("contractor", date(2026, 6, 22))
    live_at(DEADLINE)
    quoted(url, reference, BRIAR)
    opened(url, reference)
    assert {status for _, status, _ in quotes(url)} == {"sealed", "declined"}
    opened(url, reference, at=DEADLINE + timedelta(days=7))
    assert [status for _, status, _ in quotes(url)] == ["opened", "declined", "opened"]


@pytest.mark.sqlite
def test_a_deadline_that_brought_too_few_may_be_put_off_and_the_sweep_comes_again(
    url: str,
) -> None:
    reference = invited(url)
    quoted(url, reference, AVON)
    opened(url, reference)
    decide(url, reference, ExtendDeadline(date(2026, 6, 17)))
    assert step_of(url, reference, "tender").owner == "contractor"
    quoted(url, reference, BRIAR)
    opened(url, reference, at=DEADLINE + timedelta(days=2))
    assert {status for _, status, _ in quotes(url)} == {"opened"}


@pytest.mark.sqlite
def test_a_deadline_is_never_brought_forward_nor_moved_once_quotes_are_opened(url: str) -> None:
    reference = invited(url)
    quoted(url, reference)
    for day in (date(2026, 6, 12), date(2026, 6, 15), date(2026, 6, 21)):
        assert refused(url, reference, ExtendDeadline(day), InvalidDecisionError)
    opened(url, reference)
    later = ExtendDeadline(date(2026, 7, 1))
    error = refused(url, reference, later, InvalidDecisionError)
    assert error.what == "The quotes for DFG-1 are opened."


# ---- marks and the award


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("contractor", "scores", "words"),
    [
        (AVON, {"charm": 5}, "No criterion is called charm; they are: method, programme."),
        (CEDAR, {"method": 5}, "CEDAR has no opened quote."),
        (AVON, {"method": 101}, "method: a mark is 0 to 100"),
        (AVON, {}, "Give at least one mark."),
    ],
)
def test_marks_are_for_opened_quotes_by_the_criteria_announced(
    url: str, contractor: str, scores: Mapping[str, int], words: str
) -> None:
    reference = at_the_award(url, AVON, BRIAR, weighed=True)
    given = {name: Decimal(mark) for name, mark in scores.items()}
    error = refused(url, reference, ScoreQuote(contractor, given), InvalidDecisionError)
    assert words in error.what


def test_nothing_is_marked_under_seal_nor_where_price_alone_decides(url: str) -> None:
    reference = invited(url, weighed=True)
    quoted(url, reference)
    decision = ScoreQuote(AVON, {"method": Decimal(50)})
    error = refused(url, reference, decision, InvalidDecisionError)
    assert error.what == "The quotes are sealed until 12 noon on Monday 15 June 2026."
    bring(url, "lot_terms", "lot|out_of_hours|quote_days|price_weight\nBUILD|0|10|100")
    other = invited(url, reference="DFG-2")
    quoted(url, other)
    opened(url, other)
    error = refused(url, other, decision, InvalidDecisionError)
    assert error.what == "This competition weighs price alone; nothing is marked."


def test_every_mark_is_there_before_the_award_and_may_be_given_anew(url: str) -> None:
    reference = at_the_award(url, AVON, BRIAR, weighed=True)
    assert "2 not fully marked" in step_of(url, reference, "tender").waiting_for
    marked(url, reference, {AVON: (90, 80)})
    act(url, reference, ScoreQuote(BRIAR, {"method": Decimal("62.5")}))
    error = refused(url, reference, AwardQuote(AVON), InvalidDecisionError)
    assert error.what == "Marks are missing for BRIAR: programme."
    marked(url, reference, {BRIAR: (60, 55), AVON: (91, 80)})
    assert step_of(url, reference, "tender").waiting_for == (
        "officer awards to one of 2 quotes opened"
    )
    kept = {(row["criterion"], row["score"]) for row in rows(url, QualityScore)}
    assert kept == {
        *(("method", Decimal(91)), ("programme", Decimal(80))),
        *(("method", Decimal(60)), ("programme", Decimal(55))),
    }
    act(url, reference, AwardQuote(AVON))
    assert refused(url, reference, ScoreQuote(AVON, {"method": Decimal(1)}), AlreadyDecidedError)


@pytest.mark.sqlite
def test_an_award_freezes_every_placing_with_its_points(url: str) -> None:
    reference = at_the_award(url, AVON, BRIAR, weighed=True)
    marked(url, reference, {AVON: (90, 80), BRIAR: (60, 55)})
    decide(url, reference, AwardQuote(AVON))
    assert rows(url, Decision)[-1]["facts"] == {
        "contractor": AVON,
        "place": 1,
        "quotes": 2,
        "instead_of": None,
        "net_pence": 4_500_50,
    }
    assert rows(url, Competition)[0]["status"] == "awarded"
    (made,) = rows(url, Award)
    first, second, third = made["placings"]
    assert (first["contractor"], first["place"], first["points"]) == (AVON, 1, "94.50")
    assert (first["price_points"], first["quality_points"]) == ("60.00", "34.50")
    assert (first["total_pence"], second["total_pence"]) == (5_300_50, 5_370_00)
    assert (first["saving_pence"], second["above_lowest_pence"]) == (69_50, 69_50)
    assert (third["contractor"], third["place"]) == (CEDAR, None)
    assert third["explanation"] == "Invited, and not placed: it did not quote."
    assert made["inputs"]["on"] == "2026-06-15"


@pytest.mark.sqlite
def test_an_award_to_another_than_the_first_is_marked_with_its_reason(url: str) -> None:
    reference = at_the_award(url)
    act(url, reference, AwardQuote(BRIAR), reason="the first has no crane")
    facts = [row["facts"] for row in rows(url, Decision) if row["kind"] == "award"]
    awarded = {"contractor": BRIAR, "place": 3, "quotes": 3, "instead_of": CEDAR}
    assert facts == [awarded | {"net_pence": 4_550_00}]
    placed = {place["contractor"]: place for place in rows(url, Award)[0]["placings"]}
    assert placed[BRIAR]["explanation"].endswith(
        "Awarded all the same, by Tess Tyler, and not to CEDAR: the first has no crane"
    )
    assert "all the same" not in placed[CEDAR]["explanation"]


def test_an_officer_need_not_wait_for_the_sweep_once_the_deadline_has_come(url: str) -> None:
    reference = invited(url)
    quoted(url, reference)
    live_at(DEADLINE)
    act(url, reference, AwardQuote(CEDAR))
    assert status_of(url, reference, "tender") is StepStatus.DONE


@pytest.mark.sqlite
def test_nothing_is_decided_while_the_invitations_are_being_written(url: str) -> None:
    from services.pricing.works import ConfirmPrice

    reference = case_at(url, "price", route="quotes")
    decide(url, reference, ConfirmPrice())
    decisions: list[BaseDecision] = [RecordQuote(AVON, SUMS[AVON]), AwardQuote(AVON)]
    for decision in decisions:
        assert refused(url, reference, decision, StepNotOpenError)
    go(reference)
    decide(url, reference, decisions[0])
