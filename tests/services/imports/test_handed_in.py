"""Documents handed in with their file: kept, looked at once, and counting once they are checked."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from adapters import clock
from adapters.settings import settings
from models.database import reading, writing
from models.tables.contractors import ContractorDocument, HandedDocument
from rules.errors import (
    AlreadyDecidedError,
    HandrailError,
    ImportProblemsError,
    InvalidDocumentError,
    MissingReasonError,
    NotPermittedError,
)
from services.imports.hand_in import check, hand_in, refuse
from services.imports.handed import Handed, handed, handed_bytes
from services.verification.awards import changed_files
from services.verification.ledger import uncovered_rows
from tests.looking import contents, rows, trail
from tests.small_service import AUDREY, AVON, BRIAR, MIA, WENDY

CELLS = {
    "document": "public_liability",
    "reference": "PL-7",
    "cover": "5,000,000",
    "valid_from": "2027-01-01",
    "valid_to": "2028-12-31",
}


def picture(shade: str = "white") -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (8, 8), shade).save(held, "JPEG")
    return held.getvalue()


def given(
    by: str = MIA, data: bytes = b"", name: str = "C:\\scans\\policy.pdf", **cells: str
) -> int:
    return hand_in(
        contractor=AVON.lower(), cells=CELLS | cells, data=data or picture(), name=name, by=by
    )


def looked(
    url: str, number: int, act: str = "check", by: str = MIA, why: str = "as the file says"
) -> Handed:
    do = {"check": check, "refuse": refuse}[act]
    with writing(url) as conn:
        return do(conn, number=number, by=by, reason=why, now=clock.now())


def on_register(url: str) -> list[tuple[str, int | None]]:
    return [
        (row["reference"], row["cover_pence"])
        for row in rows(url, ContractorDocument)
        if row["contractor"] == AVON and row["document"] == "public_liability"
    ]


@pytest.mark.parametrize("by", [MIA, AVON])
def test_a_document_counts_once_it_is_checked_and_not_before(url: str, by: str) -> None:
    number = given(by)
    assert given(by) == number  # sent twice it is one
    (row,) = rows(url, HandedDocument)
    assert (row["name"], row["mime"], row["handed_by"]) == ("policy.jpg", "image/jpeg", by)
    assert on_register(url) == [("", None)]
    found = looked(url, number)
    assert (found.state, found.looked_by, found.why) == ("checked", MIA, "as the file says")
    assert on_register(url) == [("", None), ("PL-7", 5_000_000_00)]
    with reading(url) as conn:
        assert Image.open(io.BytesIO(handed_bytes(handed(conn, number=number)))).size == (8, 8)
        assert list(uncovered_rows(conn, case_ids=[])) == []
    assert [line for line in trail(url, "service") if "document" in line][-3:] == [
        "contractor’s document: handed in",
        "import: contractor_documents",
        "contractor’s document: checked",
    ]


def test_one_that_is_refused_never_counts_and_is_looked_at_once(url: str) -> None:
    number = given(AVON)
    looked(url, number, "refuse", why="it is another firm's")
    before = contents(url)
    for act in ("check", "refuse"):
        with pytest.raises(AlreadyDecidedError, match="was refused by Mia"):
            looked(url, number, act)
    assert contents(url) == before
    assert on_register(url) == [("", None)]
    assert given(AVON) != number  # handed in again, it is looked at again


@pytest.mark.parametrize(
    ("bad", "error", "says"),
    [
        ({"document": "diploma"}, ImportProblemsError, "document"),
        ({"valid_to": "2026-12-31"}, ImportProblemsError, "before valid_from"),
        ({"cover": "nine"}, ImportProblemsError, "cover"),
        ({"data": b"MZ" + b"\0" * 999}, InvalidDocumentError, "neither a PDF nor a picture"),
        ({"data": b"%PDF-1.7 MZ"}, InvalidDocumentError, "damaged"),
        ({"data": b"\xff" * 200_000_000}, InvalidDocumentError, "200.0 MB"),
        ({"by": BRIAR}, NotPermittedError, "its own documents alone"),
        ({"by": AUDREY}, NotPermittedError, "auditor"),
    ],
)
def test_what_may_not_be_handed_in_keeps_nothing(
    sqlite_service: str, bad: dict[str, Any], error: type[HandrailError], says: str
) -> None:
    before = contents(sqlite_service)
    with pytest.raises(error) as refusal:
        given(**bad)
    assert says in refusal.value.text() + str(getattr(refusal.value, "problems", ""))
    assert contents(sqlite_service) == before


@pytest.mark.parametrize(
    ("by", "why", "error"),
    [
        (AVON, "as the file says", NotPermittedError),
        (WENDY, "as the file says", NotPermittedError),
        (MIA, " ", MissingReasonError),
    ],
)
def test_only_an_officer_of_its_authorities_checks_with_a_reason(
    sqlite_service: str, by: str, why: str, error: type[HandrailError]
) -> None:
    number = given(AVON)
    before = contents(sqlite_service)
    for act in ("check", "refuse"):
        with pytest.raises(error):
            looked(sqlite_service, number, act, by=by, why=why)
    assert contents(sqlite_service) == before


def test_a_file_that_is_gone_or_is_another_is_told(sqlite_service: str) -> None:
    given()
    (row,) = rows(sqlite_service, HandedDocument)
    file: Path = settings().documents_folder / row["path"]
    file.write_bytes(b"another")
    with reading(sqlite_service) as conn, pytest.raises(HandrailError):
        handed_bytes(handed(conn, number=row["id"]))
    with reading(sqlite_service) as conn:
        (told,) = changed_files(conn, sha256_of=lambda path: "0" * 64)
        (gone,) = changed_files(conn, sha256_of=lambda path: None)
    assert told.sentence.endswith("is not the one that was handed in.")
    assert gone.sentence.endswith("is missing.")
