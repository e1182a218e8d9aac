"""What the Ombudsman found elsewhere is impossible here: one test a finding, in its own words.

Each tries it by every door that leads there: a decision at the command line, its page at the desk,
the page of a link, and the run that carries a case on.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from adapters import clock
from models.tables.agreement import ClientView
from models.tables.clocks import Alert, Clock
from models.tables.record import Document, Outbox
from models.tables.works import Invoice, Payment, WorkOrder
from rules.agreement import ViewHow
from rules.clocks.pause_terms import PauseCause
from rules.errors import InvalidDecisionError, NotPermittedError, StatuteError
from rules.orders import ExitGround
from rules.pathway import CaseStatus, StepStatus
from services.clocks.pausing import Pause
from services.completion.agreement import AnswerClient, ClientAgrees
from services.completion.completion import Certify, HoldCertificate
from services.completion.confirming import AskAssessor, AssessorConfirms
from services.completion.inspecting import InspectLines
from services.completion.snags import AnswerSnag
from services.decisions.exits import Exit
from services.links.decide import SendLink
from services.orders.works import CompleteWorks
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from tests.desk.links.contractor import Builder, client_path, path_of
from tests.desk.web.desk import Desk
from tests.factories import act, begin, case_at, decide, go, later, refused
from tests.looking import case, clocks, messages, rows, status_of
from tests.services.alerts.alerting import sweep
from tests.services.completion.ombudsman import DRIPS, TODAY, certified_nowhere, held_words, typed
from tests.small_service import AVON, FINN, OTTO, REFERENCE, TESS


@pytest.mark.sqlite
def test_works_are_signed_off_while_the_client_reports_them_outstanding(url: str) -> None:
    case_at(url, "sign-off")
    act(url, REFERENCE, InspectLines(all_pass=True))
    act(url, REFERENCE, DRIPS)
    assert "an answer in writing" in refused(url, REFERENCE, Certify(), StatuteError).why
    assert "Answer what the client says is outstanding" in Desk(TESS).get("/?tab=all").text
    certified_nowhere(url)
    refusing = Desk(TESS).get(f"/cases/{REFERENCE}/decide/certify")
    assert "an answer in writing" in refusing.text
    running = [row for row in rows(url, Clock) if row["name"] == "answer_client"]
    assert [row["stopped_on"] for row in running] == [None]
    act(url, REFERENCE, AnswerClient("We fix it on Monday; the handle is not part of the works."))
    act(url, REFERENCE, Certify())
    assert status_of(url, REFERENCE, "sign-off") is StepStatus.DONE


@pytest.mark.sqlite
def test_a_client_s_view_says_how_it_was_given_and_nobody_says_it_for_them(url: str) -> None:
    case_at(url, "sign-off")
    by_link = ClientAgrees(agrees=True, how=ViewHow.LINK)
    refused(url, REFERENCE, by_link, NotPermittedError, by=TESS)
    assert "--how is missing" in typed("sign-off", "--client-agrees", "--by", TESS).output
    spoken = ClientAgrees(agrees=True, how=ViewHow.TELEPHONE, spoken_by="Ann Ashby, daughter")
    decide(url, REFERENCE, spoken, by=TESS)
    (view,) = rows(url, ClientView)
    assert (view["how"], view["spoken_by"]) == ("telephone", "Ann Ashby, daughter")
    assert "Ann Ashby" not in held_words(url)


def test_the_client_is_never_given_the_schedule_of_works(sqlite_service: str) -> None:
    url = sqlite_service
    case_at(url, "works")
    (sent,) = messages(url, "order_to_client")
    (order,) = rows(url, WorkOrder)
    assert [one["line"] for one in sent["context"]["works"]] == [1, 2]
    assert sent["context"]["sums"]["total_pence"] > 0
    assert (sent["context"]["order_number"], order["status"]) == (order["number"], "sent")
    page = Builder(client_path(url)).get().text
    for one in sent["context"]["works"]:
        assert one["what"] in page


def test_nobody_monitors_whether_works_start(sqlite_service: str) -> None:
    url = sqlite_service
    case_at(url, "works")
    (start,) = [row for row in rows(url, Clock) if row["name"] == "start_works"]
    (order,) = rows(url, WorkOrder)
    assert (start["due_on"], start["stopped_on"]) == (order["start_by"], None)
    refused(url, REFERENCE, CompleteWorks(TODAY, "photographs"), InvalidDecisionError)
    assert typed("works", "--complete", TODAY.isoformat(), "--by", TESS).exit_code != 0
    builder = Builder(path_of(url))
    sent = builder.send("complete", over=builder.hidden("/do/ask"))
    assert sent.status_code >= 400, "there is no form for it either"
    later(days=60)
    sweep(url, clock.now())
    raised = {row["rung"] for row in rows(url, Alert) if row["clock_id"] == start["id"]}
    assert raised, "nobody has to look: a start that is late tells"
    assert rows(url, WorkOrder)[0]["completed_on"] is None


@pytest.mark.parametrize("door", ["decision", "command", "page"])
def test_a_case_is_cancelled_and_the_family_is_not_told(sqlite_service: str, door: str) -> None:
    url = sqlite_service
    case_at(url, "assign")
    gone = {"outcome": "withdrawn", "ground": "applicant_withdrew"}
    if door == "decision":
        leaves = Exit(CaseStatus.WITHDRAWN, ground=ExitGround.APPLICANT_WITHDREW)
        act(url, REFERENCE, leaves, by=TESS)
    elif door == "command":
        words = [word for name, held in gone.items() for word in (f"--{name}", held)]
        assert typed("exit", *words, "--by", TESS).exit_code == 0
    else:
        desk, page = Desk(TESS), f"/cases/{REFERENCE}/decide/exit"
        (over,) = re.findall(r'name="over" value="(\d+)"', desk.get(page).text)
        sent = desk.send(page, over=over, reason="they rang", do="record", **gone)
        assert sent.status_code == 303, sent.text
    go(REFERENCE)
    (told,) = messages(url, "case_ended_to_client")
    assert told["to"] == "ashby@home.example"


def test_agreed_works_or_amounts_are_unclear(sqlite_service: str) -> None:
    url = sqlite_service
    case_at(url, "works")
    (sent,) = messages(url, "order_to_client")
    mailed = sent["context"]
    assert {"total_pence", "grant_pence", "contribution_pence"} <= mailed["sums"].keys()
    assert all(one["what"] and one["quantity"] for one in mailed["works"])
    assert "work_order" in {row["kind"] for row in rows(url, Document)}


def test_works_are_signed_off_without_the_assessor_who_was_to_confirm_them(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    case_at(url, "sign-off")
    act(url, REFERENCE, AskAssessor(), by=TESS, reason="a hoist over a bath")
    act(url, REFERENCE, InspectLines(all_pass=True))
    act(url, REFERENCE, ClientAgrees(agrees=True, how=ViewHow.VISIT))
    assert "assessor's confirmation" in refused(url, REFERENCE, Certify(), StatuteError).why
    refused(url, REFERENCE, AssessorConfirms(meets=True), NotPermittedError, by=TESS)
    act(url, REFERENCE, AssessorConfirms(meets=False, missing="the rail is too low"), by=OTTO)
    assert "finds missing" in refused(url, REFERENCE, Certify(), StatuteError).why
    certified_nowhere(url)
    act(url, REFERENCE, AssessorConfirms(meets=True), by=OTTO)
    act(url, REFERENCE, Certify())


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ({"agrees": True, "other": "It drips."}, "not both"),
        ({"agrees": False}, "Say what is outstanding"),
        ({"agrees": True, "how": ViewHow.SIGNATURE}, "Sign in the box"),
        ({"agrees": True, "how": ViewHow.SIGNATURE, "signed": "A. Ashby"}, "Tick that the name"),
        ({"agrees": True, "signed": "A. Ashby"}, "There is a signature"),
        ({"agrees": False, "other": "\0"}, "control characters"),
        ({"agrees": False, "other": "x" * 2001}, "2,000 characters"),
    ],
)
def test_a_view_that_says_nothing_or_contradicts_itself(view: dict[str, object], said: str) -> None:
    made = ClientAgrees(**{"how": ViewHow.VISIT, **view})  # type: ignore[arg-type]  # its own names
    assert said in " ".join(made.problems())


def test_the_order_and_its_schedule_leave_together_or_not_at_all(sqlite_service: str) -> None:
    case_at(sqlite_service, "works")
    kinds = {row["payload"].get("kind"): row["created_at"] for row in rows(sqlite_service, Outbox)}
    assert kinds["order_to_client"] == kinds["order_to_contractor"]
    assert case(sqlite_service, REFERENCE).status == CaseStatus.OPEN
    begin(sqlite_service, REFERENCE, TODAY)
    act(sqlite_service, REFERENCE, CompleteWorks(TODAY, "photographs"))
    (asked,) = messages(sqlite_service, "complete_to_client")
    assert asked["context"]["page"].startswith("k/")
    decide(sqlite_service, REFERENCE, SendLink(), by=TESS)


def test_snagging_goes_on_for_over_a_year(sqlite_service: str) -> None:
    url = sqlite_service
    case_at(url, "sign-off")
    act(url, REFERENCE, InspectLines(passed=(2,), snags={1: "it leaks"}))
    (old,) = [one for one in clocks(url, REFERENCE) if one.name == "old_snag"]
    assert old.due_on - TODAY < timedelta(days=92)
    for days in (60, 120, 120, 120):  # however often it is answered and found again
        act(url, REFERENCE, AnswerSnag((1,), put_right=False, words="it was so"), by=AVON)
        later(days=days)
        act(url, REFERENCE, InspectLines(still={1: "it leaks on"}))
    act(url, REFERENCE, ClientAgrees(agrees=True, how=ViewHow.VISIT))
    refused(url, REFERENCE, Certify(), StatuteError)
    certified_nowhere(url)
    (still,) = [one for one in clocks(url, REFERENCE) if one.name == "old_snag"]
    assert (still.due_on, still.holder, still.stopped_on) == (old.due_on, "council", None)
    sweep(url, clock.now())
    rungs = {row["rung"] for row in rows(url, Alert) if row["clock_id"] == still.id}
    assert max(rungs) >= 3, "its officer and then their manager are told"


def test_a_variation_is_not_recorded(sqlite_service: str) -> None:
    url = sqlite_service
    case_at(url, "sign-off", route="call_off")
    act(url, REFERENCE, InspectLines(measured={1: Decimal(6)}, passed=(2,)))
    act(url, REFERENCE, ClientAgrees(agrees=True, how=ViewHow.VISIT))
    act(url, REFERENCE, HoldCertificate("electrical", "E-1"))
    error = refused(url, REFERENCE, Certify(), StatuteError)
    assert "a variation for what was measured again (line 1: 6 for 4)" in error.why
    certified_nowhere(url)
    assert "a variation for what was measured again" in Desk(TESS).get(f"/cases/{REFERENCE}").text
    more = RecordInvoice("A-1", TODAY, 512_10, {1: 270_00, 2: 190_50})
    act(url, REFERENCE, more, by=AVON)
    (invoice,) = rows(url, Invoice)
    assert invoice["status"] == "queried"
    assert invoice["findings"][0].startswith("Line 1: invoiced £270.00, and nothing of it")
    refused(url, REFERENCE, Release(), StatuteError, by=FINN)
    page = Builder(path_of(url)).get("/do/claim-variation")
    assert page.status_code == 200, "it is claimed there, and nowhere by an invoice"
    assert rows(url, Payment) == []


@pytest.mark.sqlite
@pytest.mark.parametrize("step", ["approve", "works", "pay"])
def test_a_case_of_the_backlog_has_no_dated_plan(url: str, step: str) -> None:
    case_at(url, step)
    now = [one for one in clocks(url, REFERENCE) if one.stopped_on is None]
    assert [one.name for one in now if one.kind == "step" and one.due_on is not None]
    decide(url, REFERENCE, Pause(PauseCause.CLIENT_CHOICE, TODAY, evidence="a call"), by=TESS)
    paused = [one for one in clocks(url, REFERENCE) if one.stopped_on is None]
    (review,) = [one for one in paused if one.name == "review_pause"]
    assert review.due_on is not None, "a wait is looked at again on a day"
    page = Desk(TESS).get(f"/cases/{REFERENCE}").text
    assert f"{review.due_on:%-d %B %Y}" in page, "and the page of the case says which"
    go(REFERENCE)
    assert [one.due_on for one in clocks(url, REFERENCE) if one.name == "review_pause"] == [
        review.due_on
    ]
