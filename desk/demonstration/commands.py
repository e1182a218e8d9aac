"""`handrail demo`: eight months of the sample service, lived in a few minutes."""

from datetime import date
from typing import Annotated

import typer

from desk.demonstration.run import demo as live
from desk.options import DAY
from desk.output import sentences

app = typer.Typer()


@app.command("demo")
def demo(
    again: Annotated[
        bool, typer.Option("--again", help="Start over where an earlier demo lived.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Another number lives through other delays.")] = 1,
    until: Annotated[
        date | None, DAY("Stop after this day, with the cases as they stand then.")
    ] = None,
) -> None:
    """Live through eight months of the sample service's 40 cases, in a few minutes."""
    with sentences():
        live(seed=seed, again=again, until=until)
