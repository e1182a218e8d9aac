"""Sign-off: whoever holds it up is named, snags are passed on once, the certificate is sent."""

from __future__ import annotations

from models.tables.record import Document
from models.tables.works import WorkOrder
from rules.pathway import StepStatus
from services.completion.completion import Certify, ClientAgrees, HoldCertificate, InspectLines
from tests.factories import act, case_at, later
from tests.looking import messages, rows, status_of, step_of
from tests.small_service import NOW, OTTO


def waits(url: str, reference: str) -> tuple[str, str]:
    step = step_of(url, reference, "sign-off")
    assert step.status is StepStatus.WAITING
    return step.owner, step.waiting_for


def test_it_waits_for_each_in_turn_and_says_everything_outstanding(url: str) -> None:
    reference = case_at(url, "sign-off", route="call_off")
    assert waits(url, reference) == (
        "technical officer",
        "inspection of lines 1 and 2; the electrical certificate; the client's own agreement",
    )
    act(url, reference, InspectLines(passed=(1,), snags={2: "a lamp flickers"}))
    owner, words = waits(url, reference)
    assert (owner, words.startswith("snags cleared on line 2;")) == ("contractor", True)
    act(url, reference, InspectLines(passed=(2,)))
    assert waits(url, reference)[0] == "contractor"  # the certificate
    act(url, reference, HoldCertificate("electrical", "E-1"))
    assert waits(url, reference) == ("client", "the client's own agreement")
    act(url, reference, ClientAgrees(agrees=True), by=OTTO)
    assert waits(url, reference) == ("technical officer", "officer certifies the works")


def test_snags_are_passed_on_to_the_contractor_with_a_day_to_clear_them_by(url: str) -> None:
    reference = case_at(url, "sign-off")
    act(url, reference, InspectLines(snags={2: "the seal leaks", 1: "a tile is loose"}))
    (message,) = messages(url, "snags_to_contractor")
    assert message["to"] == "jobs@avon.example"
    assert message["context"]["snags"] == [
        "works line 1 (Shower tray): a tile is loose",
        "works line 2 (Wall tiling): the seal leaks",
    ]
    assert message["context"]["clear_by"] == "2026-06-15"


def test_a_contractor_hears_of_a_snag_once_whatever_else_is_recorded(url: str) -> None:
    reference = case_at(url, "sign-off", route="call_off")
    act(url, reference, InspectLines(snags={2: "a lamp flickers"}))
    act(url, reference, HoldCertificate("electrical", "E-1"))
    act(url, reference, ClientAgrees(agrees=False))
    act(url, reference, InspectLines(passed=(1,)))
    assert len(messages(url, "snags_to_contractor")) == 1


def test_a_new_snag_is_a_new_message(url: str) -> None:
    reference = case_at(url, "sign-off")
    act(url, reference, InspectLines(snags={2: "the seal leaks"}))
    act(url, reference, InspectLines(passed=(2,)))
    act(url, reference, InspectLines(snags={2: "it leaks again"}))
    said = [message["context"]["snags"] for message in messages(url, "snags_to_contractor")]
    assert [snag.rpartition(": ")[2] for (snag,) in said] == ["the seal leaks", "it leaks again"]


def test_the_certified_date_starts_the_defects_period_and_the_client_gets_the_paper(
    url: str,
) -> None:
    reference = case_at(url, "sign-off")
    later(days=20)
    act(url, reference, InspectLines(all_pass=True))
    act(url, reference, ClientAgrees(agrees=True))
    act(url, reference, Certify())
    (order,) = rows(url, WorkOrder)
    assert order["certified_on"] == NOW.date().replace(day=21)
    assert order["defects_until"] == NOW.date().replace(year=2027, day=21)
    (message,) = messages(url, "completion_to_client")
    assert message["to"] == "ashby@home.example"
    assert message["context"]["defects_until"] == "2027-06-21"
    assert message["attachments"][0]["name"] == "WO-2026-00001 certificate of completion.html"
    assert rows(url, Document)[-1]["kind"] == "completion"
    assert status_of(url, reference, "sign-off") is StepStatus.DONE
