"""Safe to run twice: every task, at every stage, and a run that was cut off anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import update

from adapters.settings import settings
from flows.advance_case import PROCEDURES
from models.database import writing
from models.tables.prices import Offer, Turn
from models.tables.record import Document, Outbox
from models.tables.works import WorkOrder
from rules.agreement import ViewHow
from rules.pathway import PATHWAY, CaseStatus, StepName, StepStatus
from services.assignment.decide import AnswerOffer
from services.assignment.offers import lapse_offer, offers_to_lapse
from services.cases.advance import open_steps
from services.cases.ending import tell_everyone
from services.cases.sweep import cases_to_advance
from services.competitions.award import open_competition
from services.competitions.invitations import invitation_due
from services.completion.agreement import ClientAgrees
from services.completion.inspecting import InspectLines
from services.completion.sign_off import review_completion, send_completion, write_completion
from services.consents.consent import match_consent
from services.consents.request import send_consent_request, write_consent_request
from services.decisions.exits import Exit
from services.decisions.notice import give_notice, write_notice
from services.documents.delivery import deliver_due, deliver_for_case
from services.grants.approve import Approve
from services.orders.raise_order import raise_order, send_order, write_work_order
from tests.factories import act, case_at, decide, go, new_case, usual_decision
from tests.looking import contents, messages, rows, status_of

EVERY_TASK: list[Callable[[str], object]] = [
    *PROCEDURES.values(),
    *(open_steps, lapse_offer, tell_everyone, deliver_for_case, raise_order, match_consent),
    *(invitation_due, open_competition),
]


@pytest.mark.sqlite
@pytest.mark.parametrize(("route", "tenure"), [("pre_priced", "owner"), ("quotes", "rp_tenant")])
def test_every_task_run_again_at_every_stage_changes_nothing(
    url: str, route: str, tenure: str
) -> None:
    for _ in stages(url, route=route, tenure=tenure):
        before = contents(url)
        for task in EVERY_TASK:
            task("DFG-1")
            assert contents(url) == before, task
        go("DFG-1")
        deliver_due()
        assert (offers_to_lapse(), cases_to_advance("")) == ((), ())
        assert contents(url) == before


def stages(url: str, **options: str) -> Iterator[StepName]:
    """Walk a case from its opening to its defects period, pausing wherever it waits."""
    reference = new_case(url, **options)
    go(reference)
    for step in PATHWAY:
        while status_of(url, reference, step) is StepStatus.WAITING:
            yield step
            if step is StepName.AFTERCARE:
                return
            act(url, reference, usual_decision(url, reference, step))


@pytest.mark.sqlite
def test_every_task_run_again_after_the_end_changes_nothing(url: str) -> None:
    reference = case_at(url, "works")
    act(url, reference, Exit(CaseStatus.MOVED))
    before = contents(url)
    for task in EVERY_TASK:
        task(reference)
    assert contents(url) == before


# ---- a run cut off between its transactions, and another in its place


@pytest.mark.sqlite
def test_a_consent_matched_and_written_and_not_sent_is_asked_for_once(url: str) -> None:
    reference = case_at(url, "specify", tenure="private_tenant")
    decide(url, reference, usual_decision(url, reference, StepName.SPECIFY))
    open_steps(reference)
    to_ask = match_consent(reference)
    assert to_ask is not None
    write_consent_request(reference, to_ask)  # here the process is killed
    assert match_consent(reference) == to_ask
    go(reference)
    send_consent_request(reference, to_ask, write_consent_request(reference, to_ask))
    assert once(url, "consent_request_to_landlord", "consent_request")


@pytest.mark.sqlite
def test_a_notice_written_and_not_given_is_given_once(url: str) -> None:
    reference = case_at(url, "approve")
    decide(url, reference, Approve(approved=True))
    notice = write_notice(reference)  # here the process is killed
    go(reference)
    give_notice(reference, notice)
    assert once(url, "approval_to_client", "approval")
    assert (len(rows(url, Offer)), len(rows(url, Turn))) == (1, 1)


@pytest.mark.sqlite
def test_an_order_raised_and_written_and_not_sent_is_sent_once(url: str) -> None:
    reference = case_at(url, "assign")
    decide(url, reference, AnswerOffer(accepted=True))
    open_steps(reference)
    assert raise_order(reference)
    paper = write_work_order(reference)  # here the process is killed
    assert [row["status"] for row in rows(url, WorkOrder)] == ["raised"]
    go(reference)
    send_order(reference, paper)
    assert once(url, "order_to_contractor", "work_order")
    assert [row["status"] for row in rows(url, WorkOrder)] == ["sent"]


@pytest.mark.sqlite
def test_a_certificate_written_and_not_sent_is_sent_once(url: str) -> None:
    reference = case_at(url, "sign-off")
    act(url, reference, InspectLines(all_pass=True))
    act(url, reference, ClientAgrees(agrees=True, how=ViewHow.VISIT))
    decide(url, reference, usual_decision(url, reference, StepName.SIGN_OFF))
    assert review_completion(reference)
    certificate = write_completion(reference)  # here the process is killed
    go(reference)
    send_completion(reference, certificate)
    assert once(url, "completion_to_client", "completion")


def once(url: str, kind: str, document: str) -> bool:
    """Say whether one message of a kind and one document of a kind are there."""
    papers_of_kind = [row for row in rows(url, Document) if row["kind"] == document]
    return len(messages(url, kind)) == len(papers_of_kind) == 1


def test_a_message_sent_and_not_marked_lies_in_the_maildir_once(url: str) -> None:
    case_at(url, "assign")
    sent = sorted(file.name for file in (settings().maildir / "new").iterdir())
    with writing(url) as conn:  # as if the process had died between sending and marking
        of_messages = update(Outbox).where(Outbox.kind == "message")
        conn.execute(of_messages.values(status="waiting", done_at=None))
    assert deliver_due().sent == len(sent)
    assert sorted(file.name for file in (settings().maildir / "new").iterdir()) == sent
