"""The price and award record: filed when the tender is decided, and it says what was frozen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.settings import settings
from models.case_queries import case_row
from models.database import reading
from models.tables.record import Document
from rules.errors import BrokenStateError, InvalidWorksError
from rules.pathway import StepStatus
from rules.tenders.routes import Route
from services.assignment.decide import AnswerOffer
from services.competitions.competition import AwardQuote
from services.competitions.direction import Direct
from services.competitions.quoting import RecordQuote
from services.competitions.routing import ChooseRoute
from services.pricing.award_record import (
    award_record_paper,
    keep_award_record,
    record_due,
    write_award_record,
)
from tests import price_papers as papers
from tests.factories import act, bring, case_at, decide, go, later
from tests.looking import rows, status_of, trail
from tests.services.documents.test_documents import page_of, squeezed
from tests.small_service import AVON, BRIAR, CEDAR, PLAN, TESS


def paper_of(url: str, reference: str) -> Any:
    with reading(url) as conn:
        return award_record_paper(conn, case=case_row(conn, reference=reference))


def filed(url: str) -> list[dict[str, Any]]:
    return [row for row in rows(url, Document) if row["kind"] == "award_record"]


@pytest.mark.sqlite
def test_a_direction_files_the_record_and_ends_the_step(url: str) -> None:
    reference = case_at(url, "tender")
    assert not record_due(reference), "nobody has decided"
    decide(url, reference, Direct())
    assert record_due(reference)
    assert status_of(url, reference, "tender") is StepStatus.READY
    go(reference)
    assert not record_due(reference)
    assert status_of(url, reference, "tender") is StepStatus.DONE
    (document,) = filed(url)
    html = (settings().documents_folder / document["html_path"]).read_text(encoding="utf-8")
    assert document["version"] == 1
    for said in ("Price and award record", "s Ashby", "1,600.00", "proportionate", "Tess Tyler"):
        assert said in html, said
    assert Path(settings().documents_folder / document["path"]).is_file()
    assert trail(url, reference).count("tender: award record filed") == 1


@pytest.mark.sqlite
def test_writing_and_filing_it_again_changes_nothing(url: str) -> None:
    reference = case_at(url, "tender")
    decide(url, reference, Direct())
    first, again = write_award_record(reference), write_award_record(reference)
    assert first == again, "the same award is always written in the same bytes"
    keep_award_record(reference, first)
    keep_award_record(reference, again)
    assert len(filed(url)) == 1
    assert trail(url, reference).count("tender: award record filed") == 1


@pytest.mark.sqlite
def test_a_record_of_an_award_that_is_no_more_is_not_filed(url: str) -> None:
    reference = case_at(url, "tender")
    decide(url, reference, Direct())
    written = write_award_record(reference)
    keep_award_record(reference, replace(written, version=7))
    assert filed(url) == []
    assert record_due(reference)


@pytest.mark.sqlite
def test_nothing_is_printed_of_an_award_that_nobody_decided(url: str) -> None:
    reference = case_at(url, "tender")
    with pytest.raises(BrokenStateError, match="is not decided"):
        paper_of(url, reference)


@pytest.mark.sqlite
def test_a_contractor_without_a_place_is_neither_above_nor_below_anybody(url: str) -> None:
    header = "contractor|document|valid_from|valid_to"
    bring(url, "contractor_documents", f"{header}\n{BRIAR}|trustmark|2026-01-01|2026-05-31")
    reference = case_at(url, "tender")  # Briar asks least, and may not be offered the works
    decide(url, reference, Direct())
    paper = paper_of(url, reference)
    briar = next(row for row in paper.placings if row.code == BRIAR)
    assert (briar.place, briar.total_pence) == (None, 1_550_00)
    assert (briar.saving_pence, briar.above_lowest_pence) == (None, None)


@pytest.mark.sqlite
def test_the_record_holds_every_contractor_with_its_price_and_its_turns(url: str) -> None:
    case_at(url, "assign", reference="DFG-1")
    reference = case_at(url, "approve", reference="DFG-2")
    paper = paper_of(url, reference)
    said = {
        row.code: (row.place, row.total_pence, row.saving_pence, row.above_lowest_pence, row.chosen)
        for row in paper.placings
    }
    assert said == {
        BRIAR: (1, 1_550_00, 150_00, 0, True),
        CEDAR: (2, 1_700_00, 0, 150_00, False),
        AVON: (3, 1_600_00, 100_00, 50_00, False),
    }
    assert {row.code: (row.turns, row.value_pence) for row in paper.turns} == {
        AVON: (1, 1_600_00),
        BRIAR: (0, 0),
        CEDAR: (0, 0),
    }
    assert paper.turns_since.isoformat() == "2026-04-01"
    assert paper.saving_pence == 150_00
    (direction,) = paper.decisions
    assert direction.plan == PLAN
    assert "the price of Briar Baths Ltd, £1,550.00 with VAT, is enough" in direction.statement
    text = squeezed(page_of("award_record.html", paper).text)
    assert "Briar Baths Ltd" in text
    assert "since 1 April 2026" in text


@pytest.mark.sqlite
def test_a_call_off_shows_each_line_s_calculation_source_and_vat(url: str) -> None:
    paper = paper_of(url, case_at(url, "approve", route="call_off"))
    rail, light = paper.lines
    assert rail.calculation == "4 each × £45.00 = £180.00"
    assert "BASE" in rail.rate_source
    assert rail.vat_rate * 100 == 5
    assert light.vat_reason.startswith("Standard rate")
    text = squeezed(page_of("award_record.html", paper).text)
    for said in (rail.calculation, rail.rate_source, light.vat_reason, "quantity × rate"):
        assert said in text, said


def test_the_officer_s_own_route_is_printed_with_its_plan(url: str) -> None:
    reference = case_at(url, "tender")
    decision = ChooseRoute(route=Route.CALL_OFF)
    decide(url, reference, decision, by=TESS, reason="the package has a fault")
    go(reference)
    act(url, reference, Direct())
    paper = paper_of(url, reference)
    assert paper.route == "Call-off from the schedule of rates"
    assert paper.route_override.reason == "the package has a fault"
    assert paper.route_override.plan == PLAN
    assert "the package has a fault" in page_of("award_record.html", paper).text


def test_one_quote_is_printed_with_its_direction_and_its_award(url: str) -> None:
    reference = case_at(url, "tender", route="quotes")
    act(url, reference, RecordQuote(AVON, {1: 900_000, 2: 60_500}))
    later(days=30)
    act(url, reference, Direct(), reason="nobody else builds here")
    act(url, reference, AwardQuote(AVON), reason="a fair price")
    paper = paper_of(url, reference)
    direction, award = paper.decisions
    assert direction.title == "Direction under section 2(2)(b)"
    assert direction.statement.endswith("the one quote received is enough.")
    assert direction.reason == "nobody else builds here"
    assert award.title == "Award of the mini-competition"
    assert "Avon Access Ltd at £11,405.00 with VAT" in award.statement  # 20 % on the first line
    assert paper.total_pence == 11_405_00
    answers = {row.contractor: row.answer for row in paper.competition.quotes}
    assert answers["Avon Access Ltd"].startswith("Quoted on 1 June 2026")
    assert answers["Briar Baths Ltd"] == "Did not answer."
    assert len(filed(url)) == 1


@pytest.mark.sqlite
def test_an_award_passed_on_to_a_dearer_contractor_keeps_its_direction(url: str) -> None:
    reference = case_at(url, "assign", route="call_off")
    act(url, reference, AnswerOffer(accepted=False))
    paper = paper_of(url, reference)
    assert paper.version == 2
    assert [row.code for row in paper.placings if row.chosen] == [BRIAR]
    (direction,) = paper.decisions
    assert direction.statement.endswith("one price is enough.")  # it was taken on another price
    assert "£" not in direction.statement


def test_a_record_that_does_not_add_up_cannot_be_made() -> None:
    paper = papers.award_record()
    with pytest.raises(InvalidWorksError, match="net and VAT"):
        replace(paper, total_pence=paper.total_pence + 1)
    with pytest.raises(InvalidWorksError, match="lines before VAT"):
        replace(paper, net_pence=paper.net_pence + 1)
    first, *others = paper.placings
    wrong = replace(first, total_pence=paper.total_pence + 1)
    with pytest.raises(InvalidWorksError, match="chosen contractor's total"):
        replace(paper, placings=(wrong, *others))


def test_a_mini_competition_prints_every_answer_and_its_points() -> None:
    text = squeezed(page_of("award_record.html", papers.competition_record()).text)
    for said in (
        "12 March 2026 at 17:00",
        "price 70 %, programme 20 %, care for the client 10 %.",
        "Late: received on 13 March 2026 at 08:01",
        "Declined to quote on 2 March 2026.",
        "94.5",
        "programme 80 of 100",
        "Award of the mini-competition",
        "Direction under section 2(2)(b)",
    ):
        assert said in text, said
    assert text.count("Signed Date") == 2
