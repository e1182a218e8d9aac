"""What the database shows of the machine by the real clock, wherever it was seen.

Conductors and workers that are gone, and deployments that somebody had paused or deleted.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from models.tables.clocks import WatchMark
from rules.alerts import stalled
from rules.alerts.stalled import Stalled
from services.alerts.watch_marks import note_mark
from services.cases.runners import gone, own_conductor

SUBJECTS: Final = ("runners", "deployments")

SAID_FOR: Final = timedelta(hours=24)
"""How long it is said that something was put back."""

_PUT_BACK: Final = "put-back"
_LAST: Final = select(WatchMark.at, WatchMark.detail).where(WatchMark.name == _PUT_BACK)


def seen_elsewhere(conn: Connection, *, now: datetime) -> tuple[Stalled, ...]:
    """Return what is to be said of it.

    Args:
        now: The present instant on the real clock.
    """
    return (*_gone(conn, now), *_put_back(conn, now))


def _gone(conn: Connection, now: datetime) -> Iterator[Stalled]:
    # The conductor of this very folder is looked at there, which shows more.
    if lost := gone(conn, now=now, but=(own_conductor(),)):
        longest = now - min(row.seen_at for row in lost)
        yield stalled.RUNNERS_GONE.of_runs([row.name for row in lost], age=longest)


def _put_back(conn: Connection, now: datetime) -> Iterator[Stalled]:
    for at, detail in conn.execute(_LAST):
        if now - at < SAID_FOR:
            yield stalled.PUT_BACK.of(at=stalled.in_london(at), what=detail)


def note_put_back(conn: Connection, *, what: str, now: datetime) -> None:
    """Write down what was found deleted or paused, and was put back."""
    note_mark(conn, name=_PUT_BACK, now=now, detail=what)
