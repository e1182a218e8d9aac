"""A snag is its own thing: found, told, answered, looked at again; it holds its line, and ages."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.documents import render_html
from models.case_queries import (
    case_row,
    inspected,
    order_in_force,
)
from models.database import reading
from models.findings import snags_on
from models.tables.completion import FindingEntry
from models.tables.record import Audit, Decision
from models.tables.works import Inspection
from rules.agreement import ViewHow
from rules.cases import ReceivedKind
from rules.errors import (
    AlreadyDecidedError,
    HandrailError,
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
)
from rules.snags import Snag
from services.completion.agreement import ClientAgrees
from services.completion.completion import Certify, HoldCertificate
from services.completion.inspecting import InspectLines
from services.completion.sampling import SampleLines
from services.completion.sign_off import completion_paper
from services.completion.snags import AnswerSnag
from services.decisions.receive import receive_document
from tests.adapters.test_received import picture
from tests.factories import act, bring, case_at, later, refused
from tests.looking import clocks, messages, rows, step_of
from tests.small_service import AVON, BRIAR, NOW, TESS

TODAY = NOW.date()
SNAGS = InspectLines(
    snags={1: "the tray rocks; the waste leaks", 2: "Mrs Ashby says a tile is loose"}
)


def snags(url: str, reference: str) -> tuple[Snag, ...]:
    with reading(url) as conn:
        order = order_in_force(conn, case_id=case_row(conn, reference=reference).id)
        return snags_on(conn, order_id=order.id)


def states(url: str, reference: str) -> list[tuple[int, int, str]]:
    return [(one.number, one.line, one.state.value) for one in snags(url, reference)]


def held(url: str, reference: str) -> frozenset[int]:
    with reading(url) as conn:
        order = order_in_force(conn, case_id=case_row(conn, reference=reference).id)
        return frozenset(inspected(conn, order=order).snags)


def photograph(reference: str, by: str = AVON, seed: int = 9) -> str:
    data = picture("PNG", size=(seed, seed))
    got = receive_document(
        reference=reference,
        data=data,
        name="put right.png",
        kind=ReceivedKind.PHOTOGRAPH,
        by=by,
        reason="it shows what was put right",
    )
    return f"doc:{got.number}"


def runs(url: str, reference: str, name: str) -> list[str]:
    found = clocks(url, reference)
    return [one.subject for one in found if one.name == name and one.stopped_on is None]


def test_a_snag_is_told_answered_looked_at_again_and_cleared(url: str) -> None:
    reference = case_at(url, "sign-off")
    act(url, reference, SNAGS)
    assert states(url, reference) == [(1, 1, "found"), (2, 1, "found"), (3, 2, "found")]
    assert held(url, reference) == {1, 2}
    assert [len(runs(url, reference, name)) for name in ("clear_snags", "old_snag")] == [3, 3]
    done = photograph(reference)
    act(
        url,
        reference,
        AnswerSnag((1, 3), put_right=True, words="re-bedded", evidence=done),
        by=AVON,
    )
    act(url, reference, AnswerSnag((2,), put_right=False, words="it was so before"), by=AVON)
    assert [state for _, _, state in states(url, reference)] == [
        "put_right",
        "disputed",
        "put_right",
    ]
    assert (runs(url, reference, "clear_snags"), len(runs(url, reference, "look_again"))) == ([], 3)
    step = step_of(url, reference, "sign-off")
    assert (step.owner, step.waiting_for.split(";")[0]) == (
        "technical officer",
        "the snags on lines 1 and 2 looked at again",
    )
    assert held(url, reference) == {1, 2}
    by = TODAY + timedelta(days=9)
    act(
        url,
        reference,
        InspectLines(snags_cleared=(1, 3), still={2: "it drips"}, rectify_by={1: by}),
    )
    assert held(url, reference) == {1}
    assert step_of(url, reference, "sign-off").owner == "contractor"
    (again,) = messages(url, "snags_to_contractor")[1:]
    assert again["context"]["snags"] == ["works line 1 (Shower tray): it drips"]
    assert again["context"]["clear_by"] == by.isoformat()
    (clock,) = [
        one for one in clocks(url, reference) if one.subject.endswith(".1") and not one.stopped_on
    ]
    assert (clock.name, clock.due_on) == ("clear_snags", by)
    act(url, reference, InspectLines(snags_cleared=(2,)))
    assert held(url, reference) == frozenset()
    assert runs(url, reference, "old_snag") == runs(url, reference, "clear_snags") == []
    found = [(row["line"], row["result"]) for row in rows(url, Inspection)][3:]
    assert found == [(2, "cleared"), (1, "cleared")]
    act(url, reference, ClientAgrees(agrees=True, how=ViewHow.VISIT))
    act(url, reference, Certify())


def test_the_words_of_a_snag_stand_beside_the_record_alone(sqlite_service: str) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "sign-off")
    act(url, reference, SNAGS)
    act(url, reference, InspectLines(no_access={2: "Mrs Ashby was asleep"}))
    told = str([rows(url, Decision), *rows(url, Audit)])
    assert "Ashby says" not in told
    assert "asleep" not in told
    assert {row["words"] for row in rows(url, FindingEntry)} == {
        "the tray rocks",
        "the waste leaks",
        "Mrs Ashby says a tile is loose",
        "Mrs Ashby was asleep",
    }


@pytest.mark.parametrize(
    ("answer", "by", "error", "words"),
    [
        (AnswerSnag((1,), put_right=True), AVON, InvalidDecisionError, "Hand in a photograph"),
        (AnswerSnag((9,), put_right=False, words="no"), AVON, InvalidDecisionError, "No snag 9"),
        (AnswerSnag((1,), put_right=False), AVON, InvalidDecisionError, "Say why you see it"),
        (AnswerSnag((), put_right=False, words="no"), AVON, InvalidDecisionError, "Say which"),
        (AnswerSnag((1,), put_right=False, words="no"), BRIAR, NotPermittedError, "not an order"),
        (InspectLines(), TESS, InvalidDecisionError, "Say which lines pass"),
        (InspectLines(snags_cleared=(7,)), TESS, InvalidDecisionError, "No snag 7"),
        (InspectLines(still={1: " "}), TESS, InvalidDecisionError, "say what is still wrong"),
        (
            InspectLines(snags_cleared=(1,), still={1: "so"}),
            TESS,
            InvalidDecisionError,
            "either cleared",
        ),
        (
            InspectLines(snags_cleared=(1,), rectify_by={1: TODAY}),
            TESS,
            InvalidDecisionError,
            "say what is wrong",
        ),
        (
            InspectLines(still={1: "drips"}, rectify_by={1: TODAY - timedelta(days=1)}),
            TESS,
            InvalidDecisionError,
            "is past",
        ),
        (InspectLines(snags_cleared=(1,)), AVON, NotPermittedError, "may not record"),
    ],
)
def test_what_cannot_be_said_of_a_snag_is_refused(
    sqlite_service: str,
    answer: AnswerSnag | InspectLines,
    by: str,
    error: type[HandrailError],
    words: str,
) -> None:
    reference = case_at(sqlite_service, "sign-off")
    act(sqlite_service, reference, SNAGS)
    assert words in refused(sqlite_service, reference, answer, error, by=by).text()


def test_a_snag_is_answered_once_and_nothing_is_answered_where_none_is_open(
    sqlite_service: str,
) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "sign-off")
    answer = AnswerSnag((1,), put_right=False, words="it was so")
    refused(url, reference, answer, AlreadyDecidedError, by=AVON)
    refused(url, reference, InspectLines(snags_cleared=(1,)), InvalidDecisionError)
    act(url, reference, InspectLines(snags={1: "it leaks"}))
    act(url, reference, answer, by=AVON)
    again = refused(url, reference, answer, AlreadyDecidedError, by=AVON)
    assert "Snag 1 answered".lower() in again.text().lower()


def test_an_old_snag_is_the_council_s_whatever_is_answered_and_paused(sqlite_service: str) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "sign-off")
    act(url, reference, InspectLines(snags={1: "it leaks"}))
    (old,) = [one for one in clocks(url, reference) if one.name == "old_snag"]
    later(days=20)
    act(url, reference, AnswerSnag((1,), put_right=False, words="it was so"), by=AVON)
    act(url, reference, InspectLines(still={1: "it leaks on"}))
    (still,) = [one for one in clocks(url, reference) if one.name == "old_snag"]
    assert (still.due_on, still.holder, still.stopped_on) == (old.due_on, "council", None)
    assert still.escalate_on is not None


def test_lines_are_measured_again_and_may_not_be_got_at(sqlite_service: str) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "sign-off")
    act(
        url,
        reference,
        InspectLines(measured={2: Decimal("7.5")}, no_access={1: "the door was locked"}),
    )
    found = [(row["line"], row["result"], row["quantity"]) for row in rows(url, Inspection)]
    assert found == [(2, "pass", Decimal("7.5")), (1, "no_access", None)]
    assert step_of(url, reference, "sign-off").waiting_for == (
        "a variation for what was measured again (line 2: 7.5 for 8); "
        "inspection of line 1 (no access to line 1); the client's own agreement"
    )
    error = refused(
        url,
        reference,
        InspectLines(
            passed=(1,), measured={2: Decimal(-1)}, no_access={1: ""}, rectify_by={2: TODAY}
        ),
        InvalidDecisionError,
    )
    for words in ("either looked at or not", "no quantity", "say why", "belong to snags"):
        assert words in error.text()


def test_a_sample_of_small_works_is_looked_at_and_whoever_signs_off_sees_it(
    sqlite_service: str,
) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "sign-off", route="call_off")
    error = refused(url, reference, SampleLines((1, 2, 9)), InvalidDecisionError)
    assert "Line 9 is not on the order." in error.text()
    assert "Line 2 ends with a certificate, so it is looked at." in error.text()
    act(url, reference, SampleLines((1,)))
    refused(url, reference, SampleLines((1,)), InvalidDecisionError)
    act(url, reference, InspectLines(passed=(2,)))
    left = refused(url, reference, Certify(), StatuteError).why
    assert "inspection" not in left
    (decided,) = [row for row in rows(url, Decision) if row["kind"] == "sample"]
    assert decided["plan"] is not None


def test_large_works_are_looked_at_line_by_line(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "sign-off")
    error = refused(sqlite_service, reference, SampleLines((1,)), InvalidDecisionError)
    assert "a sample is inspected of works up to £1,000.00 an order" in error.text()


TERMS = """
authority|valid_from|line_by_line|photographs_before|photographs_after|papers|sample_up_to
RBC|2026-05-01|no|none|none|no|{}
"""


def test_up_to_what_a_sample_is_inspected_is_the_authority_s_from_a_day_on(
    sqlite_service: str,
) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "sign-off")
    bring(url, "completion_terms", TERMS.format("£20,000"))
    act(url, reference, SampleLines((1,)))
    bring(url, "completion_terms", TERMS.format("0"))
    error = refused(url, reference, SampleLines((2,)), InvalidDecisionError)
    assert "every line is inspected here" in error.text()
    bring(url, "completion_terms", TERMS.format(""))
    error = refused(url, reference, SampleLines((2,)), InvalidDecisionError)
    assert "works up to £1,000.00 an order" in error.text()


@pytest.mark.sqlite
def test_the_certificate_says_which_lines_nobody_inspected_and_who_decided_it(url: str) -> None:
    reference = case_at(url, "sign-off", route="call_off")
    act(url, reference, SampleLines((1,)))
    later(days=1)
    act(url, reference, InspectLines(passed=(2,)))
    act(url, reference, HoldCertificate("electrical", "E-1"))
    act(url, reference, ClientAgrees(agrees=True, how=ViewHow.VISIT))
    act(url, reference, Certify())
    with reading(url) as conn:
        paper = completion_paper(conn, case=case_row(conn, reference=reference))
    assert paper.inspected == "line 2"
    (left,) = paper.not_inspected
    assert (left.lines, left.on) == ((1,), TODAY)
    assert left.by == "Tess Tyler"
    said = render_html(template="completion.html", paper=paper)
    assert "We inspected line 2 below." in said
    assert (
        "Line 1 was <strong>not inspected</strong>, by the decision of <bdi>Tess Tyler</bdi>"
        in said
    )
    assert "every line" not in said
