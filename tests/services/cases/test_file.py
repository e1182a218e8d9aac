"""What a file holds: notes, what a contractor is told of the home, and who is reached how."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from models.case_queries import case_row
from models.contacts import client_of, landlord_of
from models.database import reading, writing
from models.tables.files import CaseNote, ContactChange
from models.tables.record import Audit, Decision
from rules.cases import AccessKind, NoteKind, Reached
from rules.errors import (
    InvalidDecisionError,
    NotPermittedError,
    StepNotOpenError,
    UnknownReferenceError,
)
from rules.pathway import CaseStatus
from services.cases.contacts import ChangeContact
from services.cases.file import file_of
from services.cases.notes import CorrectNote, RecordAccess, RecordNote
from services.decisions.exits import Exit
from services.decisions.history import case_history
from services.orders.order_paper import work_order_paper
from services.verification.verify import findings
from tests.factories import bring, case_at, decide, new_case, pass_step, refused
from tests.looking import case, contents, messages, rows
from tests.small_service import AUDREY, AVON, FINN, MIA, NOW, OTTO, TESS

TODAY = NOW.date()
DAY = timedelta(days=1)
CODE = "the key safe is 4711"


def file(url: str) -> dict[str, Any]:
    with reading(url) as conn:
        return file_of(conn, reference="DFG-1")


def sound(url: str) -> bool:
    with reading(url) as conn:
        left = [one for one in findings(conn, lambda _: None) if "The file " not in one.sentence]
    return left == []


def test_a_call_is_kept_and_corrected_and_what_it_said_stays(url: str) -> None:
    case_at(url, "aftercare")
    call = RecordNote("She is away in July.", NoteKind.CALL, "Mrs Ashby", TODAY - DAY)
    decide(url, "DFG-1", call, by=FINN)
    decide(url, "DFG-1", RecordNote("Photographs are promised."), by=OTTO)
    decide(url, "DFG-1", CorrectNote(1, words="She is away in August."), by=MIA)
    decide(url, "DFG-1", CorrectNote(2, withdrawn=True))
    first, second = file(url)["notes"]
    assert (first.words, first.version, first.with_whom) == (
        *("She is away in August.", 2, "Mrs Ashby"),
    )
    assert (first.happened_on, first.recorded_by_name) == (TODAY - DAY, "Mia Manage")
    assert [(one.words, one.recorded_by) for one in first.earlier] == [
        ("She is away in July.", FINN)
    ]
    assert (second.withdrawn, second.words) == (True, "Photographs are promised.")
    with reading(url) as conn:
        said = [row["said"] for row in case_history(conn, reference="DFG-1")]
    assert said[-4:] == [
        "Note 1 for the file: call.",
        "Note 2 for the file: note.",
        "Note 1 is corrected: words.",
        "Note 2 is withdrawn.",
    ]
    assert sound(url)
    with writing(url) as conn:
        conn.execute(sa.text("UPDATE case_note SET words = 'nothing' WHERE number = 1"))
    assert not sound(url), "a note changed behind the record's back shows"


def test_what_a_note_says_is_not_on_the_chain_that_nobody_can_erase(sqlite_service: str) -> None:
    url = sqlite_service
    case_at(url, "price")
    decide(url, "DFG-1", RecordNote(CODE, with_whom="Dr Lint"))
    decide(url, "DFG-1", RecordAccess(AccessKind.KEY_SAFE, CODE, for_contractor=False))
    decide(url, "DFG-1", ChangeContact(Reached.CLIENT, phone="01788 555 0123"))
    held = json.dumps([rows(url, Audit), rows(url, Decision)], default=str)
    assert [word for word in ("4711", "Lint", "555 0123") if word in held] == []


@pytest.mark.parametrize(
    ("decision", "error", "words"),
    [
        (RecordNote(" "), InvalidDecisionError, "Say what is to be noted."),
        (RecordNote("bell \x07 rang"), InvalidDecisionError, "control characters"),
        (RecordNote("x" * 10_001), InvalidDecisionError, "at most 10,000 characters"),
        (RecordNote("a visit", happened_on=TODAY + DAY), InvalidDecisionError, "yet to come"),
        (CorrectNote(9, words="no"), UnknownReferenceError, "There is no note 9"),
        (CorrectNote(1), InvalidDecisionError, "Say what is corrected"),
        (CorrectNote(1, words="a call"), InvalidDecisionError, "says that already"),
        (CorrectNote(1, for_contractor=True), InvalidDecisionError, "never sent to a contractor"),
        (ChangeContact(Reached.CLIENT), InvalidDecisionError, "Say what has changed."),
        (ChangeContact(Reached.CLIENT, phone="ring me"), InvalidDecisionError, "“ring me”"),
        (ChangeContact(Reached.CLIENT, email="ashby"), InvalidDecisionError, "not an e-mail"),
        (ChangeContact(Reached.CLIENT, clears=("name",)), InvalidDecisionError, "has a name"),
        (
            ChangeContact(Reached.LANDLORD, phone="01788 555", clears=("phone",)),
            InvalidDecisionError,
            "Phone: give a new one or clear it, not both.",
        ),
    ],
    ids=lambda one: str(one)[:60],
)
def test_what_cannot_stand_on_a_file_is_refused_in_words(
    sqlite_service: str, decision: Any, error: Any, words: str
) -> None:
    new_case(sqlite_service)
    decide(sqlite_service, "DFG-1", RecordNote("a call", NoteKind.CALL))
    assert words in refused(sqlite_service, "DFG-1", decision, error, by=TESS).text()


def test_who_may_not_keep_a_file_and_a_file_that_is_closed(sqlite_service: str) -> None:
    url, note = sqlite_service, RecordNote("rang about the tray")
    new_case(url)
    for nobody in (AUDREY, AVON):
        error = refused(url, "DFG-1", note, NotPermittedError, by=nobody)
        assert "may not record “record-note”" in error.text()
    decide(url, "DFG-1", Exit(CaseStatus.WITHDRAWN))
    assert "has ended" in refused(url, "DFG-1", note, StepNotOpenError, by=TESS).text()


@pytest.mark.sqlite
def test_orders_carry_exactly_what_may_go_to_a_contractor_and_offers_nothing_of_it(
    url: str,
) -> None:
    case_at(url, "approve")
    decide(url, "DFG-1", RecordAccess(AccessKind.KEY_SAFE, CODE, for_contractor=False))
    decide(url, "DFG-1", RecordAccess(AccessKind.DOG, "large, friendly", for_contractor=True))
    decide(url, "DFG-1", RecordAccess(AccessKind.CARER, "until 11", for_contractor=True))
    decide(url, "DFG-1", RecordAccess(AccessKind.VULNERABILITY, "hoist", for_contractor=True))
    decide(url, "DFG-1", CorrectNote(3, withdrawn=True))
    decide(url, "DFG-1", CorrectNote(4, for_contractor=False))
    told = ["Dog: large, friendly"]
    pass_step(url, "DFG-1", "approve")  # type: ignore[arg-type]  # a step by its name
    (offer,) = messages(url, "offer_to_contractor")
    assert "large, friendly" not in str(offer["context"])
    pass_step(url, "DFG-1", "assign")  # type: ignore[arg-type]  # a step by its name
    with reading(url) as conn:
        paper = work_order_paper(conn, case=case_row(conn, reference="DFG-1"))
    assert list(paper.access) == told
    late = decide(url, "DFG-1", RecordAccess(AccessKind.DOG, "a second one", for_contractor=True))
    assert "has left as it was: tell the contractor yourself" in late.notice
    assert sound(url)


def test_contact_details_change_with_who_when_why_before_and_after(url: str) -> None:
    case_at(url, "approve", tenure="private_tenant", phone="01788 555 0101")
    change = ChangeContact(
        Reached.CLIENT, phone="01788 555 0102", address="c/o Ann Ashby\n2 Low Road\nRugby"
    )
    decide(url, "DFG-1", change, by=OTTO, reason="she moved in with her daughter")
    other = ChangeContact(
        Reached.ALTERNATIVE, name="Ann Ashby", relation="daughter", phone="01788 555 0103"
    )
    decide(url, "DFG-1", other)
    landlord = ChangeContact(Reached.LANDLORD, name="Lettings desk", email="lets@lett.example")
    decide(url, "DFG-1", landlord)
    decide(url, "DFG-1", ChangeContact(Reached.ALTERNATIVE, clears=("phone",)))
    found = file(url)
    assert found["contacts"]["client"] == {
        "name": "Mrs Ashby",
        "relation": "",
        "phone": "01788 555 0102",
        "email": "ashby@home.example",
        "address": "c/o Ann Ashby\n2 Low Road\nRugby",
    }
    assert found["contacts"]["alternative"]["phone"] == ""
    first, *_, last = found["contact_history"]
    assert (first.whose, first.field, first.before, first.after) == (
        *("client", "phone", "01788 555 0101", "01788 555 0102"),
    )
    assert (first.changed_by_name, first.reason) == (
        "Otto Therapy",
        "she moved in with her daughter",
    )
    assert (last.field, last.before, last.after) == ("phone", "01788 555 0103", "")
    with reading(url) as conn:
        row = case_row(conn, reference="DFG-1")
        assert client_of(row).address.startswith("c/o Ann Ashby")
        assert landlord_of(conn, case=row).email == "lets@lett.example"
        assert landlord_of(conn, case=row).name == "Mr Lett, Lettings desk"
    refused(url, "DFG-1", other.__class__(Reached.CLIENT, phone="01788 555 0102"),
            InvalidDecisionError, by=TESS)  # fmt: skip
    assert sound(url)


def test_what_a_file_of_cases_changes_is_in_the_same_history(sqlite_service: str) -> None:
    url = sqlite_service
    new_case(url, phone="01788 555 0101")
    header = "reference|authority|client_name|address|postcode|tenure|work_type|urgent|complexity"
    bring(
        url,
        "cases",
        f"{header}|contact_on|phone\nDFG-1|RBC|Mrs Ashby|14 Hill Road, Rugby|CV22 5AA|owner|"
        "level_access_shower|no|simple|2026-04-01|01788 555 0199",
    )
    (change,) = file(url)["contact_history"]
    assert (change.before, change.after) == ("01788 555 0101", case(url, "DFG-1").phone)
    assert change.reason == "imported from cases.csv"
    assert sound(url)


def test_two_people_who_note_at_once_have_a_number_each(sqlite_service: str) -> None:
    url = sqlite_service
    new_case(url)
    before = len(contents(url))
    for words in ("the first", "the second"):
        decide(url, "DFG-1", RecordNote(words))
    assert [row["number"] for row in rows(url, CaseNote)] == [1, 2]
    assert rows(url, ContactChange) == []
    assert len(contents(url)) == before
