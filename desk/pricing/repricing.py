"""`handrail reprice`: open cases priced again: a preview first, then an explicit act.

The preview changes nothing. `apply` keeps the request; one run carries it out, case by case.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

import typer

from adapters import clock
from desk.csv_output import Csv, print_csv
from desk.listing import Columns, show_list, show_table
from desk.options import By, Reason
from desk.output import Json, print_json, say, sentences
from rules.errors import InvalidDecisionError
from rules.money import pounds
from rules.plain import shown
from rules.pricing.repricing import Cost, Foreseen, Outcome, Selection, in_order, totals_of
from rules.sentences import several
from services.cases.runs import run_of_request
from services.pricing.preview import preview as foresee
from services.pricing.repricings import (
    ask,
    counts_of,
    repriced_cases,
    repricing_of,
    repricings,
    run_key,
)
from services.session import AnyRow, acting, reading, writing

app = typer.Typer(
    no_args_is_help=True,
    help="Price open cases again: after a new schedule, other terms, or a wrong code.",
)

COLUMNS: Final = (
    *("case", "authority", "outcome", "contractor_before", "contractor_after"),
    *("before_pence", "after_pence", "difference_pence", "difference_percent"),
    *("passes", "why"),
)


def _money(pence: int | None) -> str:
    return "—" if pence is None else pounds(pence)


def _signed(pence: int) -> str:
    return f"{'+' if pence > 0 else ''}{pounds(pence)}"


def _firms(case: Foreseen) -> str:
    """Return the contractor, or both where another comes first."""
    costs = (case.before, case.after)
    return " → ".join(dict.fromkeys(cost.contractor for cost in costs if cost and cost.contractor))


def _counted(counts: Mapping[Outcome, int]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)


_REPRICED: Final[Columns] = {
    "Case": "reference",
    "Before £": lambda case: _money(_total(case.before)),
    "After £": lambda case: _money(_total(case.after)),
    "Difference £": lambda case: (
        "—" if case.difference_pence is None else _signed(case.difference_pence)
    ),
    "%": lambda case: "—" if case.difference_percent is None else f"{case.difference_percent:+}",
    "Contractor": _firms,
    "Passes": lambda case: "; ".join(case.passes),
}
_REPRICINGS: Final[Columns] = {
    "Repricing": "repricing",
    "Status": "status",
    "Asked by": "asked_by",
    "When (UTC)": "asked_at",
    "Reason": "reason",
    "Cases so far": lambda one: _counted(one["counts"]),
}
_TOLD: Final[Columns] = {
    "Case": "reference",
    "Outcome": "outcome",
    "Before £": lambda case: _money(case.before_pence),
    "After £": lambda case: _money(case.after_pence),
    "Particulars": "detail",
}

Authority = Annotated[str, typer.Option(help="Only cases of this authority.")]
Lot = Annotated[str, typer.Option(help="Only cases whose works this lot covers.")]
Schedule = Annotated[str, typer.Option(help="Only cases with a line of this schedule.")]
Cases = Annotated[list[str] | None, typer.Option("--case", metavar="REF", help="Only these cases.")]
Replace = Annotated[
    list[str] | None,
    typer.Option(metavar="OLD=NEW", help="A wrong code and the right one; only cases with it."),
]
Number = Annotated[int, typer.Argument(metavar="ID", help="The repricing's number.")]


@app.command("preview")
def preview(
    authority: Authority = "",
    lot: Lot = "",
    schedule: Schedule = "",
    cases: Cases = None,
    replace: Replace = None,
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """Show what a repricing would do to each open case: before, after, and limits it would pass."""
    with sentences(as_json=as_json), reading() as conn:
        selection = _selection(authority, lot, schedule, cases or (), replace or ())
        found = in_order(foresee(conn, selection=selection, now=clock.now()))
    if as_json:
        print_json({"cases": [_plain(case) for case in found], "totals": _totals(found)})
    elif as_csv:
        rows = map(_flat, found)
        print_csv(columns=COLUMNS, rows=[[row[name] for name in COLUMNS] for row in rows])
    else:
        _show(found)


@app.command("apply")
def apply(
    by: By,
    reason: Reason,
    authority: Authority = "",
    lot: Lot = "",
    schedule: Schedule = "",
    cases: Cases = None,
    replace: Replace = None,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Have open cases priced again, in one run; the options are those of the preview."""
    with sentences(as_json=as_json), writing() as conn:
        selection = _selection(authority, lot, schedule, cases or (), replace or ())
        repricing_id, found = ask(
            conn,
            selection=selection,
            actor=acting(conn, identity=by, on=clock.today()),
            reason=reason,
            now=clock.now(),
        )
    left = sum(bool(one.left) for one in found)
    if as_json:
        print_json({"repricing": repricing_id, "cases": len(found) - left, "left": left})
        return
    say(
        f"Repricing {repricing_id} is asked for: {_count(len(found) - left)} to be priced again, "
        f"{left} left as they are."
    )
    say(f"It runs as soon as Handrail does; `handrail reprice show {repricing_id}` says how far.")


@app.command("list")
def list_repricings(as_json: Annotated[bool, Json] = False) -> None:
    """List every repricing, the newest first."""
    with sentences(as_json=as_json), reading() as conn:
        found = [
            _head(row) | {"counts": counts_of(conn, repricing_id=row.id)}
            for row in repricings(conn)
        ]
    title = f"{len(found)} repricings"
    show_list(found, title=title, columns=_REPRICINGS, as_json=as_json)


@app.command("show")
def show(number: Number, as_json: Annotated[bool, Json] = False) -> None:
    """Show who asked for a repricing and why, and what became of each case so far."""
    with sentences(as_json=as_json), reading() as conn:
        row = repricing_of(conn, repricing_id=number)
        cases = repriced_cases(conn, repricing_id=number)
        counts = counts_of(conn, repricing_id=number)
        run = run_of_request(conn, key=run_key(number))
    if as_json:
        told = [
            {"case": case.reference}
            | shown(case, "authority", "outcome", "before_pence", "after_pence")
            | {"particulars": case.detail}
            for case in cases
        ]
        print_json(_head(row) | {"counts": counts, "run": run, "cases": told})
        return
    standing = "done" if row.status == "done" else "asked for, and not done yet"
    say(f"Repricing {number} is {standing}. {row.asked_by} asked on {row.asked_at:%-d %B %Y}.")
    say(f"Reason: {row.reason}")
    for old, new in sorted(row.replaced_codes.items()):
        say(f"Code {old} is put right to {new}.")
    show_table(_counted(counts) or "No case so far", _TOLD, cases)


# ---- reading the options -------------------------------------------------------------------------


def _selection(
    authority: str, lot: str, schedule: str, cases: Iterable[str], replace: Iterable[str]
) -> Selection:
    replaced: dict[str, str] = {}
    for entry in replace:
        old, separator, new = (part.strip() for part in entry.partition("="))
        if not separator or replaced.get(old, new) != new:
            raise InvalidDecisionError(
                f"“{entry}” cannot be replaced.",
                next_step="Give each wrong code once, as --replace OLD=NEW.",
            )
        replaced[old] = new
    return Selection(
        authorities=(authority,) if authority else (),
        lot=lot,
        schedule=schedule,
        cases=tuple(dict.fromkeys(cases)),
        replaced=replaced,
    )


# ---- showing what is foreseen --------------------------------------------------------------------


def _show(found: list[Foreseen]) -> None:
    priced = [case for case in found if case.outcome is Outcome.REPRICED]
    if priced:
        show_table(f"{_count(len(priced))} would be priced again", _REPRICED, priced)
    for case in found:
        if case.outcome is Outcome.TROUBLE:
            say(f"{case.reference} cannot be priced again: {case.why}")
    for why, count in Counter(case.why for case in found if case.outcome is Outcome.LEFT).items():
        say(f"{_count(count)} left: {why}.")
    totals = totals_of(found)
    say(f"{_count(totals.counts[Outcome.UNCHANGED])} would not change.")
    if totals.passing:
        say(f"{_count(totals.passing)} would pass a limit.")
    say(
        f"In all {pounds(totals.before_pence)} before, {pounds(totals.after_pence)} after: "
        f"{_signed(totals.difference_pence)}. Nothing was changed."
    )


def _total(cost: Cost | None) -> int | None:
    return cost.total_pence if cost else None


def _plain(case: Foreseen) -> dict[str, Any]:
    percent = case.difference_percent
    return {
        "case": case.reference,
        **{name: getattr(case, name) for name in ("authority", "outcome", "before", "after")},
        "difference_pence": case.difference_pence,
        "difference_percent": None if percent is None else str(percent),
        "passes": case.passes,
        "why": case.why,
    }


def _flat(case: Foreseen) -> dict[str, Any]:
    flat = _plain(case) | {"passes": "; ".join(case.passes)}
    for when in ("before", "after"):
        cost = flat[when]
        flat[f"contractor_{when}"] = cost.contractor if cost else None
        flat[f"{when}_pence"] = _total(cost)
    return flat


def _totals(found: list[Foreseen]) -> dict[str, Any]:
    totals = totals_of(found)
    names = ("counts", "before_pence", "after_pence", "difference_pence")
    return shown(totals, *names) | {"passing_a_limit": totals.passing}


def _head(row: AnyRow) -> dict[str, Any]:
    names = ("status", "asked_by", "asked_at", "done_at", "reason", "selection", "replaced_codes")
    return {"repricing": row.id} | shown(row, *names)


def _count(number: int) -> str:
    return several(number, "case")
