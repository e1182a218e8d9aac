"""`handrail report`: which reports there are, one of them, and the cases behind a figure."""

from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from adapters import clock
from desk.csv_output import Csv
from desk.options import DAY
from desk.output import Json, print_json, say, sentences, table
from desk.reports.written import FORMS, as_csv, plainly
from desk.seats import check_may_read
from rules.errors import StorageError, UnknownReferenceError
from rules.reports.asked import Asked, asked_problems, period_of
from rules.reports.work import SEE_BOARD
from services.reports.counting import count_what_grew
from services.reports.declared.ask import TOTAL, Answer, Question, ask, behind, followed
from services.reports.declared.catalogue import REPORTS, report_named
from services.session import check_authority, reading

app = typer.Typer()

_EVERY: Final = 1_000_000
_From = Annotated[date | None, DAY("From this day; 1 April before the last.", "--from")]
_To = Annotated[date | None, DAY("To this day, counted; the day it is as at.", "--to")]
_At = Annotated[date | None, DAY("As things stood when this day was over.", "--at")]
_Whose = Annotated[str, typer.Option("--authority", help="Only this authority's cases.")]
_By = Annotated[str, typer.Option("--by", help="What the rows are by: authority, age, …")]


def _asked(
    first: date | None, last: date | None, at: date | None, authority: str, way: str
) -> Asked:
    check_may_read(roles=SEE_BOARD, what="reports")
    today = clock.today()
    for _, error in asked_problems(first, last, at, today=today):
        raise error
    with reading() as conn:
        code = check_authority(conn, code=authority)
        follow = followed(conn, on=at or today)
    whose = frozenset({code}) if code else frozenset()
    return Asked(period_of(first, last, at=at or today), at or today, today, whose, way, follow)


@app.command("list")
def list_reports(as_json: Annotated[bool, Json] = False) -> None:
    """List the reports, each with the question that it answers."""
    with sentences(as_json=as_json):
        check_may_read(roles=SEE_BOARD, what="reports")
    rows = [(one.name, one.title, one.asks) for one in REPORTS.values()]
    if as_json:
        print_json([dict(zip(("name", "title", "asks"), row, strict=True)) for row in rows])
        return
    table(title="Reports", columns=("Name", "Report", "It answers"), rows=rows)


@app.command("show")
def show_report(
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `report list` calls it.")],
    way: _By = "",
    first: _From = None,
    last: _To = None,
    at: _At = None,
    authority: _Whose = "",
    file: Annotated[
        Path | None,
        typer.Option("--file", help=f"Write it there: {', '.join(f'.{form}' for form in FORMS)}."),
    ] = None,
    as_json: Annotated[bool, Json] = False,
    csv: Annotated[bool, Csv] = False,
) -> None:
    """Show one report, each figure beside how many cases it rests on."""
    with sentences(as_json=as_json):
        report = report_named(name)
        form = _form(file)
        asked = _asked(first, last, at, authority, way)
        count_what_grew(at_most=_EVERY)
        with reading() as conn:
            answer = ask(conn, report, asked)
        if file is not None:
            write_report(file, FORMS[form][1](answer))
            say(f"{report.title} written to {file}.")
        elif as_json:
            print_json(plainly(answer))
        elif csv:
            typer.echo(as_csv(answer).decode("utf-8-sig"), nl=False)
        else:
            _show(answer)


@app.command("cases")
def show_cases(
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `report list` calls it.")],
    column: Annotated[str, typer.Argument(metavar="COLUMN", help="As its JSON names it.")],
    row: Annotated[str, typer.Argument(metavar="[ROW]", help="All rows if left out.")] = TOTAL,
    way: _By = "",
    first: _From = None,
    last: _To = None,
    at: _At = None,
    authority: _Whose = "",
    limit: Annotated[int, typer.Option(min=1, help="As many at most.")] = 200,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """List the cases behind one figure of a report."""
    with sentences(as_json=as_json):
        report = report_named(name)
        asked = _asked(first, last, at, authority, way)
        count_what_grew(at_most=_EVERY)
        question = Question(report, asked)
        wanted = question.column(column)
        if wanted is None:
            names = ", ".join(one.name for one in question.columns if one.of is not None)
            raise UnknownReferenceError(
                f"{report.title} has no figure “{column}”.", next_step=f"Give one of: {names}."
            )
        with reading() as conn:
            found = behind(conn, question, column=wanted, key=row, limit=limit)
    if as_json:
        print_json(found)
        return
    if not found:
        say(f"No case is behind “{column}” of the row “{row}”.")
        return
    table(
        title=f"{wanted.title}: {report.title}",
        columns=("Case", "Authority", "Works", "First contact", "Signed off", "Adds"),
        rows=[
            (one.reference, one.authority, one.work_type, one.contact_on, one.certified_on or "–",
             "" if one.value is None else one.value)
            for one in found
        ],
    )  # fmt: skip


def _show(answer: Answer) -> None:
    heads = (answer.way.title, *(one.title for one in answer.columns))
    rows = []
    for row in (*answer.rows, answer.total):
        figures = [row.figures[one.name] for one in answer.columns]
        said = [f"{one.words}\n{one.rests_on}".rstrip() for one in figures]
        rows.append((row.label, *said))
    period = answer.asked.period
    title = f"{answer.report.title}, {period.first} to {period.last}, as at {answer.asked.at}"
    table(title=title, columns=heads, rows=rows)
    say(answer.report.asks)
    for one in answer.columns:
        if one.means:
            say(f"{one.title}: {one.means}")


def _form(file: Path | None) -> str:
    form = file.suffix.casefold().removeprefix(".") if file else ""
    if file and form not in FORMS:
        raise UnknownReferenceError(
            f"A report is not written as {file.name}.",
            next_step=f"End the name with one of {', '.join(f'.{one}' for one in FORMS)}.",
        )
    return form


def write_report(file: Path, data: bytes) -> None:
    """Write a report to a file.

    Raises:
        StorageError: It cannot be written there.
    """
    try:
        file.write_bytes(data)
    except OSError as error:
        raise StorageError(
            f"{file} cannot be written.",
            why=error.strerror or str(error),
            next_step="Name another file.",
        ) from error
