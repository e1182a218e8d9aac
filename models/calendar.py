"""The working-day calendar, from dated rows: bank holidays and each authority's own closures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, func, insert, select
from sqlalchemy.engine import Connection

from models.reference import ClosedDay
from rules.workdays import Calendar, calendar

_WHOSE: Final[BindParameter[Any]] = bindparam("authorities", expanding=True)
_HELD: Final = select(func.count(), func.max(ClosedDay.id)).where(ClosedDay.authority.in_(_WHOSE))
_CLOSED: Final = (
    select(ClosedDay.day, ClosedDay.authority)
    .where(ClosedDay.authority.in_(_WHOSE))
    .order_by(ClosedDay.day)
)


def calendar_for(conn: Connection, *, authority: str) -> Calendar:
    """Return the calendar of an authority; it is built once for each set of closed days.

    Args:
        conn: Any connection.
        authority: The authority's code, or an empty string for the bank holidays alone.
    """
    count, newest = conn.execute(_HELD, {"authorities": ("", authority)}).one()
    key = (str(conn.engine.url), authority, count, newest)
    found = _built.get(key)
    if found is None:
        found = _built[key] = _build(conn, authority)
    return found


_built: dict[tuple[str, str, int, int | None], Calendar] = {}


def _build(conn: Connection, authority: str) -> Calendar:
    rows = conn.execute(_CLOSED, {"authorities": ("", authority)}).all()
    # Only bank holidays make a year known; one authority's closure says nothing of the rest.
    years = [row.day.year for row in rows if row.authority == ""]
    first, last = (min(years), max(years)) if years else (1, 0)
    known = [row.day for row in rows if first <= row.day.year <= last]
    return calendar(closed=known, first_year=first, last_year=last)


def add_closed_days(
    conn: Connection, *, days: Iterable[tuple[date, str]], authority: str = ""
) -> int:
    """Add closed days that are not there yet. Returns how many were added.

    Args:
        conn: A writing connection.
        days: Each day with its title.
        authority: The authority that closes, or an empty string for all.
    """
    held = set(
        conn.execute(select(ClosedDay.day).where(ClosedDay.authority == authority)).scalars()
    )
    fresh = [
        {"authority": authority, "day": day, "title": title}
        for day, title in days
        if day not in held
    ]
    if fresh:
        conn.execute(insert(ClosedDay), fresh)
    return len(fresh)
