"""Closed days by file. One on a weekend or a bank holiday is told, and changes nothing."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from models.tables.reference import Authority, ClosedDay
from rules.clocks.workdays import load_command
from rules.errors import Problem
from rules.imports import ParsedRow
from rules.sentences import named
from services.cases.clocks.calendar import EVERYBODY, known_years
from services.cases.clocks.retime import moved_words, retime
from services.clocks.closures import changes_nothing
from services.imports import registers
from services.imports.job import Changes, Job
from services.imports.reconcile import apply, difference, table_of

_DAY = table_of(ClosedDay)
_COLUMNS: Final = ("authority", "day", "title")


def problems(job: Job) -> Iterator[Problem]:
    """Yield unknown authorities, and days in years whose bank holidays are not held.

    Args:
        job: The import.
    """
    owned = [row for row in job.rows if row.values.get("authority")]
    yield from registers.unresolved(job, column="authority", model=Authority, among=owned)
    known = known_years(job.conn)
    for row in job.rows:
        day = row.values.get("day")
        if isinstance(day, date) and not (known and known[0] <= day.year <= known[1]):
            yield job.problem(
                row,
                "day",
                wrong=f"the bank holidays of {day.year} are not held, so the year is not known",
                right=_right(day.year, known),
            )


def _right(year: int, known: tuple[int, int] | None) -> str:
    if known is None:
        return "Load the bank holidays first: `handrail init`."
    first, last = known
    command = load_command(last + 1, year) if year > last else load_command(year, first - 1)
    return f"A day from {first} to {last}, or load those bank holidays first: {command}."


def bring_in(job: Job) -> Changes:
    """Write the closures, and name those that change nothing.

    Args:
        job: The import; it has no problems.
    """
    query = select(_DAY.c.day, _DAY.c.title).where(_DAY.c.authority == EVERYBODY)
    for_all = {row.day: row.title for row in job.conn.execute(query.order_by(_DAY.c.day))}
    idle: list[str] = []
    wanted: list[dict[str, Any]] = []
    for row in job.rows:
        values = {name: row.values[name] for name in _COLUMNS}
        why = _idle(row, for_all)
        if why:
            idle.append(f"row {row.number} ({why})")
        else:
            wanted.append(values)
    changes = _write(job, wanted)
    if changes.any and (moved := _retimed(job, wanted)):
        changes.notes.append(moved_words(moved))
    changes.unchanged += len(idle)
    if idle:
        changes.notes.append(f"These change nothing: {named(idle)}.")
    return changes


def _retimed(job: Job, wanted: list[dict[str, Any]]) -> int:
    """Reckon the clocks that count over the days again; return how many due dates moved."""
    days = [values["day"] for values in wanted]
    why = f"closures imported from {job.sheet.file}"
    return len(retime(job.conn, now=job.now, why=why, on_days=days))


def _idle(row: ParsedRow, for_all: dict[date, str]) -> str:
    day: Any = row.values["day"]
    title = for_all.get(day)
    if row.values["authority"] == EVERYBODY and title == row.values["title"]:
        return ""  # the very row, brought in before
    return changes_nothing(day=day, title_for_all=title)


def _write(job: Job, wanted: list[dict[str, Any]]) -> Changes:
    if not wanted:
        return Changes()
    key = ("authority", "day")
    found = difference(job.conn, table=_DAY, key=key, wanted=wanted, compared=("title",))
    apply(job.conn, found, done=job.progress)
    return Changes(added=len(found.added), changed=len(found.changed), unchanged=found.unchanged)
