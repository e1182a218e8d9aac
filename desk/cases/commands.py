"""`handrail case`: the list, one case whole, its history, a new case, and carrying one on."""

import time
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import typer

from adapters import clock
from adapters.settings import settings
from desk.imports.sheets import typed
from desk.options import DAY, MONEY
from desk.output import Json, print_json, say, sentences, table
from desk.reports.sla_pages import due_cell
from models.case_queries import works_lines
from rules.cases import Complexity, Tenure
from rules.errors import InvalidDecisionError
from rules.money import pounds
from rules.pathway import CaseStatus, StepName
from rules.people import check_may_enter
from services.cases.in_hand import take
from services.cases.runs import run_of_request
from services.imports import ImportReport, run_import
from services.reports.case_view import case_history, case_list, case_view
from services.session import (
    AnyRow,
    Connection,
    actor_for,
    case_row,
    check_authority,
    reading,
    writing,
)

app = typer.Typer(no_args_is_help=True, help="Cases: list, show, history, open, line, advance.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="The case reference.")]


@app.command("list")
def list_cases(
    authority: Annotated[str, typer.Option(help="Only this authority's cases.")] = "",
    status: Annotated[CaseStatus | None, typer.Option(help="Only cases with this status.")] = None,
    step: Annotated[StepName | None, typer.Option(help="Only cases open at this step.")] = None,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """List cases with what each is waiting for."""
    with sentences(as_json=as_json), reading() as conn:
        check_authority(conn, code=authority)
        found = case_list(conn, authority=authority, status=status or "", step=step or "")
    if as_json:
        print_json(found)
        return
    table(
        title=f"{len(found)} cases",
        columns=("Case", "Authority", "Client", "Works", "Status", "Waiting for", "Due"),
        rows=[
            (
                row["reference"],
                row["authority"],
                row["client_name"],
                row["work_type"].replace("_", " "),
                row["status"].replace("_", " "),
                "\n".join(_wait(wait) for wait in row["open_steps"]),
                "\n".join(wait["due_on"] or "" for wait in row["open_steps"]),
            )
            for row in found
        ],
    )


def _wait(wait: dict[str, Any]) -> str:
    return f"{wait['step']}: {wait['owner']}" + (" (!)" if wait["trouble"] else "")


@app.command("show")
def show(reference: Reference, as_json: Annotated[bool, Json] = False) -> None:
    """Show one case whole: steps, money, lines, documents and runs."""
    with sentences(as_json=as_json), reading() as conn:
        view = case_view(conn, reference=reference, today=clock.today())
    for document in view["documents"]:
        for key in ("path", "html_path"):
            document[key] = str(settings().documents_folder / document[key])
    if as_json:
        print_json(view)
        return
    _show_head(view)
    _show_steps(view)
    _show_money(view)
    _show_papers(view)


def _show_head(view: dict[str, Any]) -> None:
    contractor = f", contractor {view['contractor']}" if view["contractor"] else ""
    order = f", order {view['order_number']}" if view["order_number"] else ""
    route = f", {view['route'].replace('_', ' ')}" if view["route"] else ""
    works = view["work_type"].replace("_", " ")
    status = view["status"].replace("_", " ")
    say(f"{view['reference']} · {view['authority']} · {works} · {status}{route}{contractor}{order}")
    say(f"{view['client_name']}, {view['address']}, {view['postcode']}")
    if view["ended"]:
        say(f"Ended at {view['ended']['stage']}: {view['ended']['reason']}")


def _show_steps(view: dict[str, Any]) -> None:
    table(
        title="Steps",
        columns=("Step", "Status", "Who and what for", "Opened", "Due, and\nhow late", "Closed"),
        rows=[
            (
                step["step"],
                step["status"].replace("_", " "),
                _who_and_what(step),
                (step["opened_at"] or "")[:10],
                _due(step),
                (step["closed_at"] or "")[:10],
            )
            for step in view["steps"]
        ],
    )


def _due(step: dict[str, Any]) -> str:
    if step["status"] not in {"waiting", "ready"}:
        return ""
    return due_cell(step["due_on"], step["timing"])


def _who_and_what(step: dict[str, Any]) -> str:
    if step["status"] not in {"waiting", "ready"}:
        return ""
    return f"{step['owner']}: {step['trouble'] or step['waiting_for']}"


def _show_money(view: dict[str, Any]) -> None:
    if not view["lines"]:
        return
    total = "not priced in full yet"
    if view["total_pence"] is not None:
        total = (
            f"{pounds(view['net_pence'])} + VAT {pounds(view['vat_pence'])} "
            f"= {pounds(view['total_pence'])}"
        )
    table(
        title=f"Lines · {total}",
        columns=("Line", "Code", "Description", "Calculation", "Net £", "VAT %", "VAT £"),
        rows=[
            (
                line["line"],
                line["code"] or "bespoke",
                line["description"],
                line["calculation"] or "to be quoted",
                _money(line["net_pence"]),
                "" if line["vat_rate"] is None else f"{float(line['vat_rate']):.0%}",
                _money(line["vat_pence"]),
            )
            for line in view["lines"]
        ],
    )


def _money(pence: int | None) -> str:
    return "" if pence is None else pounds(pence)


def _show_papers(view: dict[str, Any]) -> None:
    for document in view["documents"]:
        say(f"{document['kind'].replace('_', ' ')} v{document['version']}: {document['path']}")
    if view["runs"]:
        last = view["runs"][-1]
        say(f"{len(view['runs'])} runs; the last ended as {last['state']} ({last['flow_run_id']})")


@app.command("history")
def history(reference: Reference, as_json: Annotated[bool, Json] = False) -> None:
    """Show everything that happened on a case, who did it and why."""
    with sentences(as_json=as_json), reading() as conn:
        rows = case_history(conn, reference=reference)
    if as_json:
        print_json(rows)
        return
    table(
        title=f"History of {reference}",
        columns=("When (UTC)", "Who", "What", "Why"),
        rows=[(row["at"], row["actor"], row["action"], row["reason"]) for row in rows],
    )


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
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Open a new case; it is checked exactly as an imported one."""
    given = {key: value for key, value in locals().items() if key not in {"by", "as_json"}}
    with sentences(as_json=as_json), writing() as conn:
        if not _enter(conn, kind="cases", records=[given], by=by, authority=authority).added:
            raise InvalidDecisionError(
                f"There is a case {reference.strip()} already.",
                why="Nothing was changed.",
                next_step="Choose another reference; `handrail import cases FILE` corrects a case.",
            )
    if as_json:
        print_json({"reference": reference, "opened": True})
        return
    say(f"Opened {reference}. Its works lines come next: `handrail case line {reference} 1 …`.")


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
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Add one works line to a case, or change it, until the works are specified."""
    given = {
        "case": reference,
        "line": number,
        "code": code,
        "quantity": quantity,
        "description": description,
        "unit": unit,
        "location": location,
    }
    with sentences(as_json=as_json), writing() as conn:
        case = case_row(conn, reference=reference)
        others = [row for row in _lines_held(conn, case) if row["line"] != number]
        _enter(conn, kind="works", records=[*others, given], by=by, authority=case.authority)
    if as_json:
        print_json({"reference": reference, "line": number})
        return
    say(f"Line {number} of {reference} is recorded.")


def _enter(
    conn: Connection,
    *,
    kind: str,
    records: Sequence[Mapping[str, object]],
    by: str,
    authority: str,
) -> ImportReport:
    """Bring in what was typed, in the name of somebody who may, checked as an import is."""
    actor = actor_for(conn, identity=by)
    report = run_import(
        conn,
        kind=kind,
        sheet=typed(kind=kind, records=records),
        now=clock.now(),
        actor=actor.identity,
        schedule=None,
        dry_run=False,
    )
    check_may_enter(actor=actor, authority=authority)  # last, so that all problems are told at once
    return report


def _lines_held(conn: Connection, case: AnyRow) -> list[dict[str, object]]:
    return [
        {
            "case": case.reference,
            "line": row.line,
            "code": row.code,
            "quantity": f"{row.quantity:f}",
            "description": row.description,
            "unit": row.unit,
            "location": row.location,
        }
        for row in works_lines(conn, case_id=case.id)
    ]


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
        key = f"{reference}:advance:{case.revision}"
        run = _await_run(key, seconds=wait)
    if as_json:
        print_json({"reference": reference, "key": key, "run": run})
        return
    if run is None:
        say(f"Asked for. It is carried on as soon as Handrail is running: `handrail up`. ({key})")
        return
    say(f"{run['state']}: {run['message']}")


def _await_run(key: str, *, seconds: float) -> dict[str, str] | None:
    until = time.monotonic() + seconds
    while True:
        with reading() as conn:
            run = run_of_request(conn, key=key)
        if run is not None or time.monotonic() >= until:
            return run
        time.sleep(0.1)
