"""One at a time: what changes the whole service waits for its turn, or the chains would fork."""

from typing import Final

from sqlalchemy import Connection, text

_LOCK: Final = 7_240_001
_TAKE: Final = text("SELECT pg_advisory_xact_lock(:lock)")


def take_turn(conn: Connection) -> None:
    """Wait until no other import or change of the closed days is under way; held until the end.

    Args:
        conn: A writing connection; on SQLite there is one writer anyway.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(_TAKE, {"lock": _LOCK})
