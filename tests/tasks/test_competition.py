"""Quotes, end to end: invitations, sealed sums, an award with its reasons, and polite regrets."""

from __future__ import annotations

from models.prices import Award, Offer, Price, PriceLine, Turn
from models.works import WorkOrder
from rules.decisions import AwardQuote, RecordQuote
from rules.pathway import StepName, StepStatus
from tests.factories import act, bring, case_at, go, new_case, pass_step
from tests.looking import message_kinds, messages, rows, status_of, step_of
from tests.small_service import AVON, BRIAR, CEDAR, DOCUMENTS

SUMS = {1: 4_000_00, 2: 500_50}


def test_bespoke_works_are_left_out_of_the_estimate_and_said_to_be(url: str) -> None:
    reference = case_at(url, "price", route="quotes")
    assert "1 bespoke line" in step_of(url, reference, "price").waiting_for
    (estimate,) = rows(url, Price)
    assert estimate["basis"]["unpriced_lines"] == [1]
    assert estimate["net_pence"] == 605_00


def test_everybody_eligible_is_invited_and_nobody_twice(url: str) -> None:
    reference = case_at(url, "tender", route="quotes")
    invited = messages(url, "invitation_to_quote")
    assert [payload["to"] for payload in invited] == [
        *("jobs@avon.example", "jobs@briar.example", "jobs@cedar.example")
    ]
    for payload in invited:
        assert payload["context"]["quote_by"] == "2026-06-15"
        assert "Hill Road" not in str(payload), "the address comes with the order"
    step = step_of(url, reference, "tender")
    assert (step.status, step.owner) == (StepStatus.WAITING, "contractor")
    go(reference)
    assert len(messages(url, "invitation_to_quote")) == 3


def test_the_award_is_priced_at_the_quote_line_by_line_with_vat(url: str) -> None:
    reference = case_at(url, "tender", route="quotes")
    act(url, reference, RecordQuote(AVON, SUMS))
    act(url, reference, RecordQuote(BRIAR, {1: 4_100_00, 2: 450_00}))
    act(url, reference, AwardQuote(AVON), reason="quality outweighs the difference")
    tender = rows(url, Price)[-1]
    assert (tender["contractor"], tender["net_pence"]) == (AVON, 4_500_50)
    lines = [row for row in rows(url, PriceLine) if row["price_id"] == tender["id"]]
    assert [(row["line"], row["net_pence"]) for row in lines] == list(SUMS.items())
    assert [str(row["vat_rate"]) for row in lines] == ["0.2", "0"]  # tiling is relieved
    assert tender["vat_pence"] == 800_00
    assert lines[0]["description"] == "Ground-floor bedroom (1 item)"
    assert status_of(url, reference, "tender") is StepStatus.DONE


def test_those_who_quoted_in_vain_are_told_and_nobody_s_price_is_in_it(url: str) -> None:
    reference = case_at(url, "tender", route="quotes")
    act(url, reference, RecordQuote(AVON, SUMS))
    act(url, reference, RecordQuote(BRIAR, {1: 4_100_00, 2: 450_00}))
    act(url, reference, AwardQuote(BRIAR))
    (regret,) = messages(url, "quote_regret")
    assert regret["to"] == "jobs@avon.example"
    assert "4,100" not in str(regret)
    assert BRIAR.title() not in str(regret)


def test_a_competition_runs_to_its_order(url: str) -> None:
    case_at(url, "works", route="quotes")
    (made,), (offer,), (order,) = rows(url, Award), rows(url, Offer), rows(url, WorkOrder)
    assert (made["rule"], made["contractor"]) == ("mini_competition", BRIAR)
    assert offer["price_id"] == order["price_id"] == made["price_id"]
    assert (order["contractor"], order["lot"]) == (BRIAR, "BUILD")
    assert [row["lot"] for row in rows(url, Turn)] == ["BUILD"]
    assert message_kinds(url).count("offer_to_contractor") == 1


def test_a_competition_nobody_may_enter_waits_for_documents(url: str) -> None:
    in_force = "trustmark | 2026-01-01 | 2027-12-31"
    lapsed = DOCUMENTS.replace(in_force, "trustmark | 2026-01-01 | 2026-05-31")
    bring(url, "contractor_documents", lapsed)
    reference = new_case(url, route="quotes")
    go(reference)
    for step in (StepName.SPECIFY, StepName.PRICE):
        pass_step(url, reference, step)
    trouble = step_of(url, reference, "tender").trouble
    assert trouble.startswith("Nobody in lot BUILD may be invited to quote for DFG-1.")
    assert all(name in trouble for name in ("Avon Access", "Briar Baths", "Cedar Care"))
    assert rows(url, Award) == []
    bring(url, "contractor_documents", DOCUMENTS)
    go(reference)
    assert f"quotes from {AVON}, {BRIAR}, {CEDAR}" in step_of(url, reference, "tender").waiting_for
