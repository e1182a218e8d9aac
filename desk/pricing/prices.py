"""`handrail case price` and `handrail case award`: how a case came to its price and contractor."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final

import typer

from adapters.wording import long_date, percent
from desk.listing import Columns, show_table
from desk.output import Json, print_json, say, sentences
from rules.documents.paper_lines import works_line_words
from rules.money import pounds
from services.pricing.views import award_view, price_view
from services.session import reading

app = typer.Typer()

Reference = Annotated[str, typer.Argument(metavar="REF", help="The case reference.")]
_PLAN: Final = ("proportionate", "legal", "auditable", "necessary")
_CONTRACTORS: Final[Columns] = {
    "Place": "place",
    "Contractor": lambda row: f"{row['code']} (awarded)" if row["chosen"] else row["code"],
    "With VAT £": "total_pence",
    "Below highest £": "saving_pence",
    "Above lowest £": "above_lowest_pence",
    "Why": "explanation",
}


class PriceKind(StrEnum):
    """A price before the tender, or a contractor's."""

    ESTIMATE = "estimate"
    TENDER = "tender"


@app.command("price")
def price(
    reference: Reference,
    version: Annotated[int | None, typer.Option(help="Which; the newest if left out.")] = None,
    kind: Annotated[
        PriceKind | None, typer.Option(help="The newest tender, else estimate, if left out.")
    ] = None,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Show a price line by line: the calculation, each factor, the rate's source, VAT and why."""
    with sentences(as_json=as_json), reading() as conn:
        view = price_view(conn, reference=reference, kind=kind or "", version=version)
    if as_json:
        print_json(view)
        return
    whose = f", {view['contractor_name']}" if view["contractor_name"] else ""
    say(f"{reference} · {view['kind']} {view['version']}{whose} · {view['priced_at']}")
    for line in view["lines"]:
        _show_line(line)
    for number in view["unpriced_lines"]:
        say(f"\nLine {number} is bespoke: no figure until somebody quotes.")
    _show_totals(view)


def _show_line(line: dict[str, Any]) -> None:
    where = f" ({line['location']})" if line["location"] else ""
    named = f"Item {line['item']}" if line["line"] is None else f"Line {line['line']}"
    say(f"\n{named} · {line['code'] or 'bespoke'} · {line['description']}{where}")
    if line["covers"]:
        say(f"  covers {works_line_words(line['covers'])}")
    say(f"  {line['calculation']}")
    for words in (line["steps"], line["rate_source"] and f"rate: {line['rate_source']}"):
        if words:
            say(f"  {words}")
    rate = percent(Decimal(line["vat_rate"]))
    say(f"  VAT {rate} = {pounds(line['vat_pence'])}. {line['vat_reason']}")


def _show_totals(view: dict[str, Any]) -> None:
    part = " of the lines that are priced" if view["unpriced_lines"] else ""
    say(
        f"\nTotal{part}: {pounds(view['net_pence'])} + VAT {pounds(view['vat_pence'])} "
        f"= {pounds(view['total_pence'])}"
    )
    say(view["method"])
    saving = view["declaration_would_save_pence"]
    if saving:
        say(f"No VAT declaration is held. One would save {pounds(saving)} of VAT on this price.")
    elif saving == 0:
        say("No VAT declaration is held; on these lines it would save nothing.")


@app.command("award")
def award(
    reference: Reference,
    version: Annotated[int | None, typer.Option(help="Which; the newest if left out.")] = None,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Show an award: route and reasons, who decided and why, and every contractor of the lot."""
    with sentences(as_json=as_json), reading() as conn:
        view = award_view(conn, reference=reference, version=version)
    if as_json:
        print_json(view)
        return
    package = f" {view['package']}" if view["package"] else ""
    say(f"{reference} · award {view['version']} · {view['route_words']}{package}")
    for reason in view["reasons"]:
        say(f"  {reason}")
    if view["override"]:
        _show_decision(view["override"])
    if view["lot"]:
        say(f"\nLot {view['lot']}, {view['lot_title']}. {view['rule_words']}")
    if view["sealed_until"]:
        say(f"Quotes are sealed until {view['sealed_until']}; nobody can read one before.")
    _show_contractors(view)
    for decision in view["decisions"]:
        _show_decision(decision)


def _show_contractors(view: dict[str, Any]) -> None:
    show_table("Every contractor of the lot", _CONTRACTORS, view["contractors"])
    if view["route"] == "quotes":
        return
    since = long_date(date.fromisoformat(view["turns_since"]))
    turns = "; ".join(
        f"{row['code']} {row['turns']} worth {pounds(row['value_pence'])}"
        + (f", the last on {long_date(row['last_on'])}" if row["last_on"] else "")
        for row in view["turns"]
    )
    if turns:  # an award of the first version did not keep them
        say(f"Turns counted since {since}: {turns}.")


def _show_decision(decision: dict[str, Any]) -> None:
    say(f"\n{decision['title']}")
    say(f"  {decision['statement']}")
    say(f"  Reason: {decision['reason']}")
    for letter in _PLAN if decision["plan"] else ():
        say(f"  {letter.capitalize()}: {decision['plan'][letter]}")
    say(f"  {decision['name']}, {decision['role']}, {long_date(decision['decided_on'])}")
