"""`handrail schedule`: looking items up, the versions, one code whole, two versions compared."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer

from adapters import clock
from desk.csv_output import Csv, print_csv
from desk.options import DAY, parse_day
from desk.output import Json, print_json, say, sentences, table
from rules.imports.words import as_word
from services.rates.items import rate_words
from services.rates.schedules import compare_versions, find_items, item_shown, schedule_versions
from services.session import reading

app = typer.Typer(no_args_is_help=True, help="Schedules of rates: find, versions, show, compare.")

FOUND = ("code", "short_description", "unit", "rate", "index_percent", "trade", "schedule")
VERSIONS = ("schedule", "valid_from", "valid_to", "index_percent", "items", "in_force")
COMPARED = (
    *("change", "code", "short_description", "unit_before", "unit_after"),
    *("rate_before", "rate_after", "change_percent", "differs"),
)


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
    if as_json:
        print_json(found)
    elif as_csv:
        print_csv(FOUND, [[item[name] for name in FOUND] for item in found])
    elif not found:
        say("Nothing in force has all these words. Fewer of them, or their beginnings, find more.")
    else:
        table(
            title=f"{len(found)} items",
            columns=("Code", "Description", "£ a unit", "Unit", "Index %", "Trade", "Schedule"),
            rows=[
                (
                    item["code"],
                    item["short_description"],
                    _pounds(item["rate"]),
                    item["unit"],
                    item["index_percent"],
                    item["trade"].replace("_", " "),
                    item["schedule"],
                )
                for item in found
            ],
        )


@app.command("versions")
def versions(as_json: Annotated[bool, Json] = False, as_csv: Annotated[bool, Csv] = False) -> None:
    """List every version of every schedule, with its days and its indexation."""
    with sentences(as_json=as_json), reading() as conn:
        found = schedule_versions(conn, on=clock.today())
    if as_json:
        print_json(found)
    elif as_csv:
        print_csv(VERSIONS, [[version[name] for name in VERSIONS] for version in found])
    elif not found:
        say("No schedule is imported yet: `handrail import schedule FILE --schedule NAME --from …`")
    else:
        table(
            title="Versions of schedules",
            columns=("Schedule", "From", "To", "Index %", "Items", "Status"),
            rows=[
                (
                    version["schedule"],
                    version["valid_from"],
                    version["valid_to"] or "",
                    version["index_percent"],
                    version["items"],
                    "in force" if version["in_force"] else "",
                )
                for version in found
            ],
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
    table(
        title="Versions",
        columns=("Schedule", "From", "To", "£ a unit", "Unit", "Index %", "£ indexed", "Status"),
        rows=[
            (
                *(item[name] for name in ("schedule", "valid_from")),
                item["valid_to"] or "",
                *(_pounds(item["rate"]), item["unit"], item["index_percent"]),
                _pounds(item["indexed_rate"]),
                "in force" if item["in_force"] else "",
            )
            for item in shown["versions"]
        ],
    )
    _show_contract_rates(shown)
    if shown["packages"]:
        say(f"In packages: {', '.join(shown['packages'])}.")


def _show_contract_rates(shown: dict[str, Any]) -> None:
    if not shown["contract_rates"]:
        return
    table(
        title="Contract rates, which take the place of the schedule's",
        columns=("Lot", "Contractor", "£ a unit", "From", "To"),
        rows=[
            (
                rate["lot"],
                rate["contractor"] or "everyone in the lot",
                _pounds(rate["rate"]),
                rate["valid_from"],
                rate["valid_to"],
            )
            for rate in shown["contract_rates"]
        ],
    )


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
    elif as_csv:
        print_csv(COMPARED, [[row.get(name) for name in COMPARED] for row in _compared(found)])
    else:
        _show_comparison(found)


def _pounds(rate: str | None) -> str:
    """Return a rate as a cell of a column of pounds: with pennies at least."""
    return "" if rate is None else rate_words(Decimal(rate)).removeprefix("£")


def _compared(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the differences as rows of one report."""
    added = [
        {**item, "change": "added", "unit_after": item["unit"], "rate_after": item["rate"]}
        for item in found["added"]
    ]
    withdrawn = [
        {**item, "change": "withdrawn", "unit_before": item["unit"], "rate_before": item["rate"]}
        for item in found["withdrawn"]
    ]
    changed = [
        {**item, "change": "changed", "differs": ";".join(item["differs"])}
        for item in found["changed"]
    ]
    return [*added, *withdrawn, *changed]


def _show_comparison(found: dict[str, Any]) -> None:
    before, after = found["before"], found["after"]
    table(
        title=f"{found['schedule']}: the version from {after['valid_from']} "
        f"beside that from {before['valid_from']}",
        columns=(
            "Change",
            "Code",
            "Description",
            "£ before",
            "£ after",
            "Change %",
            "What differs",
        ),
        rows=[
            (
                row["change"],
                row["code"],
                row["short_description"],
                _pounds(row.get("rate_before")),
                _pounds(row.get("rate_after")),
                row.get("change_percent") or "",
                row.get("differs", "").replace("_", " ").replace(";", ", "),
            )
            for row in _compared(found)
        ],
    )
    say(
        f"{len(found['added'])} added, {len(found['withdrawn'])} withdrawn, "
        f"{len(found['changed'])} changed, {found['unchanged']} the same. "
        "Rates are shown with their indexation."
    )
