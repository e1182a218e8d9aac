"""A contractor says that works are complete: line by line, with files, or it comes back whole."""

from __future__ import annotations

from typing import Final

import pikepdf
import pytest
from sqlalchemy import delete

from models.database import writing
from models.tables.clocks import Clock
from models.tables.completion import ClaimDocument
from models.tables.works import WorkOrder
from rules.agreement import ViewHow
from rules.cases import ReceivedKind
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
    StepNotOpenError,
)
from services.clocks.missing import start_missing
from services.completion.agreement import ClientAgrees
from services.completion.completion import Certify, HoldCertificate
from services.completion.inspecting import InspectLines
from services.completion.refusing import RefuseHandedIn
from services.decisions.receive import receive_document
from services.orders.handing_in import HandIn
from services.orders.works import CompleteWorks, StartWorks
from tests.adapters.test_received import pdf, picture
from tests.desk.links.contractor import Builder, path_of
from tests.factories import act, bring, case_at, refused
from tests.interchange import completed, key_for, number_of, send, signed
from tests.looking import clocks, contents, messages, rows, step_of
from tests.small_service import AVON, BRIAR, NOW, REFERENCE

TODAY: Final = NOW.date()
STRICT: Final = """
authority | valid_from | line_by_line | photographs_before | photographs_after | papers
RBC       | 2026-05-01 | yes          | works              | works             | yes
"""


@pytest.fixture
def strict(sqlite_service: str) -> str:
    """Give a service whose authority asks for all of it, and works under way in it."""
    case_at(sqlite_service, "works", route="call_off")
    bring(sqlite_service, "completion_terms", STRICT)
    act(sqlite_service, REFERENCE, StartWorks(TODAY))
    return sqlite_service


def received(kind: ReceivedKind = ReceivedKind.PHOTOGRAPH, *, seed: int = 4) -> str:
    data = (
        picture("PNG", size=(seed, seed))
        if kind is ReceivedKind.PHOTOGRAPH
        else pdf(Of=pikepdf.String(kind))
    )
    got = receive_document(
        reference=REFERENCE, data=data, name="a", kind=kind, by=AVON, reason="of these works"
    )
    return f"doc:{got.number}"


def test_an_incomplete_claim_goes_back_with_everything_it_lacks(strict: str) -> None:
    error = refused(strict, REFERENCE, CompleteWorks(TODAY, "all done"), InvalidDecisionError)
    assert error.text() == (
        "WO-2026-00001 is not complete as claimed. Missing: lines 1 and 2 said to be done; "
        "a photograph of the works before; a photograph of the works after; "
        "the electrical certificate as a file. "
        "Bring all of it, and claim again; nothing was recorded."
    )


def test_a_claim_with_all_of_it_is_recorded_and_an_officer_checks_the_certificate(
    strict: str,
) -> None:
    before = received()
    act(strict, REFERENCE, HandIn(before={0: before}), by=AVON)
    claim = CompleteWorks(
        TODAY,
        f"photographs: {received(seed=5)}",
        all_done=True,
        certificates={"electrical": received(ReceivedKind.CERTIFICATE)},
    )
    act(strict, REFERENCE, claim, by=AVON)
    held = [
        (row["shows"], row["certificate"], row["document"]) for row in rows(strict, ClaimDocument)
    ]
    assert held == [
        ("before", None, 1),
        ("after", None, 2),
        ("certificate", "electrical", 3),
    ]
    act(strict, REFERENCE, InspectLines(all_pass=True))
    step = step_of(strict, REFERENCE, "sign-off")
    assert step.owner == "technical officer"
    assert step.waiting_for.startswith("the electrical certificate checked")
    act(strict, REFERENCE, HoldCertificate("electrical", "E-1 (doc:3)"))
    assert step_of(strict, REFERENCE, "sign-off").owner == "client"


def test_what_belongs_to_nothing_or_to_another_is_not_handed_in(strict: str) -> None:
    photo = received()
    for decision, words in (
        (HandIn(before={9: photo}), "has no line 9"),
        (HandIn(certificates={"gas": photo}), "calls for no gas certificate"),
        (HandIn(certificates={"magic": photo}), "is not a certificate"),
        (HandIn(after={1: "a photograph"}), "say which document"),
        (HandIn(after={1: "doc:77"}), "holds no doc:77"),
        (HandIn(), "Say what is handed in"),
    ):
        error = refused(strict, REFERENCE, decision, InvalidDecisionError, by=AVON)
        assert words in error.text()
    refused(strict, REFERENCE, HandIn(after={1: photo}), NotPermittedError, by=BRIAR)
    act(strict, REFERENCE, HandIn(after={1: photo}), by=AVON)
    refused(strict, REFERENCE, HandIn(after={1: photo}), AlreadyDecidedError, by=AVON)


def test_by_its_own_page_a_claim_goes_back_with_the_list_and_then_is_taken_once(
    strict: str,
) -> None:
    builder = Builder(path_of(strict))
    before = contents(strict)
    back = builder.send("complete", complete="01/06/2026", done="1", evidence="all done")
    assert back.status_code == 422
    assert "Missing: line 2 said to be done; a photograph of the works before" in back.text
    assert contents(strict) == before
    files = [
        ("before.0", ("before.png", picture("PNG", size=(6, 6)), "image/png")),
        ("after.1", ("after.png", picture("PNG", size=(7, 7)), "image/png")),
        ("file.electrical", ("eic.pdf", pdf(), "application/pdf")),
    ]
    over = builder.form("complete")
    typed = {"complete": "01/06/2026", "done": ["1", "2"], "evidence": "all done"}
    for _ in range(2):
        sent = builder.send("complete", over=over, files=files, **typed)
        assert sent.status_code == 303, sent.text
    assert sent.headers["location"].endswith("?recorded=again")
    assert [row["status"] for row in rows(strict, WorkOrder)] == ["complete"]
    held = [(row["shows"], row["line"], row["certificate"]) for row in rows(strict, ClaimDocument)]
    assert held == [("before", None, None), ("after", 1, None), ("certificate", None, "electrical")]


def test_a_system_s_completion_is_refused_with_the_list_until_its_files_are_handed_in(
    strict: str,
) -> None:
    made, number = key_for(strict, AVON, at=NOW), number_of(strict)
    event = signed(made, number, completed(number), event="job-1-done", at=NOW)
    before = contents(strict)
    with pytest.raises(InvalidDecisionError) as caught:
        send(event, at=NOW)
    assert "Missing: a photograph of the works before; a photograph" in caught.value.text()
    assert contents(strict) == before
    files = HandIn(
        before={0: received()},
        after={0: received(seed=5)},
        certificates={"electrical": received(ReceivedKind.CERTIFICATE)},
    )
    act(strict, REFERENCE, files, by=AVON)
    assert send(event, at=NOW)["recorded"] == "complete"


WHY: Final = "It is of another bathroom; the certificate names another address."


def claimed(url: str) -> None:
    """Let the contractor claim completion with all of it, the photographs by line."""
    act(url, REFERENCE, HandIn(before={0: received()}, after={2: received(seed=7)}), by=AVON)
    claim = CompleteWorks(
        TODAY,
        f"photographs: {received(seed=5)}",
        all_done=True,
        certificates={"electrical": received(ReceivedKind.CERTIFICATE)},
    )
    act(url, REFERENCE, claim, by=AVON)
    act(url, REFERENCE, InspectLines(all_pass=True))


def refuse(url: str, *numbers: int) -> None:
    act(url, REFERENCE, RefuseHandedIn(numbers), reason=WHY)


def test_what_does_not_count_is_wanted_again_and_the_contractor_is_told(strict: str) -> None:
    claimed(strict)
    refuse(strict, 2, 4)
    step = step_of(strict, REFERENCE, "sign-off")
    assert step.owner == "contractor"
    assert step.waiting_for == (
        "a photograph after of line 2, once more; the electrical certificate; "
        "the client's own agreement"
    )
    (told,) = messages(strict, "handed_in_refused_to_contractor")
    assert told["to"] == "jobs@avon.example"
    assert told["context"]["why"] == WHY
    assert told["context"]["refused"] == [
        "a photograph after of line 2 (document 2)",
        "the electrical certificate (document 4)",
    ]
    shown = Builder(path_of(strict)).get().text
    assert WHY in shown
    assert "A photograph after of line 2" in shown
    running = [one for one in clocks(strict, REFERENCE) if one.name == "hand_in_again"]
    assert [(one.subject, one.holder, one.stopped_on) for one in running] == [
        ("2", "contractor", None),
        ("4", "contractor", None),
    ]
    again = HandIn(
        after={2: received(seed=8)}, certificates={"electrical": received(ReceivedKind.OTHER)}
    )
    act(strict, REFERENCE, again, by=AVON)
    assert step_of(strict, REFERENCE, "sign-off").waiting_for == (
        "the electrical certificate checked; the client's own agreement"
    )
    assert {
        one.stopped_why for one in clocks(strict, REFERENCE) if one.name == "hand_in_again"
    } == {"handed in"}
    assert WHY not in Builder(path_of(strict)).get().text


def test_works_are_not_signed_off_over_what_was_refused(strict: str) -> None:
    claimed(strict)
    act(strict, REFERENCE, HoldCertificate("electrical", "E-1"))
    act(strict, REFERENCE, ClientAgrees(agrees=True, how=ViewHow.VISIT))
    refuse(strict, 2)
    error = refused(strict, REFERENCE, Certify(), StatuteError)
    assert "a photograph after of line 2, once more" in error.text()


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((), "Say which documents do not count."),
        ((9,), "Document 9 is not handed in"),
        ((4,), "The electrical certificate is held: an officer checked it."),
    ],
)
def test_what_is_not_handed_in_or_was_checked_is_not_refused(
    strict: str, numbers: tuple[int, ...], words: str
) -> None:
    claimed(strict)
    act(strict, REFERENCE, HoldCertificate("electrical", "E-1"))
    before = contents(strict)
    error = refused(strict, REFERENCE, RefuseHandedIn(numbers), InvalidDecisionError)
    assert words in error.text()
    assert contents(strict) == before


def test_before_the_claim_what_was_refused_is_missing_from_it(strict: str) -> None:
    act(strict, REFERENCE, HandIn(before={0: received()}), by=AVON)
    refuse(strict, 1)
    refused(strict, REFERENCE, RefuseHandedIn((1,)), StepNotOpenError)
    error = refused(strict, REFERENCE, CompleteWorks(TODAY, "all done"), InvalidDecisionError)
    assert "a photograph of the works before" in error.text()


def test_the_clock_of_what_was_refused_is_found_missing(strict: str) -> None:
    claimed(strict)
    refuse(strict, 2)
    with writing(strict) as conn:
        conn.execute(delete(Clock).where(Clock.step == "sign-off"))
        start_missing(conn, now=NOW)
    (found,) = [one for one in clocks(strict, REFERENCE) if one.name == "hand_in_again"]
    assert (found.subject, found.opened_on) == ("2", TODAY)
