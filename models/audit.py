"""The audit chain: how a row is hashed, and how a chain is checked.

Every row carries the hash of the one before it in its chain (a case, or the service itself), so
that a row changed, removed or put in later shows.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Select, Text, cast, insert, or_, select, text

from models.chains import service_ends
from models.signed_in import os_user
from models.tables.cases import Case
from models.tables.record import Audit

_LOCK: Final = 7_240_001
_TAKE: Final = text("SELECT pg_advisory_xact_lock(:lock)")


def take_turn(conn: Connection) -> None:
    """Wait until no other import or change of the closed days is under way; held until the end.

    Args:
        conn: A writing connection; on SQLite there is one writer anyway.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(_TAKE, {"lock": _LOCK})


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


_AS_WRITTEN: Final = select(
    Audit.chain,
    Audit.sequence,
    Audit.at,
    Audit.actor,
    Audit.action,
    Audit.reason,
    cast(Audit.detail, Text),
    cast(Audit.covers, Text),
    Audit.previous_hash,
    Audit.hash,
).order_by(Audit.chain, Audit.sequence)
_COLUMNS: Final = ("chain", "sequence", "at", "actor", "action", "reason", "detail", "covers")


def references_of(cases: Select[int]) -> Select[str]:
    """Return the query for the references of the cases of some numbers."""
    return select(Case.reference).where(Case.id.in_(cases))


def broken_links(conn: Connection, *, of_cases: Select[int] | None = None) -> Iterator[str]:
    """Yield one sentence for each audit row whose place, link or hash does not hold.

    Args:
        of_cases: The chains of the cases of these numbers, and the service's; None for all.
    """
    asked = _AS_WRITTEN
    if of_cases is not None:
        ours = Audit.chain.in_(references_of(of_cases))
        asked = asked.where(or_(ours, Audit.chain == SERVICE))
    chain, sequence, previous = "", 0, ""
    for row in conn.execution_options(yield_per=1000).execute(asked):
        if row[0] != chain:
            chain, sequence, previous = row[0], 0, ""
        *_, before, found = row
        if row[1] != sequence + 1:
            yield f"{_where(row)}: row {sequence + 1} is missing."
        if before != previous:
            yield f"{_where(row)}: it does not follow the row before it."
        if not as_hashed(row):
            yield f"{_where(row)}: its content was changed after it was written."
        sequence, previous = row[1], found


def _where(row: Sequence[Any]) -> str:
    return f"Audit chain {row[0]}, row {row[1]}"


def as_hashed(row: Sequence[Any]) -> bool:
    """Say whether a row has its hash: by a quicker way first, and where that fails by ours.

    Args:
        row: Its columns in the order of ``_AS_WRITTEN``; JSON as text.
    """
    *held, before, found = row
    content = dict(zip(_COLUMNS, held, strict=True), previous_hash=before)
    if _quickly(content) == found:
        return True
    detail, covers = (words if words is None else json.loads(words) for words in held[-2:])
    ours = hash_of(content | {"detail": detail, "covers": covers})
    return bool(ours == found)


def _quickly(content: Mapping[str, Any]) -> str | None:
    """Return the hash of a row whose JSON is text; None where only the slower way can tell."""
    read = {**content, "at": content["at"].isoformat()}
    try:
        read["detail"] = orjson.loads(content["detail"])
        if content["covers"] is None:
            del read["covers"]
        else:
            read["covers"] = orjson.loads(content["covers"])
        said = orjson.dumps(read, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError):  # what JSON of ours may hold and orjson does not
        return None
    return hashlib.sha256(said).hexdigest()
