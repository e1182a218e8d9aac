"""`handrail case grant` and `handrail budget`: how a grant is reached, and what is left."""

from dataclasses import asdict
from typing import Annotated, Any, Final

import typer

from adapters import clock
from desk.csv_output import Csv, print_csv
from desk.output import Json, print_json, say, sentences, table
from rules.errors import InvalidDecisionError
from rules.grants.budgets import year_words
from rules.grants.payers import HOW_WORDS
from rules.money import pounds
from services.cases.take import take
from services.grants.budgets import budget_list
from services.grants.missing import missing_on
from services.grants.pools import pools
from services.grants.view import grant_view
from services.session import check_authority, reading

app = typer.Typer()
budget_app = typer.Typer(no_args_is_help=True, help="Budgets for grants, and what is left of them.")

_SHARES: Final = {
    "put_in_pence": "Put in",
    "given_pence": "Others drew",
    "drawn_pence": "It drew",
    "committed_pence": "Committed",
    "paid_pence": "Paid",
    "left_pence": "Left",
}

Reference = Annotated[str, typer.Argument(metavar="REF", help="The case reference.")]


@app.command("grant")
def grant(reference: Reference, as_json: Annotated[bool, Json] = False) -> None:
    """Show how the grant is reached, step by step, who pays what, and the headroom."""
    with sentences(as_json=as_json), reading() as conn:
        view = grant_view(conn, reference=reference, today=clock.today())
    if as_json:
        print_json(view)
        return
    say(f"{reference} · {_standing(view)}")
    if view["waterfall"]:
        _show_waterfall(view)
        _show_payers(view)
        _show_headroom(view)
        _show_charge(view)
    _show_means_test(view)
    for note in view["notes"]:
        say(note)


@app.command("missing")
def missing(reference: Reference, as_json: Annotated[bool, Json] = False) -> None:
    """Show what is missing before the grant is decided, by section of the Act."""
    with sentences(as_json=as_json), reading() as conn:
        case = take(conn, reference=reference, now=clock.now(), to_change=False)
        found = missing_on(case)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    if not found:
        say(f"Nothing is missing on {case.reference}.")
        return
    table(
        title=f"What is missing on {case.reference}",
        columns=("Section", "What is missing", "What clears it"),
        rows=[
            (
                one.section,
                one.what if one.blocks else f"{one.what} It holds nothing up.",
                one.clears,
            )
            for one in found
        ],
    )


def _standing(view: dict[str, Any]) -> str:
    decision = view["decision"]
    if decision is None:
        return "not decided yet; this is the grant as it would be today"
    when = f"{decision['outcome']} on {decision['decided_on']} by {decision['decided_by']}"
    if view["decided"]:
        return when
    return f"open again after {pounds(decision['grant_pence'])} {when}; as it would be today"


def _show_waterfall(view: dict[str, Any]) -> None:
    for title, parts in (
        ("How the grant is reached", ("cost", "grant")),
        ("Who pays what", ("shares",)),
    ):
        table(
            title=title,
            columns=("", "Amount £", "Comes to £", "Basis"),
            rows=[
                (
                    line["label"],
                    "" if line["kind"] == "total" else pounds(line["amount_pence"]),
                    pounds(line["running_pence"]),
                    line["basis"],
                )
                for line in view["waterfall"]
                if line["part"] in parts
            ],
        )


def _show_payers(view: dict[str, Any]) -> None:
    if view["payers"]:
        table(
            title="Agreed and received, beside the grant",
            columns=("Who", "Amount £", "How"),
            rows=[
                (one["payer"], pounds(one["amount_pence"]), HOW_WORDS[one["how"]])
                for one in view["payers"]
            ],
        )


def _show_headroom(view: dict[str, Any]) -> None:
    headroom = view["headroom"]
    under = pounds(headroom["maximum_pence"])
    say(view["arithmetic"]["words"])
    say(f"Under the maximum of {pounds(view['maximum_pence'])}: {under}.")
    for officer in headroom["officers"]:
        if officer["limit_pence"] is not None:
            limit = f"the limit of {officer['name']} ({pounds(officer['limit_pence'])})"
            say(_under(limit, officer["headroom_pence"]))
    budget = headroom["budget"]
    if budget is not None:
        whose = f"the budget of {view['authority']} for {year_words(budget['year'])}"
        left = f"{pounds(budget['left_pence'])} of {pounds(budget['amount_pence'])}"
        after = (
            "" if view["decided"] else f", {pounds(budget['left_after_pence'])} after this grant"
        )
        say(f"Left of {whose}: {left}{after}.")


def _under(limit: str, pence: int) -> str:
    return f"Above {limit}: {pounds(-pence)}." if pence < 0 else f"Under {limit}: {pounds(pence)}."


def _show_charge(view: dict[str, Any]) -> None:
    if view["tenure"] != "owner":
        say("No charge on the property: the client does not own the home.")
    elif view["charge_pence"]:
        charge = pounds(view["charge_pence"])
        say(f"Charge on the property, for 10 years from the certified date: {charge}.")
    else:
        say("No charge on the property: the grant is not above £5,000.00.")


def _show_means_test(view: dict[str, Any]) -> None:
    assessed = view["means_test"]
    if assessed is not None:
        table(
            title=f"The contribution, assessed on {assessed['assessed_on']} by "
            f"{assessed['assessed_by']}",
            columns=("", "Amount £", "How"),
            rows=[
                (line["label"], pounds(line["amount_pence"]), line["how"])
                for line in assessed["lines"]
            ],
        )
    waiver = view["waiver"]
    if waiver is not None:
        say(
            f"The means test is waived under {waiver['rule']} ({waiver['title']}), by "
            f"{waiver['waived_by']} on {waiver['waived_on']}."
        )
    for rule in view["waiver_rules"]:
        if waiver is None and not rule["against"]:
            say(f"The means test may be waived under {rule['rule']} ({rule['title']}).")


@budget_app.command("list")
def list_budgets(
    authority: Annotated[str, typer.Option(help="Only this authority's.")] = "",
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """List budgets: what is committed by approvals, and what is left."""
    with sentences(as_json=as_json), reading() as conn:
        if as_json and as_csv:
            raise InvalidDecisionError("Give --json or --csv, not both.")
        authority = check_authority(conn, code=authority)
        found = budget_list(conn, authority=authority)
    if as_json:
        print_json(found)
        return
    columns = ("amount", "committed", "left", "not_counted")
    if as_csv:
        print_csv(
            ("authority", "financial_year", *(f"{name}_pence" for name in columns)),
            (
                (row["authority"], row["financial_year"], *(row[f"{n}_pence"] for n in columns))
                for row in found
            ),
        )
        return
    table(
        title="Budgets for grants",
        columns=("Authority", "Year", "Budget £", "Committed £", "Left £", "Not counted £"),
        rows=[
            (row["authority"], row["financial_year"], *(pounds(row[f"{n}_pence"]) for n in columns))
            for row in found
        ],
    )
    if any(row["not_counted_pence"] for row in found):
        say("Not counted: grants approved in the year before its budget was recorded.")


@budget_app.command("pools")
def list_pools(as_json: Annotated[bool, Json] = False) -> None:
    """Show pooled budgets: what each authority put in, gave, drew, committed and paid."""
    with sentences(as_json=as_json), reading() as conn:
        found = pools(conn, on=clock.today())
    if as_json:
        print_json(found)
        return
    if not found:
        say("No budgets are pooled.")
    for pool in found:
        table(
            title=f"Pool {pool.pool}, {pool.financial_year}",
            columns=("Authority", *(f"{title} £" for title in _SHARES.values())),
            rows=[
                (one.authority or "together", *(pounds(getattr(one, name)) for name in _SHARES))
                for one in (*pool.shares, pool.together)
            ],
        )
