"""A contractor hands in its register documents by a link: kept, checked by an officer, told why."""

from __future__ import annotations

from typing import Any

import pytest

from adapters import clock
from models.database import writing
from models.tables.contractors import HandedDocument
from models.tables.record import Outbox
from services.imports.hand_in import refuse
from tests.adapters.test_received import pdf
from tests.desk.links.contractor import Builder, path_of
from tests.factories import case_at, later
from tests.looking import contents, rows
from tests.small_service import AVON, MIA

SCAN = pdf()
SSIP = {
    "document": "ssip",
    "reference": "CHAS 9",
    "valid_from": "01/06/2026",
    "valid_to": "31/05/2027",
}


@pytest.fixture
def builder(sqlite_service: str) -> Builder:
    case_at(sqlite_service, "assign")
    return Builder(path_of(sqlite_service))


def handed(builder: Builder, *files: Any, **typed: str) -> Any:
    held = {"csrf": builder.hidden("/documents")["csrf"]}
    return builder.desk.post(f"{builder.path}/documents", data=held | SSIP | typed, files=files)


def file(data: bytes, name: str = "ssip.pdf") -> tuple[str, Any]:
    return ("file", (name, data, "application/pdf"))


def test_a_document_waits_to_be_checked_and_a_refusal_is_told_once(
    sqlite_service: str, builder: Builder
) -> None:
    before = contents(sqlite_service)
    assert "Hand in a document" in builder.get("/documents").text
    assert contents(sqlite_service) == before, "reading changes nothing"
    for _ in range(2):  # sent twice it is one
        assert handed(builder, file(SCAN)).status_code == 303
    (row,) = rows(sqlite_service, HandedDocument)
    assert (row["contractor"], row["handed_by"], row["state"]) == (AVON, AVON, "waiting")
    assert "Waits to be checked" in builder.get("/documents").text
    why = "The certificate is of another company."
    with writing(sqlite_service) as conn:
        refuse(conn, number=row["id"], by=MIA, reason=why, now=clock.now())
    sent = [row["payload"] for row in rows(sqlite_service, Outbox) if row["payload"]]
    told = [one for one in sent if one.get("kind") == "document_refused_to_contractor"]
    assert len(told) == 1
    assert told[0]["to"] == "jobs@avon.example"
    assert told[0]["context"]["why"] == why
    assert why in builder.get("/documents").text


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(
    sqlite_service: str, builder: Builder
) -> None:
    for answer, words in (
        (handed(builder), "Choose the file."),
        (
            handed(builder, file(b"MZ\x90\x00" * 99, "policy.pdf.exe")),
            "neither a PDF nor a picture",
        ),
        (handed(builder, file(SCAN), valid_to="01/01/2020"), "Valid to"),
        (handed(builder, file(SCAN), document="passport"), "Document"),
        (handed(builder, file(b"x" * 200_000_000)), "MB"),
    ):
        assert answer.status_code == 422
        assert words in answer.text, answer.text[-3000:]
    assert rows(sqlite_service, HandedDocument) == []
    forged = builder.desk.post(f"{builder.path}/documents", data=SSIP, files=[file(SCAN)])
    assert forged.status_code == 403
    later(days=31)
    assert builder.get("/documents").status_code == 404, "it has run out"
    assert Builder("/o/forged").get("/documents").status_code == 404
