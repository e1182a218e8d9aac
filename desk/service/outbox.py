"""`handrail outbox`: what has not left yet, and giving dead rows another go."""

from typing import Annotated

import typer

from adapters import clock
from desk.output import Json, print_json, say, sentences, table
from rules.sentences import several
from services.outbox import not_left, try_again
from services.session import reading, writing

app = typer.Typer(no_args_is_help=True, help="Runs to start and messages to send.")


@app.command("list")
def list_rows(
    dead: Annotated[bool, typer.Option("--dead", help="Only rows that gave up.")] = False,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """List what has not left yet, oldest first."""
    with sentences(as_json=as_json), reading() as conn:
        rows = not_left(conn, dead=dead)
    if as_json:
        print_json(rows)
        return
    shown = ("key", "kind", "status", "attempts", "next_attempt_at", "last_error")
    table(
        title=f"{several(len(rows), 'row')} not gone yet",
        columns=("Key", "Kind", "Status", "Attempts", "Next attempt (UTC)", "Last error"),
        rows=[tuple(row[name] for name in shown) for row in rows],
    )


@app.command("retry")
def retry(
    key: Annotated[
        str, typer.Argument(metavar="[KEY]", help="One row; all dead rows if left out.")
    ] = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Give dead rows, or one row, a fresh set of attempts."""
    with sentences(as_json=as_json), writing() as conn:
        count = try_again(conn, key=key, now=clock.now())
    if as_json:
        print_json({"retried": count})
        return
    say(f"{several(count, 'row')} will be tried again at once.")
