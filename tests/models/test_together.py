"""Many questions asked in one statement: each answered as if it had been asked by itself."""

from __future__ import annotations

from models import case_queries as queries
from models.asked import rows
from models.database import reading
from models.together import Together
from services.documents.sent import MESSAGES
from services.reports.case_page.file import CHANGES, CLOCKS, INVOICES
from tests.factories import case_at
from tests.looking import case, statements
from tests.small_service import REFERENCE

ASKED = (*queries.OF_CASE, CLOCKS, CHANGES, INVOICES, MESSAGES)


def test_each_question_is_answered_as_by_itself_on_both_databases(url: str) -> None:
    case_at(url, "works", route="quotes")
    number = case(url, REFERENCE).id
    with reading(url) as conn:
        apart = [rows(conn, question, case_id=number) for question in ASKED]
    with reading(url) as conn:
        queries.case_row(conn, reference=REFERENCE)  # begins the transaction that remembers
        Together(*ASKED).ask(conn, case_id=number)
        with statements() as asked:
            together = [rows(conn, question, case_id=number) for question in ASKED]
    assert not asked
    for question, one, other in zip(ASKED, apart, together, strict=True):
        assert [row._asdict() for row in one] == [row._asdict() for row in other], str(question)
    assert sum(map(len, together)) > 50
