"""`handrail import`: a file read, checked and brought in, with a progress bar on long ones."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

from rich.progress import Progress

from adapters import clock
from adapters.spreadsheets import read
from desk.output import err
from rules.errors import UnknownReferenceError
from rules.imports import KINDS
from rules.imports.choices import NOTHING_SAID, Choices
from services.imports import ImportReport, ScheduleOptions, first_administrator, run_import, writing

SAMPLE_SCHEDULE: Final = ScheduleOptions("sample", valid_from=date(2025, 4, 1))
SAMPLE_ADMINISTRATOR: Final = "naomi.eastgate@home-adaptations.example"
LONG_FILE: Final = 2_000
"""Rows from which a progress bar is worth its lines."""


def bring_in(
    url: str,
    *,
    kind: str,
    file: Path,
    by: str,
    schedule: ScheduleOptions | None = None,
    dry_run: bool = False,
    said: Choices = NOTHING_SAID,
) -> ImportReport:
    """Import one file in one transaction.

    Args:
        kind: One of ``rules.imports.KINDS``.
        file: CSV or XLSX.
        by: Who imports it.
        schedule: Which version, for kind ``schedule``.
        dry_run: Say what would change and change nothing.
        said: Odd values that are meant, and columns that are left aside.

    Raises:
        ImportProblemsError: The file has problems; all are listed and nothing was changed.
        UnknownReferenceError: There is no such kind.
    """
    if kind not in KINDS:
        raise UnknownReferenceError(
            f"“{kind}” is no kind of import file.", next_step=f"Use one of: {', '.join(KINDS)}."
        )
    sheet = read(file, kind=kind)
    with (
        Progress(console=err, transient=True, disable=len(sheet.rows) < LONG_FILE) as progress,
        writing(url) as conn,
    ):
        bar = progress.add_task(f"{kind} from {file.name}", total=None)
        return run_import(
            conn,
            kind=kind,
            sheet=sheet,
            now=clock.now(),
            actor=by,
            schedule=schedule,
            dry_run=dry_run,
            said=said,
            on_progress=lambda done, total: progress.update(bar, completed=done, total=total),
        )


def import_sample(url: str, *, folder: Path, kinds: Iterable[str] = KINDS) -> list[ImportReport]:
    """Import the sample service, in the order in which its files refer to each other.

    Args:
        folder: Where the sample files are.
        kinds: Only these kinds, in the order of ``KINDS``; a kind without a file there is left out.
    """
    with writing(url) as conn:
        first_administrator(
            conn, email=SAMPLE_ADMINISTRATOR, name="Naomi Eastgate", now=clock.now()
        )
    return [
        bring_in(
            url,
            kind=kind,
            file=folder / f"{kind}.csv",
            by=SAMPLE_ADMINISTRATOR,
            schedule=SAMPLE_SCHEDULE if kind == "schedule" else None,
        )
        for kind in kinds
        if (folder / f"{kind}.csv").exists()
    ]
