"""The award of a mini-competition: its price, its letters, who is offered the works, its end."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters import clock
from adapters.documents import render_message
from adapters.settings import settings
from models.tables.competition import Competition, Quote, SealedQuote
from models.tables.prices import Award, Offer, Price, PriceLine, Turn
from models.tables.record import Document
from models.tables.works import Approval, WorkOrder
from rules.pathway import CaseStatus, StepName, StepStatus
from services.assignment.decide import AnswerOffer
from services.competitions.award import competitions_to_open, open_competition
from services.competitions.competition import AwardQuote
from services.competitions.quoting import DeclineToQuote, RecordQuote, WithdrawQuote
from services.decisions.exits import Exit
from services.pricing.vat import RecordDeclaration
from services.pricing.works import ConfirmPrice
from tests.competing import (
    DEADLINE,
    FIRMS,
    SUMS,
    at_the_award,
    invited,
    marked,
    opened,
    quoted,
    quotes,
    texts,
)
from tests.factories import DEARER, act, case_at, decide, go, live_at, pass_step
from tests.looking import (
    message_kinds,
    messages,
    rows,
    status_of,
    step_of,
)
from tests.small_service import AVON, BRIAR, CEDAR, TESS

# ---- the award


@pytest.mark.sqlite
def test_the_award_is_priced_at_the_quote_line_by_line_with_vat(url: str) -> None:
    reference = at_the_award(url, AVON, BRIAR)
    act(url, reference, AwardQuote(AVON), reason="the lowest")
    tender = rows(url, Price)[-1]
    assert (tender["contractor"], tender["net_pence"]) == (AVON, 4_500_50)
    lines = [row for row in rows(url, PriceLine) if row["price_id"] == tender["id"]]
    assert [(row["line"], row["net_pence"]) for row in lines] == list(SUMS[AVON].items())
    assert [str(row["vat_rate"]) for row in lines] == ["0.2", "0"]  # tiling is relieved
    assert tender["vat_pence"] == 800_00
    assert lines[0]["description"] == "Ground-floor bedroom (1 item)"
    assert lines[0]["rate_source"] == "quote of AVON"
    assert status_of(url, reference, "tender") is StepStatus.DONE
    assert rows(url, Award)[0]["price_id"] == tender["id"]
    records = [row for row in rows(url, Document) if row["kind"] == "award_record"]
    assert len(records) == 1


@pytest.mark.sqlite
def test_works_of_mixed_relief_are_apportioned_in_a_quote_too(url: str) -> None:
    reference = case_at(url, "price", route="quotes")
    act(url, reference, ConfirmPrice(relief_percents={2: Decimal(50)}))
    quoted(url, reference, AVON, BRIAR)
    opened(url, reference)
    act(url, reference, AwardQuote(AVON))
    tender = rows(url, Price)[-1]
    lines = [row for row in rows(url, PriceLine) if row["price_id"] == tender["id"]]
    assert [row["vat_pence"] for row in lines] == [800_00, 50_05]  # half of £500.50 at 20 %
    assert lines[1]["relief_percent"] == Decimal(50)


@pytest.mark.sqlite
def test_the_winner_is_told_not_to_begin_and_the_others_how_they_did(url: str) -> None:
    reference = at_the_award(url, weighed=True)
    marked(url, reference, {AVON: (90, 80), BRIAR: (60, 55), CEDAR: (40, 70)})
    assert not {"quote_chosen", "quote_regret"} & set(message_kinds(url)), "not before the award"
    act(url, reference, AwardQuote(AVON))
    chosen, regrets = texts(url, "quote_chosen"), texts(url, "quote_regret")
    assert list(chosen) == ["jobs@avon.example"]
    assert "Please do not begin yet" in chosen["jobs@avon.example"]
    assert "section 29" in chosen["jobs@avon.example"]
    assert sorted(regrets) == ["jobs@briar.example", "jobs@cedar.example"]
    briar = regrets["jobs@briar.example"]
    assert "go to Avon Access Ltd, subject to the grant’s approval" in briar
    assert "Overall:  place 3 of 3" in briar
    assert "Price:    place 3 of 3" in briar
    assert "Quality:  23.25 of 40 points" in briar
    assert "method: 60 of 100" in briar
    assert "Cedar" not in briar
    assert "Price:    place 1 of 3" in regrets["jobs@cedar.example"]


@pytest.mark.sqlite
def test_nobody_s_price_is_ever_told_to_another_contractor(url: str) -> None:
    """No figure of one quote is in any message or document that another contractor gets."""
    reference = at_the_award(url, weighed=True)
    marked(url, reference, {AVON: (90, 80), BRIAR: (60, 55), CEDAR: (40, 70)})
    act(url, reference, AwardQuote(AVON))
    figures = {
        AVON: ("4000", "500.50", "4500.50", "5300.50", "400000", "50050", "450050", "530050"),
        BRIAR: ("4100", "450.00", "4550", "5370", "410000", "45000", "455000", "537000"),
        CEDAR: ("3700", "620.25", "4320.25", "5060.25", "370000", "62025", "432025", "506025"),
    }
    # Points for price, and price scores, give away the lowest total to whoever knows its own.
    ratios = ("57.28", "56.54", "60.00", "95.47", "94.23")
    for payload in messages(url):
        text = str(payload) + render_message(kind=payload["kind"], context=payload["context"]).body
        for attachment in payload["attachments"]:
            file = Path(settings().documents_folder / attachment["path"])
            text += file.read_text(encoding="utf-8").split("</style>")[-1]
        plain = text.replace(",", "")
        reader = next((firm for firm in FIRMS if firm.lower() in payload["to"]), "")
        others = [figure for firm in FIRMS if firm != reader for figure in figures[firm]]
        if reader:
            assert [figure for figure in (*others, *ratios) if figure in plain] == []


@pytest.mark.sqlite
def test_a_competition_runs_to_its_order(url: str) -> None:
    case_at(url, "works", route="quotes")
    (made,), (offer,), (order,) = rows(url, Award), rows(url, Offer), rows(url, WorkOrder)
    assert (made["rule"], made["contractor"]) == ("mini_competition", BRIAR)
    assert offer["price_id"] == order["price_id"] == made["price_id"]
    assert (order["contractor"], order["lot"]) == (BRIAR, "BUILD")
    assert [row["lot"] for row in rows(url, Turn)] == ["BUILD"]
    assert message_kinds(url).count("offer_to_contractor") == 1


@pytest.mark.sqlite
def test_the_next_by_place_is_offered_the_works_at_its_own_quote(url: str) -> None:
    """The winner declines; the second, dearer, waits for a new approval, accepts and is ordered."""
    reference = at_the_award(url)
    act(url, reference, AwardQuote(CEDAR))
    for step in (StepName.CERTIFICATES, StepName.APPROVE):
        pass_step(url, reference, step)
    act(url, reference, AnswerOffer(accepted=False), by=CEDAR, reason="no crane")
    assert status_of(url, reference, "approve") is StepStatus.WAITING
    assert "AVON is next; its £5,300.50" in step_of(url, reference, "assign").waiting_for
    act(url, reference, DEARER)
    act(url, reference, AnswerOffer(accepted=True), by=AVON)
    assert status_of(url, reference, "works") is StepStatus.WAITING
    (order,) = rows(url, WorkOrder)
    price = next(row for row in rows(url, Price) if row["id"] == order["price_id"])
    assert (order["contractor"], price["net_pence"], price["total_pence"]) == (
        *(AVON, 4_500_50),
        5_300_50,
    )
    lines = [row["net_pence"] for row in rows(url, PriceLine) if row["price_id"] == price["id"]]
    assert lines == [4_000_00, 500_50]
    assert [row["works_pence"] for row in rows(url, Approval)] == [5_060_25, 5_300_50]
    assert [(row["contractor"], row["status"]) for row in rows(url, Offer)] == [
        (CEDAR, "declined"),
        (AVON, "accepted"),
    ]


def test_a_cheaper_second_is_offered_the_works_at_once(url: str) -> None:
    reference = at_the_award(url)
    act(url, reference, AwardQuote(BRIAR), reason="the best programme")
    for step in (StepName.CERTIFICATES, StepName.APPROVE):
        pass_step(url, reference, step)
    act(url, reference, AnswerOffer(accepted=False), by=BRIAR)
    assert step_of(url, reference, "assign").waiting_for == "CEDAR accepts or declines"
    act(url, reference, AnswerOffer(accepted=True), by=CEDAR)
    assert rows(url, WorkOrder)[0]["contractor"] == CEDAR


def test_a_declaration_after_the_award_prices_it_again_and_tells_nobody_twice(url: str) -> None:
    reference = at_the_award(url, vat_declaration="no")
    act(url, reference, AwardQuote(CEDAR))
    told = len(messages(url))
    act(url, reference, RecordDeclaration(clock.today(), "D-7"))
    assert status_of(url, reference, "tender") is StepStatus.DONE
    first, second = rows(url, Award)
    prices = {row["id"]: row for row in rows(url, Price)}
    assert prices[first["price_id"]]["vat_pence"] == 864_05
    assert prices[second["price_id"]]["vat_pence"] == 740_00  # the tiling is relieved now
    assert second["placings"][0]["total_pence"] == 5_060_25
    assert second["inputs"]["client"]["declaration"]
    assert [row["version"] for row in rows(url, Document) if row["kind"] == "award_record"] == [
        1,
        2,
    ]
    assert len(messages(url)) == told


# ---- the end


def cancelled(url: str) -> list[tuple[str, bool]]:
    """Return who was told that quotes are no longer asked for, and that theirs was not opened."""
    told = messages(url, "competition_cancelled")
    return [(payload["to"], payload["context"]["unopened"]) for payload in told]


def test_a_case_that_ends_cancels_its_competition_and_tells_each_once(url: str) -> None:
    reference = invited(url)
    quoted(url, reference, AVON)
    decide(url, reference, DeclineToQuote(BRIAR))
    act(url, reference, Exit(CaseStatus.DIED), reason="her daughter rang")
    assert cancelled(url) == [("jobs@avon.example", True), ("jobs@cedar.example", True)]
    assert "daughter" not in str(messages(url, "competition_cancelled"))
    assert quotes(url) == [(AVON, "withdrawn", None), (BRIAR, "declined", None)]
    assert rows(url, SealedQuote) == []
    assert rows(url, Competition)[0]["status"] == "cancelled"
    go(reference)
    live_at(DEADLINE)
    open_competition(reference)
    assert (len(cancelled(url)), competitions_to_open()) == (2, ())


def test_only_the_winner_is_told_once_it_is_awarded_and_not_if_it_has_an_offer(url: str) -> None:
    first = at_the_award(url)
    act(url, first, AwardQuote(CEDAR))
    act(url, first, Exit(CaseStatus.MOVED))
    assert cancelled(url) == [("jobs@cedar.example", False)]
    live_at(DEADLINE - timedelta(days=14))
    second = case_at(url, "assign", route="quotes", reference="DFG-2")
    act(url, second, Exit(CaseStatus.MOVED))
    assert len(cancelled(url)) == 1
    assert [payload["to"] for payload in messages(url, "works_withdrawn_to_contractor")] == [
        "jobs@briar.example"
    ]


def test_opened_quotes_of_a_case_that_ends_stay_on_its_file(url: str) -> None:
    reference = at_the_award(url)
    decide(url, reference, WithdrawQuote(AVON))
    act(url, reference, Exit(CaseStatus.ALTERNATIVE_FOUND))
    assert cancelled(url) == [
        *(("jobs@avon.example", False), ("jobs@briar.example", False)),
        ("jobs@cedar.example", False),
    ]
    assert [status for _, status, _ in quotes(url)] == ["withdrawn", "opened", "opened"]


@pytest.mark.sqlite
def test_an_officer_records_on_behalf_and_the_record_says_who(url: str) -> None:
    reference = invited(url)
    decide(url, reference, RecordQuote(AVON, SUMS[AVON]), by=TESS)
    assert rows(url, Quote)[0]["recorded_by"] == TESS
