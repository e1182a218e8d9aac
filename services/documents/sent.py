"""Letters and e-mails of a case as they were sent: to whom, in which words, whether they left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from adapters.documents import Message
from models.asked import rows
from models.base import AnyRow
from models.case_queries import case_row
from models.contacts import client_of, landlord_of
from models.outbox import MAX_ATTEMPTS
from models.tables.cases import Case
from models.tables.record import Outbox, ReturnedMail
from rules.people import Actor, may_see
from services.cases.visible import nothing_here
from services.documents.delivery import composed
from services.documents.filed import DOCUMENTS, Filed, documents_on

_RETURNED: Final = tuple(
    ReturnedMail.__table__.c[name].label(f"returned_{name}")
    for name in ("reported_at", "status", "words", "reported_by", "settled_at", "settled_why")
)
MESSAGES: Final = (
    select(*Outbox.__table__.c, *_RETURNED)
    .outerjoin(ReturnedMail, ReturnedMail.outbox_id == Outbox.id)
    .where(Outbox.case_id == bindparam("case_id"), Outbox.kind == "message")
    .order_by(Outbox.id)
)
"""The messages of a case, by ``case_id``, oldest first."""

_ONE: Final = (
    select(*Outbox.__table__.c, *_RETURNED, Case.reference, Case.authority)
    .outerjoin(ReturnedMail, ReturnedMail.outbox_id == Outbox.id)
    .join(Case, Case.id == Outbox.case_id)
    .where(Outbox.id == bindparam("message_id"), Outbox.kind == "message")
)
_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "sent": ("Sent", "good"),
    "waiting": ("Waiting to be sent", "warn"),
    "claimed": ("Being sent", "warn"),
    "dead": ("Failed", "wrong"),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One message, as a list shows it.

    Args:
        what: What it is and to whom: ``Order to contractor``.
        to: The address it goes to.
        post_to: Name and address where somebody posts it, or empty.
        state: Whether it has left, in words.
        kind: How that is shown: ``good``, ``warn`` or ``wrong``.
        at: When it left, or was put up to be sent.
        why: Why it has not left, or did not arrive.
        open: Whether it did not arrive, and nobody has settled that.
    """

    id: int
    what: str
    to: str
    post_to: str
    state: str
    kind: str
    at: datetime
    why: str
    open: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """One message with its words.

    Args:
        reply_to: Where an answer goes, or empty.
        address_now: How its reader is written to now, or empty where that is not known.
        attached: The names of what goes with it, each with its document where it is on record.
    """

    sent: Sent
    reference: str
    subject: str
    body: str
    reply_to: str
    address_now: str
    attached: tuple[tuple[str, Filed | None], ...]


def messages_on(conn: Connection, *, case_id: int) -> tuple[Sent, ...]:
    """Return the messages of a case, oldest first."""
    return tuple(_sent(row) for row in rows(conn, MESSAGES, case_id=case_id))


def message(conn: Connection, *, message_id: int, viewer: Actor) -> Whole:
    """Return one message in its words, to somebody who may see its case.

    Raises:
        UnknownReferenceError: There is no such message, or it is not theirs to see.
        IncompleteMessageError: It was put up by a version whose words are no longer known.
    """
    row = conn.execute(_ONE, {"message_id": message_id}).one_or_none()
    if row is None or not may_see(viewer, authority=row.authority):
        raise nothing_here("message")
    payload = row.payload
    gone = payload.get("erased")
    written = Message(subject=gone, body=gone) if gone else composed(payload)
    return Whole(
        sent=_sent(row),
        reference=row.reference,
        subject=written.subject,
        body=written.body,
        reply_to=payload.get("reply_to", ""),
        address_now=_address_now(conn, row.reference, kind=payload["kind"]),
        attached=_attached(conn, row, payload),
    )


def _address_now(conn: Connection, reference: str, *, kind: str) -> str:
    case, reader = case_row(conn, reference=reference), kind.rpartition("_to_")[2]
    if reader in ("client", "applicant"):
        return client_of(case).email
    return landlord_of(conn, case=case).email if reader == "landlord" else ""


def _attached(
    conn: Connection, row: AnyRow, payload: Mapping[str, Any]
) -> tuple[tuple[str, Filed | None], ...]:
    filed = {
        one.id: one for one in documents_on(conn, case_id=row.case_id, reference=row.reference)
    }
    held = {one.path: filed[one.id] for one in rows(conn, DOCUMENTS, case_id=row.case_id)}
    return tuple((item["name"], held.get(item["path"])) for item in payload["attachments"])


def _sent(row: AnyRow) -> Sent:
    payload, (state, kind) = row.payload, _STATES[row.status]
    returned = row.returned_reported_at is not None
    if returned and row.status == "sent":
        state, kind = "Came back", "wrong"
    if row.returned_settled_at is not None:
        state, kind = f"{state}, settled", "warn"
    failing = row.status != "sent" and row.attempts
    tries = f" after {row.attempts} of {MAX_ATTEMPTS} attempts" if failing else ""
    return Sent(
        id=row.id,
        what=str(payload["kind"]).replace("_", " ").capitalize(),
        to=payload["to"],
        post_to=payload["by_post_to"],
        state=f"{state}{tries}",
        kind=kind,
        at=row.done_at or row.created_at,
        why=_why(row),
        open=(returned or row.status == "dead") and row.returned_settled_at is None,
    )


def _why(row: AnyRow) -> str:
    """Return why a message has not left or did not arrive, and how that was settled."""
    said = [row.last_error]
    if row.returned_reported_at is not None and row.status == "sent":
        code = f" ({row.returned_status})" if row.returned_status else ""
        said = [f"{row.returned_words.rstrip('.') or 'No reason was given'}{code}."]
    if row.returned_settled_at is not None:
        said.append(f"{row.returned_settled_why.rstrip('.')}.")
    return " ".join(filter(None, said))
