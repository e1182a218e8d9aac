"""`handrail targets`: how long each clock is given, which target a case has, and the check."""

from datetime import date
from typing import Annotated, Any, Final

import typer

from adapters import clock as time
from desk.csv_output import Csv, print_csv
from desk.options import DAY
from desk.output import Json, print_json, say, sentences, table
from rules.cases import Complexity
from rules.clocks.workdays import in_words
from rules.errors import InvalidDecisionError
from rules.sentences import several
from services.clocks import targets
from services.session import check_authority, reading

app = typer.Typer(no_args_is_help=True, help="Targets of the clocks: list, show, check.")

LISTED: Final = (
    *("clock", "days", "urgency", "complexity", "authority", "lot", "warn_percent", "warn_days"),
    *("valid_from", "valid_to", "verified", "source", "default"),
)
On = Annotated[date | None, DAY("For clocks that start on this day; today if left out.")]


@app.command("list")
def list_targets(
    authority: Annotated[str, typer.Option(help="As it is for this authority.")] = "",
    on: On = None,
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """List every clock with its working days: for whom, from when, and whether it is verified."""
    day = on or time.today()
    with sentences(as_json=as_json), reading() as conn:
        authority = check_authority(conn, code=authority)
        found = targets.targets_in_force(conn, authority=authority, on=day)
        later = targets.next_change(conn, on=day)
    if as_json:
        print_json(found)
    elif as_csv:
        _print_csv(found)
    else:
        _table(f"Targets on {in_words(day)}", found)
        if later is not None:
            say(f"Others begin later: `handrail targets list --on {later.isoformat()}`.")


def _table(title: str, rows: list[dict[str, Any]]) -> None:
    table(
        title=title,
        columns=("Clock", "Days", "For", "Warns", "In force", "Source"),
        rows=[
            (row["clock"], row["days"] or "", row["for"], _warns(row), _span(row), _source(row))
            for row in rows
        ],
    )


def _warns(row: dict[str, Any]) -> str:
    if row["days"] is None:
        return ""
    left = f", or {row['warn_days']} left" if row["warn_days"] else ""
    return f"after {row['warn_percent']} %{left}"


def _span(row: dict[str, Any]) -> str:
    since = f"from {row['valid_from']}" if row["valid_from"] else ""
    return f"{since} to {row['valid_to']}" if row["valid_to"] else since


def _source(row: dict[str, Any]) -> str:
    if row["verified"] is None:
        return str(row["source"])
    words = "verified" if row["verified"] else "not verified"
    return f"{words}: {row['source']}" if row["source"] else words


def _print_csv(rows: list[dict[str, Any]]) -> None:
    said = {True: "yes", False: "no"}
    cells = [[row[name] for name in LISTED] for row in rows]
    print_csv(LISTED, [[said[c] if isinstance(c, bool) else c for c in row] for row in cells])


@app.command("show")
def show(
    clock: Annotated[str, typer.Argument(metavar="CLOCK", help="The clock's name.")],
    case: Annotated[str, typer.Option(metavar="REF", help="For a clock of this case.")] = "",
    authority: Annotated[str, typer.Option(help="The case's authority.")] = "",
    lot: Annotated[str, typer.Option(help="The lot the works are in.")] = "",
    urgent: Annotated[bool, typer.Option("--urgent", help="The case is urgent.")] = False,
    complexity: Annotated[Complexity | None, typer.Option(help="Simple if left out.")] = None,
    on: On = None,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Show which target a clock is given, and why it comes before the others."""
    day = on or time.today()
    with sentences(as_json=as_json), reading() as conn:
        if case:
            _check_case_alone(authority, lot, urgent, complexity)
            found = targets.target_of_case(conn, clock=clock, reference=case, on=day)
        else:
            authority = check_authority(conn, code=authority)
            lot = targets.check_lot(conn, code=lot)
            level = complexity or Complexity.SIMPLE
            asked = targets.Asked(authority, lot, urgent, level.value, day)
            found = targets.target_shown(conn, clock=clock, asked=asked)
    if as_json:
        print_json(found)
        return
    say(found["words"])
    for other in found["others"]:
        say(f"  {other['words']}")
    for running in found.get("running", ()):
        say(running["words"])


def _check_case_alone(
    authority: str, lot: str, urgent: bool, complexity: Complexity | None
) -> None:
    if authority or lot or urgent or complexity:
        raise InvalidDecisionError(
            "A case says itself whose it is, in which lot, how urgent and how complex.",
            next_step="Give --case alone, or leave it out.",
        )


@app.command("check")
def check(as_json: Annotated[bool, Json] = False, as_csv: Annotated[bool, Csv] = False) -> None:
    """List the targets that nobody has verified, and check that sets make their totals."""
    with sentences(as_json=as_json), reading() as conn:
        found = targets.targets_checked(conn, on=time.today())
    if as_json:
        print_json(found)
    elif as_csv:
        _print_csv(found["unverified"])
    else:
        if rows := found["unverified"]:
            _table(f"{several(len(rows), 'target')} not verified", rows)
        say(found["words"])
