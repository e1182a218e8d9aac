"""`handrail workdays`: the working-day arithmetic that every due date rests on."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from desk.options import parse_day
from desk.output import Json, print_json, say, sentences
from desk.session import reading
from models.calendar import calendar_for
from models.contacts import check_authority

app = typer.Typer(no_args_is_help=True, help="Working days: add to a date, count between two.")

Day = Annotated[date, typer.Argument(parser=parse_day, metavar="DATE", help="A date.")]
Authority = Annotated[str, typer.Option(help="With this authority's own closures.")]


@app.command("add")
def add(
    day: Day,
    number: Annotated[int, typer.Argument(metavar="N", help="Working days.")],
    authority: Authority = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Print the working day N working days after a date; the date itself is day 0."""
    with sentences(as_json=as_json), reading() as conn:
        check_authority(conn, code=authority)
        found = calendar_for(conn, authority=authority).add(day, number)
    if as_json:
        print_json({"from": day, "working_days": number, "date": found})
        return
    say(found.isoformat())


@app.command("between")
def between(
    start: Day,
    end: Annotated[date, typer.Argument(parser=parse_day, metavar="DATE", help="A later date.")],
    authority: Authority = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Print how many working days have passed from one date to another."""
    with sentences(as_json=as_json), reading() as conn:
        check_authority(conn, code=authority)
        found = calendar_for(conn, authority=authority).between(start, end)
    if as_json:
        print_json({"from": start, "to": end, "working_days": found})
        return
    say(str(found))
