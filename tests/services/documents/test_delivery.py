"""Messages leave once: with what they say and carry, later when mail is down, never twice."""

from __future__ import annotations

import socket
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters.settings import settings
from models import outbox
from models.database import writing
from models.tables.record import Document, Outbox
from services.assignment.decide import AnswerOffer
from services.documents.delivery import Delivered, deliver_due, deliver_for_case
from services.grants.approve import Approve
from tests.factories import act, case_at, decide, go, later
from tests.looking import contents, messages, rows, waiting_rows
from tests.small_service import NOW

ACCEPT = AnswerOffer(accepted=True)
FROM_HANDRAIL = "adaptations@rugby.example"


def mailed() -> list[EmailMessage]:
    """Return what lies in the maildir, by file name."""
    found = []
    for file in sorted((settings().maildir / "new").iterdir()):
        mail = message_from_bytes(file.read_bytes(), policy=default)
        assert isinstance(mail, EmailMessage)
        found.append(mail)
    return found


@pytest.fixture
def set_mail(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give a function that changes the mail settings of this process."""

    def change(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"HANDRAIL_{name.upper()}", str(value))
        settings.cache_clear()

    return change


@pytest.fixture
def closed_port() -> int:
    """Give a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Receiver:
    """A mail server that keeps the id of each message it takes."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        self.ids.append(str(message_from_bytes(envelope.content, policy=default)["Message-ID"]))
        return "250 OK"


@pytest.mark.sqlite
def test_every_message_of_a_case_leaves_with_its_run(url: str) -> None:
    case_at(url, "aftercare")
    assert [row for row in waiting_rows(url) if row.kind == "message"] == []
    assert len(mailed()) == len(messages(url))
    assert {str(mail["To"]) for mail in mailed()} == {"ashby@home.example", "jobs@avon.example"}


@pytest.mark.sqlite
def test_an_answer_goes_to_the_authority_s_own_address_where_somebody_reads_it(url: str) -> None:
    case_at(url, "assign")
    assert {str(mail["Reply-To"]) for mail in mailed()} == {"home@rbc.example"}
    assert {str(mail["From"]) for mail in mailed()} == {settings().mail_from}


@pytest.mark.sqlite
def test_an_order_carries_the_very_bytes_on_record(url: str) -> None:
    case_at(url, "works")
    order = next(row for row in rows(url, Document) if row["kind"] == "work_order")
    (mail,) = [one for one in mailed() if "Work order" in str(one["Subject"])]
    (attachment,) = list(mail.iter_attachments())
    data = attachment.get_payload(decode=True)
    assert data == (settings().documents_folder / order["path"]).read_bytes()


@pytest.mark.sqlite
def test_delivering_again_sends_nothing_again(url: str) -> None:
    reference = case_at(url, "works")
    before, sent = contents(url), len(mailed())
    assert deliver_for_case(reference) == deliver_due() == Delivered(sent=0, failed=0)
    assert contents(url) == before
    assert len(mailed()) == sent


@pytest.mark.sqlite
def test_a_letter_for_somebody_without_e_mail_goes_to_the_officer_to_post(url: str) -> None:
    case_at(url, "assign", email="")
    (mail,) = [one for one in mailed() if "approved" in str(one["Subject"]).lower()]
    assert mail["To"] == "tess@rbc.example"
    body = mail.get_body(("plain",))
    assert body is not None
    lines = body.get_content().splitlines()
    assert lines[:3] == ["Please post this letter to:", "Mrs Ashby", "14 Hill Road, Rugby"]


@pytest.mark.sqlite
def test_with_mail_down_decisions_and_orders_go_on_and_messages_wait(
    url: str, set_mail: Callable[..., None], closed_port: int
) -> None:
    set_mail(mail="smtp", smtp_port=closed_port, smtp_timeout=2, mail_from=FROM_HANDRAIL)
    reference = case_at(url, "assign")
    standing = act(url, reference, ACCEPT)
    assert standing.state_name == "AwaitingWorks"
    waiting = [row for row in waiting_rows(url) if row.kind == "message"]
    assert len(waiting) == len(messages(url)) >= 4
    assert {row.status for row in waiting} == {"waiting"}
    assert all("cannot be reached" in row.last_error for row in waiting)
    assert all(row.next_attempt_at > NOW for row in waiting)
    assert deliver_due() == Delivered(sent=0, failed=0), "nothing is tried before its time"
    later(seconds=6)
    assert deliver_due() == Delivered(sent=0, failed=len(waiting))
    assert {row.attempts for row in waiting_rows(url) if row.kind == "message"} == {2}


@pytest.mark.sqlite
def test_when_mail_is_back_everything_that_waited_leaves_once(
    url: str, set_mail: Callable[..., None], closed_port: int
) -> None:
    set_mail(mail="smtp", smtp_port=closed_port, smtp_timeout=2, mail_from=FROM_HANDRAIL)
    case_at(url, "works")
    wanted = len(messages(url))
    receiver = Receiver()
    server = Controller(receiver, hostname="127.0.0.1", port=closed_port)
    server.start()
    try:
        later(minutes=5)
        assert deliver_due() == Delivered(sent=wanted, failed=0)
        assert deliver_due() == Delivered(sent=0, failed=0)
    finally:
        server.stop()
    assert len(receiver.ids) == len(set(receiver.ids)) == wanted
    assert {row["status"] for row in rows(url, Outbox) if row["kind"] == "message"} == {"sent"}


def test_an_address_no_mail_can_go_to_is_dead_at_once_and_stops_nothing_else(
    url: str, set_mail: Callable[..., None]
) -> None:
    reference = case_at(url, "approve")
    decide(url, reference, Approve(approved=True))
    set_mail(mail_from="no address at all")
    go(reference)
    dead = [row for row in waiting_rows(url) if row.kind == "message"]
    assert {row.status for row in dead} == {"dead"}
    assert all("Correct the address" in row.last_error for row in dead)
    set_mail(mail_from=FROM_HANDRAIL)
    with writing(url) as conn:
        assert outbox.retry(conn, now=NOW) == len(dead) == 2
    assert deliver_for_case(reference) == Delivered(sent=2, failed=0)


@pytest.mark.sqlite
def test_a_document_lost_from_disk_is_named_and_sent_once_it_is_restored(
    url: str, set_mail: Callable[..., None], closed_port: int
) -> None:
    set_mail(mail="smtp", smtp_port=closed_port, smtp_timeout=2, mail_from=FROM_HANDRAIL)
    case_at(url, "assign")
    set_mail(mail="maildir")
    (paper,) = (row for row in rows(url, Document) if row["kind"] == "approval")
    file = settings().documents_folder / paper["path"]
    aside = file.rename(Path(f"{file}.aside"))
    later(minutes=1)
    found = deliver_due()
    assert found.failed == 1
    (stuck,) = [row for row in waiting_rows(url) if row.kind == "message"]
    assert paper["path"] in stuck.last_error
    assert "from a backup" in stuck.last_error
    aside.rename(file)
    later(minutes=1)
    assert deliver_due() == Delivered(sent=1, failed=0)
