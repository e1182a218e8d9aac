"""`handrail sla`: what is late and what will be, on any date; one case's clocks; the board."""

from dataclasses import asdict
from datetime import date
from operator import attrgetter, itemgetter
from typing import Annotated, Final

import typer

from adapters import clock
from desk.csv_output import Csv, print_csv
from desk.options import DAY
from desk.output import Json, print_json, sentences
from desk.reports.sla_pages import print_board, print_case, print_page
from rules.clocks.clock_names import ClockKind
from rules.errors import InvalidDecisionError
from rules.parties import Party
from rules.reports.sla import Sort, Standing
from services.reports.board import board
from services.reports.clocks_at import Asked
from services.reports.sla import Wanted, case_page, page
from services.session import reading

LISTED_AT_MOST: Final = 20

app = typer.Typer(
    invoke_without_command=True,
    help="What is late and what will be, on any date; one case's clocks; the statutory board.",
)

At = Annotated[date | None, DAY("As on this day, past or to come; today if left out.")]
OfAuthority = Annotated[str, typer.Option(help="Only this authority's.")]
_COLUMNS: Final = (
    *("case", "authority", "standing", "kind", "clock", "title", "section", "subject"),
    *("holder", "held_by", "held_at", "since", "opened_on", "due_on", "days", "timing", "words"),
    *("chance", "likely_on"),
)
_BOARD_COLUMNS: Final = (
    *("matter", "subject", "authority", "section", "on", "over"),
    *("what", "held_by", "held_at", "other_steps", "since", "todo"),
)


@app.callback()
def sla(
    context: typer.Context,
    at: At = None,
    authority: OfAuthority = "",
    whose: Annotated[
        str,
        typer.Option(
            *("--for", "--officer"),
            metavar="WHO",
            help="Only an officer's (e-mail), or a contractor's.",
        ),
    ] = "",
    holder: Annotated[Party | None, typer.Option(help="Only what this party holds.")] = None,
    kind: Annotated[ClockKind | None, typer.Option(help="Only clocks of this kind.")] = None,
    late: Annotated[bool, typer.Option("--late", help="List only what is late.")] = False,
    soon: Annotated[bool, typer.Option("--soon", help="List only what is due soon.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List every running clock.")] = False,
    limit: Annotated[
        int | None,
        typer.Option(min=1, metavar="NUMBER", help="At most so many of each; 20 in tables."),
    ] = None,
    sort: Annotated[Sort, typer.Option(help="Order of what is not late yet.")] = Sort.DUE,
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """Show what is late, worst first, and what will be: who holds it, since when, and why then.

    The arithmetic stands in words under each clock.
    """
    if context.invoked_subcommand is not None:
        _refuse_options(context)
        return
    with sentences(as_json=as_json), reading() as conn:
        _not_both(as_json=as_json, as_csv=as_csv)
        today = clock.today()
        asked = Asked(at or today, today, authority, kind=kind or "", holder=holder or "")
        most = limit if limit or as_json or as_csv else LISTED_AT_MOST
        wanted = Wanted(_standings(late=late, soon=soon, every=every), most, sort)
        found = page(conn, asked=asked, wanted=wanted, identity=whose)
    if as_json:
        print_json(found)
    elif as_csv:
        lines = (line for lines in found.lists.values() for line in lines)
        print_csv(_COLUMNS, map(attrgetter(*_COLUMNS), lines))
    else:
        print_page(found, limit=most)


def _refuse_options(context: typer.Context) -> None:
    """Refuse options given before the name of a command, which would be left out in silence."""
    given = [name for name, value in context.params.items() if value not in (None, "", False)]
    if [name for name in given if name != "sort"] or context.params["sort"] is not Sort.DUE:
        with sentences():
            raise InvalidDecisionError(
                f"Options of {context.invoked_subcommand} come after it.",
                next_step=f"Write `handrail sla {context.invoked_subcommand} …` and then them.",
            )


def _not_both(*, as_json: bool, as_csv: bool) -> None:
    if as_json and as_csv:
        raise InvalidDecisionError("Give --json or --csv, not both.")


def _standings(*, late: bool, soon: bool, every: bool) -> tuple[Standing, ...]:
    if every:
        return (Standing.LATE, Standing.SOON, Standing.IN_TIME, Standing.PAUSED)
    if late == soon:
        return (Standing.LATE, Standing.SOON)
    return (Standing.LATE,) if late else (Standing.SOON,)


@app.command("case")
def case(
    reference: Annotated[str, typer.Argument(metavar="REF", help="The case reference.")],
    at: At = None,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Show every clock of one case, running and stopped, with the arithmetic in words."""
    with sentences(as_json=as_json), reading() as conn:
        today = clock.today()
        found = case_page(conn, reference=reference, at=at or today, today=today)
    if as_json:
        print_json(found)
    else:
        print_case(found)


@app.command("board")
def statutory_board(
    at: At = None,
    authority: OfAuthority = "",
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """Show the statutory board: limits of the Act, consents and documents, before they lapse."""
    with sentences(as_json=as_json), reading() as conn:
        _not_both(as_json=as_json, as_csv=as_csv)
        today = clock.today()
        found = board(conn, at=at or today, today=today, authority=authority)
    if as_json:
        print_json(found)
    elif as_csv:
        entries = (entry for section in found.sections for entry in section.entries)
        cells = ({**asdict(entry), "over": "yes" if entry.over else "no"} for entry in entries)
        print_csv(_BOARD_COLUMNS, map(itemgetter(*_BOARD_COLUMNS), cells))
    else:
        print_board(found)
