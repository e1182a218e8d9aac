"""One message as a real case would send it, and how to tell that it arrived unharmed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from adapters.mail import Attachment, Outgoing
from adapters.settings import settings

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
ORDER = Outgoing(
    key="order:DFG-2026-0042:1",
    to="orders@avonaccess.example",
    subject="Work order WO-1: Level access shower — £2,789.32",
    body="Hello Avon Bathing & Access Ltd,\n\nThe order is attached: £2,789.32.\n",
    now=NOW,
    attachments=(
        Attachment(name="WO-1.pdf", mime="application/pdf", data=b"%PDF-1.7 \x00\xff bytes"),
        Attachment(name="WO-1.html", mime="text/html", data="<p>£ order</p>".encode()),
    ),
)


def parsed(data: bytes) -> EmailMessage:
    found = message_from_bytes(data, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def check_order(mail: EmailMessage) -> None:
    """Assert that this is the order, exactly as it was given."""
    assert mail["From"] == "adaptations@rugby.example"
    assert mail["To"] == ORDER.to
    assert mail["Subject"] == ORDER.subject
    assert mail["Date"].datetime == NOW
    assert re.fullmatch(r"<[0-9a-f]{32}@rugby\.example>", mail["Message-ID"])
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == ORDER.body
    files = list(mail.iter_attachments())
    assert [file.get_filename() for file in files] == ["WO-1.pdf", "WO-1.html"]
    assert [file.get_content_type() for file in files] == ["application/pdf", "text/html"]
    assert [file.get_payload(decode=True) for file in files] == [a.data for a in ORDER.attachments]


Configure = Callable[..., None]


def configuring(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Configure]:
    """Give a function that sets HANDRAIL_… for one test, with a state folder of its own."""

    def configure(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"HANDRAIL_{name.upper()}", str(value))
        settings.cache_clear()

    configure(home=home, mail_from="adaptations@rugby.example")
    yield configure
    settings.cache_clear()
