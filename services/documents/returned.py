"""Messages that did not arrive: refused by the mail server, come back since, or found to be so.

Each is said once, on the case's chain without its address, and stands open until it was sent again
to a corrected address, or somebody says why it need not be.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from models import outbox
from models.audit import AUTOMATIC, note_service
from models.base import AnyRow, Instant, on_conflict, rows_by
from models.people import acting
from models.tables.cases import Case
from models.tables.record import Outbox, ReturnedMail
from rules.clocks.dates import instant, london_date
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    MissingReasonError,
    NotPermittedError,
    UnknownReferenceError,
)
from rules.imports.cells import CellError
from rules.imports.words import email as email_of
from rules.people import MAY_KEEP_FILE, Actor, Role, check_may_decide, may_see
from rules.reasons import too_thin
from services.cases.take import take
from services.cases.visible import nothing_here

_ONE: Final = (
    select(*Outbox.__table__.c, Case.reference, Case.authority)
    .outerjoin(Case, Case.id == Outbox.case_id)
    .where(Outbox.kind == "message")
)
_BY_ID: Final = _ONE.where(Outbox.id == bindparam("message_id"))
_BY_KEY: Final = _ONE.where(Outbox.key == bindparam("key"))
_OPEN: Final = (
    select(Outbox.key, Outbox.payload, Case.reference, ReturnedMail.status.label("code"))
    .add_columns(ReturnedMail.words, ReturnedMail.reported_at)
    .join(ReturnedMail, ReturnedMail.outbox_id == Outbox.id)
    .outerjoin(Case, Case.id == Outbox.case_id)
    .where(ReturnedMail.settled_at.is_(None))
    .order_by(ReturnedMail.id)
)
_HELD: Final = rows_by(ReturnedMail, "outbox_id")
_NOTE: Final = on_conflict(ReturnedMail, lambda fresh: fresh.on_conflict_do_nothing())
_SETTLE: Final = (
    update(ReturnedMail)
    .where(ReturnedMail.outbox_id == bindparam("of_message"), ReturnedMail.settled_at.is_(None))
    .values(
        settled_at=bindparam("at", type_=Instant),
        settled_by=bindparam("by"),
        settled_why=bindparam("why"),
        again_id=bindparam("again"),
    )
)

_ERASE: Final = (
    update(ReturnedMail)
    .where(
        ReturnedMail.outbox_id.in_(
            select(Outbox.id).where(
                Outbox.case_id == bindparam("of_case"),
                Outbox.created_at > bindparam("since", type_=Instant),
            )
        )
    )
    .values(words=bindparam("said"))
)


def erase_reports(conn: Connection, *, case_id: int, since: datetime, said: str) -> None:
    """Erase what mail servers and officers said of a case's messages that did not arrive.

    Args:
        since: Of those put up after this instant.
        said: What stands in their place.
    """
    conn.execute(_ERASE, {"of_case": case_id, "since": since, "said": said})


def message_by_key(conn: Connection, *, key: str) -> int:
    """Return the number of a message, by its key in the outbox.

    Raises:
        UnknownReferenceError: There is no such message.
    """
    row = conn.execute(_BY_KEY, {"key": key}).one_or_none()
    if row is None:
        raise UnknownReferenceError(
            f"There is no message with the key “{key}”.",
            next_step="`handrail outbox returned` shows the keys of those that came back.",
        )
    return int(row.id)


def not_arrived(conn: Connection) -> list[dict[str, Any]]:
    """Return the messages that did not arrive and that nobody has settled, oldest first."""
    return [
        {
            "key": row.key,
            "case": row.reference,
            "to": row.payload["to"],
            "status": row.code,
            "words": row.words,
            "reported_at": instant(row.reported_at),
        }
        for row in conn.execute(_OPEN)
    ]


def note_returned(
    conn: Connection, *, message_id: int, status: str, words: str, now: datetime, by: str = ""
) -> bool:
    """Say that a message did not arrive, once; return whether it was not known before.

    Args:
        status: A code of RFC 3463, or empty.
        words: What the mail server says, or the officer.
        by: The officer who says so; empty for a mail server.
    """
    row = conn.execute(_BY_ID, {"message_id": message_id}).one()
    values = {"outbox_id": row.id, "status": status, "words": words, "reported_by": by}
    fresh = values | {"reported_at": now, "settled_by": "", "settled_why": ""}
    if conn.execute(_NOTE[conn.dialect.name], fresh).rowcount != 1:
        return False
    reason = words if by else f"a mail server reports it{f': {status}' if status else ''}"
    _note(conn, row, action="did not arrive", reason=reason, actor=by or AUTOMATIC, now=now)
    return True


def note_left(conn: Connection, *, message_id: int, now: datetime) -> None:
    """Say of a message that was refused at first that it has left after all."""
    why = "it left when it was tried again"
    settled = {"of_message": message_id, "at": now, "by": "", "why": why, "again": None}
    conn.execute(_SETTLE, settled)


def came_back(conn: Connection, *, message_id: int, by: str, reason: str, now: datetime) -> None:
    """Record that a letter or an e-mail came back, as an officer found.

    Raises:
        HandrailError: It has not left, it is known already, or they may not say so.
    """
    row, _ = _asked(conn, message_id, by=by, reason=reason, now=now)
    if row.status != "sent":
        raise InvalidDecisionError(
            "This message has not left, so it cannot have come back.",
            next_step="Correct the address, and send it again to that.",
        )
    if not note_returned(conn, message_id=row.id, status="", words=reason.strip(), now=now, by=by):
        raise AlreadyDecidedError("That this message came back is on record already.")


def send_again(
    conn: Connection, *, message_id: int, to: str, by: str, reason: str, now: datetime
) -> str:
    """Send what did not arrive in the same words, with the same documents, to another address.

    Returns:
        The key of the new message.

    Raises:
        HandrailError: It is no address, nothing came back, it was settled, or they may not.
    """
    row, held = _asked(conn, message_id, by=by, reason=reason, now=now)
    try:
        address = email_of(to.strip())
    except CellError as error:
        raise InvalidDecisionError(
            f"“{to.strip()[:60]}” cannot be written to: {error.wrong}.",
            next_step="Give one address, such as name@example.org.",
        ) from error
    _check_open(row, held)
    payload = row.payload | {"to": address}
    if address != row.payload["to"]:
        payload["by_post_to"] = ""
    key = f"{row.key}:again"
    message = outbox.message_row(key=key, case_id=row.case_id, payload=payload, now=now)
    outbox.add(conn, [message])
    again = conn.execute(_BY_KEY, {"key": key}).one()
    if held is None:
        note_returned(conn, message_id=row.id, status="", words=row.last_error, now=now)
    _settle(conn, row, by=by, reason=reason, now=now, again=again.id)
    _note(conn, row, action="sent again", reason=reason, actor=by, now=now)
    return key


def leave_it(conn: Connection, *, message_id: int, by: str, reason: str, now: datetime) -> None:
    """Record why what came back need not be sent again.

    Raises:
        HandrailError: Nothing came back, it was settled, or they may not.
    """
    row, held = _asked(conn, message_id, by=by, reason=reason, now=now)
    _check_open(row, held)
    if held is None:
        note_returned(conn, message_id=row.id, status="", words=row.last_error, now=now)
    _settle(conn, row, by=by, reason=reason, now=now, again=None)
    _note(conn, row, action="need not be sent again", reason=reason, actor=by, now=now)


def _asked(
    conn: Connection, message_id: int, *, by: str, reason: str, now: datetime
) -> tuple[AnyRow, AnyRow | None]:
    """Return a message and what is known of its coming back, to somebody who may do this."""
    actor = acting(conn, identity=by, on=london_date(now))
    row = conn.execute(_BY_ID, {"message_id": message_id}).one_or_none()
    if row is None or (row.reference and not may_see(actor, authority=row.authority)):
        raise nothing_here("message")
    _check_may(actor, row)
    if not reason.strip():
        raise MissingReasonError("Say why.", next_step="It is kept on the record.")
    if thin := too_thin(reason):
        raise MissingReasonError(thin, next_step="Say it in a sentence.")
    if row.reference:
        take(conn, reference=row.reference, now=now)  # nobody else settles it meanwhile
    return row, conn.execute(_HELD, {"outbox_id": row.id}).one_or_none()


def _check_may(actor: Actor, row: AnyRow) -> None:
    if row.reference:
        kind = "send-again"
        check_may_decide(actor=actor, kind=kind, roles=MAY_KEEP_FILE, authority=row.authority)
    elif actor.role is not Role.ADMINISTRATOR:
        raise NotPermittedError(
            "What is about no case is settled by an administrator.",
            why=f"{actor.name} is {actor.role.replace('_', ' ')}.",
        )


def _check_open(row: AnyRow, held: AnyRow | None) -> None:
    if held is None and row.status != "dead":
        raise InvalidDecisionError(
            "Nothing says that this message did not arrive.",
            next_step="If it came back, record that first.",
        )
    if held is not None and held.settled_at is not None:
        done = "was sent again" if held.again_id else "need not be sent again"
        raise AlreadyDecidedError(f"This message {done}: {held.settled_why.rstrip('.')}.")


def _settle(
    conn: Connection, row: AnyRow, *, by: str, reason: str, now: datetime, again: int | None
) -> None:
    settled = {"of_message": row.id, "at": now, "by": by, "why": reason.strip(), "again": again}
    conn.execute(_SETTLE, settled)


def _note(
    conn: Connection, row: AnyRow, *, action: str, reason: str, actor: str, now: datetime
) -> None:
    detail: dict[str, Any] = {"message": row.key}
    said = f"message: {action}"
    if not row.reference:
        note_service(conn, now=now, actor=actor, action=said, reason=reason, detail=detail)
        return
    case = take(conn, reference=row.reference, now=now)
    case.note(actor=actor, action=said, reason=reason.strip(), detail=detail)
    case.put_back()
