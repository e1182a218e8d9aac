"""`handrail outbox`: what has not left yet, and giving dead rows another go."""

from typing import Annotated

import typer

from adapters import clock
from desk.output import Json, print_json, say, sentences, table
from models import outbox
from rules.clocks.dates import instant
from rules.errors import UnknownReferenceError
from services.session import reading, writing

app = typer.Typer(no_args_is_help=True, help="Runs to start and messages to send.")


@app.command("list")
def list_rows(
    dead: Annotated[bool, typer.Option("--dead", help="Only rows that gave up.")] = False,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """List what has not left yet, oldest first."""
    with sentences(as_json=as_json), reading() as conn:
        rows = outbox.undelivered(conn, status="dead" if dead else None)
    if as_json:
        print_json(
            [
                {
                    "key": row.key,
                    "kind": row.kind,
                    "case": row.case_reference,
                    "status": row.status,
                    "attempts": row.attempts,
                    "next_attempt_at": instant(row.next_attempt_at),
                    "created_at": instant(row.created_at),
                    "last_error": row.last_error,
                }
                for row in rows
            ]
        )
        return
    table(
        title=f"{len(rows)} rows have not left",
        columns=("Key", "Kind", "Status", "Attempts", "Next attempt (UTC)", "Last error"),
        rows=[
            (
                row.key,
                row.kind,
                row.status,
                row.attempts,
                instant(row.next_attempt_at),
                row.last_error,
            )
            for row in rows
        ],
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
        count = outbox.retry(conn, now=clock.now(), key=key or None)
        if key and not count:
            raise UnknownReferenceError(
                f"No row with the key “{key}” is waiting or dead.",
                next_step="`handrail outbox list` shows the keys.",
            )
    if as_json:
        print_json({"retried": count})
        return
    say(f"{count} row{'' if count == 1 else 's'} will be tried again at once.")
