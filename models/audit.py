"""The audit chain: how a row is hashed, and how a chain is checked.

Every row carries the hash of the one before it in its chain (a case, or the service itself), so
that a row changed, removed or put in later shows.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from models.chains import service_ends
from models.service_turn import take_turn
from models.signed_in import os_user
from models.tables.record import Audit

SERVICE: Final = "service"
"""The chain of what concerns no single case, such as imports."""

AUTOMATIC: Final = "handrail"
"""The actor of automatic moves."""

_ADD: Final = insert(Audit)

_LAST_OF_SERVICE: Final = (
    select(Audit.sequence, Audit.hash)
    .where(Audit.chain == SERVICE)
    .order_by(Audit.sequence.desc())
    .limit(1)
)


def audit_row(
    *,
    chain: str,
    sequence: int,
    previous_hash: str,
    at: datetime,
    actor: str,
    action: str,
    reason: str,
    detail: Mapping[str, Any],
) -> dict[str, Any]:
    """Return one audit row with its hash, ready to insert.

    Args:
        chain: The case reference, or ``SERVICE``.
        sequence: Its place in the chain, from 1.
        previous_hash: Empty for the first.
        actor: Who: an officer's e-mail, a contractor's code, or ``AUTOMATIC``.
        action: What happened, as ``step: words``.
        detail: Its particulars; the user of the command line that it was typed at is added.
    """
    row = {
        "chain": chain,
        "sequence": sequence,
        "at": at,
        "actor": actor,
        "action": action,
        "reason": reason,
        "detail": {**detail, "os_user": user} if (user := os_user()) else dict(detail),
        "covers": None,
        "previous_hash": previous_hash,
    }
    return {**row, "hash": hash_of(row)}


def covering_row(row: Mapping[str, Any], covers: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return an audit row, not yet written, that holds what the rows written with it hold."""
    held = {**row, "covers": covers}
    return {**held, "hash": hash_of(held)}


def hash_of(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 of an audit row's content and the hash before it, as hex."""
    content = {name: value for name, value in row.items() if name not in ("id", "hash")}
    if content.get("covers") is None:
        content.pop("covers", None)  # as where an earlier version wrote it
    content["at"] = row["at"].isoformat()
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def add(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of ``audit_row``."""
    conn.execute(_ADD, rows)


def note_service(
    conn: Connection,
    *,
    now: datetime,
    actor: str,
    action: str,
    reason: str,
    detail: Mapping[str, Any],
) -> None:
    """Add a row to the service's own chain, such as an import."""
    take_turn(conn)  # whoever changes the whole service; two at once would fork its chain
    last = conn.execute(_LAST_OF_SERVICE).one_or_none()
    sequence, previous = (last.sequence, last.hash) if last else (0, "")
    row = audit_row(
        chain=SERVICE,
        sequence=sequence + 1,
        previous_hash=previous,
        at=now,
        actor=actor,
        action=action,
        reason=reason,
        detail=detail,
    )
    add(conn, [row])
    service_ends(conn, name=SERVICE, head=row["hash"])


def broken_links(conn: Connection) -> Iterator[str]:
    """Yield one sentence for each audit row whose place, link or hash does not hold."""
    rows = conn.execution_options(yield_per=1000).execute(
        select(*Audit.__table__.c).order_by(Audit.chain, Audit.sequence)
    )
    chain, sequence, previous = "", 0, ""
    for row in rows.mappings():
        if row["chain"] != chain:
            chain, sequence, previous = row["chain"], 0, ""
        where = f"Audit chain {chain}, row {row['sequence']}"
        if row["sequence"] != sequence + 1:
            yield f"{where}: row {sequence + 1} is missing."
        if row["previous_hash"] != previous:
            yield f"{where}: it does not follow the row before it."
        if row["hash"] != hash_of(dict(row)):
            yield f"{where}: its content was changed after it was written."
        sequence, previous = row["sequence"], row["hash"]
