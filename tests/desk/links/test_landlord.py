"""A landlord's own page: one request, one answer, and every way to misuse it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa

from adapters import clock
from adapters.signed_links import address_of_link
from models.database import writing
from models.tables.consents import LandlordAnswer, LandlordQuestion
from models.tables.links import CaseLink
from models.tables.record import Audit, Decision
from models.tables.works import Consent
from rules.cases import ConsentAnswer, LinkOf, ReceivedKind
from rules.errors import InvalidDecisionError, UnknownReferenceError
from rules.pathway import CaseStatus, StepStatus
from services.consents.decide import AnswerConsent
from services.consents.landlord import AnswerLandlord, LandlordAnswers, Says
from services.decisions.exits import Exit
from services.decisions.specification import Specify
from services.documents.received import ReceiveDocument
from services.links.decide import RevokeLink
from tests.desk.links.contractor import Builder
from tests.desk.web.desk import BASE, Desk
from tests.factories import act, case_at, decide, go, later, new_case, refused
from tests.looking import contents, messages, rows, status_of, step_of
from tests.small_service import NOW, REFERENCE, TESS

ANSWERS: Final = "landlord-answers"
NAME: Final = "Ms Agent for Mr Lett"


def landlord_path(url: str, number: int = -1) -> str:
    """Return the path of a link that was sent to a landlord."""
    links = [row for row in rows(url, CaseLink) if row["purpose"] == "landlord"]
    return address_of_link(f"c/{links[number]['name']}").removeprefix(BASE)


@pytest.fixture
def landlord(sqlite_service: str) -> Builder:
    """Give a private landlord that was asked for consent."""
    case_at(sqlite_service, "consent", tenure="private_tenant")
    return Builder(landlord_path(sqlite_service))


def consent(url: str) -> dict[str, Any]:
    return rows(url, Consent)[-1]


def test_the_request_carries_the_link_and_the_page_shows_what_is_asked(
    sqlite_service: str, landlord: Builder
) -> None:
    (asked,) = messages(sqlite_service, "consent_request_to_landlord")
    assert asked["context"]["page"].startswith("c/")
    before = contents(sqlite_service)
    page = landlord.get()
    for words in ("Mrs Ashby", "14 Hill Road", "22 June 2026", "Shower tray", "section 190"):
        assert words in page.text, words
    for secret in ("£", "1941", "ashby@home.example"):
        assert secret not in page.text
    for more in (
        f"/do/{ANSWERS}",
        "/do/landlord-asks",
        "/do/certify",
        "/papers/1/a.html",
        "/again",
    ):
        assert landlord.get(more).status_code in {200, 303, 404, 409}
    assert contents(sqlite_service) == before, "opening it answers nothing"
    assert page.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("typed", "basis", "conditions", "status"),
    [
        ({"says": "agreed", "valid_to": "2026-12-31"}, "granted", "", "done"),
        (
            {"says": "agreed_on_conditions", "conditions": "Tell us\r\nPhotographs"},
            "granted",
            "Tell us; Photographs",
            "done",
        ),
        ({"says": "not_agreed", "reasons": "The floor is thin."}, "refused", "", "waiting"),
    ],
)
def test_a_landlord_answers_once(
    sqlite_service: str,
    landlord: Builder,
    typed: dict[str, str],
    basis: str,
    conditions: str,
    status: str,
) -> None:
    sent = landlord.send(ANSWERS, answered_by=NAME, **typed)
    assert sent.headers["location"].endswith("?recorded=yes"), sent.text
    found = consent(sqlite_service)
    assert (found["basis"], found["conditions"]) == (basis, conditions)
    assert status_of(sqlite_service, REFERENCE, "consent") == status
    (said,) = [one for one in rows(sqlite_service, Decision) if one["kind"] == ANSWERS]
    assert said["actor"] == "the landlord"
    (answer,) = rows(sqlite_service, LandlordAnswer)
    assert (answer["how"], answer["answered_by"]) == ("page", NAME)
    for words in ("Agent", "floor is thin"):
        assert words not in repr(rows(sqlite_service, Audit))
    before = contents(sqlite_service)
    assert landlord.get(f"/do/{ANSWERS}").status_code == 409
    assert "on 1 June 2026" in landlord.get().text
    assert "Mrs Ashby" not in landlord.get().text
    assert contents(sqlite_service) == before
    assert NAME in Desk(TESS).get(f"/cases/{REFERENCE}").text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"says": "agreed"}, "Who answers for the landlord"),
        ({"says": "not_agreed", "answered_by": NAME}, "a refusal must give them in writing"),
        ({"says": "agreed_on_conditions", "answered_by": NAME}, "on which conditions"),
        ({"says": "agreed", "answered_by": NAME, "conditions": "x"}, "choose that, or say none"),
        ({"says": "agreed", "answered_by": NAME, "reasons": "x"}, "or give none"),
        ({"says": "agreed", "answered_by": NAME, "valid_to": "2026-05-31"}, "is over"),
        ({"says": "agreed", "answered_by": "x" * 121}, "120 characters"),
        ({"answered_by": NAME}, "consent to the works"),
    ],
)
def test_an_answer_that_cannot_stand_changes_nothing_and_is_kept_on_the_form(
    sqlite_service: str, landlord: Builder, typed: dict[str, str], told: str
) -> None:
    before = contents(sqlite_service)
    answer = landlord.send(ANSWERS, **typed)
    assert answer.status_code == 422
    assert told in answer.text
    assert contents(sqlite_service) == before


def test_two_answers_of_one_landlord_and_one_after_the_officer_s_are_told_what_stands(
    sqlite_service: str, landlord: Builder
) -> None:
    forms = [landlord.form(ANSWERS) for _ in range(2)]
    landlord.send(ANSWERS, over=forms[0], says="agreed", answered_by=NAME)
    before = contents(sqlite_service)
    second = landlord.send(ANSWERS, over=forms[1], says="not_agreed", answered_by=NAME, reasons="x")
    assert second.status_code == 409
    assert contents(sqlite_service) == before


def test_an_answer_after_the_officer_s_decision_changes_nothing(
    sqlite_service: str, landlord: Builder
) -> None:
    form = landlord.form(ANSWERS)
    later(days=60)
    act(sqlite_service, REFERENCE, AnswerConsent(ConsentAnswer.TREATED_AS_GIVEN))
    before = contents(sqlite_service)
    assert landlord.send(ANSWERS, over=form, says="agreed", answered_by=NAME).status_code == 409
    assert contents(sqlite_service) == before
    assert "no answer is needed any more" in landlord.get().text


def test_a_landlord_asks_and_is_answered_by_mail(sqlite_service: str, landlord: Builder) -> None:
    sent = landlord.send("landlord-asks", question="Who makes good?")
    assert sent.headers["location"].endswith("?recorded=yes")
    assert landlord.send("landlord-asks", question="Who makes good?").status_code == 422
    assert "still to come" in landlord.get().text
    assert step_of(sqlite_service, REFERENCE, "consent").owner == "landlord"
    refused(sqlite_service, REFERENCE, AnswerLandlord(2, "We do."), InvalidDecisionError)
    act(sqlite_service, REFERENCE, AnswerLandlord(1, "The contractor."))
    (told,) = messages(sqlite_service, "question_answered_to_landlord")
    assert told["context"]["answer"] == "The contractor."
    assert "The contractor." in landlord.get().text
    assert len(rows(sqlite_service, LandlordQuestion)) == 1
    assert "makes good" not in repr(rows(sqlite_service, Audit))


def test_a_link_is_expired_tampered_with_stopped_or_another_s(
    sqlite_service: str, landlord: Builder
) -> None:
    new_case(sqlite_service, reference="DFG-2")
    token = landlord.path.rpartition("/")[2]
    for wrong in (f"/c/{token[:-1]}0", f"/c/{token[1:]}", f"/k/{token}", f"/o/{token}", "/c/x.y"):
        assert landlord.desk.get(wrong).status_code == 404, wrong
    other = case_at(sqlite_service, "consent", reference="DFG-3", tenure="private_tenant")
    assert "Case DFG-1." in landlord.get().text
    form = landlord.form(ANSWERS)
    theirs = Builder(landlord_path(sqlite_service))
    assert f"Case {other}." in theirs.get().text
    assert theirs.send(ANSWERS, over=form, says="agreed", answered_by=NAME).status_code == 403
    decide(sqlite_service, other, RevokeLink(LinkOf.LANDLORD))
    assert theirs.get().status_code == 404
    with writing(sqlite_service) as conn:
        conn.execute(sa.update(CaseLink).values(expires_at=clock.now()))
    assert landlord.get().status_code == 404
    says = LandlordAnswers(Says.AGREED, NAME)
    for by in ("the landlord", "landlord", "Mr Lett"):
        refused(sqlite_service, REFERENCE, says, UnknownReferenceError, by=by)


def test_a_request_that_a_newer_one_took_the_place_of_takes_no_answer(
    sqlite_service: str, landlord: Builder
) -> None:
    until = AnswerConsent(ConsentAnswer.GRANTED, valid_to=NOW.date() + timedelta(days=30))
    act(sqlite_service, REFERENCE, until)
    assert landlord.get(f"/do/{ANSWERS}").status_code == 409


def test_drawings_go_with_the_request(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "specify", tenure="private_tenant")
    drawing = ReceiveDocument(
        ReceivedKind.DRAWING, "plan.pdf", "application/pdf", "aa/a.pdf", "aa", 1
    )
    decide(sqlite_service, reference, drawing)
    act(sqlite_service, reference, Specify())
    (asked,) = messages(sqlite_service, "consent_request_to_landlord")
    assert [one["name"] for one in asked["attachments"]][1:] == ["plan.pdf"]
    assert "plan: " in Builder(landlord_path(sqlite_service)).get().text


def test_a_landlord_is_told_when_the_case_ends(sqlite_service: str, landlord: Builder) -> None:
    act(sqlite_service, REFERENCE, Exit(CaseStatus.WITHDRAWN))
    go(REFERENCE)
    (told,) = messages(sqlite_service, "case_ended_to_landlord")
    assert "withdrawn" not in repr(told["context"])
    assert "no answer is needed any more" in landlord.get().text
    assert status_of(sqlite_service, REFERENCE, "consent") is StepStatus.ENDED
