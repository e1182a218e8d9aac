"""`handrail case history`: everything that happened on a case, in words."""

from typing import Annotated

import typer

from desk.cases.commands import Reference
from desk.output import Json, print_json, sentences, table
from services.decisions.history import case_history
from services.session import reading

app = typer.Typer()


@app.command("history")
def history(reference: Reference, as_json: Annotated[bool, Json] = False) -> None:
    """Show everything that happened on a case, who did it and why."""
    with sentences(as_json=as_json), reading() as conn:
        rows = case_history(conn, reference=reference)
    if as_json:
        print_json(rows)
        return
    table(
        title=f"History of {reference}",
        columns=("When (UTC)", "What", "Who and why"),
        rows=[
            (row["at"].replace("T", " ")[:16], row["said"], f"{row['actor']}: {row['reason']}")
            for row in rows
        ],
        ruled=True,
    )
