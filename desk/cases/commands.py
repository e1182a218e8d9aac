"""`handrail case`: the list, and one case whole."""

from typing import Annotated, Any

import typer

from adapters import clock
from adapters.settings import settings
from desk.output import Json, due_cell, print_json, say, sentences, table
from rules.documents.paper_lines import works_line_words
from rules.money import pounds
from rules.sentences import held_words, several
from services.reports.case_view import case_view
from services.session import reading

app = typer.Typer(
    no_args_is_help=True, help="Cases: list, show, history, file, attach, open, line."
)

Reference = Annotated[str, typer.Argument(metavar="REF", help="The case reference.")]


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
    _show_works(view)
    _show_papers(view)


def _show_head(view: dict[str, Any]) -> None:
    contractor = f", contractor {view['contractor']}" if view["contractor"] else ""
    order = f", order {view['order_number']}" if view["order_number"] else ""
    route = f", {view['route'].replace('_', ' ')}" if view["route"] else ""
    works = view["work_type"].replace("_", " ")
    status = view["status"].replace("_", " ")
    say(f"{view['reference']} · {view['authority']} · {works} · {status}{route}{contractor}{order}")
    say(f"{view['client_name']}, {view['address']}, {view['postcode']}")
    say(_whose(view))
    contract = view["contracting"]
    say(f"Contract: {contract['words']} ({contract['said']}); invoice to {contract['invoice_to']}")
    if view["ended"]:
        say(f"Ended at {view['ended']['stage']}: {view['ended']['reason']}")


def _whose(view: dict[str, Any]) -> str:
    """Return who has a case, who answers for them today, and who its assessor is."""
    named = view["officer_name"]
    instead = view["answers"] != named
    answers = f" ({view['answers'] or 'nobody'} answers today)" if named and instead else ""
    assessor = f" · assessor {view['assessor_name']}" if view["assessor"] else ""
    return f"Officer: {named or 'nobody yet'}{answers}{assessor}"


def _show_steps(view: dict[str, Any]) -> None:
    table(
        title="Steps",
        columns=("Step", "Status", "Who and what for", "Opened", "Due, and\nhow late", "Closed"),
        spare=("Opened",),
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
    return held_words(step["holder"], step["trouble"] or step["waiting_for"])


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
        columns=(
            *("Item" if view["lines"][0]["line"] is None else "Line", "Code", "Description"),
            *("Calculation", "Net £", "VAT %", "VAT £"),
        ),
        rows=[
            (
                line["item"],
                line["code"] or "bespoke",
                _described(line),
                line["calculation"] or "to be quoted",
                _money(line["net_pence"]),
                "" if line["vat_rate"] is None else f"{float(line['vat_rate']):.0%}",
                _money(line["vat_pence"]),
            )
            for line in view["lines"]
        ],
    )
    if view["done"]:
        _show_done(view["done"])


def _show_done(done: dict[str, Any]) -> None:
    table(
        title=f"Done, when the works stopped on {done['ended_on']}: {done['words']}",
        columns=("Line", "Ordered £", "Done £", "VAT £"),
        rows=[
            (line["item"], *(pounds(line[f"{name}_pence"]) for name in ("ordered", "net", "vat")))
            for line in done["lines"]
        ],
    )
    say(
        f"Payable: {pounds(done['total_pence'])} with VAT; the grant pays "
        f"{pounds(done['grant_pence'])}, others directly {pounds(done['direct_pence'])}."
    )


def _described(line: dict[str, Any]) -> str:
    """Return what a line is, and which works lines it covers where it is an item."""
    covers = f" (covers {works_line_words(line['covers'])})" if line["covers"] else ""
    return f"{line['description']}{covers}"


def _show_works(view: dict[str, Any]) -> None:
    """Show the works lines where a package prices several of them as one item."""
    if not any(line["line"] is None for line in view["lines"]):
        return
    table(
        title="Works lines: what is inspected, each under its own number",
        columns=("Line", "Code", "Description", "How much", "Where"),
        rows=[
            (
                line["line"],
                line["code"] or "bespoke",
                line["description"],
                f"{line['quantity']} {line['unit']}",
                line["location"],
            )
            for line in view["works"]
        ],
    )


def _money(pence: int | None) -> str:
    return "" if pence is None else pounds(pence)


def _show_papers(view: dict[str, Any]) -> None:
    for document in view["documents"]:
        say(f"{document['kind'].replace('_', ' ')} v{document['version']}: {document['path']}")
    if view["runs"]:
        last = view["runs"][-1]
        runs = several(len(view["runs"]), "run")
        say(f"{runs}; the last ended as {last['state']} ({last['flow_run_id']})")
