"""`handrail workdays close` and `open`: a closure added by hand, and taken away again."""

from datetime import date
from typing import Annotated

import typer

from adapters import clock
from adapters.bank_holidays import bank_holidays
from desk.imports.sheets import typed
from desk.options import Reason, parse_day
from desk.output import Json, print_json, say, sentences
from rules.clocks.workdays import in_words
from rules.errors import ImportProblemsError
from rules.imports import parse
from services.cases.clocks.retime import moved_words
from services.clocks.closures import close_day, open_day
from services.session import actor_for, check_authority, writing

app = typer.Typer()

Day = Annotated[date, typer.Argument(parser=parse_day, metavar="DATE", help="The day.")]
Authority = Annotated[str, typer.Option(help="Only this authority; every one if left out.")]
Closer = Annotated[str, typer.Option(help="Who decides: a manager's or administrator's address.")]


@app.command("close")
def close(
    day: Day,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="Why it is closed, in a line.")],
    by: Closer,
    authority: Authority = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Close a day: an authority's own closure, or a bank holiday that was announced."""
    with sentences(as_json=as_json), writing() as conn:
        check_authority(conn, code=authority)
        found = close_day(
            conn,
            day=day,
            title=_checked(day, title, authority),
            authority=authority,
            actor=actor_for(conn, identity=by),
            now=clock.now(),
        )
    if as_json:
        shown = {"day": day, "authority": authority, "changed": not found.idle}
        print_json({**shown, "words": found.idle, "due_dates_moved": found.moved})
    elif found.idle:
        say(f"{found.idle}. Nothing was changed.")
    else:
        say(f"{in_words(day)} is closed for {authority or 'every authority'}.")
        say(moved_words(found.moved))


def _checked(day: date, title: str, authority: str) -> str:
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
    day: Day,
    by: Closer,
    reason: Reason,
    authority: Authority = "",
    bank_holiday: Annotated[
        bool, typer.Option("--bank-holiday", help="A bank holiday is meant: it was moved.")
    ] = False,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Open a day again that was closed by hand; a bank holiday only with --bank-holiday."""
    with sentences(as_json=as_json), writing() as conn:
        check_authority(conn, code=authority)
        found = open_day(
            conn,
            day=day,
            authority=authority,
            bank_holidays=dict(bank_holidays(first_year=day.year, last_year=day.year)),
            moved=bank_holiday,
            actor=actor_for(conn, identity=by),
            reason=reason,
            now=clock.now(),
        )
    if as_json:
        shown = {"day": day, "authority": authority, "changed": True}
        print_json({**shown, "due_dates_moved": found.moved})
        return
    say(f"{in_words(day)} is no longer closed for {authority or 'every authority'}.")
    say(moved_words(found.moved))
