"""Reports of mail servers taken in: each is matched with the message it is about, once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, select

from adapters.mail import message_id
from adapters.returned_mail import Returned, read_report
from models.base import Instant
from models.tables.record import Outbox
from services.documents.returned import note_returned

LOOKS_BACK: Final = timedelta(days=6)
"""How long after it was sent a message is given up by mail servers: five days, and one to spare."""

_SENT: Final = (
    select(Outbox.id, Outbox.key)
    .where(Outbox.kind == "message", Outbox.status == "sent")
    .order_by(Outbox.id.desc())
)
_LATELY: Final = select(Outbox.id, Outbox.payload).where(
    Outbox.kind == "message",
    Outbox.status == "sent",
    Outbox.done_at >= bindparam("since", type_=Instant),
    Outbox.done_at <= bindparam("until", type_=Instant),
)


@dataclass(slots=True)
class TakenIn:
    """What came of reports: keys of messages, and how many there were of the rest.

    Args:
        returned: Messages that did not arrive, newly known.
        known: Those known already.
        delayed: Reports of a delay; the server goes on trying.
        not_ours: Reports that name no message of ours.
        no_report: E-mails that report nothing, such as an absence note.
    """

    returned: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    delayed: int = 0
    not_ours: int = 0
    no_report: int = 0


def take_in(conn: Connection, *, mails: Iterable[bytes], now: datetime) -> TakenIn:
    """Take in what mail servers sent back; taken in again, it changes nothing."""
    done = TakenIn()
    failed = []
    for data in mails:
        report = read_report(data)
        if report is None:
            done.no_report += 1
        elif not report.failed:
            done.delayed += 1
        else:
            failed.append(report)
    named = _named(conn, {one for report in failed for one in report.ids})
    for report in failed:
        found = _message(conn, report, named, now=now)
        if found is None:
            done.not_ours += 1
            continue
        number, key = found
        new = note_returned(
            conn, message_id=number, status=report.status, words=report.words, now=now
        )
        (done.returned if new else done.known).append(key)
    return done


def _named(conn: Connection, ids: set[str]) -> dict[str, tuple[int, str]]:
    """Return the messages that ids name, looking from the newest back until all are found."""
    found: dict[str, tuple[int, str]] = {}
    if not ids:
        return found
    with conn.execute(_SENT, execution_options={"yield_per": 1000}) as rows:
        for row in rows:
            if (one := message_id(row.key)) in ids:
                found[one] = (row.id, row.key)
                if len(found) == len(ids):
                    break
    return found


def _message(
    conn: Connection, report: Returned, named: Mapping[str, tuple[int, str]], *, now: datetime
) -> tuple[int, str] | None:
    """Return the message of a report: by its id; else the only one sent lately to that address."""
    for one in report.ids:
        if one in named:
            return named[one]
    until = min(report.at or now, now) + timedelta(minutes=1)
    lately = conn.execute(_LATELY, {"since": until - LOOKS_BACK, "until": until})
    sent = [row.id for row in lately if row.payload["to"].lower() == report.address]
    if report.ids or len(sent) != 1:
        return None
    key = conn.execute(select(Outbox.key).where(Outbox.id == sent[0])).scalar_one()
    return sent[0], str(key)
