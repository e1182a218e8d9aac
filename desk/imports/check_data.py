"""`handrail check`: what is missing or odd in the data, before a service opens."""

from datetime import date
from typing import Annotated

import typer

from adapters import clock
from desk.options import DAY
from desk.output import Json, print_json, say, sentences, table
from services.imports.readiness import odd_data
from services.session import reading

app = typer.Typer()


@app.command("check")
def check(
    at: Annotated[date | None, DAY("As it is on this day; today if left out.", "--at")] = None,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Say what is missing or odd in the data as a whole, before a service opens."""
    with sentences(as_json=as_json), reading() as conn:
        found = list(odd_data(conn, on=at or clock.today()))
    if as_json:
        print_json([{"about": about, "what": what} for about, what in found])
    elif found:
        table(title="Missing or odd", columns=("About", "What is so"), rows=found)
    else:
        say("Nothing is missing or odd.")
