"""What the Ombudsman found of payments is impossible here: one test a finding, by every door."""

from __future__ import annotations

from typing import Final

import pytest
import sqlalchemy as sa

from models.database import writing
from models.tables.works import Invoice, Payment, WorkOrder
from rules.agreement import ViewHow
from rules.errors import InvalidDecisionError, StatuteError
from rules.pathway import StepName
from services.completion.agreement import AnswerClient, ClientAgrees
from services.completion.completion import Certify
from services.orders.works import CompleteWorks
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.payments.replaced import InvoiceReplaced, ReleaseReplaced
from services.payments.valuing import ValueDone
from tests.desk.links.contractor import Builder, client_path, path_of
from tests.desk.web.desk import Desk
from tests.factories import act, case_at, decide, go, pass_step, refused
from tests.looking import messages, rows
from tests.services.completion.ombudsman import DRIPS, INVOICE, TODAY, held_words, typed
from tests.services.orders.replacing import HALF, begun, sound
from tests.small_service import AVON, FINN, REFERENCE, TESS

_MOVED: Final = """
    UPDATE client_view SET recorded_at = '2026-01-02 09:00:00',
    case_id = (SELECT id FROM "case" WHERE reference = :reference) WHERE not agrees
"""


def test_an_invoice_is_paid_before_the_quality_check(sqlite_service: str) -> None:
    url = sqlite_service
    case_at(url, "sign-off")
    for by in (FINN, AVON):
        error = refused(url, REFERENCE, INVOICE, InvalidDecisionError, by=by)
        assert error.what.startswith("Nothing of WO-2026-00001 was inspected and found done yet")
    assert refused(url, REFERENCE, Release(), StatuteError, by=FINN).section == "s.37(4)"
    assert typed("pay", "--release", "--by", FINN).exit_code != 0
    builder = Builder(path_of(url))
    assert builder.send("invoice", over=builder.hidden("/do/ask")).status_code == 422
    page = Desk(FINN).get(f"/cases/{REFERENCE}/decide/release").text
    assert "No matched invoice is waiting" in page
    go(REFERENCE)
    assert (rows(url, Invoice), rows(url, Payment)) == ([], [])
    refused(url, REFERENCE, Certify(), StatuteError)  # nobody has looked at a single line


@pytest.mark.sqlite
def test_works_are_paid_while_the_client_reports_them_outstanding(url: str) -> None:
    case_at(url, "pay")
    act(url, REFERENCE, INVOICE, by=AVON)
    decide(url, REFERENCE, DRIPS)
    error = refused(url, REFERENCE, Release(), StatuteError, by=FINN)
    assert "says that works are outstanding on line 1, and nobody has answered them" in error.what
    assert error.section == "s.37(4)"
    assert typed("pay", "--release", "--by", FINN).exit_code != 0
    assert "nobody has answered them" in Desk(FINN).get(f"/cases/{REFERENCE}/decide/release").text
    go(REFERENCE)
    assert rows(url, Payment) == []
    decide(url, REFERENCE, AnswerClient("The washer is replaced on 4 June."), by=TESS)
    (sent,) = messages(url, "client_answered_to_client")
    assert sent["context"]["answer"] == "The washer is replaced on 4 June."
    client = Builder(client_path(url))
    again = client.send("client-agrees", client_agrees="no", other="It still drips.")
    assert again.status_code == 303, again.text
    refused(url, REFERENCE, Release(), StatuteError, by=FINN)
    decide(url, REFERENCE, ClientAgrees(agrees=True, how=ViewHow.TELEPHONE))
    act(url, REFERENCE, Release(), by=FINN)
    assert len(rows(url, Payment)) == 1
    for words in ("drips", "washer", "handle"):
        assert words not in held_words(url)


def test_a_contractor_that_was_replaced_is_paid_while_the_client_reports_works_outstanding(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    reference = begun(url)
    act(url, reference, HALF)
    number = rows(url, WorkOrder)[0]["number"]
    act(url, reference, InvoiceReplaced(number, "O-1", 52_50), by=TESS)
    for step in (StepName.ASSIGN, StepName.WORKS):
        pass_step(url, reference, step)
    decide(url, reference, DRIPS)
    held = ReleaseReplaced(number)
    assert "nobody has answered" in refused(url, reference, held, StatuteError, by=FINN).what
    page = Desk(FINN).get(f"/cases/{reference}/decide/release-replaced").text
    assert "nobody has answered" in page
    assert typed("release-replaced", "--order", number, "--by", FINN).exit_code != 0
    assert rows(url, Payment) == []
    decide(url, reference, AnswerClient("The washer is replaced on 4 June."), by=TESS)
    act(url, reference, held, by=FINN)
    assert len(rows(url, Payment)) == 1


def test_an_instalment_is_paid_to_a_contractor_whose_client_is_dissatisfied(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    reference = begun(url)
    act(url, reference, ValueDone(TODAY, ("1",)))
    act(url, reference, RecordInvoice("A-1", TODAY, 189_00, as_ordered=True), by=AVON)
    act(url, reference, CompleteWorks(TODAY, "photographs"))
    decide(url, reference, DRIPS)
    assert refused(url, reference, Release(), StatuteError, by=FINN).section == "s.37(4)"
    decide(url, reference, AnswerClient("The washer is replaced on 4 June."), by=TESS)
    act(url, reference, Release(), by=FINN)


def test_verify_tells_of_views_out_of_order_and_of_money_that_left_before_an_answer(
    url: str,
) -> None:
    case_at(url, "pay")
    decide(url, REFERENCE, DRIPS)
    late = case_at(url, "aftercare", reference="DFG-2")
    assert sound(url) == []
    with writing(url) as conn:
        conn.execute(sa.text("UPDATE client_view SET number = 7 WHERE not agrees"))
        conn.execute(sa.text(_MOVED), {"reference": late})
    found = " ".join(sound(url))
    assert "The client's view 7 is of WO-2026-00001, which is another case's." in found
    assert "The client's view 7 follows 1 others." in found
    assert "was paid while what the client said is outstanding (view 7) had no answer." in found
