"""Closures: days that are closed or opened again by hand, and bank holidays filled in.

Whoever changes the closed days says so in the service's audit chain, and the due dates that counted
over them are reckoned again. A bank holiday that was opened
because it was moved stays open, however often the bank holidays are filled in again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from models.audit import SERVICE, note_service, take_turn
from models.base import AnyRow
from models.tables.record import Audit
from models.tables.reference import ClosedDay
from rules.clocks.workdays import SATURDAY, in_words, load_command
from rules.decisions.particulars import unwritable
from rules.errors import InvalidDecisionError, MissingReasonError, UnknownReferenceError
from rules.people import Actor, check_may_close_days
from rules.reasons import too_thin
from services.cases.clocks.calendar import EVERYBODY, calendar_for, known_years
from services.cases.clocks.retime import retime

_DAYS_HELD: Final = select(ClosedDay.day).where(ClosedDay.authority == bindparam("authority"))

CLOSE: Final = "workdays: close"
OPEN: Final = "workdays: open"
LOAD: Final = "workdays: load"

_DAY: Final = select(ClosedDay.authority, ClosedDay.title).where(ClosedDay.day == bindparam("on"))
_THIS: Final = (ClosedDay.authority == bindparam("whose"), ClosedDay.day == bindparam("on"))
_ADD: Final = insert(ClosedDay)
_RENAME: Final = update(ClosedDay).where(*_THIS)
_REMOVE: Final = delete(ClosedDay).where(*_THIS)
_OPENED: Final = select(Audit.detail).where(Audit.chain == SERVICE, Audit.action == OPEN)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What filling in bank holidays did.

    Args:
        added: How many were not held before.
        left_open: Bank holidays that were opened by hand and therefore stay open.
        first_year: The first year known now.
        last_year: The last year known now.
        due_dates_moved: How many due dates moved.
    """

    added: int
    left_open: tuple[date, ...]
    first_year: int
    last_year: int
    due_dates_moved: int = 0


@dataclass(frozen=True, slots=True)
class DayChange:
    """What closing or opening a day did.

    Args:
        idle: Why nothing was changed, as part of a sentence, or an empty string.
        moved: How many due dates moved.
    """

    idle: str = ""
    moved: int = 0


def changes_nothing(*, day: date, title_for_all: str | None) -> str:
    """Return why closing a day would change nothing, as part of a sentence, or an empty string.

    Args:
        day: The day to close.
        title_for_all: Why it is closed for every authority already, or None where it is not.
    """
    if day.weekday() >= SATURDAY:
        return f"{in_words(day)} is a {day:%A}, closed anyway"
    if title_for_all is not None:
        return f"{in_words(day)} is closed for every authority already: {title_for_all}"
    return ""


def close_day(
    conn: Connection, *, day: date, title: str, authority: str, actor: Actor, now: datetime
) -> DayChange:
    """Close a day for an authority, or for all of them, and move the due dates it puts off.

    Args:
        day: The day.
        title: Why, in a line.
        authority: The authority's code, or an empty string for all.

    Returns:
        How many due dates moved, or why nothing was changed.

    Raises:
        NotPermittedError: Their role may not, or the authority is not theirs.
        NoBankHolidayDataError: The bank holidays of that year are not held.
    """
    check_may_close_days(actor=actor, authority=authority)
    take_turn(conn)
    calendar_for(conn, authority=EVERYBODY).is_working(day)
    held = _titles(conn, day)
    idle = changes_nothing(day=day, title_for_all=held.get(EVERYBODY))
    if not idle and held.get(authority) == title:
        idle = f"{in_words(day)} is closed already: {title}"
    if idle:
        return DayChange(idle)
    if authority in held:
        conn.execute(_RENAME, {"whose": authority, "on": day, "title": title})
    else:
        conn.execute(_ADD, {"authority": authority, "day": day, "title": title})
    return _changed(conn, CLOSE, title, actor, now, day=day, authority=authority, title=title)


def open_day(
    conn: Connection,
    *,
    day: date,
    authority: str,
    bank_holidays: Mapping[date, str],
    moved: bool,
    actor: Actor,
    reason: str,
    now: datetime,
) -> DayChange:
    """Remove a closure that was added by hand; a bank holiday only where that is what is meant.

    Args:
        day: The day.
        authority: Whose closure it is: a code, or an empty string for that of all.
        bank_holidays: The bank holidays of that year, with their names.
        moved: Whether a bank holiday is meant, because it was moved or abolished.

    Returns:
        How many due dates moved.

    Raises:
        NotPermittedError: Their role may not, or the authority is not theirs.
        MissingReasonError: No reason is given.
        InvalidDecisionError: It is a bank holiday, or the reason cannot be kept.
        UnknownReferenceError: There is no such closure.
    """
    check_may_close_days(actor=actor, authority=authority)
    _check_reason(reason)
    take_turn(conn)
    held = _titles(conn, day)
    if authority not in held:
        raise _not_closed(day, authority, held)
    proclaimed = authority == EVERYBODY and day in bank_holidays
    if proclaimed and not moved:
        raise InvalidDecisionError(
            f"{in_words(day)} is a bank holiday: {bank_holidays[day]}.",
            why="Only closures added by hand are opened without more.",
            next_step="If it was moved or abolished, say so with --bank-holiday.",
        )
    conn.execute(_REMOVE, {"whose": authority, "on": day})
    detail = {"title": held[authority], "bank_holiday": proclaimed}
    return _changed(conn, OPEN, reason, actor, now, day=day, authority=authority, **detail)


def _retimed(
    conn: Connection, days: Collection[date], *, why: str, authority: str, now: datetime
) -> int:
    """Reckon the clocks that count over days closed or opened again; return how many moved."""
    if not days:
        return 0
    return len(retime(conn, now=now, why=why, authority=authority, on_days=days))


def fill(
    conn: Connection, *, days: Iterable[tuple[date, str]], now: datetime
) -> tuple[int, tuple[date, ...], int]:
    """Add bank holidays that are not held, but for those that were opened by hand.

    Args:
        days: Each with its name.

    Returns:
        How many were added, those that stay open, and how many due dates moved.
    """
    details = conn.execute(_OPENED).scalars()
    opened = {date.fromisoformat(said["day"]) for said in details if said["bank_holiday"]}
    wanted = list(days)
    held = days_held(conn, authority=EVERYBODY)
    fresh = [one for one in wanted if one[0] not in opened and one[0] not in held]
    added = add_closed_days(conn, days=fresh)
    moved = _retimed(
        conn, [day for day, _ in fresh], why="bank holidays were added", authority="", now=now
    )
    return added, tuple(day for day, _ in wanted if day in opened), moved


def load(conn: Connection, *, days: Sequence[tuple[date, str]], by: str, now: datetime) -> Loaded:
    """Fill in the bank holidays of whole years that join on to those known.

    Args:
        days: Every bank holiday of those years that falls on a weekday, in order.
        by: Who loads them.

    Raises:
        InvalidDecisionError: A year between them and those known would stay unknown.
    """
    take_turn(conn)
    first, last = days[0][0].year, days[-1][0].year
    _check_joins(known_years(conn), first, last)
    added, left_open, moved = fill(conn, days=days, now=now)
    if added:
        note_load(conn, years=(first, last), added=added, by=by, now=now)
    years = known_years(conn) or (first, last)
    return Loaded(added, left_open, *years, moved)


def note_load(
    conn: Connection, *, years: tuple[int, int], added: int, by: str, now: datetime
) -> None:
    """Say in the service's chain that bank holidays were filled in.

    Args:
        years: The first and the last year.
        added: How many were added.
        by: Who loaded them.
    """
    note_service(
        conn,
        now=now,
        actor=by,
        action=LOAD,
        reason=f"bank holidays of {years[0]} to {years[1]}",
        detail={"from": years[0], "to": years[1], "added": added},
    )


def _check_joins(known: tuple[int, int] | None, first: int, last: int) -> None:
    if known is None or (first <= known[1] + 1 and last >= known[0] - 1):
        return
    missing = (known[1] + 1, first - 1) if first > known[1] else (last + 1, known[0] - 1)
    wanted = (missing[0], last) if first > known[1] else (first, missing[1])
    between = str(missing[0]) if missing[0] == missing[1] else f"{missing[0]} to {missing[1]}"
    raise InvalidDecisionError(
        f"The bank holidays of {between} would still be missing.",
        why=f"Those of {known[0]} to {known[1]} are held, and years are known without a gap.",
        next_step=f"Load them as well: {load_command(*wanted)}.",
    )


def _titles(conn: Connection, day: date) -> dict[str, str]:
    rows: Iterable[AnyRow] = conn.execute(_DAY, {"on": day})
    return {row.authority: row.title for row in rows}


def _not_closed(day: date, authority: str, held: Mapping[str, str]) -> UnknownReferenceError:
    whose = f"for {authority}" if authority else "for every authority"
    others = [f"authority {code}" if code else "every authority" for code in sorted(held)]
    if others:
        next_step = f"It is closed for {', '.join(others)}; say which with --authority."
    else:
        next_step = f"`handrail workdays show {day.year}` lists the closed days."
    return UnknownReferenceError(f"{in_words(day)} is no day closed {whose}.", next_step=next_step)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise MissingReasonError(
            "A day is opened for a reason.", next_step="Say why with --reason; it is kept."
        )
    if thin := too_thin(reason):
        raise MissingReasonError(thin, next_step="Nothing was recorded.")
    if problems := unwritable(reason):
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")


def _changed(
    conn: Connection,
    action: str,
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    day: date,
    authority: str,
    **more: Any,
) -> DayChange:
    """Say in the service's chain what was done to a day, and move the due dates by it."""
    detail = {"day": day.isoformat(), "authority": authority, **more}
    note_service(conn, now=now, actor=actor.identity, action=action, reason=reason, detail=detail)
    why = f"{in_words(day)} was {'closed' if action == CLOSE else 'opened'}: {reason}"
    return DayChange(moved=_retimed(conn, [day], why=why, authority=authority, now=now))


def add_closed_days(
    conn: Connection, *, days: Iterable[tuple[date, str]], authority: str = EVERYBODY
) -> int:
    """Add closed days that are not there yet. Returns how many were added.

    Args:
        days: Each day with its title.
        authority: The authority that closes, or an empty string for all.
    """
    held = days_held(conn, authority=authority)
    fresh = [
        {"authority": authority, "day": day, "title": title}
        for day, title in days
        if day not in held
    ]
    if fresh:
        conn.execute(insert(ClosedDay), fresh)
    return len(fresh)


def days_held(conn: Connection, *, authority: str) -> frozenset[date]:
    """Return the days closed for an authority alone, or for all.

    Args:
        authority: The authority's code, or an empty string for those of all.
    """
    return frozenset(conn.execute(_DAYS_HELD, {"authority": authority}).scalars())
