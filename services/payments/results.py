"""What became of payments that were sent: confirmed or bounced, by the bank's file or by hand.

One that bounced waits again, until other bank details of its contractor were confirmed.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from adapters.bank_file import Said, bank_said
from adapters.delimited import UnreadableError, delimited
from models.audit import note_service, take_turn
from models.base import AnyRow
from models.people import acting
from models.tables.payments import PaymentRun, SentPayment
from rules.clocks.dates import london_date
from rules.decisions.particulars import check_reason
from rules.errors import InvalidDocumentError
from rules.paying import check_may_pay
from rules.payment_runs import RESULTS, attempt_of

_SENT: Final = (
    select(
        SentPayment.id,
        SentPayment.payment_id,
        SentPayment.attempt,
        SentPayment.state,
        SentPayment.run_id,
        PaymentRun.authority,
    )
    .join(PaymentRun, PaymentRun.id == SentPayment.run_id)
    .order_by(SentPayment.id)
)
_SAY: Final = (
    update(SentPayment)
    .where(SentPayment.id == bindparam("row_id"))
    .values(
        state=bindparam("found"),
        said_by=bindparam("sayer"),
        said_on=bindparam("on"),
        why=bindparam("because"),
    )
)


class Results(NamedTuple):
    """What a bank's answer changed.

    Args:
        same: How many were on record so already.
    """

    confirmed: int
    bounced: int
    same: int


def said_in_file(data: bytes) -> list[Said]:
    """Return what a bank's file says: a pain.002, or CSV with payment, result and reason.

    Raises:
        InvalidDocumentError: It is neither.
    """
    if data.lstrip()[:1] == b"<":
        return list(bank_said(data))
    try:
        rows = [cells for _, cells in delimited(data)]
    except UnreadableError as error:
        raise _unread(error.wrong) from error
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if not {"payment", "result"} <= set(header):
        raise _unread("its first row names no “payment” and “result”")
    records = [dict(zip(header, cells, strict=False)) for cells in rows[1:] if any(cells)]
    return [
        Said(one["payment"].strip(), one.get("result", "").strip(), one.get("reason", "").strip())
        for one in records
    ]


def record_results(
    conn: Connection, *, said: Iterable[Said], by: str, reason: str, now: datetime
) -> Results:
    """Record what the bank said of payments; one that cannot stand refuses all of it.

    Raises:
        InvalidDocumentError: A payment is unknown, a result too, or another than is on record.
        HandrailError: The person or the reason does not allow it.
    """
    take_turn(conn)
    actor = acting(conn, identity=by, on=london_date(now))
    check_reason(reason, what="What became of payments")
    held = {
        attempt_of(payment_id=row.payment_id, attempt=row.attempt): row
        for row in conn.execute(_SENT)
    }
    wrong, changed, same = [], [], 0
    for one in said:
        row = held.get(one.end_to_end)
        if problem := _problem(one, row):
            wrong.append(problem)
            continue
        assert row is not None  # noqa: S101 - _problem says so
        check_may_pay(actor=actor, what="what became of a payment", authority=row.authority)
        found = RESULTS[one.status]
        if found in ("", row.state):
            same += 1
        else:
            changed.append((row, found, one))
    if wrong or not (changed or same):
        raise InvalidDocumentError(
            "The bank’s answer cannot be recorded as it is.",
            why=" ".join(wrong[:20]) or "It names no payment.",
            next_step="Nothing was changed.",
        )
    for row, found, one in changed:
        values = {"found": found, "sayer": actor.identity, "on": london_date(now)}
        conn.execute(_SAY, {"row_id": row.id, "because": one.why[:300], **values})
    if changed:
        _note(conn, changed, actor=actor.identity, reason=reason, now=now)
    states = [found for _, found, _ in changed]
    return Results(states.count("confirmed"), states.count("bounced"), same)


def _problem(one: Said, row: AnyRow | None) -> str:
    """Return why an answer cannot stand, or an empty string.

    A transfer that was confirmed may be sent back by the payee's bank days later.
    """
    name = one.end_to_end[:40] or "(no name)"
    if row is None:
        return f"{name} was not sent by us."
    if one.status not in RESULTS:
        return f"{name}: “{one.status[:20]}” is no result; say confirmed or bounced."
    if RESULTS[one.status] == "bounced" and not one.why:
        return f"{name} bounced: say why."
    if row.state == "bounced" and RESULTS[one.status] == "confirmed":
        return f"{name} bounced back, and cannot be confirmed."
    return ""


def _note(
    conn: Connection,
    changed: list[tuple[AnyRow, str, Said]],
    *,
    actor: str,
    reason: str,
    now: datetime,
) -> None:
    note_service(
        conn,
        now=now,
        actor=actor,
        action="payments: what became of them",
        reason=reason,
        detail={one.end_to_end: found for _, found, one in changed},
    )


def _unread(why: str) -> InvalidDocumentError:
    return InvalidDocumentError(
        "This is no answer of the bank’s that can be read.",
        why=f"A status report pain.002.001.10 is read, or CSV with the columns payment, result and "
        f"reason: {why}.",
        next_step="Nothing was changed.",
    )
