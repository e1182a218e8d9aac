"""`handrail data`: what analysts may read, as a copy or by a role of the database's own."""

from pathlib import Path
from typing import Annotated, Final

import typer

from adapters import clock
from desk.options import By
from desk.output import Json, print_json, say, sentences, table
from desk.seats import check_may_read
from rules.reports.work import SEE_BOARD
from rules.sentences import several
from services.reports.counting import count_what_grew
from services.reports.data_out import copy_out, described, let_role_read
from services.session import acting, writing

app = typer.Typer(no_args_is_help=True, help="Data for analysts: list, copy, grant.")

_EVERY: Final = 1_000_000
_People = Annotated[bool, typer.Option("--people", help="Names and addresses as well.")]
_Reason = Annotated[str, typer.Option("--reason", help="What for.")]


@app.command("list")
def list_views(as_json: Annotated[bool, Json] = False) -> None:
    """List the views, what a row of each is, and their columns."""
    with sentences(as_json=as_json):
        check_may_read(roles=SEE_BOARD, what="data for analysts")
    if as_json:
        print_json(
            [dict(zip(("view", "about", "columns"), one, strict=True)) for one in described()]
        )
        return
    table(title="Views", columns=("View", "A row is", "Columns"), rows=list(described()))


@app.command("copy")
def copy(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="To write: an SQLite database.")],
    by: By,
    reason: _Reason,
    people: _People = False,
) -> None:
    """Write a copy of the views for an analyst, without names and addresses unless asked for."""
    with sentences():
        count_what_grew(at_most=_EVERY)
        with writing() as conn:
            actor = acting(conn, identity=by, on=clock.today())
            rows = copy_out(
                conn, file=file, by=actor, people=people, reason=reason, now=clock.now()
            )
        say(f"{several(rows, 'row')} written to {file}.")


@app.command("grant")
def grant(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="A role of PostgreSQL's.")],
    by: By,
    reason: _Reason,
    people: _People = False,
) -> None:
    """Let a role of PostgreSQL's read the views, and nothing behind them."""
    with sentences(), writing() as conn:
        actor = acting(conn, identity=by, on=clock.today())
        let_role_read(conn, role=role, by=actor, people=people, reason=reason, now=clock.now())
        say(f"“{role}” may read the views now.")
