"""What messages said, and to whom, taken from the outbox once its erasure was decided."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from models.tables.record import Outbox

_OF_CASE: Final = (
    select(Outbox.id, Outbox.payload)
    .where(
        Outbox.case_id == bindparam("case_id"),
        Outbox.kind == "message",
        Outbox.status.in_(("sent", "dead")),
        Outbox.created_at > bindparam("since", type_=Outbox.created_at.type),
    )
    .order_by(Outbox.id)
)
_ERASE: Final = update(Outbox).where(
    Outbox.id == bindparam("row_id"), Outbox.case_id == bindparam("of_case")
)


def erase_messages(conn: Connection, *, case_id: int, since: datetime, said: str) -> int:
    """Erase whom a case's messages went to and what they said; return how many.

    What they were, when they left and whether they did stays, as their key and kind do.

    Args:
        since: Those put up after this instant.
        said: What stands in their place.
    """
    found = conn.execute(_OF_CASE, {"case_id": case_id, "since": since}).all()
    for row in found:
        payload = {"kind": row.payload["kind"], "to": said, "by_post_to": "", "erased": said}
        kept = {"payload": {**payload, "context": {}, "attachments": []}, "last_error": ""}
        conn.execute(_ERASE, {"of_case": case_id, "row_id": row.id, **kept})
    return len(found)
