"""The outbox as operators see it: what has not left yet, and giving dead rows another go."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from models import outbox
from rules.clocks.dates import instant
from rules.errors import UnknownReferenceError


def not_left(conn: Connection, *, dead: bool) -> list[dict[str, Any]]:
    """Return the rows that have not left, oldest first, or only those that gave up."""
    return [
        {
            "key": row.key,
            "kind": row.kind,
            "case": row.case_reference,
            "status": row.status,
            "attempts": row.attempts,
            "next_attempt_at": instant(row.next_attempt_at),
            "created_at": instant(row.created_at),
            "last_error": row.last_error,
        }
        for row in outbox.undelivered(conn, status="dead" if dead else None)
    ]


def try_again(conn: Connection, *, key: str, now: datetime) -> int:
    """Give one row, or all dead rows where no key is given, a fresh set of attempts.

    Returns:
        How many.

    Raises:
        UnknownReferenceError: No row with the key is waiting or dead.
    """
    count = outbox.retry(conn, now=now, key=key or None)
    if key and not count:
        raise UnknownReferenceError(
            f"No row with the key “{key}” is waiting or dead.",
            next_step="`handrail outbox list` shows the keys.",
        )
    return count
