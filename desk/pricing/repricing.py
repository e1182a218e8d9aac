"""`handrail reprice`: open cases priced again: a preview first, then an explicit act.

The preview changes nothing. `apply` keeps the request; one run carries it out, case by case.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Final

import typer

from adapters import clock
from desk.csv_output import Csv, print_csv
from desk.options import By, Reason
from desk.output import Json, print_json, say, sentences, table
from rules.clocks.dates import instant
from rules.errors import InvalidDecisionError
from rules.money import pounds
from rules.pricing.repricing import Foreseen, Outcome, Selection, in_order, totals_of
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
from services.session import AnyRow, actor_for, reading, writing

app = typer.Typer(
    no_args_is_help=True,
    help="Price open cases again: after a new schedule, other terms, or a wrong code.",
)

COLUMNS: Final = (
    "case",
    "authority",
    "outcome",
    "contractor_before",
    "contractor_after",
    "before_pence",
    "after_pence",
    "difference_pence",
    "difference_percent",
    "passes",
    "why",
)

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
        rows = [_flat(_plain(case)) for case in found]
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
            actor=actor_for(conn, identity=by),
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
    if as_json:
        print_json(found)
        return
    table(
        title=f"{len(found)} repricings",
        columns=("Repricing", "Status", "Asked by", "When (UTC)", "Reason", "Cases so far"),
        rows=[
            (
                one["repricing"],
                one["status"],
                one["asked_by"],
                one["asked_at"],
                one["reason"],
                _counted(one["counts"]),
            )
            for one in found
        ],
    )


@app.command("show")
def show(number: Number, as_json: Annotated[bool, Json] = False) -> None:
    """Show who asked for a repricing and why, and what became of each case so far."""
    with sentences(as_json=as_json), reading() as conn:
        row = repricing_of(conn, repricing_id=number)
        cases = repriced_cases(conn, repricing_id=number)
        counts = counts_of(conn, repricing_id=number)
        run = run_of_request(conn, key=run_key(number))
    if as_json:
        told = [_told(case) for case in cases]
        print_json(_head(row) | {"counts": counts, "run": run, "cases": told})
        return
    standing = "done" if row.status == "done" else "asked for, and not done yet"
    say(f"Repricing {number} is {standing}. {row.asked_by} asked on {row.asked_at:%-d %B %Y}.")
    say(f"Reason: {row.reason}")
    for old, new in sorted(row.replaced_codes.items()):
        say(f"Code {old} is put right to {new}.")
    table(
        title=_counted(counts) or "No case so far",
        columns=("Case", "Outcome", "Before £", "After £", "Particulars"),
        rows=[
            (
                case.reference,
                case.outcome,
                _money(case.before_pence),
                _money(case.after_pence),
                case.detail,
            )
            for case in cases
        ],
    )


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
        table(
            title=f"{_count(len(priced))} would be priced again",
            columns=("Case", "Before £", "After £", "Difference £", "%", "Contractor", "Passes"),
            rows=[_cells(case) for case in priced],
        )
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


def _cells(case: Foreseen) -> tuple[str, ...]:
    before, after = case.before, case.after
    firms = [cost.contractor for cost in (before, after) if cost is not None and cost.contractor]
    percent = case.difference_percent
    return (
        case.reference,
        _money(before.total_pence if before else None),
        _money(after.total_pence if after else None),
        "—" if case.difference_pence is None else _signed(case.difference_pence),
        "—" if percent is None else f"{percent:+}",
        " → ".join(dict.fromkeys(firms)),
        "; ".join(case.passes),
    )


def _plain(case: Foreseen) -> dict[str, Any]:
    return {
        "case": case.reference,
        "authority": case.authority,
        "outcome": case.outcome,
        "before": case.before,
        "after": case.after,
        "difference_pence": case.difference_pence,
        "difference_percent": _text(case.difference_percent),
        "passes": case.passes,
        "why": case.why,
    }


def _flat(plain: dict[str, Any]) -> dict[str, Any]:
    flat = dict(plain) | {"passes": "; ".join(plain["passes"])}
    for when in ("before", "after"):
        cost = plain[when]
        flat[f"contractor_{when}"] = cost.contractor if cost else None
        flat[f"{when}_pence"] = cost.total_pence if cost else None
    return flat


def _totals(found: list[Foreseen]) -> dict[str, Any]:
    totals = totals_of(found)
    return {
        "counts": totals.counts,
        "before_pence": totals.before_pence,
        "after_pence": totals.after_pence,
        "difference_pence": totals.difference_pence,
        "passing_a_limit": totals.passing,
    }


def _head(row: AnyRow) -> dict[str, Any]:
    return {
        "repricing": row.id,
        "status": row.status,
        "asked_by": row.asked_by,
        "asked_at": instant(row.asked_at),
        "done_at": instant(row.done_at) if row.done_at else None,
        "reason": row.reason,
        "selection": row.selection,
        "replaced_codes": row.replaced_codes,
    }


def _told(case: AnyRow) -> dict[str, Any]:
    return {
        "case": case.reference,
        "authority": case.authority,
        "outcome": case.outcome,
        "before_pence": case.before_pence,
        "after_pence": case.after_pence,
        "particulars": case.detail,
    }


def _counted(counts: Any) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)


def _count(number: int) -> str:
    return f"{number} case{'' if number == 1 else 's'}"


def _money(pence: int | None) -> str:
    return "—" if pence is None else pounds(pence)


def _signed(pence: int) -> str:
    return f"{'+' if pence > 0 else ''}{pounds(pence)}"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
