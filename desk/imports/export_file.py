"""`handrail export`: the records of a kind, in the columns in which they are imported."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from adapters import clock
from adapters.workbooks import workbook
from desk.csv_output import write_csv
from desk.options import DAY
from desk.output import say, sentences
from rules.errors import InvalidDecisionError, StorageError
from rules.imports import KINDS, spec
from rules.people import check_may_import
from rules.sentences import several
from services.imports import ScheduleOptions
from services.imports.export import exported
from services.session import acting, reading

app = typer.Typer()


@app.command("export")
def export_file(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=", ".join(KINDS))],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="To write: .xlsx or .csv.")],
    by: Annotated[str, typer.Option(help="Who takes it out: your e-mail address.")],
    schedule: Annotated[str, typer.Option(help="schedule: the schedule's name.")] = "",
    valid_from: Annotated[date | None, DAY("schedule: the version’s first day.", "--from")] = None,
) -> None:
    """Take out what is on record, to change it in a spreadsheet and import it again."""
    with sentences():
        names = [column.name for column in spec(kind).columns]
        options = _options(kind, schedule, valid_from)
        with reading() as conn:
            actor = acting(conn, identity=by, on=clock.today())
            check_may_import(actor=actor, kind=kind)
            rows = list(exported(conn, kind=kind, viewer=actor, schedule=options))
        if file.suffix.casefold() == ".xlsx":
            _write(file, workbook({kind: [names, *rows]}))
        else:
            write_csv(file, names, rows)
    say(f"{several(len(rows), 'row')} of {kind} written to {file}.")


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise StorageError(
            f"{file} cannot be written.",
            why=error.strerror or str(error),
            next_step="Name another file.",
        ) from error


def _options(kind: str, schedule: str, valid_from: date | None) -> ScheduleOptions | None:
    if kind != "schedule":
        return None
    if not schedule or valid_from is None:
        raise InvalidDecisionError(
            "A schedule is taken out as a version: it needs its name and its first day.",
            next_step="Add --schedule NAME --from DATE.",
        )
    return ScheduleOptions(schedule, valid_from)
