"""What did not arrive: known once, told to somebody, sent again to a corrected address."""

from __future__ import annotations

import socket
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters import clock
from adapters.mail import message_id
from adapters.settings import settings
from models.database import reading, writing
from models.tables.clocks import Alert
from models.tables.record import Document, Outbox, ReturnedMail
from rules.errors import (
    AlreadyDecidedError,
    HandrailError,
    InvalidDecisionError,
    MissingReasonError,
    NotPermittedError,
    UnknownReferenceError,
)
from services.alerts.watch import raise_alerts
from services.documents.delivery import composed, deliver_due
from services.documents.reports import TakenIn, take_in
from services.documents.returned import came_back, leave_it, not_arrived, send_again
from services.outbox import not_left, try_again
from services.verification.verify import findings
from tests.factories import case_at, later
from tests.looking import contents, trail
from tests.returned import DELAYED, EXCHANGE, POSTFIX, report
from tests.small_service import AUDREY, TESS, WENDY

WHY = "the client rang with a new address"


def message(url: str, kind: str = "approval_to_client") -> Any:
    """Return a message of the only case."""
    with reading(url) as conn:
        found = conn.execute(sa.select(*Outbox.__table__.c).where(Outbox.kind == "message"))
        return next(row for row in found if row.payload["kind"] == kind)


def taken_in(url: str, *mails: bytes) -> TakenIn:
    with writing(url) as conn:
        return take_in(conn, mails=mails, now=clock.now())


def alerts(url: str) -> list[tuple[str, str]]:
    raise_alerts()
    with reading(url) as conn:
        asked = sa.select(Alert.subject, Alert.words).where(Alert.cleared_at.is_(None))
        return [(s, words) for s, words in conn.execute(asked) if s.startswith("returned:")]


def test_a_report_is_taken_in_once_told_and_settled_by_sending_again(url: str) -> None:
    reference = case_at(url, "works")
    old = message(url)
    to = old.payload["to"]
    mails = [report(form, message=message_id(old.key), to=to) for form in (POSTFIX, EXCHANGE)]
    first = taken_in(url, mails[0], report(DELAYED, message=message_id(old.key), to=to))
    assert (first.returned, first.known, first.delayed) == ([old.key], [], 1)
    held = contents(url)
    again = taken_in(url, *mails)
    assert (again.returned, again.known) == ([], [old.key, old.key])
    assert contents(url) == held, "taken in again, nothing changes"
    assert alerts(url) == [(f"returned:{old.id}", "“Approval to client” did not arrive.")]
    assert to not in str(trail(url, reference))
    with reading(url) as conn:
        (row,) = not_arrived(conn)
    assert (row["key"], row["to"], row["status"]) == (old.key, to, "5.1.1")
    with writing(url) as conn:
        key = send_again(
            conn, message_id=old.id, to="New@Home.example", by=TESS, reason=WHY, now=later(hours=1)
        )
    deliver_due()
    with reading(url) as conn:
        fresh = conn.execute(sa.select(*Outbox.__table__.c).where(Outbox.key == key)).one()
        assert not_arrived(conn) == []
    assert (fresh.status, fresh.payload["to"]) == ("sent", "new@home.example")
    assert composed(fresh.payload) == composed(old.payload), "in the same words"
    assert fresh.payload["attachments"] == old.payload["attachments"]
    assert alerts(url) == []
    assert trail(url, reference)[-2:] == ["message: did not arrive", "message: sent again"]
    with pytest.raises(AlreadyDecidedError, match="was sent again"), writing(url) as conn:
        send_again(conn, message_id=old.id, to=to, by=TESS, reason=WHY, now=clock.now())
    with reading(url) as conn:
        hashes = {held.path: held.sha256 for held in conn.execute(sa.select(*Document.__table__.c))}
        hashes |= {
            held.html_path: held.html_sha256
            for held in conn.execute(sa.select(*Document.__table__.c))
        }
        assert list(findings(conn, hashes.get)) == []


def test_a_report_without_our_id_is_matched_by_the_only_message_it_can_mean(url: str) -> None:
    case_at(url, "approve", tenure="rp_tenant")
    with reading(url) as conn:
        sent = conn.execute(sa.select(Outbox.payload, Outbox.key).where(Outbox.kind == "message"))
        keys = {row.payload["to"]: row.key for row in sent}
    bare = report(POSTFIX, message="unknown", to="ashby@home.example")
    elsewhere = report(POSTFIX, message="unknown", to="nobody@home.example")
    done = taken_in(url, bare, elsewhere, b"Subject: hello\r\n\r\nhello")
    assert done.returned == [keys["ashby@home.example"]]
    assert (done.not_ours, done.no_report) == (1, 1)


@pytest.mark.sqlite
def test_an_officer_says_that_it_came_back_and_why_it_is_left(url: str) -> None:
    reference = case_at(url, "works")
    old = message(url)
    asked = {"message_id": old.id, "now": clock.now()}

    def refused(kind: type[HandrailError], act: Any, **how: Any) -> None:
        before = contents(url)
        with pytest.raises(kind), writing(url) as conn:
            act(conn, **asked | {"by": TESS, "reason": WHY} | how)
        assert contents(url) == before

    refused(InvalidDecisionError, leave_it)
    refused(InvalidDecisionError, send_again, to="new@home.example")
    refused(InvalidDecisionError, send_again, to="no address")
    refused(MissingReasonError, came_back, reason=" ")
    refused(MissingReasonError, came_back, reason="ok")
    refused(NotPermittedError, came_back, by=AUDREY)
    refused(UnknownReferenceError, came_back, by=WENDY)
    refused(UnknownReferenceError, came_back, message_id=99_999)
    with writing(url) as conn:
        came_back(conn, **asked, by=TESS, reason="the envelope came back")
    refused(AlreadyDecidedError, came_back)
    assert len(alerts(url)) == 1
    with writing(url) as conn:
        leave_it(conn, **asked, by=TESS, reason="read to her on the telephone")
    refused(AlreadyDecidedError, leave_it)
    assert alerts(url) == []
    assert trail(url, reference)[-1] == "message: need not be sent again"


class Refusing:
    """A mail server that knows some mailboxes only."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if address.startswith("ashby"):
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.taken += envelope.rcpt_tos
        return "250 OK"


def test_what_a_server_refuses_at_once_is_told_and_sent_to_a_corrected_address(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_at(url, "works")
    with writing(url) as conn:  # as if it had not left yet
        number = message(url).id
        conn.execute(
            sa.update(Outbox)
            .where(Outbox.id == number)
            .values(status="waiting", attempts=0, done_at=None)
        )
    server = Refusing()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    for name, value in {"MAIL": "smtp", "SMTP_PORT": port}.items():
        monkeypatch.setenv(f"HANDRAIL_{name}", str(value))
    settings.cache_clear()
    try:
        assert deliver_due().failed == 1
        assert len(alerts(url)) == 1
        with writing(url) as conn:
            send_again(
                conn, message_id=number, to="new@home.example", by=TESS, reason=WHY, now=clock.now()
            )
        assert deliver_due().sent == 1
    finally:
        controller.stop()
    assert server.taken == ["new@home.example"]
    with writing(url) as conn:
        assert not_left(conn, dead=True) == []
        assert try_again(conn, key="", now=clock.now()) == 0, "it does not go to the old address"
        held = conn.execute(sa.select(ReturnedMail.words)).scalar_one()
    assert "550 5.1.1 No such mailbox" in held
