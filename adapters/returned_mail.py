"""What mail servers send back: delivery status reports (RFC 3464), read leniently.

Postfix, Exim and Exchange each bend the standard, and a report may have passed through other hands.
So a report is read by what it says anywhere, and names our message by the Message-ID that we gave
it. What is no report of a failure, such as an absence note, says nothing here.
"""

import mailbox
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from adapters.wording import flat
from rules.errors import MailError

LONGEST: Final = 30_000_000
"""Bytes of one report: it may carry the whole message with its documents."""

_STATUS_PARTS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_ID: Final = re.compile(r"(?<![0-9a-fA-F])[0-9a-f]{32}(?=@)")
_FAILED: Final = re.compile(r"(?<![\d.])5\.\d{1,3}\.\d{1,3}(?![\d.])")
_FIELD: Final = re.compile(r"^([A-Za-z][A-Za-z-]*)[ \t]*:[ \t]*(.*)$")
_SERVER: Final = re.compile(r"mailer-daemon|postmaster|mail delivery|microsoftexchange", re.I)
_MOST_WORDS: Final = 500


@dataclass(frozen=True, slots=True)
class Returned:
    """A report that a message did not, or not yet, reach its reader.

    Args:
        ids: What may be our Message-IDs: the part before the ``@``.
        address: Whose mailbox it is about; empty where it is not said.
        status: A code of RFC 3463, such as ``5.1.1``; empty where it is not said.
        words: What the server says.
        failed: Whether it is given up; a delay is not.
        at: When the report was written, or None.
    """

    ids: frozenset[str]
    address: str
    status: str
    words: str
    failed: bool
    at: datetime | None


def mails_in(path: Path) -> Iterator[bytes]:
    """Yield the e-mails of a file, an mbox or a maildir, in order; nothing of it is changed.

    Raises:
        MailError: It is not there, or cannot be read.
    """
    try:
        if path.is_dir():
            yield from _in_maildir(path)
        elif _starts(path).startswith(b"From "):
            with closing(mailbox.mbox(path, create=False)) as box:
                yield from (bytes(box.get_bytes(key)) for key in box.keys())  # noqa: SIM118 - no dict
        else:
            yield path.read_bytes()[:LONGEST]
    except (OSError, mailbox.Error) as error:
        raise MailError(
            f"{path} cannot be read.",
            why=f"The system says: {getattr(error, 'strerror', None) or error}.",
            next_step="Give an e-mail saved as a file, an mbox, or the folder of a maildir.",
        ) from error


def _starts(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(5)


def _in_maildir(path: Path) -> Iterator[bytes]:
    inside = [path / part for part in ("new", "cur") if (path / part).is_dir()]
    for folder in inside or [path]:
        for file in sorted(folder.iterdir()):
            if file.is_file() and not file.name.startswith("."):
                yield file.read_bytes()[:LONGEST]


def read_report(data: bytes) -> Returned | None:
    """Return what an e-mail reports of a message of ours, or None where it reports nothing."""
    mail = message_from_bytes(data)
    text = "\n".join(_texts(mail))
    fields = [one for part in mail.walk() for one in _recipients(part)]
    if not fields:
        fields = list(_without_standard(mail, text))
    if not fields:
        return None
    failed = next((one for one in fields if _is_failed(one)), None)
    said = failed or fields[0]
    words = said.get("diagnostic-code", "") or said.get("status", "")
    return Returned(
        ids=frozenset(_ID.findall(text)),
        address=_address(said.get("original-recipient") or said.get("final-recipient", "")),
        status=_code(said),
        words=flat(re.sub(r"^[\w-]+\s*;\s*", "", words))[:_MOST_WORDS],
        failed=failed is not None,
        at=_date(mail),
    )


def _texts(mail: Message) -> Iterator[str]:
    """Yield the heads and the words of every part, unpacked; of a document only its head."""
    for part in mail.walk():
        yield "\n".join(f"{name}: {value}" for name, value in part.items())
        if part.get_content_maintype() in ("text", "message") and not part.is_multipart():
            yield _text(part)


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload.decode("utf-8", "replace")
    return str(part.get_payload())


def _recipients(part: Message) -> Iterator[dict[str, str]]:
    """Yield what a delivery status says of each recipient, by the names of its fields."""
    if part.get_content_type() not in _STATUS_PARTS:
        return
    inner = part.get_payload()
    blocks = [str(one) for one in inner] if isinstance(inner, list) else [str(inner)]
    text = "\n\n".join(blocks).replace("\r\n", "\n")
    if "final-recipient" not in text.lower():
        text = _unpacked(text)
    for block in re.split(r"\n[ \t]*\n", text):
        found = _fields(block)
        if found.keys() & {"action", "status", "final-recipient"}:
            yield found


def _unpacked(text: str) -> str:
    """Return the text of a part that was packed as base64, which the standard does not let be."""
    try:
        return b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    except (Base64Error, ValueError):
        return text


def _fields(block: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in block.split("\n"):
        if line[:1] in (" ", "\t") and name:
            found[name] += f" {line.strip()}"
        elif match := _FIELD.match(line):
            name = match[1].lower()
            found.setdefault(name, match[2].strip())
    return found


def _without_standard(mail: Message, text: str) -> Iterator[dict[str, str]]:
    """Yield what a report in words alone says: Exim's name whom it is about, others a code."""
    address = flat(str(mail.get("X-Failed-Recipients", "")))
    from_server = _SERVER.search(f"{mail.get('From', '')} {mail.get('Sender', '')}")
    code = _FAILED.search(text)
    if address or (from_server and code):
        lines = (line for line in text.split("\n") if code and code[0] in line)
        said = {"diagnostic-code": next(lines, ""), "action": "failed"}
        yield said | {"final-recipient": address, "status": code[0] if code else ""}


def _is_failed(said: dict[str, str]) -> bool:
    action = said.get("action", "").lower()
    return action.startswith("fail") or (not action and _code(said).startswith("5"))


def _code(said: dict[str, str]) -> str:
    found = re.search(r"[245]\.\d{1,3}\.\d{1,3}", said.get("status", ""))
    return found[0] if found else ""


def _address(field: str) -> str:
    """Return the address of ``rfc822; a@b.example``, however it is written."""
    found = re.search(r"[^\s;<>,]+@[^\s;<>,]+", field)
    return found[0].lower() if found else ""


def _date(mail: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(mail.get("Date", "")))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
