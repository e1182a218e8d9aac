"""`handrail alerts`: what stands now, one alert with its arithmetic, and answering them."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial, wraps
from typing import Annotated, Any, Final

import typer

from adapters import clock
from adapters.settings import settings
from desk.csv_output import Csv, print_csv
from desk.options import DAY
from desk.output import Json, print_json, say, sentences, table
from rules.alerts.alert_words import Level
from rules.alerts.stalled import turn_missed
from rules.clocks.workdays import in_words
from rules.sentences import several
from services.alerts.chosen import Wanted
from services.alerts.handling import Answer, Answered, acknowledge, snooze, unsnooze
from services.alerts.machine import stalled_here
from services.alerts.view import Shown, alert_view, alerts_view
from services.alerts.watch_marks import WATCH, mark_at
from services.cases.runners import runners_view
from services.session import Connection, case_row, check_authority, reading, writing

STALE: Final = 1
"""Exit status of `handrail alerts check` where anything has stalled."""

app = typer.Typer(
    invoke_without_command=True, help="What is late, nearly due or lapsing, and answering it."
)

Numbers = Annotated[
    list[int] | None, typer.Argument(metavar="[NUMBER]…", help="The alerts, by number.")
]
OfCase = Annotated[str, typer.Option("--case", help="All that stand of this case.")]
By = Annotated[str, typer.Option(help="Who answers: an officer's e-mail address.")]
Why = Annotated[str, typer.Option("--reason", help="Why, in a sentence.")]
For = Annotated[str, typer.Option("--for", help="Only what this person is told of.")]
Authority = Annotated[str, typer.Option(help="Only this authority's.")]
Case = Annotated[str, typer.Option(help="Only this case's, by reference.")]
OfLevel = Annotated[Level | None, typer.Option(help="Only those of this level.")]
Everything = Annotated[
    bool, typer.Option("--all", help="Those put off as well, and every rung of a clock.")
]

_COLUMNS: Final = (
    *("alert", "level", "case", "authority", "what", "subject", "held_by", "since", "due_on"),
    *("standing", "words", "next", "raised_at", "acknowledged_by", "snoozed_until", "snoozed_by"),
)


@app.command("list")
def list_alerts(
    ctx: typer.Context,
    person: For = "",
    authority: Authority = "",
    case: Case = "",
    level: OfLevel = None,
    everything: Everything = False,
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """List what stands now, the worst first; whatever has moved on since is not shown."""
    if ctx.invoked_subcommand is not None:
        if person or authority or case or level or everything or as_json or as_csv:
            raise typer.BadParameter(f"Write the options after `{ctx.invoked_subcommand}`.")
        return
    with sentences(as_json=as_json), reading() as conn:
        authority = check_authority(conn, code=authority)
        if case:
            case = case_row(conn, reference=case).reference
        wanted = Wanted(person, authority, case, level, everything)
        found = alerts_view(conn, wanted=wanted, today=clock.today())
        stale = _stale(conn)
    if as_json:
        print_json({"alerts": found.alerts, "snoozed": found.snoozed, "watch": stale or None})
        return
    if as_csv:
        print_csv(_COLUMNS, [[row[name] for name in _COLUMNS] for row in found.alerts])
        return
    _print(found)
    if stale:
        say(stale)


@wraps(list_alerts)  # with the same options
def _alerts(*args: Any, **given: Any) -> None:
    list_alerts(*args, **given)


_alerts.__doc__ = (
    "List what stands now, as `handrail alerts list` does; or answer it, by a command."
)
app.callback()(_alerts)


def _print(found: Shown) -> None:
    if found.alerts:
        _table(found)
    else:
        say("No alert stands.")
    if found.snoozed:
        say(f"{found.snoozed} more put off for now: `handrail alerts list --all` shows them.")
    if found.alerts:
        say("`handrail alerts show NUMBER` gives the arithmetic and what to do next.")


def _table(found: Shown) -> None:
    number = len(found.alerts)
    table(
        title=f"{several(number, 'alert')}, the worst first",
        columns=("No.", "Level", "Case", "What", "With, since", "Due", "How it stands"),
        spare=("With, since",),
        rows=[
            (
                "\n".join(str(alert) for alert in numbers),
                row["level"],
                row["case"] or row["authority"],
                row["what"],
                _held(row),
                row["due_on"] or "",
                "\n".join((row["standing"] or row["words"], *row["answers"])),
            )
            for row, numbers in _folded(found.alerts)
        ],
    )


def _held(row: dict[str, Any]) -> str:
    return f"{row['held_by']}, {row['since']}" if row["since"] else row["held_by"]


def _folded(rows: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], list[int]]]:
    """Return rows with their numbers; a step and a clock in it that is as bad are one row."""
    inner = {_place(row): row["alert"] for row in rows if row["clock"] != row["step"]}
    around = {
        inner[_place(row)]: row["alert"]
        for row in rows
        if row["clock"] and row["clock"] == row["step"] and _place(row) in inner
    }
    gone = set(around.values())
    return [
        (row, [row["alert"], *([around[row["alert"]]] if row["alert"] in around else [])])
        for row in rows
        if row["alert"] not in gone
    ]


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["case"], row["step"], row["level"]


def _stale(conn: Connection) -> str:
    """Return that the watch itself has not run, or an empty string where it has."""
    at = mark_at(conn, name=WATCH)
    if at is None:
        return "The watch over the clocks has not run yet: nothing is raised before `handrail up`."
    every = timedelta(seconds=settings().watch_seconds)
    missed = turn_missed(subject=WATCH, at=at, every=every, now=clock.now())
    return missed.words if missed else ""


@app.command("show")
def show(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The alert's number.")],
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Show one alert: how its date was reached, who holds it, what was said, who was told."""
    with sentences(as_json=as_json), reading() as conn:
        view = alert_view(conn, number=number, today=clock.today())
    if as_json:
        print_json(view)
        return
    what = f"{view['case']}: {view['what']}" if view["case"] else view["what"]
    say(f"Alert {number}, {view['level']}: {what}")
    if view["standing"] and not view["cleared"]:
        say(f"{view['standing'][0].upper()}{view['standing'][1:]}.")
    say(view["words"])
    if view["target_source"]:
        say(f"The target is from: {view['target_source']}.")
    if view["held_by"] and not view["cleared"]:
        since = f" since {in_words(view['since'])}" if view["since"] else ""
        say(f"With {view['held_by']}{since}.")
        say(f"Next: {view['next']}")
    for moved in view["due_date_moved"]:
        say(f"Its due date moved from {moved['from']} to {moved['to']}: {moved['why']}.")
    for words in view["history"]:
        say(words)
    for told in view["told"]:
        say(f"{told['person']} was told on {in_words(told['on'])}.")


@app.command("ack")
def ack(
    by: By,
    reason: Why,
    numbers: Numbers = None,
    case: OfCase = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Say that you know and have it in hand: nobody is told of it any more."""
    _answer(acknowledge, "acknowledged", by, reason, numbers, case, as_json)


@app.command("snooze")
def put_off(
    until: Annotated[date, DAY("The first day it is back.")],
    by: By,
    reason: Why,
    numbers: Numbers = None,
    case: OfCase = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Put alerts off for a few working days, with a reason; then they are told once more."""
    what = f"put off until {in_words(until)}"
    _answer(partial(snooze, until=until), what, by, reason, numbers, case, as_json)


@app.command("unsnooze")
def take_back(
    by: By,
    reason: Why = "",
    numbers: Numbers = None,
    case: OfCase = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Bring back alerts that were put off."""
    _answer(unsnooze, "back", by, reason, numbers, case, as_json)


def _answer(
    record: Callable[[Connection, Answer], Answered],
    what: str,
    by: str,
    reason: str,
    numbers: list[int] | None,
    case: str,
    as_json: bool,
) -> None:
    with sentences(as_json=as_json), writing() as conn:
        answered = record(conn, Answer(by, reason, clock.now(), numbers or (), case))
    if as_json:
        print_json(answered)
        return
    named = ", ".join(str(number) for number in answered.alerts)
    one = len(answered.alerts) == 1
    if one or answered.alerts:
        say(f"Alert{'' if one else 's'} {named} {'is' if one else 'are'} {what}.")
    else:
        say("There was nothing to bring back.")


@app.command("check")
def check(as_json: Annotated[bool, Json] = False) -> None:
    """Say whether the machine runs as it should; exit status 1 and why if anything has stalled."""
    with sentences(as_json=as_json), reading() as conn:
        found = stalled_here(conn)
        runners = runners_view(conn) if as_json else []
        stale = _stale(conn)
    words = [stale] * bool(stale) + [one.words for one in found if one.subject != WATCH]
    if as_json:
        print_json({"runs": not words, "words": words, "runners": runners})
    else:
        say("\n".join(words) or "The watch over the clocks runs, and nothing has stalled.")
    if words:
        raise typer.Exit(STALE)
