"""Messages as e-mail and in a real maildir: never twice, never half, never with another header."""

from __future__ import annotations

import mailbox
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mail import Attachment, Outgoing, compose, maildir_name, send
from rules.errors import MailError
from tests.mail import NOW, ORDER, Configure, check_order, configuring, parsed


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Configure]:
    """Set HANDRAIL_… for this test."""
    yield from configuring(monkeypatch, tmp_path)


def maildir(tmp_path: Path) -> mailbox.Maildir:
    return mailbox.Maildir(tmp_path / "mail", create=False)


def test_a_message_lies_in_the_maildir_as_any_reader_expects(
    configure: Configure, tmp_path: Path
) -> None:
    send(ORDER)

    [(key, kept)] = maildir(tmp_path).items()
    check_order(parsed(kept.as_bytes()))
    assert key.startswith("order_DFG-2026-0042_1.")
    file = tmp_path / "mail" / "new" / key
    assert file.stat().st_mode & 0o777 == 0o600
    assert list((tmp_path / "mail" / "tmp").iterdir()) == []


def test_the_same_key_is_never_put_twice(configure: Configure, tmp_path: Path) -> None:
    threads = [threading.Thread(target=send, args=(ORDER,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(maildir(tmp_path)) == 1


def test_a_message_that_was_read_is_not_put_again(configure: Configure, tmp_path: Path) -> None:
    send(ORDER)
    box = maildir(tmp_path)
    [(key, kept)] = box.items()
    kept.set_subdir("cur")
    kept.set_flags("S")
    box[key] = kept

    send(ORDER)

    assert list((tmp_path / "mail" / "new").iterdir()) == []
    assert len(maildir(tmp_path)) == 1


def test_a_maildir_that_cannot_be_made_is_tried_again(configure: Configure, tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands in the way")

    with pytest.raises(MailError, match="tried again") as caught:
        send(ORDER)
    assert not caught.value.permanent


@given(first=st.text(max_size=120), second=st.text(max_size=120))
def test_a_file_name_stands_for_one_key(first: str, second: str) -> None:
    assert (maildir_name(first) == maildir_name(second)) is (first == second)
    assert re.fullmatch(r"[A-Za-z0-9_-]*\.[0-9a-f]{32}\.eml", maildir_name(first))


# The message itself


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example",
        "Name <a@b.example>",
        "a b@c.example",
        "@c.example",
        "\ud800@c.example",
    ],
)
def test_an_address_that_is_none_is_refused_for_good(to: str, configure: Configure) -> None:
    with pytest.raises(MailError, match="Correct the address") as caught:
        send(Outgoing(key="k", to=to, subject="s", body="b", now=NOW))
    assert caught.value.permanent


@given(text=st.text(max_size=400))
def test_no_subject_or_file_name_can_add_a_header(text: str) -> None:
    hostile = f"Works\r\nBcc: everyone@x.example\n\n{text}"
    message = Outgoing(
        key=hostile,
        to="a@b.example",
        subject=hostile,
        body="Body",
        now=NOW,
        attachments=(Attachment(name=hostile, mime="application/pdf", data=b"x"),),
    )

    mail = parsed(compose(message, sender="handrail@localhost").as_bytes())

    assert "Bcc" not in mail
    assert mail["Subject"].startswith("Works Bcc: everyone@x.example")
    [file] = mail.iter_attachments()
    assert file.get_payload(decode=True) == b"x"
    assert set(file.keys()) <= {
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "MIME-Version",
    }
