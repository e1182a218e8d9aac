"""What a sound verification saw, and which cases moved since: of the others no row is read again.

A case has moved where its audit chain or the ledger goes on beyond what was seen, or where nothing
is recorded of it. That holds only while what was seen stands as it was: where the chains of then
end otherwise now, where the ledger of then has another number of entries, or where another version
of Handrail verified, everything is to be verified anew.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Select, func, not_, or_, select

from models.tables.cases import Case
from models.tables.clocks import WatchMark
from models.tables.ledger import Covered
from models.tables.record import Audit
from rules.clocks.dates import instant
from services.alerts.watch_marks import note_mark

VERIFIED: Final = "verified"
"""The name under which it is kept what the last sound verification saw."""

Cases: TypeAlias = Select[int]
"""The numbers of some cases, as a query."""

_NOTED: Final = select(WatchMark.detail).where(WatchMark.name == VERIFIED)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a sound verification saw.

    Args:
        at: When it was, an instant as text.
        whole_at: When everything was last read, an instant as text.
        audit: The last audit row's number.
        heads: The SHA-256 of where every chain ended: its name, its last row's place and hash.
        ledger: The last number of the ledger.
        entries: How many entries the ledger had.
        version: Handrail's version, whose checks were made.
    """

    at: str
    whole_at: str
    audit: int
    heads: str
    ledger: int
    entries: int
    version: str


def seen_now(conn: Connection, *, now: datetime, after: Seen | None) -> Seen:
    """Return what a verification of this connection's view sees.

    Args:
        after: What the one before saw, where this one reads only what changed since.
    """
    audit = conn.execute(select(func.coalesce(func.max(Audit.id), 0))).scalar_one()
    ledger = conn.execute(select(func.coalesce(func.max(Covered.id), 0))).scalar_one()
    said = instant(now)
    return Seen(
        at=said,
        whole_at=after.whole_at if after else said,
        audit=audit,
        heads=_heads(conn, audit),
        ledger=ledger,
        entries=_entries(conn, ledger),
        version=version("handrail"),
    )


def note_seen(conn: Connection, seen: Seen, *, now: datetime) -> None:
    """Keep what a sound verification saw."""
    note_mark(conn, name=VERIFIED, now=now, detail=json.dumps(asdict(seen)))


def last_seen(conn: Connection) -> tuple[Seen | None, str]:
    """Return what the last sound verification saw; where it cannot be built on, None and why."""
    noted = conn.execute(_NOTED).scalar_one_or_none()
    if noted is None:
        return None, "No sound verification is on record, so everything was verified."
    seen = Seen(**json.loads(noted))
    return next(((None, why) for why in _in_the_way(conn, seen)), (seen, ""))


def _in_the_way(conn: Connection, seen: Seen) -> Iterator[str]:
    if seen.version != version("handrail"):
        yield f"Version {seen.version} verified last, so everything was verified anew."
    if (_heads(conn, seen.audit), _entries(conn, seen.ledger)) != (seen.heads, seen.entries):
        yield (
            f"The record of {_day(seen.at)} is not what was verified then, "
            "so everything was verified anew."
        )


def read_since(seen: Seen) -> str:
    """Say in a sentence what a verification since then read, and when all of it was last read."""
    return (
        f"Only the cases that moved after {_day(seen.at)} were read in full; all of them were "
        f"last on {_day(seen.whole_at)}. `handrail verify` without --since reads all."
    )


def _day(said: str) -> str:
    return f"{datetime.fromisoformat(said):%-d %B %Y, %H:%M} UTC"


def moved_since(seen: Seen) -> Cases:
    """Return the cases that moved since, and those of which nothing is recorded."""
    chains = select(Audit.chain).where(Audit.id > seen.audit)
    scopes = select(Covered.scope).where(Covered.id > seen.ledger)
    recorded = select(Audit.id).where(Audit.chain == Case.reference).exists()
    return select(Case.id).where(
        or_(Case.reference.in_(chains), Case.id.in_(scopes), not_(recorded))
    )


def _entries(conn: Connection, ledger: int) -> int:
    found: int = conn.execute(
        select(func.count()).select_from(Covered).where(Covered.id <= ledger)
    ).scalar_one()
    return found


def _heads(conn: Connection, audit: int) -> str:
    """Return the SHA-256 of where each chain ended when its last row was that of a number."""
    last: Any = (
        select(Audit.chain, func.max(Audit.sequence).label("sequence"))
        .where(Audit.id <= audit)
        .group_by(Audit.chain)
        .subquery()
    )
    ends = select(Audit.chain, Audit.sequence, Audit.hash).join(
        last, (last.c.chain == Audit.chain) & (last.c.sequence == Audit.sequence)
    )
    found = sorted((chain, place, hashed) for chain, place, hashed in conn.execute(ends).all())
    return sha256(json.dumps(found).encode()).hexdigest()
