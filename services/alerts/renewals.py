"""Contractors asked for what lapses soon, and what speaks against those that are at work.

A contractor is written to before a document lapses, once at each of two distances; one that has
handed in the next, which waits to be checked, is not. What has lapsed while an order is under way,
and a suspension or a conflict of interest since, is raised to the case's officer until it is so no
longer.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from models import outbox
from models.base import AnyRow
from models.tables.contractors import HandedDocument
from models.tables.reference import Authority
from rules.clocks.dates import london_date
from rules.contractors import document_name
from services.alerts.lapsing import last_documents
from services.alerts.raising import Raised
from services.alerts.without_clock import ToStand, reconcile
from services.orders.flagged import flagged

ASK_DAYS: Final = (30, 7)
"""Days before a document lapses at which its contractor is asked for the next; not verified."""

_WAITING: Final = select(
    HandedDocument.contractor, HandedDocument.document, HandedDocument.valid_to
).where(HandedDocument.state == "waiting")
_AUTHORITIES: Final = select(Authority.code, Authority.name, Authority.email)


def ask_for_renewals(conn: Connection, *, now: datetime) -> int:
    """Put in the outbox what contractors are to be asked for today; return how many messages.

    Documents of one contractor that lapse on one day are asked for together. A first look within
    the shorter distance asks once, not twice.
    """
    today = london_date(now)
    asked: dict[tuple[str, date, int], list[Any]] = defaultdict(list)
    for row in _unanswered(conn, today):
        left = (row.valid_to - today).days
        rung = min((days for days in ASK_DAYS if 0 <= left <= days), default=None)
        if rung is not None:
            asked[row.contractor, row.valid_to, rung].append(row)
    known = {row.code: row for row in conn.execute(_AUTHORITIES)} if asked else {}
    messages = [
        outbox.message_row(
            key=f"renewal:{code}:{last}:{rung}",
            case_id=None,
            payload=_payload(rows, authority=known[min(rows[0].authorities)], last=last),
            now=now,
        )
        for (code, last, rung), rows in asked.items()
    ]
    outbox.add(conn, messages)
    return len(messages)


def _unanswered(conn: Connection, today: date) -> Iterator[Any]:
    """Yield documents with an end, of which no later one was handed in and waits."""
    handed = conn.execute(_WAITING).all()
    for row in last_documents(conn, today):
        if row.email and not any(
            (one.contractor, one.document) == (row.contractor, row.document)
            and one.valid_to > row.valid_to
            for one in handed
        ):
            yield row


def _payload(rows: list[Any], *, authority: AnyRow, last: date) -> dict[str, Any]:
    context = {
        "contractor_name": rows[0].name,
        "documents": [document_name(row.document) for row in rows],
        "last_day": last.isoformat(),
        "authority_name": authority.name,
        "authority_email": authority.email,
    }
    return {
        "kind": "renewal_to_contractor",
        "to": rows[0].email,
        "by_post_to": "",
        "reply_to": authority.email,
        "context": context,
        "attachments": [],
    }


def sweep_flags(conn: Connection, *, now: datetime) -> Raised:
    """Raise and clear what speaks against contractors at work; the London date decides."""
    wanted = [
        ToStand(
            subject=f"order:{one.reference}",
            rung=2,
            words=f"{one.name}, which has the works of {one.reference}: {'; '.join(one.unnamed)}.",
            authority=one.authority,
            case_id=one.case_id,
        )
        for one in flagged(conn, on=london_date(now))
    ]
    raised, cleared = reconcile(
        conn,
        kind="lapse",
        sorts=("order",),
        wanted=wanted,
        now=now,
        why="renewed, or so no longer",
        reword=True,
    )
    return Raised(len(raised), cleared)
