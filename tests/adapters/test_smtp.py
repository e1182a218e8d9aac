"""Messages to a real SMTP server, and every way in which a server may say no."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from adapters.mail import Outgoing, send
from rules.errors import MailError
from tests.mail import NOW, ORDER, Configure, check_order, configuring, parsed

RIGHT, WRONG = "right", "wrong"


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Configure]:
    """Set HANDRAIL_… for this test."""
    yield from configuring(monkeypatch, tmp_path)


class Receiver:
    """A server that keeps what it is sent and refuses what a test tells it to."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.refuse_recipient = ""
        self.refuse_data = ""
        self.farewell = "221 Bye"

    async def handle_QUIT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        return self.farewell

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.refuse_data:
            return self.refuse_data
        self.envelopes.append(envelope)
        return "250 OK"


def content_of(envelope: Envelope) -> bytes:
    assert isinstance(envelope.content, bytes)
    return envelope.content


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def receiver(configure: Configure) -> Iterator[Receiver]:
    """Run a mail server, and point the settings at it."""
    handler = Receiver()
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    configure(mail="smtp", smtp_port=port, smtp_timeout=5)
    yield handler
    controller.stop()


def test_a_server_gets_the_message_whole(receiver: Receiver) -> None:
    send(ORDER)

    [envelope] = receiver.envelopes
    assert envelope.rcpt_tos == [ORDER.to]
    assert envelope.mail_from == "adaptations@rugby.example"
    check_order(parsed(content_of(envelope)))


def test_a_message_sent_again_carries_the_same_id(receiver: Receiver) -> None:
    send(ORDER)
    send(ORDER)

    first, again = (parsed(content_of(envelope)) for envelope in receiver.envelopes)
    assert first["Message-ID"] == again["Message-ID"]


def test_a_very_long_line_arrives_unchanged(receiver: Receiver) -> None:
    body = "£" + "W" * 5_000 + "\n.\nA line after a dot.\n"

    send(Outgoing(key="long", to=ORDER.to, subject="s", body=body, now=NOW))

    [envelope] = receiver.envelopes
    content = content_of(envelope)
    assert max(len(line) for line in content.splitlines()) <= 998
    assert parsed(content).get_content().replace("\r\n", "\n") == body


@pytest.mark.parametrize(
    ("reply", "permanent"),
    [
        ("550 5.1.1 No such mailbox", True),
        ("553 Bad mailbox name", True),
        ("450 4.2.1 Mailbox busy", False),
        ("452 Too many recipients", False),
    ],
)
def test_a_refused_recipient(receiver: Receiver, reply: str, *, permanent: bool) -> None:
    receiver.refuse_recipient = reply

    with pytest.raises(MailError, match=re.escape(reply)) as caught:
        send(ORDER)

    assert caught.value.permanent is permanent
    assert receiver.envelopes == []


@pytest.mark.parametrize(
    ("reply", "permanent"), [("552 Too large", True), ("451 Try again later", False)]
)
def test_a_refused_message(receiver: Receiver, reply: str, *, permanent: bool) -> None:
    receiver.refuse_data = reply

    with pytest.raises(MailError, match=re.escape(reply)) as caught:
        send(ORDER)
    assert caught.value.permanent is permanent


def test_what_a_server_says_after_it_took_the_message_is_no_failure(receiver: Receiver) -> None:
    receiver.farewell = "550 Go away"

    send(ORDER)

    assert len(receiver.envelopes) == 1


def test_nobody_listens(configure: Configure) -> None:
    configure(mail="smtp", smtp_port=free_port())

    with pytest.raises(MailError, match=r"cannot be reached.*ConnectionRefused") as caught:
        send(ORDER)
    assert not caught.value.permanent


def test_a_host_that_does_not_exist(configure: Configure) -> None:
    configure(mail="smtp", smtp_host="mail.invalid", smtp_timeout=2)

    with pytest.raises(MailError, match="cannot be reached") as caught:
        send(ORDER)
    assert not caught.value.permanent


def test_a_server_that_says_nothing(configure: Configure) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        configure(mail="smtp", smtp_port=silent.getsockname()[1], smtp_timeout=0.2)

        with pytest.raises(MailError, match=r"cannot be reached.*[Tt]ime") as caught:
            send(ORDER)
    assert not caught.value.permanent


def test_a_server_that_hangs_up_in_the_middle(configure: Configure) -> None:
    def greet_and_leave(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"220 hello\r\n")
            connection.recv(1024)

    with socket.create_server(("127.0.0.1", 0)) as server:
        configure(mail="smtp", smtp_port=server.getsockname()[1], smtp_timeout=5)
        thread = threading.Thread(target=greet_and_leave, args=(server,))
        thread.start()
        with pytest.raises(MailError, match="cannot be reached") as caught:
            send(ORDER)
        thread.join()
    assert not caught.value.permanent


def test_a_server_without_starttls(receiver: Receiver, configure: Configure) -> None:
    configure(smtp_starttls=True)

    with pytest.raises(MailError, match="HANDRAIL_SMTP_STARTTLS") as caught:
        send(ORDER)
    assert not caught.value.permanent
    assert receiver.envelopes == []


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate for 127.0.0.1 with its key in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    file = tmp_path / "server.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"),
            *("ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=handrail test"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", file, "-out", f"{file}.crt"),
        ],
        check=True,
        capture_output=True,
    )
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


@pytest.fixture
def secure_receiver(configure: Configure, certificate: Path) -> Iterator[Receiver]:
    """Run a mail server that wants STARTTLS and a password."""

    def authenticate(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        right = LoginPassword(b"handrail", RIGHT.encode())
        return AuthResult(success=data == right, handled=False)

    handler = Receiver()
    port = free_port()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )
    controller.start()
    configure(mail="smtp", smtp_port=port, smtp_timeout=5, smtp_starttls=True)
    configure(smtp_user="handrail", smtp_password=RIGHT)
    yield handler
    controller.stop()


def test_starttls_and_a_password(
    secure_receiver: Receiver, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")

    send(ORDER)

    assert len(secure_receiver.envelopes) == 1


def test_a_server_that_nobody_vouches_for_gets_no_password(secure_receiver: Receiver) -> None:
    with pytest.raises(MailError, match="CERTIFICATE_VERIFY_FAILED") as caught:
        send(ORDER)
    assert not caught.value.permanent
    assert secure_receiver.envelopes == []


def test_a_wrong_password_is_the_operators_to_mend(
    secure_receiver: Receiver,
    certificate: Path,
    configure: Configure,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    configure(smtp_password=WRONG)

    with pytest.raises(MailError, match="HANDRAIL_SMTP_PASSWORD") as caught:
        send(ORDER)
    assert not caught.value.permanent
