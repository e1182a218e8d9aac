"""`handrail lot`: the lots, one whole, and whose turn it is in it and why."""

from datetime import date
from typing import Annotated, Any, Final

import typer

from adapters import clock
from desk.csv_output import Csv, print_csv
from desk.listing import Columns, show_list, show_table
from desk.options import DAY
from desk.output import Json, print_json, say, sentences
from rules.contracting import ContractingParty
from rules.money import pounds
from rules.sentences import several
from services.session import reading
from services.tenders.lot_view import lot_list, lot_shown, lot_turns

app = typer.Typer(no_args_is_help=True, help="Lots: list, show, turns.")

LotCode = Annotated[str, typer.Argument(metavar="LOT", help="The lot's code.")]
LISTED: Final = (
    *("lot", "title", "work_types", "authorities", "award_rule"),
    *("valid_from", "valid_to", "in_force", "contractors"),
)
TURNS: Final = (
    *("contractor", "name", "place", "rank"),
    *("value_pence", "turns", "last_on", "explanation"),
)
_LOTS: Final[Columns] = {
    "Lot": "lot",
    "Title": "title",
    "Works": lambda lot: _words(lot["work_types"]),
    "Authorities": lambda lot: ", ".join(lot["authorities"]),
    "Awarded by": lambda lot: _plain(lot["award_rule"]),
    "Until": lambda lot: lot["valid_to"] + ("" if lot["in_force"] else ", not in force"),
    "Contractors": "contractors",
}
_CONTRACTORS: Final[Columns] = {
    "Code": "contractor",
    "Name": "name",
    "Rank": "rank",
    "Percentage": lambda one: f"{one['percentage']} %",
    "On hand": lambda one: f"{one['open_orders']}, {pounds(one['open_value_pence'])}",
    "Package prices": lambda one: _prices(one["package_prices_pence"]),
    "Standing": lambda one: "; ".join(one["reasons"]) or "may be offered works",
}
_TURNS: Final[Columns] = {
    "Place": "place",
    "Code": "contractor",
    "Name": "name",
    "Value £": "value_pence",
    "Turns": "turns",
    "Last": "last_on",
    "Why": "explanation",
}


@app.command("list")
def list_lots(as_json: Annotated[bool, Json] = False, as_csv: Annotated[bool, Csv] = False) -> None:
    """List the lots: what each covers, where, until when, and how it is awarded."""
    with sentences(as_json=as_json), reading() as conn:
        found = lot_list(conn, on=clock.today())
    if as_csv and not as_json:
        print_csv(LISTED, [[_cell(lot[name]) for name in LISTED] for lot in found])
        return
    show_list(
        found,
        title=f"{len(found)} lots",
        columns=_LOTS,
        as_json=as_json,
        empty="No lot is imported yet: `handrail import lots FILE`.",
    )


@app.command("show")
def show(lot: LotCode, as_json: Annotated[bool, Json] = False) -> None:
    """Show one lot whole: its terms, its contractors as they stand, and what they hold."""
    with sentences(as_json=as_json), reading() as conn:
        found = lot_shown(conn, code=lot, on=clock.today())
    if as_json:
        print_json(found)
        return
    status = "in force" if found["in_force"] else "not in force"
    say(f"{found['lot']} · {found['title']} · {_plain(found['award_rule'])} · {status}")
    say(
        f"{_words(found['work_types'])} for {', '.join(found['authorities'])}, "
        f"{found['valid_from']} to {found['valid_to']}; offers lapse after {found['offer_days']} "
        f"working days.{'' if found['framework'] else ' It is no framework.'}"
    )
    if found["goods"]:
        say("It buys goods and services.")
    _show_terms(found)
    show_table("Contractors", _CONTRACTORS, found["contractors"])


def _show_terms(found: dict[str, Any]) -> None:
    if found["quote_days"]:
        quality = "".join(f", {name} {part} %" for name, part in found["quality_weights"].items())
        say(
            f"Out of hours + {found['out_of_hours_percent']} %. Quotes within "
            f"{several(found['quote_days'], 'working day')}: price {found['price_weight']} %"
            f"{quality}."
        )
    if found["core_terms"]:
        say(f"Core terms of the framework: {found['core_terms']}.")
    if found["entitled"]:
        say(f"Entitled to call off: {', '.join(found['entitled'])}.")
    if found["contracting_party"]:
        party = ContractingParty(found["contracting_party"]).words
        say(f"Contracting party where a case says nothing: {party}.")
    for zone in found["zones"]:
        say(f"Zone {zone['zone']}: × {zone['factor']} in {', '.join(zone['postcodes'])}.")
    for rate in found["contract_rates"]:
        whose = f" for {rate['contractor']}" if rate["contractor"] else ""
        days = f"{rate['valid_from']} to {rate['valid_to']}"
        say(f"Contract rate of {rate['code']}{whose}: £{rate['rate']}, {days}.")


@app.command("turns")
def turns(
    lot: LotCode,
    on: Annotated[date | None, DAY("As it stood on this day; today if left out.")] = None,
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """Show whose turn it is and why: what each contractor was offered since 1 April."""
    with sentences(as_json=as_json), reading() as conn:
        found = lot_turns(conn, code=lot, on=on or clock.today())
    if as_json:
        print_json(found)
        return
    title = f"Turns in {found['lot']} since {found['since']}, as on {found['on']}"
    rows = found["contractors"]
    show_list(rows, title=title, columns=_TURNS, as_json=False, csv=TURNS if as_csv else ())
    if not as_csv:
        say(found["words"])


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _words(words: list[str]) -> str:
    return ", ".join(map(_plain, words))


def _prices(held: dict[str, int]) -> str:
    return ", ".join(f"{package} {pounds(pence)}" for package, pence in sorted(held.items()))


def _cell(value: Any) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ";".join(value) if isinstance(value, list) else value
