"""`handrail case`: a new case, its works lines, and carrying one on."""

import time
from datetime import date
from typing import Annotated, Final

import typer

from adapters import clock
from desk.cases.commands import Reference
from desk.options import DAY, MONEY, By
from desk.output import Json, answer, sentences
from rules.cases import Complexity, Tenure
from rules.contracting import ContractingParty
from rules.errors import InvalidDecisionError
from rules.money import pounds
from rules.statements import ASKED
from services.cases.advance import request_key
from services.cases.runs import run_of_request
from services.cases.take import take
from services.decisions.statements import Taken, accept_statement, take_statement
from services.imports import entering
from services.session import acting, case_row, reading, writing

app = typer.Typer()
_SAID: Final = f"What the client said: {', '.join(one.name for one in ASKED)}."


@app.command("open")
def open_case(
    reference: Annotated[str, typer.Option(help="The new case's reference.")],
    authority: Annotated[str, typer.Option(help="Authority code.")],
    client_name: Annotated[str, typer.Option(help="The client.")],
    address: Annotated[str, typer.Option(help="The home, without the postcode.")],
    postcode: Annotated[str, typer.Option(help="Its postcode.")],
    tenure: Annotated[Tenure, typer.Option(help="How the client holds the home.")],
    work_type: Annotated[str, typer.Option(help="Such as level_access_shower.")],
    contact_on: Annotated[date, DAY("First contact.")],
    by: Annotated[str, typer.Option(help="Your e-mail address.")],
    urgent: Annotated[bool, typer.Option(help="Urgent?")] = False,
    complexity: Annotated[Complexity, typer.Option(help="Of the case.")] = Complexity.SIMPLE,
    purpose: Annotated[str, typer.Option(help="Letters of s.23(1), such as e;f.")] = "",
    landlord: Annotated[str, typer.Option(help="Provider code, or the landlord's name.")] = "",
    date_of_birth: Annotated[date | None, DAY("The client's.")] = None,
    email: Annotated[str, typer.Option(help="The client's.")] = "",
    phone: Annotated[str, typer.Option(help="The client's.")] = "",
    uprn: Annotated[str, typer.Option(help="Unique property reference number.")] = "",
    recommended_on: Annotated[date | None, DAY("The assessor's recommendation.")] = None,
    applied_on: Annotated[date | None, DAY("The application.")] = None,
    vat_declaration: Annotated[bool, typer.Option(help="VAT declaration held?")] = False,
    contribution: Annotated[str, MONEY("The applicant's contribution, in pounds.")] = "0",
    contracting_party: Annotated[
        ContractingParty | None,
        typer.Option(help="Whose contract; left out: as the lot's terms say, else the client's."),
    ] = None,
    officer: Annotated[str, typer.Option(help="Whose it is: an officer's e-mail address.")] = "",
    statement: Annotated[int, typer.Option(help="The client's own statement it is of.")] = 0,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Open a new case; it is checked exactly as an imported one."""
    given = {
        key: value for key, value in locals().items() if key not in {"by", "as_json", "statement"}
    }
    with sentences(as_json=as_json), writing() as conn:
        actor = acting(conn, identity=by, on=clock.today())
        entering.open_case(conn, given=given, actor=actor, now=clock.now())
        if statement:
            now = clock.now()
            accept_statement(conn, number=statement, reference=reference, by=actor, now=now)
    words = f"Opened {reference}. Its works lines come next: `handrail case line {reference} 1 …`."
    answer({"reference": reference, "opened": True}, words, as_json=as_json)


@app.command("statement")
def statement(
    authority: Annotated[str, typer.Argument(metavar="AUTHORITY", help="The authority's code.")],
    said: Annotated[list[str], typer.Option("--said", metavar="WHAT=WORDS", help=_SAID)],
    by: By,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Take a client's statement by telephone, as the open page does."""
    given = {name.strip(): words for name, _, words in (one.partition("=") for one in said)}
    with sentences(as_json=as_json), writing() as conn:
        actor, now = acting(conn, identity=by, on=clock.today()), clock.now()
        found = take_statement(conn, authority=authority, given=given, now=now, by=actor)
        if not isinstance(found, Taken):
            raise InvalidDecisionError(
                "The statement cannot be taken so.",
                why=" ".join(f"{name}: {words}" for name, words in found),
                next_step="Correct it; nothing was recorded.",
            )
    pence = found.assessed.contribution_pence
    words = f"Statement {found.number}. The contribution indicated is {pounds(pence)}."
    answer({"statement": found.number, "indicated_pence": pence}, words, as_json=as_json)


@app.command("line")
def line(
    reference: Reference,
    number: Annotated[int, typer.Argument(metavar="LINE", help="The line's number.")],
    quantity: Annotated[str, typer.Option(help="How many of its unit.")],
    by: Annotated[str, typer.Option(help="Your e-mail address.")],
    code: Annotated[str, typer.Option(help="Schedule code; leave out for a bespoke line.")] = "",
    description: Annotated[str, typer.Option(help="For a bespoke line.")] = "",
    unit: Annotated[str, typer.Option(help="For a bespoke line.")] = "",
    location: Annotated[str, typer.Option(help="Where in the home.")] = "",
    certificates: Annotated[
        str, typer.Option(help="Of a bespoke line: those it needs, such as electrical;gas.")
    ] = "",
    no_certificates_because: Annotated[
        str, typer.Option(help="Of a bespoke line: why it needs none.")
    ] = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Add one works line to a case, or change it, until the works are specified."""
    given = {
        "code": code,
        "quantity": quantity,
        "description": description,
        "unit": unit,
        "location": location,
        "certificates": certificates,
        "no_certificates_because": no_certificates_because,
    }
    with sentences(as_json=as_json), writing() as conn:
        case = case_row(conn, reference=reference)
        actor = acting(conn, identity=by, on=clock.today())
        entering.enter_line(
            conn, case=case, number=number, given=given, actor=actor, now=clock.now()
        )
    words = f"Line {number} of {case.reference} is recorded."
    answer({"reference": case.reference, "line": number}, words, as_json=as_json)


@app.command("advance")
def advance(
    reference: Reference,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the run to end.")] = 15.0,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Ask for a run that carries a case on, and wait a little for it."""
    with sentences(as_json=as_json):
        with writing() as conn:
            case = take(conn, reference=reference, now=clock.now())
            case.request_advance()
            case.put_back()
        key = request_key(reference=case.reference, revision=case.revision)
        run = _await_run(key, seconds=wait)
    words = f"Asked for. It is carried on as soon as Handrail is running: `handrail up`. ({key})"
    if run is not None:
        words = f"{run['state']}: {run['message']}"
    answer({"reference": case.reference, "key": key, "run": run}, words, as_json=as_json)


def _await_run(key: str, *, seconds: float) -> dict[str, str] | None:
    until = time.monotonic() + seconds
    while True:
        with reading() as conn:
            run = run_of_request(conn, key=key)
        if run is not None or time.monotonic() >= until:
            return run
        time.sleep(0.1)
