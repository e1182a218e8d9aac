"""`handrail forecast`: which clocks will likely be late, and when each ends."""

from typing import Annotated, Final

import typer

from adapters import clock
from desk.csv_output import Csv, print_csv
from desk.output import Json, print_json, say, sentences, table
from rules.clocks.workdays import in_words
from services.reports.forecast import ForecastList, forecast_list
from services.session import check_authority, reading

app = typer.Typer(
    no_args_is_help=True, help="Forecast: which clocks will likely be late, and when each ends."
)

LISTED: Final = (
    *("case", "authority", "clock", "holder", "opened_on", "due_on", "elapsed", "target"),
    *("chance", "likely_on", "comparable", "past", "sentence"),
)


@app.command("list")
def list_forecasts(
    authority: Annotated[str, typer.Option(help="Only this authority's cases.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many to list.")] = 20,
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """List the clocks that run and are not late, those likeliest to be late first."""
    with sentences(as_json=as_json), reading() as conn:
        authority = check_authority(conn, code=authority)
        found = forecast_list(conn, today=clock.today(), authority=authority, limit=limit)
    if as_json:
        print_json(found)
    elif as_csv:
        print_csv(LISTED, [[getattr(one, name) for name in LISTED] for one in found.clocks])
    else:
        _show(found)


def _show(found: ForecastList) -> None:
    if found.clocks:
        table(
            title="Likely to be late",
            columns=("Case", "In 100", "Due", "Likely", "Why"),
            rows=[
                (
                    *(one.case, f"{100 * one.chance:.0f}", one.due_on),
                    in_words(one.likely_on) if one.likely_on else "",
                    one.sentence,
                )
                for one in found.clocks
            ],
        )
    else:
        say("No running clock can be forecast.")
    for words in _beside(found):
        say(words)


def _beside(found: ForecastList) -> list[str]:
    said = {
        f"{found.more} more have a forecast: --limit shows them.": found.more,
        f"{found.late} are late already: `handrail sla` shows them.": found.late,
        f"Of {found.silent} too little is known to say: it takes twenty like each.": found.silent,
    }
    return [words for words, number in said.items() if number]
