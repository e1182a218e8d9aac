"""`handrail lot`: the lots, one whole, and whose turn it is in it and why."""

from datetime import date
from typing import Annotated, Any

import typer

from adapters import clock
from desk.csv_output import Csv, print_csv
from desk.options import DAY
from desk.output import Json, print_json, say, sentences, table
from rules.money import pounds
from services.session import reading
from services.tenders.lot_view import lot_list, lot_shown, lot_turns

app = typer.Typer(no_args_is_help=True, help="Lots: list, show, turns.")

LotCode = Annotated[str, typer.Argument(metavar="LOT", help="The lot's code.")]
LISTED = (
    *("lot", "title", "work_types", "authorities", "award_rule"),
    *("valid_from", "valid_to", "in_force", "contractors"),
)
TURNS = ("contractor", "name", "place", "rank", "value_pence", "turns", "last_on", "explanation")


@app.command("list")
def list_lots(as_json: Annotated[bool, Json] = False, as_csv: Annotated[bool, Csv] = False) -> None:
    """List the lots: what each covers, where, until when, and how it is awarded."""
    with sentences(as_json=as_json), reading() as conn:
        found = lot_list(conn, on=clock.today())
    if as_json:
        print_json(found)
    elif as_csv:
        print_csv(LISTED, [[_cell(lot[name]) for name in LISTED] for lot in found])
    elif not found:
        say("No lot is imported yet: `handrail import lots FILE`.")
    else:
        table(
            title=f"{len(found)} lots",
            columns=("Lot", "Title", "Works", "Authorities", "Awarded by", "Until", "Contractors"),
            rows=[
                (
                    *(lot["lot"], lot["title"]),
                    _words(lot["work_types"]),
                    ", ".join(lot["authorities"]),
                    _plain(lot["award_rule"]),
                    lot["valid_to"] if lot["in_force"] else f"{lot['valid_to']}, not in force",
                    lot["contractors"],
                )
                for lot in found
            ],
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
        "working days."
    )
    _show_terms(found)
    table(
        title="Contractors",
        columns=("Code", "Name", "Rank", "Percentage", "On hand", "Package prices", "Standing"),
        rows=[
            (
                *(one["contractor"], one["name"], one["rank"] or "", f"{one['percentage']} %"),
                f"{one['open_orders']}, {pounds(one['open_value_pence'])}",
                _prices(one["package_prices_pence"]),
                "; ".join(one["reasons"]) or "may be offered works",
            )
            for one in found["contractors"]
        ],
    )


def _show_terms(found: dict[str, Any]) -> None:
    if found["quote_days"]:
        quality = "".join(f", {name} {part} %" for name, part in found["quality_weights"].items())
        say(
            f"Out of hours + {found['out_of_hours_percent']} %. Quotes within "
            f"{found['quote_days']} working days: price {found['price_weight']} %{quality}."
        )
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
    if as_csv:
        print_csv(TURNS, [[one[name] for name in TURNS] for one in found["contractors"]])
        return
    table(
        title=f"Turns in {found['lot']} since {found['since']}, as on {found['on']}",
        columns=("Place", "Code", "Name", "Value £", "Turns", "Last", "Why"),
        rows=[
            (
                *(one["place"] or "", one["contractor"], one["name"]),
                *(pounds(one["value_pence"]), one["turns"], one["last_on"] or ""),
                one["explanation"],
            )
            for one in found["contractors"]
        ],
    )
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
