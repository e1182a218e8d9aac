"""`handrail report contractors`: how contractors did, or lots, with the cases behind each rate."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Final

import typer

from adapters import clock
from desk.csv_output import Csv, print_csv
from desk.options import DAY
from desk.output import Json, print_json, say, sentences, table
from rules.errors import InvalidDecisionError
from rules.reports.performance import LEAST_TO_RANK, MEANS, RANKED_BY, By, Standing, period, ranked
from services.reports.performance import Asked, performance
from services.session import check_authority, reading

app = typer.Typer(no_args_is_help=True, help="Reports: list, show, cases, record; contractors.")

_COUNTS: Final = ("offers", "accepted", "declined", "lapsed", "orders")
_MEASURED: Final = (*RANKED_BY, "variations")
COLUMNS: Final = (
    *("place", "code", "name", *_COUNTS),
    *(f"{name}{part}" for name in _MEASURED for part in ("", "_count", "_cases")),
)
"""The columns of the file. What is not recorded is an empty cell."""

_SHOWN: Final[Mapping[str, Callable[[Standing], object]]] = {
    "Name": lambda one: one.name,
    "Offers": lambda one: one.offers,
    "Accepted": lambda one: one.accept_rate.words,
    "Time to accept": lambda one: one.accept_time.words,
    "Orders": lambda one: one.orders,
    "Started on time": lambda one: one.start.words,
    "Finished on time": lambda one: one.finish.words,
    "Variations an order": lambda one: one.variations.words,
    "Snags an order": lambda one: one.snags.words,
    "Survey": lambda one: one.survey.words,
}


def cells(place: int | None, one: Standing) -> list[object]:
    """Return one line of the file; a figure that rests on no case is empty in it."""
    row: list[object] = [place, one.key, one.name, *(getattr(one, name) for name in _COUNTS)]
    for name in _MEASURED:
        held = getattr(one, name)
        row += [held.value, held.count if held.cases else None, held.cases]
    return row


@app.command("contractors")
def contractors(
    by: Annotated[By, typer.Option(help="Of each contractor, or of each lot.")] = By.CONTRACTOR,
    first: Annotated[date | None, DAY("From this day; a year before the last.", "--from")] = None,
    last: Annotated[date | None, DAY("To this day, counted; today if left out.", "--to")] = None,
    authority: Annotated[str, typer.Option(help="Only this authority's cases.")] = "",
    rank: Annotated[
        str, typer.Option(help=f"Rank by one of: {', '.join(RANKED_BY)}; not if left out.")
    ] = "",
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """Show offers, acceptance, time, snags and the survey, each rate with its cases."""
    with sentences(as_json=as_json), reading() as conn:
        if rank and rank not in RANKED_BY:
            raise InvalidDecisionError(
                f"Nobody is ranked by “{rank}”.", next_step=f"Give one of {', '.join(RANKED_BY)}."
            )
        today = clock.today()
        days = period(first, last, today=today)
        code = check_authority(conn, code=authority)
        of = frozenset({code}) if code else frozenset()
        found = ranked(performance(conn, asked=Asked(by, days, today, of)), by=rank)
    if as_json:
        said = [{"place": place, **_plain(one)} for place, one in found]
        print_json({"from": days.first, "to": days.last, "by": by.value, "figures": said})
    elif as_csv:
        print_csv(COLUMNS, [cells(place, one) for place, one in found])
    else:
        _show(found, title=f"By {by.value}, {days.first} to {days.last}", rank=rank)


def _plain(one: Standing) -> dict[str, Any]:
    """Return the figures for machines: counts, and rates with their cases, none in words."""
    held = asdict(one)
    for name in _MEASURED:
        del held[name]["words"]
        if not held[name]["cases"]:
            held[name]["count"] = None
    return held


def _show(found: tuple[tuple[int | None, Standing], ...], *, title: str, rank: str) -> None:
    if not found:
        say("No offer was made and no order raised in that time.")
        return
    first = ("Place",) if rank else ()
    rows = [
        (*((place or "–",) if rank else ()), *(show(one) for show in _SHOWN.values()))
        for place, one in found
    ]
    table(title=title, columns=(*first, *_SHOWN), rows=rows)
    if rank:
        say(f"With fewer than {LEAST_TO_RANK} cases nobody is ranked.")
    for name, means in MEANS.items():
        say(f"{name}: {means}")
