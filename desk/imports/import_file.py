"""`handrail import`: a file of one kind brought in, and what came of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final

import typer

from desk.csv_output import write_csv
from desk.imports.commands import bring_in
from desk.imports.differences import OF_CHANGES, change_rows, record_shown
from desk.options import DAY, PERCENT
from desk.output import SHOWN_AT_MOST, Json, print_json, say, sentences, table
from rules.errors import ImportProblemsError, InvalidDecisionError, Problem
from rules.imports import KINDS
from rules.imports.choices import ACCEPTS, Choices
from services.imports import ImportReport, ScheduleOptions
from services.session import database_url

NO_INDEX: Final = Decimal(0)

_ALL_OF_THEM: Final = "`--problems FILE` writes all of them as CSV"

app = typer.Typer()


@app.command("import")
def import_file(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=", ".join(KINDS))],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX.")],
    by: Annotated[str, typer.Option(help="Who imports it: your e-mail address.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; change nothing.")
    ] = False,
    schedule: Annotated[str, typer.Option(help="schedule: the schedule's name.")] = "",
    valid_from: Annotated[date | None, DAY("schedule: the version’s first day.", "--from")] = None,
    index: Annotated[Decimal, PERCENT("schedule: indexation in per cent.")] = NO_INDEX,
    problems: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every problem found to it, as CSV.")
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD", help=f"What looks like a slip is meant: {', '.join(ACCEPTS)}."
        ),
    ] = None,
    ignore_columns: Annotated[
        list[str] | None,
        typer.Option(metavar="HEADING", help="Leave aside a column that looks like a known one."),
    ] = None,
    changes: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every change to it, as CSV.")
    ] = None,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Import a file, all or nothing; every problem is listed at once."""
    with sentences(as_json=as_json, all_of_them=_ALL_OF_THEM):
        options = _schedule_options(kind, schedule, valid_from, index)
        with _problems_to(problems):
            report = bring_in(
                database_url(),
                kind=kind,
                file=file,
                by=by,
                schedule=options,
                dry_run=dry_run,
                said=_said(accept or [], ignore_columns or []),
            )
    if changes is not None:
        write_csv(changes, OF_CHANGES, change_rows(map(record_shown, report.shown)))
    if as_json:
        shown = [record_shown(one) for one in report.shown]
        print_json({"dry_run": dry_run, "report": report.counted, "changes": shown})
        return
    if dry_run:
        say("Nothing was changed; this is what the import would do.")
        _print_changes(list(change_rows(map(record_shown, report.shown))))
    print_reports([report])


def _said(accept: list[str], ignore: list[str]) -> Choices:
    unknown = sorted(set(accept) - set(ACCEPTS))
    if unknown:
        raise InvalidDecisionError(
            f"--accept {unknown[0]} accepts nothing.", next_step=f"One of: {', '.join(ACCEPTS)}."
        )
    return Choices(accepted=frozenset(accept), ignored=frozenset(ignore))


def _print_changes(rows: list[Sequence[str]]) -> None:
    if rows:
        table(title="What changes", columns=OF_CHANGES, rows=rows[:SHOWN_AT_MOST])
    if len(rows) > SHOWN_AT_MOST:
        say(f"These are the first {SHOWN_AT_MOST} lines of {len(rows)}; `--changes FILE` has all.")


@contextmanager
def _problems_to(file: Path | None) -> Iterator[None]:
    """Write the problems that an import is refused for to a file, where one is named."""
    try:
        yield
    except ImportProblemsError as error:
        if file is not None:
            columns = [one.name for one in fields(Problem)]
            rows = ([getattr(one, name) for name in columns] for one in error.problems)
            write_csv(file, columns, rows)
        raise


def _schedule_options(
    kind: str, schedule: str, valid_from: date | None, index: Decimal
) -> ScheduleOptions | None:
    if kind != "schedule":
        if schedule or valid_from or index != NO_INDEX:
            raise InvalidDecisionError(
                f"--schedule, --from and --index do not belong to {kind}.",
                next_step="Leave them out; they say which version `import schedule` brings in.",
            )
        return None
    if not schedule or valid_from is None:
        raise InvalidDecisionError(
            "A schedule is imported as a version: it needs its name and its first day.",
            next_step="Add --schedule NAME --from DATE.",
        )
    return ScheduleOptions(schedule=schedule, valid_from=valid_from, index_percent=index)


def print_reports(reports: list[ImportReport]) -> None:
    """Print what imports have come to."""
    table(
        title="Imported",
        columns=("Kind", "Added", "Changed", "Unchanged", "Removed", "Notes"),
        rows=[
            (
                report.kind,
                report.added,
                report.changed,
                report.unchanged,
                report.removed,
                " ".join((*report.notes, *_ignored(report))),
            )
            for report in reports
        ],
    )


def _ignored(report: ImportReport) -> list[str]:
    if not report.ignored_columns:
        return []
    return [f"Unknown columns were ignored: {', '.join(report.ignored_columns)}."]
