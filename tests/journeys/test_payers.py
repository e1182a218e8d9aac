"""Who pays and what was done, at the command line, with the runs between: by the letter's word."""

from __future__ import annotations

from adapters import clock
from models.tables.works import Payment
from rules.pathway import StepName
from tests.factories import case_at, go, pass_step
from tests.journeys.commands import FOUND, asked, handrail, refused
from tests.looking import rows
from tests.small_service import ADA, FAY, FINN, TESS

PLAN = (
    *("--proportionate", "as far as done", "--legal", "s.41"),
    *("--auditable", "measured on site", "--necessary", "the firm is owed it"),
)


def decided(reference: str, command: str, by: str, *words: str) -> str:
    said = handrail("decide", reference, command, "--by", by, "--reason", "as agreed", *words)
    go(reference)
    return said


def test_works_beyond_the_grant_wait_for_their_payers_and_stop_with_what_was_done(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    reference = case_at(url, "tender", route="quotes", contribution="1250.50", vat_declaration="no")
    for firm, bedroom in (("AVON", "31000"), ("BRIAR", "30000")):
        amounts = ("--amount", f"1={bedroom}", "--amount", "2=6580.50")
        decided(reference, "tender", TESS, "--quote-from", firm, *amounts)
    for step in ("tender", "consent", "certificates"):
        pass_step(url, reference, StepName(step))
    for found, *words in FOUND:
        decided(reference, found, TESS, *words)
    said = decided(reference, "approve", ADA, "--fees", "1500")
    assert "£16,647.10 of the cost of £45,396.60 is covered by nobody yet" in said
    decided(reference, "assign", "BRIAR", "--accept")
    shown = asked("case", "show", reference)
    assert shown["order_number"] is None
    assert "£16,647.10 of the cost" in handrail("case", "show", reference)
    payers = ("decide", reference, "payers", "--by", TESS, "--reason", "her daughter rang")
    assert "Ask finance to record it." in refused(*payers, "--received", "client=1250.50")
    assert "received, or its direct payment" in refused(*payers, "--funder-agrees", "client=5")
    decided(reference, "payers", TESS, "--pays-directly", "client=15147.10")
    assert asked("case", "show", reference)["order_number"] is None
    said = decided(reference, "payers", FINN, "--received", "A charity=1500")
    assert "Every penny of the cost has a payer who has agreed." in said
    shown = handrail("case", "grant", reference)
    assert "agreed; paid to the contractor directly" in shown
    assert "covered by nobody" not in shown
    assert asked("case", "show", reference)["order_number"] == "WO-2026-00001"
    today = clock.today().isoformat()
    decided(reference, "hold-plan", TESS, "--reference", "CPP-1", "--dated", today)
    decided(reference, "works", TESS, "--start", today)
    end = ("--ground", "occupant_died", "--part", "1=10000", "--not-done", "2")
    assert "needs the PLAN sentence" in refused(
        "decide", reference, "end-order", "--by", TESS, "--reason", "her daughter rang", *end
    )
    decided(reference, "end-order", TESS, *end, *PLAN)
    shown = handrail("case", "show", reference)
    assert "the disabled person has died (s.41)" in shown
    assert "Payable: £12,000.00 with VAT" in shown
    decided(reference, "pay", TESS, "--invoice", "B-1", "--total", "12000", "--line", "1=10000")
    decided(reference, "pay", FAY, "--release")
    (payment,) = rows(url, Payment)
    assert payment["amount_pence"] + payment["direct_pence"] == 12_000_00
    assert asked("case", "show", reference)["status"] == "died"
    assert handrail("verify")
