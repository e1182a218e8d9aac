"""Sign-off: whoever holds it up is named, snags are passed on once, the certificate is sent."""

from __future__ import annotations

from datetime import date

import pytest

from models.case_queries import case_row
from models.database import reading
from models.tables.record import Document
from models.tables.works import WorkOrder
from rules.agreement import ViewHow
from rules.documents.papers import CompletionPaper
from rules.pathway import StepStatus
from services.completion.agreement import ClientAgrees
from services.completion.completion import Certify, HoldCertificate
from services.completion.inspecting import InspectLines
from services.completion.sign_off import completion_paper
from tests.factories import act, case_at, later
from tests.looking import messages, rows, status_of, step_of
from tests.small_service import NOW, OTTO


def waits(url: str, reference: str) -> tuple[str, str]:
    step = step_of(url, reference, "sign-off")
    assert step.status is StepStatus.WAITING
    return step.owner, step.waiting_for


@pytest.mark.sqlite
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
    act(url, reference, ClientAgrees(agrees=True, how=ViewHow.VISIT), by=OTTO)
    assert waits(url, reference) == ("technical officer", "officer certifies the works")


@pytest.mark.sqlite
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


def certificate_of(url: str, **options: str) -> CompletionPaper:
    """Return the certificate of completion of a case that is signed off today."""
    reference = case_at(url, "aftercare", **options)
    with reading(url) as conn:
        return completion_paper(conn, case=case_row(conn, reference=reference))


@pytest.mark.parametrize(
    ("tenure", "quantity", "until"),
    [
        ("owner", "150", date(2036, 6, 1)),  # 150 rails: a grant of more than £5,000 is charged
        ("owner", "4", None),
        ("private_tenant", "150", None),
    ],
)
def test_the_certificate_says_until_when_an_owner_s_charge_runs_and_when_the_client_agreed(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch, tenure: str, quantity: str, until: date
) -> None:
    rails = ("grab_rails", (f"RAIL | {quantity} | | ",))
    monkeypatch.setattr("tests.factories.WORKS", {"call_off": rails})
    monkeypatch.setattr("tests.factories.kept", lambda _url, *, name, walk: walk())
    paper = certificate_of(sqlite_service, tenure=tenure, route="call_off")
    assert (paper.charge_until, paper.client_agreed_on) == (until, NOW.date())


@pytest.mark.sqlite
def test_a_contractor_hears_of_a_snag_once_whatever_else_is_recorded(url: str) -> None:
    reference = case_at(url, "sign-off", route="call_off")
    act(url, reference, InspectLines(snags={2: "a lamp flickers"}))
    act(url, reference, HoldCertificate("electrical", "E-1"))
    act(url, reference, ClientAgrees(agrees=False, how=ViewHow.VISIT, other="The lamp flickers."))
    act(url, reference, InspectLines(passed=(1,)))
    assert len(messages(url, "snags_to_contractor")) == 1


@pytest.mark.sqlite
def test_a_new_snag_is_a_new_message(url: str) -> None:
    reference = case_at(url, "sign-off")
    act(url, reference, InspectLines(snags={2: "the seal leaks"}))
    act(url, reference, InspectLines(passed=(2,)))
    act(url, reference, InspectLines(snags={2: "it leaks again"}))
    said = [message["context"]["snags"] for message in messages(url, "snags_to_contractor")]
    assert [snag.rpartition(": ")[2] for (snag,) in said] == ["the seal leaks", "it leaks again"]


@pytest.mark.sqlite
def test_the_certified_date_starts_the_defects_period_and_the_client_gets_the_paper(
    url: str,
) -> None:
    reference = case_at(url, "sign-off")
    later(days=20)
    act(url, reference, InspectLines(all_pass=True))
    act(url, reference, ClientAgrees(agrees=True, how=ViewHow.VISIT))
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
