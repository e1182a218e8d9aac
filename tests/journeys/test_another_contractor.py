"""A contractor replaced half-way, typed and at the desk: the second finishes, both are paid."""

from __future__ import annotations

from adapters import clock
from models.tables.works import Payment
from rules.pathway import StepName
from tests.desk.web.desk import Desk
from tests.factories import case_at, go, later, pass_step
from tests.journeys.commands import handrail, refused
from tests.journeys.test_payers import PLAN
from tests.looking import rows
from tests.small_service import FAY, FINN, TESS


def decided(reference: str, command: str, by: str, *words: str) -> str:
    said = handrail("decide", reference, command, "--by", by, "--reason", "as agreed", *words)
    go(reference)
    return said


def test_a_contractor_is_replaced_half_way_and_both_are_paid(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "works", route="call_off")
    today = clock.today().isoformat()
    decided(reference, "works", "AVON", "--start", today)
    form = Desk(TESS).get(f"/cases/{reference}/decide/replace-contractor").text
    for words in ("Why", "The next contractor", "Done in part", "Left to do of lines done in part"):
        assert words in form
    half = ("--ground", "insolvent", "--next", "by_rule", "--part", "1=50", "--not-done", "2")
    kept = ("decide", reference, "replace-contractor", "--by", TESS, "--reason", "it rang", *half)
    assert "was inspected" in refused(*kept, *PLAN)
    assert "needs the PLAN sentence" in refused(*kept, "--inspected-on", today, "--left", "1=2")
    seen = ("--inspected-on", today, "--left", "1=2")
    decided(reference, "replace-contractor", TESS, *half, *seen, *PLAN)
    decided(reference, "assign", "BRIAR", "--accept")
    first = ("--order", "WO-2026-00001")
    said = decided(reference, "invoice-replaced", TESS, *first, "--invoice", "A-1", "--total", "60")
    assert "It goes back to AVON: The total with VAT is £60.00, valued at £52.50." in said
    decided(reference, "invoice-replaced", TESS, *first, "--invoice", "A-2", "--total", "52.50")
    decided(reference, "hold-plan", "BRIAR", "--reference", "CPP-2", "--dated", today)
    decided(reference, "works", "BRIAR", "--start", today)
    decided(reference, "release-replaced", FAY, *first)
    for step in (StepName.WORKS, StepName.SIGN_OFF):
        pass_step(url, reference, step)
    decided(reference, "pay", TESS, "--invoice", "B-1", "--total", "339.27", "--as-ordered")
    decided(reference, "pay", FINN, "--release")
    assert [row["amount_pence"] for row in rows(url, Payment)] == [52_50, 339_27]
    later(days=400)
    pass_step(url, reference, StepName.AFTERCARE)
    page = " ".join(Desk(TESS).get(f"/cases/{reference}").text.split())
    for words in (
        "WO-2026-00001, version 1",
        "WO-2026-00002, version 2",
        "Done and payable: £52.50 with VAT",
        "Directed by Tess Tyler on 1 June 2026 under section 38(1)",
        "Briar Baths Ltd, WO-2026-00002, as ordered",
        "£391.77",
    ):
        assert words in page, words
    history = handrail("case", "history", reference)
    assert "takes over from Avon Access Ltd (s.38(1)): it is insolvent." in history
    assert handrail("verify")
