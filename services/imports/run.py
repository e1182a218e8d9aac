"""Runs an import: every problem first, then every change, in the caller's one transaction."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias

from sqlalchemy import Connection

from models.audit import take_turn
from models.people import acting
from rules.clocks.dates import london_date
from rules.errors import ImportProblemsError, Problem
from rules.imports import RawRow, Sheet, parse
from rules.imports.choices import NOTHING_SAID, Choices
from rules.people import check_may_import
from services.imports import (
    arrangements,
    cases,
    clocks,
    contractors,
    officers,
    packages,
    partnership,
    permissions,
    registers,
    schedule,
    spellings,
    successions,
    terms,
    works,
)
from services.imports.history import note_import, was_imported_last
from services.imports.job import ImportReport, Job, Progress, ScheduleOptions
from services.imports.questions import odd_changes
from services.imports.reconcile import Changes
from services.imports.vocabulary import unknown_words

_Finder: TypeAlias = Callable[[Job], Iterator[Problem]]
_Writer: TypeAlias = Callable[[Job], Changes]

_IMPORTERS: Final[Mapping[str, tuple[_Finder, _Writer]]] = MappingProxyType(
    {
        **dict.fromkeys(registers.REGISTERS, (registers.problems, registers.bring_in)),
        "contractors": (registers.problems, contractors.bring_in),
        "contractor_absences": (registers.problems, contractors.bring_in_absences),
        "contractor_conflicts": (contractors.conflict_problems, contractors.bring_in_conflicts),
        "officers": (officers.problems, officers.bring_in),
        "lot_contractors": (terms.rank_problems, registers.bring_in),
        "package_prices": (registers.problems, terms.bring_in_prices),
        "contract_rates": (terms.rate_problems, registers.bring_in),
        "permissions": (registers.problems, permissions.bring_in_permissions),
        "budgets": (terms.budget_problems, registers.bring_in),
        "partnership_terms": (partnership.term_problems, registers.bring_in),
        "schedule": (schedule.problems, schedule.bring_in),
        "packages": (packages.problems, packages.bring_in),
        "closures": (clocks.closure_problems, clocks.bring_in_closures),
        "targets": (clocks.target_problems, clocks.bring_in_targets),
        "escalations": (registers.problems, clocks.bring_in_ladders),
        "successions": (successions.succession_problems, registers.bring_in),
        "arrangements": (arrangements.problems, registers.bring_in),
        "cases": (cases.problems, cases.bring_in),
        "works": (works.problems, works.bring_in),
    }
)
_REPORT_EVERY = 1_000  # rows


def run_import(
    conn: Connection,
    *,
    kind: str,
    sheet: Sheet,
    now: datetime,
    actor: str,
    schedule: ScheduleOptions | None = None,
    dry_run: bool = False,
    on_progress: Progress | None = None,
    reason: str = "",
    said: Choices = NOTHING_SAID,
) -> ImportReport:
    """Import a file of one kind, all or nothing.

    Args:
        kind: One of ``rules.imports.KINDS``.
        sheet: The file as read.
        now: The present instant, aware.
        actor: Who imports it: an officer's e-mail.
        schedule: Which version the file is, for kind ``schedule`` only.
        dry_run: Leave the database as it was and say what would change.
        on_progress: Called now and then with steps done and steps in all; each row takes two.
        reason: Why, for the record, where it is no file.
        said: What its sender has said of it: odd values that are meant, columns left aside.

    Returns:
        What was, or would be, added, changed, left and removed.

    Raises:
        ImportProblemsError: The file has problems; every one is listed and nothing was changed.
        UnknownReferenceError: There is no such kind, or nobody is known as the actor.
        NotPermittedError: The actor has left, or their role brings in no such files.
    """
    importer = acting(conn, identity=actor, on=london_date(now))
    check_may_import(actor=importer, kind=kind)
    progress = _Progress(total=2 * len(sheet.rows), on_progress=on_progress)
    parsed = parse(
        kind=kind,
        header=sheet.header,
        rows=_counted(sheet.rows, progress),
        file=sheet.file,
        sheet=sheet.sheet,
        header_row=sheet.header_row,
        said=said,
    )
    take_turn(conn)
    job = Job(
        conn=conn,
        kind=kind,
        sheet=sheet,
        parsed=spellings.as_recorded(conn, kind=kind, parsed=parsed),
        now=now,
        today=london_date(now),
        actor=importer.identity,
        schedule=schedule,
        progress=progress.add,
        reason=reason,
        said=said,
    )
    with conn.begin_nested() as savepoint:
        changes = _bring_in(job)
        if dry_run:
            savepoint.rollback()
    progress.finish()
    ignored, notes = parsed.ignored_columns, (*sheet.notes, *changes.notes)
    return ImportReport(
        kind, **changes.counts, ignored_columns=ignored, notes=notes, shown=changes.shown
    )


def _bring_in(job: Job) -> Changes:
    """Find every problem of the file, and write it if there is none."""
    find, write = _IMPORTERS[job.kind]
    if not job.parsed.problems:
        before = was_imported_last(job)
        if before is not None:
            return _nothing(job, before)
    found = (*find(job), *spellings.second_spellings(job), *_stray_options(job))
    _refuse(job, (*job.parsed.problems, *found))
    changes = write(job)
    _refuse(job, tuple(odd_changes(job, changes)))
    changes.notes += unknown_words(job)
    if changes.any:
        note_import(job, changes)
    return changes


def _refuse(job: Job, problems: tuple[Problem, ...]) -> None:
    if problems:
        in_order = tuple(sorted(problems, key=lambda problem: problem.row or 0))
        raise ImportProblemsError(in_order, typed=job.sheet.typed)


def _nothing(job: Job, before: datetime) -> Changes:
    when = f"{london_date(before):%-d %B %Y}"
    note = (
        f"This very file was the last of its kind, imported on {when}: nothing is left to change."
    )
    return Changes(unchanged=len(job.rows), notes=[note])


def _stray_options(job: Job) -> Iterator[Problem]:
    if job.schedule is not None and job.kind != "schedule":
        yield job.file_problem(
            value=job.schedule.schedule,
            wrong=f"--schedule, --from and --index do not belong to {job.kind}",
            right="These options with `handrail import schedule FILE` only.",
        )


class _Progress:
    """Counts steps and tells the listener now and then, never more steps than there are."""

    def __init__(self, *, total: int, on_progress: Progress | None) -> None:
        self._total, self._listener = total, on_progress
        self._done = self._told = 0

    def add(self, steps: int) -> None:
        """Count steps done."""
        self._done = min(self._done + steps, self._total)
        if self._done - self._told >= _REPORT_EVERY:
            self._tell()

    def finish(self) -> None:
        """Say that everything is done."""
        self._done = self._total
        self._tell()

    def _tell(self) -> None:
        self._told = self._done
        if self._listener is not None:
            self._listener(self._done, self._total)


def _counted(rows: tuple[RawRow, ...], progress: _Progress) -> Iterator[RawRow]:
    for row in rows:
        progress.add(1)
        yield row
