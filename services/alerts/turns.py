"""Whose turn it is: counted from the last turn on record, however often a service restarts.

By the real clock, so that a clock moved by hand, as in the demo, gives no turn and takes none.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from services.alerts.watch_marks import mark_at, note_mark
from services.session import reading, writing


def turn_due(name: str, *, every: timedelta) -> bool:
    """Return whether a turn has come; the first comes an interval after this was first asked.

    Args:
        name: ``sweep`` or ``watch``.
    """
    now = datetime.now(UTC)
    with reading() as conn:
        last = mark_at(conn, name=_turn(name))
    if last is None:
        give_turn(name)
        return False
    return not timedelta(0) <= now - last < every  # or the machine's clock has gone back since


def give_turn(name: str) -> None:
    """Say that a turn is had now."""
    with writing() as conn:
        note_turn(conn, name)


def note_turn(conn: Connection, name: str) -> None:
    """Say, with what else is written, that a turn is had now."""
    note_mark(conn, name=_turn(name), now=datetime.now(UTC))


def _turn(name: str) -> str:
    return f"{name}-turn"
