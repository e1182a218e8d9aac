"""Reports of mail servers, each in its own dialect, and what is no report."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from adapters.returned_mail import mails_in, read_report
from rules.errors import MailError
from tests.returned import ABSENCE, DELAYED, EXCHANGE, EXIM_IN_WORDS, POSTFIX, packed, report

ID = "0123456789abcdef0123456789abcdef"
TO = "ashby@home.example"


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        (POSTFIX, "5.1.1", "550 5.1.1 <ashby@home.example>: Recipient address rejected: User"),
        (EXIM_IN_WORDS, "5.2.1", "550 5.2.1 The mailbox is disabled"),
        (EXCHANGE, "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found"),
    ],
)
def test_each_server_says_which_message_failed_for_whom_and_why(
    form: str, status: str, words: str
) -> None:
    found = read_report(report(form, message=ID, to=TO))
    assert found is not None
    assert ID in found.ids
    assert (found.address, found.status, found.failed) == (TO, status, True)
    assert found.words.startswith(words)
    assert found.at is not None
    assert found.at.isoformat() == "2026-06-02T08:12:44+00:00"


def test_a_status_packed_against_the_standard_is_read_all_the_same() -> None:
    found = read_report(packed(report(POSTFIX, message=ID, to=TO)))
    assert found is not None
    assert (found.address, found.status, found.failed, found.ids) == (
        TO,
        "5.1.1",
        True,
        frozenset({ID}),
    )


def test_a_delay_is_no_failure_and_an_absence_is_no_report() -> None:
    delayed = read_report(report(DELAYED, message=ID, to=TO))
    assert delayed is not None
    assert not delayed.failed
    assert read_report(report(ABSENCE, message=ID, to=TO)) is None


@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff" * 50, b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n"]
)
def test_what_is_no_mail_at_all_reports_nothing(data: bytes) -> None:
    assert read_report(data) is None


def test_mails_are_read_from_a_file_an_mbox_and_a_maildir_and_left_there(tmp_path: Path) -> None:
    first, second = (report(form, message=ID, to=TO) for form in (POSTFIX, EXCHANGE))
    (tmp_path / "one.eml").write_bytes(first)
    box = mailbox.mbox(tmp_path / "box")
    folder = mailbox.Maildir(tmp_path / "maildir")
    for data in (first, second):
        box.add(data)
        folder.add(data)
    box.close()
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    for name, many in (("one.eml", 1), ("box", 2), ("maildir", 2)):
        found = [read_report(data) for data in mails_in(tmp_path / name)]
        assert [one.failed for one in found if one] == [True] * many, name
    after = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert after == before


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MailError, match=r"nowhere\.eml cannot be read"):
        list(mails_in(tmp_path / "nowhere.eml"))
