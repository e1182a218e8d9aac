"""What shows a thing is chosen from the documents received, by name, on the desk's forms."""

from __future__ import annotations

import html
import re

from models.tables.completion import ClaimDocument
from models.tables.record import Decision
from rules.cases import ReceivedKind
from services.decisions.receive import receive_document
from services.orders.works import StartWorks
from tests.adapters.test_received import pdf, picture
from tests.desk.links.contractor import Builder, path_of
from tests.desk.web.desk import Desk
from tests.factories import act, case_at
from tests.looking import rows
from tests.small_service import NOW, REFERENCE, TESS

PATH = f"/cases/{REFERENCE}/decide/complete"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def with_documents(url: str, *, photographs: int = 1) -> None:
    case_at(url, "works", route="call_off")
    act(url, REFERENCE, StartWorks(NOW.date()))
    for seed in range(photographs):
        receive_document(
            reference=REFERENCE,
            data=picture("PNG", size=(4 + seed, 4)),
            name=f"bath {seed + 1}.png",
            kind=ReceivedKind.PHOTOGRAPH,
            by=TESS,
            reason="it shows the bathroom",
        )
    receive_document(
        reference=REFERENCE,
        data=pdf(),
        name="eic.pdf",
        kind=ReceivedKind.CERTIFICATE,
        by=TESS,
        reason="it came by e-mail",
    )


def hidden(text: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _HIDDEN.findall(text)}


def test_documents_are_chosen_by_name_and_recorded_as_they_were(sqlite_service: str) -> None:
    with_documents(sqlite_service)
    desk = Desk(TESS)
    form = desk.get(PATH)
    assert '<option value="doc:1">Document 1: bath 1.png, photograph</option>' in form.text
    assert "Document 2: eic.pdf, certificate</label>" in form.text
    typed = {
        **hidden(form.text),
        "complete": "01/06/2026",
        "all-done": "yes",
        "evidence": ["seen at a visit", "doc:1"],
        "after.1": "doc:1",
        "file.electrical": "doc:2",
        "reason": "The contractor rang and sent both by e-mail.",
    }
    again = desk.post(PATH, data=typed | {"do": "change"})
    assert 'value="doc:1" checked' in again.text
    assert '<option value="doc:2" selected>' in again.text
    assert desk.post(PATH, data=typed | {"do": "record"}).status_code == 303
    (decided,) = [row for row in rows(sqlite_service, Decision) if row["kind"] == "complete"]
    assert decided["facts"]["evidence"] == "seen at a visit doc:1"
    held = [(row["shows"], row["document"]) for row in rows(sqlite_service, ClaimDocument)]
    assert ("certificate", 2) in held
    assert ("after", 1) in held


def test_many_documents_are_a_list_and_a_document_alone_is_enough(sqlite_service: str) -> None:
    with_documents(sqlite_service, photographs=13)
    desk = Desk(TESS)
    form = desk.get(PATH)
    assert '<select id="evidence-doc" name="evidence">' in form.text
    typed = {
        **hidden(form.text),
        "complete": "01/06/2026",
        "evidence": ["", "doc:3"],
        "reason": "The contractor rang and sent them by e-mail.",
        "do": "record",
    }
    assert desk.post(PATH, data=typed).status_code == 303


def test_a_contractor_is_offered_no_documents_of_others(sqlite_service: str) -> None:
    with_documents(sqlite_service)
    assert "eic.pdf" not in Builder(path_of(sqlite_service)).get("/do/complete").text
