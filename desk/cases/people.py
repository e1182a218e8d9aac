"""`handrail people`: who serves, who is away and who stands in, and a leaver's cases."""

from datetime import date
from typing import Annotated

import typer

from adapters import clock
from desk.options import DAY, By, Reason
from desk.output import Json, answer, print_json, sentences, table
from rules.clocks.workdays import in_words
from rules.sentences import several
from services.cases.absences import absences_view, end_absence, record_absence
from services.cases.people import people_view
from services.decisions.hand_over import hand_over as hand_over_cases
from services.session import reading, writing

app = typer.Typer(
    no_args_is_help=True,
    help="Who serves, who is away and who stands in; handing over a leaver's cases.",
)

Who = Annotated[str, typer.Argument(metavar="WHO", help="An officer's e-mail address.")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The absence's number.")]


@app.command("list")
def list_people(as_json: Annotated[bool, Json] = False) -> None:
    """List everybody with their open cases, and who is away today."""
    with sentences(as_json=as_json), reading() as conn:
        found = people_view(conn, today=clock.today())
    if as_json:
        print_json(found)
        return
    table(
        title=f"{len(found)} people",
        columns=("Address", "Name", "Role", "Authorities", "Open cases", "Away or gone"),
        rows=[
            (
                one.email,
                one.name,
                one.role.replace("_", " "),
                ", ".join(one.authorities) or "all",
                str(one.open_cases),
                _away(one.away_until, one.covered_by, one.last_day),
            )
            for one in found
        ],
    )


def _away(until: date | None, covered_by: str, last_day: date | None) -> str:
    away = [f"away until {in_words(until)}, {covered_by} stands in"] if until else []
    gone = [f"last day {in_words(last_day)}"] if last_day else []
    return "; ".join([*away, *gone])


@app.command("absences")
def absences(as_json: Annotated[bool, Json] = False) -> None:
    """List absences that go on or are to come."""
    with sentences(as_json=as_json), reading() as conn:
        found = absences_view(conn, today=clock.today())
    if as_json:
        print_json(found)
        return
    table(
        title=several(len(found), "absence"),
        columns=("No", "Who", "From", "To", "Stands in", "Why"),
        rows=[
            (
                str(one.number),
                one.officer_name,
                in_words(one.first_day),
                in_words(one.last_day),
                one.covered_by_name,
                one.reason,
            )
            for one in found
        ],
    )


@app.command("away")
def away(
    officer: Who,
    covered_by: Annotated[str, typer.Option(help="Who stands in: their e-mail address.")],
    first_day: Annotated[date, DAY("The first day away.", "--from")],
    last_day: Annotated[date, DAY("The last day away.", "--to")],
    by: By,
    reason: Reason,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Record that somebody is away, and who answers for their cases meanwhile."""
    with sentences(as_json=as_json), writing() as conn:
        found = record_absence(
            conn,
            officer=officer,
            covered_by=covered_by,
            first_day=first_day,
            last_day=last_day,
            by=by,
            reason=reason,
            now=clock.now(),
        )
    words = (
        f"Absence {found.number}: {found.covered_by_name} answers for {found.officer_name} from "
        f"{in_words(found.first_day)} to {in_words(found.last_day)}."
    )
    answer(found, words, as_json=as_json)


@app.command("back")
def back(
    number: Number,
    by: By,
    reason: Reason,
    last_day: Annotated[
        date | None, DAY("The last day away; left out, they were not away at all.", "--on")
    ] = None,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Say that somebody is back on another day, or was not away."""
    with sentences(as_json=as_json), writing() as conn:
        end_absence(conn, number=number, last_day=last_day, by=by, reason=reason, now=clock.now())
    words = f"Absence {number} is withdrawn."
    if last_day is not None:
        words = f"The last day of absence {number} is {in_words(last_day)}."
    answer({"number": number, "last_day": last_day}, words, as_json=as_json)


@app.command("hand-over")
def hand_over(
    leaver: Who,
    to: Annotated[str, typer.Option(help="Who has the cases from now on: their address.")],
    by: By,
    reason: Reason,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Hand all the open cases of somebody to another, or none where one of them cannot go."""
    with sentences(as_json=as_json), writing() as conn:
        found = hand_over_cases(conn, leaver=leaver, to=to, by=by, reason=reason, now=clock.now())
    answer(found, f"{several(len(found), 'case')} handed over to {to}.", as_json=as_json)
