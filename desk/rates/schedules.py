"""`handrail schedule`: looking items up, the versions, one code whole, two versions compared."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final

import typer

from adapters import clock
from desk.csv_output import Csv
from desk.listing import Columns, show_list, show_table
from desk.options import DAY, parse_day
from desk.output import Json, print_json, say, sentences
from rules.imports.words import as_word
from rules.pricing.works import rate_words
from rules.sentences import several
from services.rates.schedules import compare_versions, find_items, item_shown, schedule_versions
from services.session import reading

app = typer.Typer(no_args_is_help=True, help="Schedules of rates: find, versions, show, compare.")

FOUND: Final = (
    *("code", "short_description", "unit", "rate"),
    *("index_percent", "trade", "schedule"),
)
VERSIONS: Final = ("schedule", "valid_from", "valid_to", "index_percent", "items", "in_force")
COMPARED: Final = (
    *("change", "code", "short_description", "unit_before", "unit_after"),
    *("rate_before", "rate_after", "change_percent", "differs"),
)


def _pounds(name: str) -> Any:
    """Return what shows a rate as a cell of a column of pounds: with pennies at least."""
    return lambda row: rate_words(Decimal(row[name])).removeprefix("£") if row.get(name) else ""


def _in_force(row: dict[str, Any]) -> str:
    return "in force" if row["in_force"] else ""


_FOUND: Final[Columns] = {
    "Code": "code",
    "Description": "short_description",
    "£ a unit": _pounds("rate"),
    "Unit": "unit",
    "Index %": "index_percent",
    "Trade": lambda item: item["trade"].replace("_", " "),
    "Schedule": "schedule",
}
_DAYS: Final[Columns] = {"From": "valid_from", "To": "valid_to"}
_VERSIONS: Final[Columns] = {
    "Schedule": "schedule",
    **_DAYS,
    "Index %": "index_percent",
    "Items": "items",
    "Status": _in_force,
}
_OF_CODE: Final[Columns] = {
    "Schedule": "schedule",
    **_DAYS,
    "£ a unit": _pounds("rate"),
    "Unit": "unit",
    "Index %": "index_percent",
    "£ indexed": _pounds("indexed_rate"),
    "Status": _in_force,
}
_CONTRACT_RATES: Final[Columns] = {
    "Lot": "lot",
    "Contractor": lambda rate: rate["contractor"] or "everyone in the lot",
    "£ a unit": _pounds("rate"),
    **_DAYS,
}
_COMPARED: Final[Columns] = {
    "Change": "change",
    "Code": "code",
    "Description": "short_description",
    "£ before": _pounds("rate_before"),
    "£ after": _pounds("rate_after"),
    "Change %": lambda row: row.get("change_percent") or "",
    "What differs": lambda row: row.get("differs", "").replace("_", " ").replace(";", ", "),
}


def _DAY_OF(words: str) -> Any:  # noqa: N802 - reads as the kind of argument it makes
    return typer.Argument(parser=parse_day, metavar="DATE", help=words)


@app.command("find")
def find(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help="A code, its beginning, or words in any order."),
    ] = None,
    trade: Annotated[str, typer.Option(help="Only items of this trade.")] = "",
    schedule: Annotated[str, typer.Option(help="Only items of this schedule.")] = "",
    on: Annotated[date | None, DAY("As in force on this day; today if left out.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many items at most.")] = 20,
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """Look items up in the schedules in force, by code or by words, as far as they are typed."""
    with sentences(as_json=as_json), reading() as conn:
        found = find_items(
            conn,
            text=" ".join(words or ()),
            on=on or clock.today(),
            trade=as_word(trade),
            schedule=schedule,
            limit=limit,
        )
    show_list(
        found,
        title=several(len(found), "item"),
        columns=_FOUND,
        as_json=as_json,
        csv=FOUND if as_csv else (),
        empty="Nothing in force has all these words. "
        "Fewer of them, or their beginnings, find more.",
    )


@app.command("versions")
def versions(as_json: Annotated[bool, Json] = False, as_csv: Annotated[bool, Csv] = False) -> None:
    """List every version of every schedule, with its days and its indexation."""
    with sentences(as_json=as_json), reading() as conn:
        found = schedule_versions(conn, on=clock.today())
    show_list(
        found,
        title="Versions of schedules",
        columns=_VERSIONS,
        as_json=as_json,
        csv=VERSIONS if as_csv else (),
        empty="No schedule is imported yet: "
        "`handrail import schedule FILE --schedule NAME --from …`",
    )


@app.command("show")
def show(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The item's code.")],
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Show what every version says of one code, its contract rates, and its packages."""
    with sentences(as_json=as_json), reading() as conn:
        shown = item_shown(conn, code=code, on=clock.today())
    if as_json:
        print_json(shown)
        return
    newest = shown["versions"][-1]
    say(f"{code} · {newest['short_description']}")
    if newest["long_description"]:
        say(newest["long_description"])
    show_table("Versions", _OF_CODE, shown["versions"])
    if shown["contract_rates"]:
        title = "Contract rates, which take the place of the schedule's"
        show_table(title, _CONTRACT_RATES, shown["contract_rates"])
    if shown["packages"]:
        say(f"In packages: {', '.join(shown['packages'])}.")


@app.command("compare")
def compare(
    schedule: Annotated[str, typer.Argument(metavar="NAME", help="The schedule's name.")],
    before: Annotated[date, _DAY_OF("A day of the earlier version.")],
    after: Annotated[date, _DAY_OF("A day of the later version.")],
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """Compare two versions of a schedule: items added, withdrawn and changed, rates in percent."""
    with sentences(as_json=as_json), reading() as conn:
        found = compare_versions(conn, schedule=schedule, before=before, after=after)
    if as_json:
        print_json(found)
        return
    title = (
        f"{schedule}: the version from {found['after']['valid_from']} "
        f"beside that from {found['before']['valid_from']}"
    )
    rows = _compared(found)
    show_list(rows, title=title, columns=_COMPARED, as_json=False, csv=COMPARED if as_csv else ())
    if not as_csv:
        say(
            f"{len(found['added'])} added, {len(found['withdrawn'])} withdrawn, "
            f"{len(found['changed'])} changed, {found['unchanged']} the same. "
            "Rates are shown with their indexation."
        )


def _compared(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the differences as rows of one report."""
    one_sided = [
        {**item, "change": what, f"unit_{when}": item["unit"], f"rate_{when}": item["rate"]}
        for what, when in (("added", "after"), ("withdrawn", "before"))
        for item in found[what]
    ]
    return one_sided + [
        {**item, "change": "changed", "differs": ";".join(item["differs"])}
        for item in found["changed"]
    ]
