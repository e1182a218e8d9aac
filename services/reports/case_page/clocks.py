"""The clocks of a case in words: how each was reached and stands; its pauses and totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.base import AnyRow
from rules.clocks import clock_words
from rules.clocks.clock_names import CLOCKS as SPECS
from rules.clocks.dates import london_date
from rules.clocks.pauses import PausedTime
from rules.clocks.workdays import Calendar
from rules.errors import NoBankHolidayDataError
from rules.reports.sla import Moved, moved_words
from services.clocks.pauses import PauseOnCase, pauses_on
from services.reports.case_page.file import CHANGES, CLOCKS, CaseFile, of_case
from services.reports.clock_lines import arithmetic
from services.reports.waits import wait_on


@dataclass(frozen=True, slots=True)
class ClockShown:
    """One clock.

    Args:
        step: The step it belongs to with that step's opening, or empty and 0.
        title: What an officer calls it.
        section: The section of the Act, or other law; may be empty.
        due_on: The day it is due; none while it is paused.
        late: Whether it runs and its day is over.
        timing: How it stands: ``3 working days late``.
        words: How its day was reached, in a sentence; empty where the years are not known.
        moved: Each time its day moved, a sentence each.
        stopped_on: The day it stopped, or None while it runs.
    """

    step: tuple[str, int]
    name: str
    title: str
    section: str
    due_on: date | None
    late: bool
    timing: str
    words: str
    moved: tuple[str, ...]
    stopped_on: date | None


def clocks_of(file: CaseFile) -> tuple[ClockShown, ...]:
    """Return every clock of a case, in the order they began."""
    pauses = [one.time for one in pauses_on(file.conn, case_id=file.id) if not one.withdrawn]
    moved: dict[int, list[str]] = {}
    for row in of_case(file, CHANGES):
        change = Moved(london_date(row.at), row.from_due, row.to_due, row.why)
        moved.setdefault(row.clock_id, []).append(moved_words(change))
    return tuple(
        _shown(row, file=file, pauses=pauses, moved=moved.get(row.id, ()))
        for row in of_case(file, CLOCKS)
    )


def _shown(
    row: AnyRow, *, file: CaseFile, pauses: Sequence[PausedTime], moved: Sequence[str]
) -> ClockShown:
    spec = SPECS[row.name]
    runs = row.stopped_on is None
    words, timing = _told(row, file=file, pauses=pauses)
    return ClockShown(
        step=(row.step, row.step_revision),
        name=row.name,
        title=f"{spec.title} ({row.subject})" if row.subject else spec.title,
        section=spec.section,
        due_on=row.due_on,
        late=runs and row.due_on is not None and row.due_on < file.today,
        timing=timing,
        words=words,
        moved=tuple(moved),
        stopped_on=row.stopped_on,
    )


def _told(row: AnyRow, *, file: CaseFile, pauses: Sequence[PausedTime]) -> tuple[str, str]:
    """Return a clock's arithmetic and its standing in words; nothing outside the years known."""
    calendar: Calendar | None = file.calendar
    if calendar is None:
        return "", ""
    paused_since = file.case.paused_on if row.paused else None
    try:
        words = arithmetic(row, due_on=row.due_on, pauses=pauses, calendar=calendar)
        return words, clock_words.timing(
            due_on=row.due_on,
            today=file.today,
            calendar=calendar,
            paused_since=paused_since,
            stopped_on=row.stopped_on,
        )
    except NoBankHolidayDataError:
        return "", ""


def waiting_section(file: CaseFile, clocks: Sequence[ClockShown]) -> dict[str, Any]:
    """Return the clocks that run and those that stopped, the pauses, and whose the days were."""
    pauses = pauses_on(file.conn, case_id=file.id)
    total, shares = _wait(file, pauses)
    return {
        "running": [clock for clock in clocks if clock.stopped_on is None],
        "stopped": [clock for clock in clocks if clock.stopped_on is not None],
        "pauses": pauses,
        "total": total,
        "shares": shares,
    }


def _wait(file: CaseFile, pauses: Sequence[PauseOnCase]) -> tuple[str, list[tuple[str, int]]]:
    if file.calendar is None:
        return "", []
    certified_on = file.order.certified_on if file.order else None
    try:
        found = wait_on(
            file.conn,
            case=file.case,
            certified_on=certified_on,
            pauses=pauses,
            calendar=file.calendar,
            today=file.today,
        )
    except NoBankHolidayDataError:
        return "", []
    return found.totals.sentence(), [(p.value, share.days) for p, share in found.shares.items()]
