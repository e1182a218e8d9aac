"""When something that must happen again and again last happened."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from models.tables.clocks import WatchMark

WATCH: Final = "watch"
"""The name under which the watch says that it ran."""


def _upsert(dialect_insert: Any) -> Any:
    fresh = dialect_insert(WatchMark)
    changed = {"at": fresh.excluded.at, "detail": fresh.excluded.detail}
    return fresh.on_conflict_do_update(index_elements=["name"], set_=changed)


_NOTE: Final = {
    name: _upsert(dialect_insert)
    for name, dialect_insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_AT: Final = select(WatchMark.at).where(WatchMark.name == bindparam("name"))


def note_mark(conn: Connection, *, name: str, now: datetime, detail: str = "") -> None:
    """Say that something happened now.

    Args:
        name: What, such as ``watch``.
        detail: What became of it, in a few words.
    """
    conn.execute(_NOTE[conn.dialect.name], {"name": name, "at": now, "detail": detail})


def mark_at(conn: Connection, *, name: str) -> datetime | None:
    """Return when something last happened, or None if it never did.

    Args:
        name: What, such as ``watch``.
    """
    return conn.execute(_AT, {"name": name}).scalar_one_or_none()
