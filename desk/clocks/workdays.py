"""`handrail workdays`: the arithmetic that every due date rests on, and the days it leaves out."""

from datetime import date
from typing import Annotated, Any, Final

import typer

from adapters import clock
from adapters.bank_holidays import bank_holidays
from desk.options import Reason, parse_day
from desk.output import Json, print_json, say, sentences, table
from rules.clocks.workdays import Count, added, counted, in_words
from rules.errors import ImportProblemsError
from rules.imports import parse
from rules.sentences import several
from services.cases.clocks.calendar import calendar_for, closed_days
from services.cases.clocks.retime import moved_words
from services.clocks.closures import close_day, open_day
from services.clocks.closures import load as load_days
from services.imports.typed import typed
from services.session import AnyRow, Connection, acting, check_authority, reading, writing

app = typer.Typer(
    no_args_is_help=True,
    help="Working days: add to a date, count between two; bank holidays and closures.",
)

NEGATIVE_NUMBERS: Final = {"ignore_unknown_options": True}
"""Lets -1 be a number; what is no option and no number is refused as an argument too many."""

Day = Annotated[date, typer.Argument(parser=parse_day, metavar="DATE", help="A date.")]
TheDay = Annotated[date, typer.Argument(parser=parse_day, metavar="DATE", help="The day.")]
Authority = Annotated[str, typer.Option(help="With this authority's own closures.")]
OnlyFor = Annotated[str, typer.Option(help="Only this authority; every one if left out.")]
Closer = Annotated[str, typer.Option(help="Who decides: a manager's or administrator's address.")]


@app.command("add", context_settings=NEGATIVE_NUMBERS)
def add(
    day: Day,
    number: Annotated[int, typer.Argument(metavar="N", help="Working days; -1 is the one before.")],
    authority: Authority = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Print the working day N working days after a date, and what was not counted.

    The date itself is day 0; if it is closed, the next open day is.
    """
    with sentences(as_json=as_json), reading() as conn:
        authority = check_authority(conn, code=authority)
        calendar = calendar_for(conn, authority=authority)
        found = added(calendar, start=day, working_days=number)
        closed = not_counted(conn, found, authority)
    if as_json:
        print_json({**_plain(found, closed), "date": found.end, "words": found.sentence()})
    else:
        _explain(found.end.isoformat(), found.sentence(), closed)


@app.command("between")
def between(
    start: Day,
    end: Annotated[date, typer.Argument(parser=parse_day, metavar="DATE", help="A later date.")],
    authority: Authority = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Print how many working days have passed from one date to another, and what did not count."""
    with sentences(as_json=as_json), reading() as conn:
        authority = check_authority(conn, code=authority)
        found = counted(calendar_for(conn, authority=authority), start=start, end=end)
        closed = not_counted(conn, found, authority)
    words = found.sentence(to_end=True)
    if as_json:
        print_json({**_plain(found, closed), "to": found.end, "words": words})
    else:
        _explain(str(found.working_days), words, closed)


def not_counted(conn: Connection, found: Count, authority: str) -> list[AnyRow]:
    """Return the closed days that a count left out."""
    first, last = min(found.start, found.end), max(found.start, found.end)
    rows = closed_days(conn, authority=authority, first=first, last=last)
    return [row for row in rows if row.day in found.not_counted]


def _plain(found: Count, closed: list[AnyRow]) -> dict[str, Any]:
    return {
        "from": found.start,
        "day_0": found.day_zero,
        "working_days": found.working_days,
        "not_counted": [{"day": row.day, "title": row.title} for row in closed],
    }


def _explain(answer: str, words: str, closed: list[AnyRow]) -> None:
    say(answer)
    say(words)
    for row in closed:
        say(f"  {in_words(row.day)}: {row.title}")


@app.command("show")
def show(
    year: Annotated[int, typer.Argument(metavar="YEAR", min=1, max=9999, help="A year.")],
    authority: Authority = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Show the bank holidays and closures of a year, and how many working days it has."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    with sentences(as_json=as_json), reading() as conn:
        authority = check_authority(conn, code=authority)
        working = calendar_for(conn, authority=authority).open_within(first, last)
        rows = closed_days(conn, authority=authority, first=first, last=last)
        proclaimed = dict(bank_holidays(first_year=year, last_year=year))
    days = [closed_shown(row, proclaimed) for row in rows]
    if as_json:
        shown = {"year": year, "authority": authority, "working_days": working, "closed": days}
        print_json(shown)
        return
    table(
        title=f"{year}: {working} working days",
        columns=("Day", "Weekday", "Title", "Closed for"),
        rows=[
            (in_words(day["day"]), f"{day['day']:%A}", day["title"], _closed_for(day))
            for day in days
        ],
    )


def closed_shown(row: AnyRow, proclaimed: dict[date, str]) -> dict[str, Any]:
    """Return a closed day with what it is: a bank holiday, or somebody's closure."""
    bank_holiday = not row.authority and row.day in proclaimed
    return {
        "day": row.day,
        "title": row.title,
        "kind": "bank_holiday" if bank_holiday else "closure",
        "authority": row.authority,
    }


def _closed_for(day: dict[str, Any]) -> str:
    if day["kind"] == "bank_holiday":
        return "all, a bank holiday"
    return day["authority"] or "all, a closure"


@app.command("load")
def load(
    first_year: Annotated[int, typer.Option("--from", metavar="YEAR", help="First year.")],
    last_year: Annotated[int, typer.Option("--to", metavar="YEAR", help="Last year.")],
    by: Closer,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Load the bank holidays of more years; those held already stay as they are."""
    with sentences(as_json=as_json), writing() as conn:
        days = bank_holidays(first_year=first_year, last_year=last_year)
        actor = acting(conn, identity=by, on=clock.today())
        found = load_days(conn, days=days, by=actor.identity, now=clock.now())
    if as_json:
        print_json(found)
        return
    say(
        f"{several(found.added, 'bank holiday')} added; those of "
        f"{found.first_year} to {found.last_year} are held."
    )
    if found.added:
        say(moved_words(found.due_dates_moved))
    if found.left_open:
        say(f"Opened by hand, and still open: {', '.join(map(in_words, found.left_open))}.")


# ---- closures by hand


@app.command("close")
def close(
    day: TheDay,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="Why it is closed, in a line.")],
    by: Closer,
    authority: OnlyFor = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Close a day: an authority's own closure, or a bank holiday that was announced."""
    with sentences(as_json=as_json), writing() as conn:
        authority = check_authority(conn, code=authority)
        found = close_day(
            conn,
            day=day,
            title=title_checked(day, title, authority),
            authority=authority,
            actor=acting(conn, identity=by, on=clock.today()),
            now=clock.now(),
        )
    if as_json:
        shown = {"day": day, "authority": authority, "changed": not found.idle}
        print_json({**shown, "words": found.idle, "due_dates_moved": found.moved})
    elif found.idle:
        say(f"{found.idle}. Nothing was changed.")
    else:
        _changed(day, f"closed for {authority or 'every authority'}", found.moved)


def title_checked(day: date, title: str, authority: str) -> str:
    """Return the title as an import of the same row would keep it, or say everything wrong."""
    sheet = typed(kind="closures", records=[{"authority": authority, "day": day, "title": title}])
    parsed = parse(
        kind="closures", header=sheet.header, rows=sheet.rows, file=sheet.file, sheet=None
    )
    if parsed.problems:
        raise ImportProblemsError(parsed.problems)
    return str(parsed.rows[0].values["title"])


@app.command("open")
def open_again(
    day: TheDay,
    by: Closer,
    reason: Reason,
    authority: OnlyFor = "",
    bank_holiday: Annotated[
        bool, typer.Option("--bank-holiday", help="A bank holiday is meant: it was moved.")
    ] = False,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Open a day again that was closed by hand; a bank holiday only with --bank-holiday."""
    with sentences(as_json=as_json), writing() as conn:
        authority = check_authority(conn, code=authority)
        found = open_day(
            conn,
            day=day,
            authority=authority,
            bank_holidays=dict(bank_holidays(first_year=day.year, last_year=day.year)),
            moved=bank_holiday,
            actor=acting(conn, identity=by, on=clock.today()),
            reason=reason,
            now=clock.now(),
        )
    if as_json:
        shown = {"day": day, "authority": authority, "changed": True}
        print_json({**shown, "due_dates_moved": found.moved})
    else:
        _changed(day, f"no longer closed for {authority or 'every authority'}", found.moved)


def _changed(day: date, what: str, moved: int) -> None:
    say(f"{in_words(day)} is {what}.")
    say(moved_words(moved))
