"""`handrail partnership`: a year's contributions, the check of printed tables, what would be."""

from typing import Annotated, Final

import typer

from desk.csv_output import Csv, print_csv
from desk.output import Json, print_json, say, sentences, table
from desk.partnership.lines import (
    COLUMNS,
    COMPARED,
    FOUND,
    compared_line,
    finding_cells,
    lines,
    print_year,
    workings,
)
from rules.errors import InvalidDecisionError
from rules.money import pounds
from rules.partnership.contributions import Contributions, contributions
from rules.partnership.what_if import Compared, WhatIf, side_by_side, what_if
from rules.sentences import several
from services.partnership.years import agreed_year, checked_tables
from services.session import reading

app = typer.Typer(
    no_args_is_help=True,
    help="A partnership's year: who contributes what, printed tables that do not add up, what-if.",
)

Which = Annotated[str, typer.Option("--partnership", help="Its code; the only one if left out.")]
Year = Annotated[
    int | None, typer.Option("--year", help="The year of its 1 April; the newest if left out.")
]
Several = list[str] | None
_SPARE: Final = ("A quarter £", "Capital £", "Share")


@app.command("show")
def show(
    partnership: Which = "",
    year: Year = None,
    how: Annotated[bool, typer.Option("--how", help="Say how each figure comes about.")] = False,
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """Show who contributes what to a year, with its four quarters."""
    with sentences(as_json=as_json), reading() as conn:
        found = contributions(agreed_year(conn, partnership=partnership, year=year))
    if as_json:
        print_year(found)
    elif as_csv:
        print_csv(COLUMNS, [list(one.values()) for one in lines(found)])
    else:
        _show(found)
        if how:
            columns = ("Of", "Figure", "How it comes about")
            table(title="How each comes about", columns=columns, rows=list(workings(found)))


def _show(found: Contributions) -> None:
    shown = ("name", "capital_pence", "share", "fee_pence", "residual_pence", "contribution_pence")
    rows = [
        [one["name"], *(_cell(one[name]) for name in shown[1:]), _cell(one["quarter_4_pence"])]
        for one in lines(found)
    ]
    columns = ("Who", "Capital £", "Share", "Fee £", "Residual £", "Contribution £", "A quarter £")
    table(title=found.agreed.title, columns=columns, rows=rows, spare=_SPARE)
    say(f"Contributions make {pounds(found.total_pence)}, which is the budget.")
    say("A quarter is the last of four; odd pennies are in the first ones.")


def _cell(value: object) -> object:
    if value is None:
        return ""
    return pounds(value) if isinstance(value, int) else value


@app.command("check")
def check(
    only: Annotated[str, typer.Option("--table", help="Only this table, by its code.")] = "",
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """Say what in printed tables does not add up: where, and by how much."""
    with sentences(as_json=as_json), reading() as conn:
        checked = checked_tables(conn)
    kept = [one for one in checked if only.casefold() in ("", one[0].table.casefold())]
    found = [one for _, findings in kept for one in findings]
    if as_json:
        print_json({"tables": [one.table for one, _ in kept], "findings": found})
    elif as_csv:
        print_csv(FOUND, map(finding_cells, found))
    elif not found:
        say(f"All adds up in {several(len(kept), 'printed table')} on record.")
    else:
        columns = ("Table", "Cell", "Where", "Printed", "Computed", "By", "Why")
        rows = [
            (
                *(one.table, one.cell, f"{one.row}: {one.column}"),
                *(one.printed, one.computed, one.by, one.why),
            )
            for one in found
        ]
        table(title="What does not add up", columns=columns, rows=rows)


@app.command("what-if")
def would_be(
    partnership: Which = "",
    year: Year = None,
    rate: Annotated[str, typer.Option(help="The fee of every partner without its own.")] = "",
    fee: Annotated[Several, typer.Option(help="A partner's own fee: RBC=10.")] = None,
    less: Annotated[Several, typer.Option(help="What is taken off its fee: RBC=0.")] = None,
    capital: Annotated[Several, typer.Option(help="Its capital: RBC:local=100000.")] = None,
    line: Annotated[Several, typer.Option(help="A line of the budget: Staffing=1000000.")] = None,
    fixed: Annotated[Several, typer.Option(help="A fixed sum: 'Strat Comm=150000'.")] = None,
    without: Annotated[Several, typer.Option(help="Leave a partner out: WDC.")] = None,
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """Show what contributions would be if something were otherwise; nothing is changed."""
    given = {"fee": fee, "less": less, "capital": capital, "line": line, "fixed": fixed}
    with sentences(as_json=as_json):
        pairs = [_pair(what, one) for what, ones in given.items() for one in ones or ()]
        pairs += [("rate", rate), *((f"without:{one}", "yes") for one in without or ())]
        with reading() as conn:
            agreed = agreed_year(conn, partnership=partnership, year=year)
        found = what_if(agreed, pairs)
        _refuse(found)
        rows = side_by_side(agreed, found)
    if as_json:
        print_json({"changed": found.said, "lines": [compared_line(one) for one in rows]})
    elif as_csv:
        print_csv(COMPARED, [list(compared_line(one).values()) for one in rows])
    else:
        _compare(agreed.title, found, rows)


def _pair(what: str, given: str) -> tuple[str, str]:
    who, equals, value = given.rpartition("=")
    if not equals or not value.strip():
        raise InvalidDecisionError(
            f"“{given}” says not how much.", next_step=f"Such as --{what} NAME=VALUE."
        )
    return f"{what}:{who.strip()}", value


def _refuse(found: WhatIf) -> None:
    if found.problems:
        raise InvalidDecisionError(
            " ".join(words for _, words in found.problems), next_step="Nothing was worked out."
        )


def _compare(title: str, found: WhatIf, rows: tuple[Compared, ...]) -> None:
    for words in found.said or ("Nothing is otherwise.",):
        say(words)
    cells = [
        (one.name, _cell(one.agreed_pence), _cell(one.would_be_pence), pounds(one.difference_pence))
        for one in rows
    ]
    columns = ("Who", "Agreed £", "Would be £", "Difference £")
    table(title=f"{title}: as agreed, and as it would be", columns=columns, rows=cells)
    say("Nothing on record was changed.")
