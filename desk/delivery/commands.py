"""`handrail delivery`: who follows whom, who works whose cases: rehearsed, then carried out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Final

import typer

from adapters import clock
from desk.listing import Columns, show_list, show_table
from desk.output import Json, print_json, say, sentences, table
from desk.web.page import day_words
from rules.grants.budgets import year_words
from rules.sentences import named, several
from services.delivery.carry_out import Outcome, carry_out, rehearse
from services.delivery.figures import who_works
from services.delivery.plans import plans
from services.session import reading, writing

app = typer.Typer(
    no_args_is_help=True,
    help="Councils that follow others, teams that work their cases: plans, previews, carrying out.",
)

Name = Annotated[str, typer.Argument(metavar="PLAN", help="The plan's name.")]
By = Annotated[str, typer.Option(help="An administrator's e-mail address.")]
_KINDS: Final = {
    "officers": "officer",
    "lots": "lot",
    "contractors": "contractor",
    "lot_terms": "lot's terms",
}
_PLANS: Final[Columns] = {
    "Plan": "name",
    "From": lambda plan: day_words(plan.first_day),
    "Whose cases": lambda plan: ", ".join(plan.givers),
    "To": lambda plan: ", ".join(plan.takers),
    "Standing": "standing",
    "By": "instrument",
}
_TEAMS: Final[Columns] = {
    "Authority": "authority",
    "Team": lambda row: row["team"] or "its own",
    "Host": lambda row: row["host"] or row["authority"],
    "Open cases": "number",
}


@app.command("list")
def list_plans(as_json: Annotated[bool, Json] = False) -> None:
    """List the plans, by the day from which each counts, and how far each is."""
    with sentences(as_json=as_json), reading() as conn:
        found = plans(conn)
    show_list(
        [asdict(plan) for plan in found] if as_json else found,
        title=several(len(found), "plan"),
        columns=_PLANS,
        as_json=as_json,
        empty="There is no plan. `handrail import successions FILE`, or `arrangements`, brings one "
        "in.",
    )


@app.command("preview")
def preview(name: Name, by: By, as_json: Annotated[bool, Json] = False) -> None:
    """Rehearse a plan in a transaction that is taken back: what it would do, and what is missing.

    The very same work is done as when it is carried out. While it goes on nobody else can record
    anything, so a service with very many open cases is best rehearsed after hours or on a copy.
    """
    with sentences(as_json=as_json), writing() as conn:
        found = rehearse(conn, name=name, by=by, now=clock.now())
    if as_json:
        print_json(found)
        return
    _show(found.outcome)
    for words in found.notes:
        say(words)
    if found.missing:
        say("Missing before it can be carried out:")
    for words in found.missing:
        say(f"· {words}")
    say("Nothing was changed.")


@app.command("carry-out")
def carry(
    name: Name,
    by: By,
    rehearsal: Annotated[
        bool, typer.Option("--rehearse", help="Take it back afterwards, as `preview` does.")
    ] = False,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Carry a plan out from its day on; killed on the way, begin it again and it goes on."""
    if rehearsal:
        preview(name, by, as_json)
        return
    with sentences(as_json=as_json):
        found = carry_out(writing, name=name, by=by, now=clock.now())
    if as_json:
        print_json(found)
        return
    _show(found)
    for what, (before, now) in found.differing.items():
        say(f"Somebody changed something meanwhile: {what} was {before} and is {now}.")


def _show(found: Outcome) -> None:
    gone = Counter((case.giver, case.taker) for case in found.cases)
    say(f"Plan {found.plan}: {several(len(found.cases), 'open case')} to go.")
    if gone:
        table(
            title="",
            columns=("From", "To", "Cases"),
            rows=[(*whose, number) for whose, number in sorted(gone.items())],
        )
    officers = Counter(case.officer for case in found.cases if case.officer)
    if officers:
        told = [f"{who} ({number})" for who, number in sorted(officers.items())]
        say(f"Cases whose officer is another: {named(told)}.")
    for title, sums in (("Before", found.before), ("After", found.after)):
        _show_budgets(title, sums["budgets"])
    for kind, names in found.joined.items():
        if names:
            say(f"Named a successor too: {several(len(names), _KINDS[kind])}: {named(names)}.")
    if found.statements:
        say(f"Clients’ statements that wait for a successor: {found.statements}.")
    due = [f"{one.reference} {one.clock}" for one in found.due]
    say(f"{several(len(due), 'due date')} moved{f': {named(due)}' if due else ''}.")
    for words in found.stayed:
        say(f"It stays where it is: {words}")


@app.command("teams")
def teams(as_json: Annotated[bool, Json] = False) -> None:
    """Show who works how many open cases of which authority, as it is now."""
    with sentences(as_json=as_json), reading() as conn:
        found = who_works(conn)
    show_list(found, title="Who works open cases", columns=_TEAMS, as_json=as_json,
              empty="No case is open.")  # fmt: skip


def _show_budgets(title: str, budgets: Sequence[Mapping[str, Any]]) -> None:
    rows: list[dict[str, Any]] = [
        {**row, "left_pence": row["amount_pence"] - row["committed_pence"]} for row in budgets
    ]
    money = ("amount_pence", "committed_pence", "left_pence")
    together = {name: sum(row[name] for row in rows) for name in money}
    columns: Columns = {
        "Authority": "authority",
        "Year": lambda row: year_words(row["year"]) if row["year"] else "",
        "Budget £": "amount_pence",
        "Committed £": "committed_pence",
        "Left £": "left_pence",
    }
    if rows:
        show_table(f"Budgets {title.lower()}", columns,
                   [*rows, {"authority": "together", "year": 0, **together}])  # fmt: skip
