"""Messages leave from the outbox: claimed, rendered, sent, marked, each on its own.

A message that cannot be sent goes back with a back-off and is dead after a number of attempts, for
somebody to see. One that was sent but not yet marked when a process died is sent again under the
same Message-ID; a maildir keeps it once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters import clock, files, mail
from adapters.documents import Message, render_message
from adapters.settings import settings
from adapters.signed_links import UNSEEN, address_of_link, with_links
from models import outbox
from models.case_queries import case_row
from models.outbox import OutboxRow
from rules.documents.messages import ONCE_SENT
from rules.errors import HandrailError, MailError
from services.documents.returned import note_left, note_returned
from services.session import reading, writing

BATCH = 50


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the messages that were due."""

    sent: int
    failed: int


def any_due() -> bool:
    """Say whether any message is due."""
    with reading() as conn:
        return outbox.any_due(conn, kind="message", now=clock.now())


def deliver_for_case(case_ref: str) -> Delivered:
    """Send the messages of one case that are due."""
    with reading() as conn:
        case_id = case_row(conn, reference=case_ref).id
    return _deliver(case_id=case_id)


def deliver_due() -> Delivered:
    """Send every message that is due."""
    return _deliver(case_id=None)


def _deliver(*, case_id: int | None) -> Delivered:
    sent = failed = 0
    while rows := _claim(case_id):
        went = sum(_send(row) for row in rows)
        sent, failed = sent + went, failed + len(rows) - went
    return Delivered(sent=sent, failed=failed)


def _claim(case_id: int | None) -> list[OutboxRow]:
    with reading() as conn:  # a look costs nothing; only a claim takes the writer's lock
        if not outbox.any_due(conn, kind="message", now=clock.now(), case_id=case_id):
            return []
    with writing() as conn:
        return outbox.claim(conn, kind="message", now=clock.now(), limit=BATCH, case_id=case_id)


def _send(row: OutboxRow) -> bool:
    try:
        mail.send(_outgoing(row))
    except HandrailError as error:
        permanent = isinstance(error, MailError) and error.permanent
        with writing() as conn:
            outbox.mark_failed(
                conn, row_id=row.id, error=error.text(), now=clock.now(), permanent=permanent
            )
            if permanent:
                words, now = error.text(), clock.now()
                note_returned(conn, message_id=row.id, status="", words=words, now=now)
        return False
    with writing() as conn:
        outbox.mark_sent(conn, row_id=row.id, now=clock.now(), payload=_without_secrets(row))
        if row.attempts:
            note_left(conn, message_id=row.id, now=clock.now())
    return True


def _without_secrets(row: OutboxRow) -> dict[str, Any] | None:
    context = row.payload["context"]
    gone = {name: words for name, words in ONCE_SENT.items() if name in context}
    return {**row.payload, "context": {**context, **gone}} if gone else None


def composed(
    payload: Mapping[str, Any], *, link: Callable[[str], str] = lambda _: UNSEEN
) -> Message:
    """Return a message of the outbox as it is sent: with the address first, where it is posted.

    Args:
        link: What stands in it for a link to a contractor's page: to its reader alone, the link.
    """
    by_post = payload["by_post_to"]
    message = render_message(
        kind=payload["kind"],
        context=with_links(payload["context"], link=(lambda _: "") if by_post else link),
        own=payload.get("own", {}),
        agent=payload.get("agent", ""),
    )
    if not by_post:
        return message
    body = f"Please post this letter to:\n{by_post}\n\n{message.body}"
    return replace(message, body=body)


def _outgoing(row: OutboxRow) -> mail.Outgoing:
    payload = row.payload
    message = composed(payload, link=address_of_link)
    return mail.Outgoing(
        key=row.key,
        to=payload["to"],
        subject=message.subject,
        body=message.body,
        now=row.created_at,
        reply_to=payload.get("reply_to", ""),  # an earlier version put none in the outbox
        attachments=tuple(_attachment(item) for item in payload["attachments"]),
        calendar=tuple(payload["calendar"]) if payload.get("calendar") else None,
    )


def _attachment(item: dict[str, str]) -> mail.Attachment:
    data = files.read(folder=settings().documents_folder, path=item["path"], sha256=item["sha256"])
    mime = "application/pdf" if item["path"].endswith(".pdf") else "text/html"
    return mail.Attachment(name=item["name"], mime=mime, data=data)
