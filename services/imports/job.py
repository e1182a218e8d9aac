"""One import under way: what every kind's importer is given, and what it gives back."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from rules.errors import Problem
from rules.imports import Parsed, ParsedRow, Sheet, spec
from rules.imports.checks import Finding, cell_words
from rules.imports.choices import NOTHING_SAID, Choices
from services.imports.reconcile import Shown

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ScheduleOptions:
    """Which version of which schedule of rates a file is.

    Args:
        schedule: The schedule's name.
        valid_from: The version's first day.
        index_percent: Indexation on its rates: ``Decimal("2.5")`` is 2.5 % above.
    """

    schedule: str
    valid_from: date
    index_percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or with ``--dry-run`` would do, counted in records of its kind.

    Args:
        kind: The kind of file.
        added: Records that were not there.
        changed: Records that differ now.
        unchanged: Records that stay as they are.
        removed: Lines of a package, a case's works or a schedule version, zones of a lot, or rungs
            of a ladder, that the file left out.
        ignored_columns: Columns of the file that the kind does not know.
        notes: What the person should know, as sentences.
        shown: The records that are different: those changed, removed, then added.
    """

    kind: str
    added: int
    changed: int
    unchanged: int
    removed: int
    ignored_columns: tuple[str, ...]
    notes: tuple[str, ...]
    shown: Iterable[Shown] = ()

    @property
    def counted(self) -> dict[str, Any]:
        """All of it but the records, which the desk shows."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "shown"}


@dataclass(frozen=True, slots=True)
class Job:
    """One file being imported, in one transaction.

    Args:
        kind: The kind of file.
        sheet: The file as read.
        parsed: The file as understood.
        today: The present London date.
        schedule: The schedule version, for that kind.
        progress: Called with the number of rows handled since the last call.
        reason: Why, where somebody said so; a file is its own reason.
        said: What its sender has said of it.
    """

    conn: Connection
    kind: str
    sheet: Sheet
    parsed: Parsed
    now: datetime
    today: date
    actor: str
    schedule: ScheduleOptions | None
    progress: Callable[[int], None]
    reason: str = ""
    said: Choices = NOTHING_SAID

    @property
    def rows(self) -> tuple[ParsedRow, ...]:
        """The file's rows."""
        return self.parsed.rows

    @property
    def sound_rows(self) -> tuple[ParsedRow, ...]:
        """The rows without a cell at fault."""
        columns = len(spec(self.kind).columns)
        return tuple(row for row in self.parsed.rows if len(row.values) == columns)

    def cited(self, column: str) -> set[str]:
        """Return the values of a column that are not empty."""
        return {str(value) for row in self.rows if (value := row.values.get(column))}

    def problem(self, row: ParsedRow, column: str, *, wrong: str, right: str) -> Problem:
        """Return a problem of one cell that parsed but cannot stand."""
        shown = cell_words(row.values.get(column))
        shown = shown if len(shown) <= 80 else shown[:79] + "…"
        return next(self.placed([row.finding(column, wrong, right, value=shown)]))

    def placed(self, findings: Iterable[Finding]) -> Iterator[Problem]:
        """Yield findings as problems of the file."""
        for finding in findings:
            yield finding.placed(self.sheet.file, self.sheet.sheet)

    def file_problem(self, *, value: str, wrong: str, right: str) -> Problem:
        """Return a problem of the file as a whole."""
        return Problem(self.sheet.file, self.sheet.sheet, None, None, value, wrong, right)
