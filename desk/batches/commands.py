"""`handrail batch`: many waiting cases of a lot awarded together, proposed and then decided."""

import time
from decimal import Decimal
from typing import Annotated, Any, Final

import typer

from adapters import clock
from desk.csv_output import Csv, print_csv
from desk.listing import Columns, show_list, show_table
from desk.options import PERCENT, Auditable, By, Legal, Necessary, Proportionate, Reason, plan_of
from desk.output import Json, print_json, say, sentences
from rules.sentences import several
from services.batches.batches import ask, batch_award_of, batch_list, batch_view
from services.decisions.batch_proposals import accept as accept_batch
from services.decisions.batch_proposals import reject as reject_batch
from services.session import acting, reading, writing

app = typer.Typer(no_args_is_help=True, help="Batch awards: propose, list, show, accept, reject.")

LOOK: Final = 0.1  # seconds between looks for the proposal
CASE_COLUMNS: Final = (
    *("reference", "authority", "rule_contractor", "rule_pence", "contractor", "total_pence"),
    *("difference_pence", "explanation"),
)
_CASES: Final[Columns] = {
    "Case": "reference",
    "By rule": lambda case: case["rule_contractor"] or "nobody",
    "Rule £": "rule_pence",
    "By batch": "contractor",
    "Batch £": "total_pence",
    "Why": "explanation",
}
_BATCHES: Final[Columns] = {
    "Batch": "id",
    "Lot": "lot",
    "Status": "status",
    "Cases": "case_count",
    "By rule £": "rule_pence",
    "By batch £": "batch_pence",
    "Asked by": "asked_by",
}
LIST_COLUMNS: Final = ("id", "lot", "status", "case_count", "rule_pence", "batch_pence", "asked_by")

Number = Annotated[int, typer.Argument(metavar="ID", help="The batch award's number.")]


@app.command("propose")
def propose(
    lot: Annotated[str, typer.Argument(metavar="LOT", help="The lot's code.")],
    by: Annotated[str, typer.Option(help="Your e-mail address.")],
    least_share: Annotated[
        Decimal, PERCENT("Least share of the value for each contractor.")
    ] = Decimal(0),
    most_share: Annotated[
        Decimal, PERCENT("Most share of the value for each contractor.")
    ] = Decimal(100),
    wait: Annotated[float, typer.Option(help="Seconds to wait for the proposal.")] = 15.0,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Ask for the cheapest award of a lot's waiting cases within room and fair shares."""
    with sentences(as_json=as_json):
        with writing() as conn:
            actor = acting(conn, identity=by, on=clock.today())
            shares = {"least_percent": least_share, "most_percent": most_share}
            number = ask(conn, lot=lot, actor=actor, **shares, now=clock.now())
        _await(number, seconds=wait)
        with reading() as conn:
            view = batch_view(conn, batch_id=number)
    if as_json:
        print_json(view)
        return
    _show(view)


def _await(number: int, *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with reading() as conn:
            if batch_award_of(conn, batch_id=number).status != "asked":
                return
        time.sleep(LOOK)


@app.command("list")
def list_batches(
    as_json: Annotated[bool, Json] = False, as_csv: Annotated[bool, Csv] = False
) -> None:
    """List batch awards, the newest first."""
    with sentences(as_json=as_json), reading() as conn:
        found = batch_list(conn)
    show_list(
        found,
        title=f"{len(found)} batch awards",
        columns=_BATCHES,
        as_json=as_json,
        csv=LIST_COLUMNS if as_csv else (),
    )


@app.command("show")
def show(
    number: Number, as_json: Annotated[bool, Json] = False, as_csv: Annotated[bool, Csv] = False
) -> None:
    """Show one batch award: what it comes to, and for each case who, at what, and why."""
    with sentences(as_json=as_json), reading() as conn:
        view = batch_view(conn, batch_id=number)
    if as_json:
        print_json(view)
    elif as_csv:
        print_csv(CASE_COLUMNS, [[case[name] for name in CASE_COLUMNS] for case in view["cases"]])
    else:
        _show(view)


def _show(view: dict[str, Any]) -> None:
    say(f"Batch {view['id']} · lot {view['lot']} · {view['status']}")
    if view["status"] == "asked":
        say(
            "It is worked out as soon as Handrail is running (`handrail up`); then "
            f"`handrail batch show {view['id']}` shows it."
        )
        return
    for words in (view["finding"], view["method"]):
        if words:
            say(words)
    if view["decided_by"]:
        say(f"{view['status'].title()} by {view['decided_by']}: {view['reason']}")
    if not view["cases"]:
        return
    show_table(several(view["case_count"], "case"), _CASES, view["cases"])
    if view["status"] == "proposed":
        say(
            f"`handrail batch accept {view['id']}` awards every case as proposed; "
            f"`handrail batch reject {view['id']}` leaves them as they are."
        )


@app.command("accept")
def accept(
    number: Number,
    by: By,
    reason: Reason,
    proportionate: Proportionate = "",
    legal: Legal = "",
    auditable: Auditable = "",
    necessary: Necessary = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Award every case as proposed, each with its own direction; all of them or none."""
    plan = plan_of(
        proportionate=proportionate, legal=legal, auditable=auditable, necessary=necessary
    )
    with sentences(as_json=as_json), writing() as conn:
        receipts = accept_batch(
            conn, batch_id=number, by=by, reason=reason, plan=plan, now=clock.now()
        )
    if as_json:
        print_json({"id": number, "status": "accepted", "cases": receipts})
        return
    one = len(receipts) == 1
    say(
        f"Accepted. {len(receipts)} case{' is' if one else 's are'} awarded as proposed, each with "
        "its own direction; Handrail carries them on."
    )


@app.command("reject")
def reject(number: Number, by: By, reason: Reason, as_json: Annotated[bool, Json] = False) -> None:
    """Turn a batch award down; its cases wait on as they were."""
    with sentences(as_json=as_json), writing() as conn:
        reject_batch(conn, batch_id=number, by=by, reason=reason, now=clock.now())
    if as_json:
        print_json({"id": number, "status": "rejected"})
        return
    say(f"Rejected. The cases of batch {number} wait for their directions as before.")
