"""Documents received: checked, kept under their hash, on record, and pointed at by evidence."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.settings import settings
from models.case_queries import case_row
from models.database import reading
from models.tables.files import Looked
from models.tables.record import Audit
from rules.cases import ReceivedKind
from rules.documents.pointed import pointed_at
from rules.errors import (
    AlreadyDecidedError,
    HandrailError,
    InvalidDecisionError,
    InvalidDocumentError,
    NotPermittedError,
    UnknownReferenceError,
)
from services.cases.looked import looks_at, record_look
from services.decisions.receive import receive_document, received_bytes
from services.documents.received import (
    Received,
    WithdrawDocument,
    newest_decision,
    received_documents,
)
from services.orders.works import CompleteWorks, StartWorks
from services.verification.verify import findings
from tests.adapters.test_received import SVG, pdf, picture
from tests.factories import act, case_at, decide, later, refused
from tests.journeys.commands import asked, handrail
from tests.looking import contents, rows
from tests.small_service import AUDREY, AVON, NOW, OTTO, TESS

TODAY = NOW.date()


def receive(
    data: bytes, *, name: str = "plan.pdf", by: str = TESS, line: int | None = None, about: int = 0
) -> Received:
    return receive_document(
        reference="DFG-1",
        data=data,
        name=name,
        kind=ReceivedKind.DRAWING,
        by=by,
        reason="handed in at the visit",
        line=line,
        decision_id=about or None,
    )


def on_case(url: str) -> list[Received]:
    with reading(url) as conn:
        return received_documents(conn, reference="DFG-1")


def broken(url: str) -> list[str]:
    def hashed(path: str) -> str | None:
        file = settings().documents_folder / path
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None

    with reading(url) as conn:
        return [one.sentence for one in findings(conn, hashed)]


def stored() -> list[Path]:
    return [file for file in settings().documents_folder.rglob("*") if file.is_file()]


def test_a_document_is_kept_under_its_hash_and_belongs_where_it_was_put(url: str) -> None:
    case_at(url, "price")
    drawing, photograph = pdf(), picture("JPEG")
    with reading(url) as conn:
        specified = newest_decision(conn, reference="DFG-1", kind="specify")
    receive(drawing, name="C:\\Users\\Tess\\Mrs Ashby.exe", about=specified)
    receive(photograph, name="wall.jpg", by=OTTO, line=2)
    first, second = on_case(url)
    assert (first.number, first.name, first.decision_id) == (1, "Mrs Ashby.pdf", specified)
    assert received_bytes(first) == drawing
    assert (second.line, second.received_by_name) == (2, "Otto Therapy")
    assert (second.mime, second.size) == ("image/jpeg", len(received_bytes(second)))
    assert "Ashby.pdf" not in json.dumps(rows(url, Audit), default=str), "nor its sender's name"
    assert broken(url) == []
    decide(url, "DFG-1", WithdrawDocument(2))
    assert [one.withdrawn for one in on_case(url)] == [False, True]
    assert broken(url) == []
    (settings().documents_folder / first.path).write_bytes(b"another")
    assert [words for words in broken(url) if "not the one that was received" in words]


def test_the_same_form_sent_twice_attaches_it_once(sqlite_service: str) -> None:
    case_at(sqlite_service, "price")
    drawing = pdf()
    receive(drawing)
    before = contents(sqlite_service)
    with pytest.raises(AlreadyDecidedError, match="document 1 of DFG-1 already"):
        receive(drawing)
    assert contents(sqlite_service) == before


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"data": SVG}, InvalidDocumentError),
        ({"by": AUDREY}, NotPermittedError),
        ({"by": AVON}, NotPermittedError),
        ({"by": "x@rbc.example"}, UnknownReferenceError),
    ],
    ids=str,
)
def test_what_is_refused_leaves_no_bytes_and_no_row(
    sqlite_service: str, given: dict[str, object], error: type[HandrailError]
) -> None:
    case_at(sqlite_service, "price")
    before, files = contents(sqlite_service), stored()
    with pytest.raises(error):
        receive(**({"data": pdf()} | given))  # type: ignore[arg-type]  # as given
    assert (contents(sqlite_service), stored()) == (before, files)


def test_it_belongs_to_nothing_that_the_case_has_not(sqlite_service: str) -> None:
    case_at(sqlite_service, "price")
    before = contents(sqlite_service)
    with pytest.raises(InvalidDecisionError, match=r"no works line 9\. DFG-1 has no decision 999"):
        receive(pdf(), line=9, about=999)
    with (
        reading(sqlite_service) as conn,
        pytest.raises(UnknownReferenceError, match="No “certify” is recorded"),
    ):
        newest_decision(conn, reference="DFG-1", kind="certify")
    assert contents(sqlite_service) == before


def test_a_setting_says_how_large_one_may_be(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_at(sqlite_service, "price")
    monkeypatch.setenv("HANDRAIL_RECEIVED_MEGABYTES", "1")
    settings.cache_clear()
    with pytest.raises(InvalidDocumentError, match=r"1\.5 MB, and a document at most 1"):
        receive(pdf() + bytes(1_500_000))


def test_evidence_points_at_a_document_that_is_there_or_says_it_in_words(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    assert pointed_at("photographs doc:3 and DOC:12, doc:3; mydoc:4 doc:x") == (3, 12)
    case_at(url, "works")
    receive(picture("JPEG"), name="done.jpg")
    receive(picture("PNG"), name="wrong.png")
    decide(url, "DFG-1", WithdrawDocument(2))
    later(days=9)
    act(url, "DFG-1", StartWorks(TODAY))
    missing = CompleteWorks(TODAY + timedelta(days=1), "doc:1, doc:2 and doc:7")
    error = refused(url, "DFG-1", missing, InvalidDecisionError)
    assert error.what == "DFG-1 holds no doc:2 and doc:7."
    decide(url, "DFG-1", CompleteWorks(TODAY + timedelta(days=1), "doc:1, and seen on site"))


def test_a_file_is_attached_and_shown_at_the_command_line(
    sqlite_service: str, tmp_path: Path
) -> None:
    case_at(sqlite_service, "price")
    path = tmp_path / "drawing.pdf"
    path.write_bytes(pdf())
    where = ("--kind", "drawing", "--by", TESS, "--reason", "handed in at the visit")
    handrail("case", "attach", "DFG-1", str(path), *where, "--decision", "specify")
    (found,) = asked("case", "file", "DFG-1")["documents"]
    assert (found["number"], found["name"], found["kind"]) == (1, "drawing.pdf", "drawing")
    assert "doc:1" in handrail("case", "file", "DFG-1")


@pytest.mark.sqlite
def test_a_look_is_one_row_a_person_and_day(url: str) -> None:
    case_at(url, "price")
    with reading(url) as conn:
        case_id = case_row(conn, reference="DFG-1").id
    for who, hours in ((TESS, 0), (TESS, 1), (OTTO, 2), (TESS, 24)):
        with reading(url) as conn:
            now = NOW + timedelta(hours=hours)
            record_look(conn, case_id=case_id, officer=who, now=now)
    with reading(url) as conn:
        found = [(one.officer, one.day, one.first_at) for one in looks_at(conn, reference="dfg-1")]
    assert found == [
        (TESS, TODAY, NOW),
        (OTTO, TODAY, NOW + timedelta(hours=2)),
        (TESS, TODAY + timedelta(days=1), NOW + timedelta(days=1)),
    ]
    assert len(rows(url, Looked)) == 3
    assert broken(url) == []
