"""When something that must happen again and again last happened."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.dialects import postgresql, sqlite

from models.tables.clocks import WatchMark

WATCH: Final = "watch"
"""The name under which the watch says that it ran."""

_LATEST: Final = {name: text(f"excluded.{name}") for name in ("at", "detail")}
_NOTE: Final = {
    name: insert(WatchMark).on_conflict_do_update(index_elements=["name"], set_=_LATEST)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_AT: Final = select(WatchMark.at).where(WatchMark.name == bindparam("name"))


def note_mark(conn: Connection, *, name: str, now: datetime, detail: str = "") -> None:
    """Say that something, such as ``watch``, happened now, and what became of it."""
    conn.execute(_NOTE[conn.dialect.name], {"name": name, "at": now, "detail": detail})


def mark_at(conn: Connection, *, name: str) -> datetime | None:
    """Return when something last happened, or None if it never did."""
    return conn.execute(_AT, {"name": name}).scalar_one_or_none()
