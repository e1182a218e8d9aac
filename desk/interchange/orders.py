"""`handrail order`: an order for another program, in the terms of a standard."""

from typing import Annotated

import typer

from desk.output import print_json, sentences
from rules.errors import InvalidDecisionError
from services.interchange.orders import order_in_hact
from services.session import reading

app = typer.Typer(no_args_is_help=True, help="Orders: export.")


@app.callback()
def orders() -> None:
    """Give orders to other programs."""


@app.command("export")
def export(
    reference: Annotated[str, typer.Argument(metavar="REF", help="The case reference.")],
    hact: Annotated[
        bool, typer.Option("--hact", help="In the terms of HACT's UK Housing Data Standards.")
    ] = False,
) -> None:
    """Print the order in force on a case, and what became of it, as JSON."""
    with sentences(), reading() as conn:
        if not hact:
            raise InvalidDecisionError("Say in whose terms.", next_step="Give --hact.")
        said = order_in_hact(conn, reference=reference)
    print_json(said)
