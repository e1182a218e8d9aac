"""`handrail retention`: what closed cases need no longer, proposed, decided, held back."""

from typing import Annotated, Any, Final

import typer

from adapters import clock
from desk.listing import Columns, show_list, show_table
from desk.options import Reason
from desk.output import Json, answer, print_json, say, sentences
from rules.sentences import several
from services.personal.erase import decide_erasure
from services.personal.holds import Ground, hold_back, holds, lift_hold
from services.personal.proposals import proposal_view, proposals, propose_erasures
from services.session import acting, reading, writing

app = typer.Typer(
    no_args_is_help=True, help="Retention: propose, list, show, accept, reject, hold, lift, holds."
)

Number = Annotated[int, typer.Argument(metavar="ID", help="The proposal's number.")]
Manager = Annotated[str, typer.Option("--by", help="A manager's or administrator's address.")]
CaseRef = Annotated[str, typer.Argument(metavar="CASE", help="The case's reference.")]

_LIST: Final[Columns] = {
    "Proposal": "id",
    "Authority": "authority",
    "Status": "status",
    "Cases": "cases",
    "Proposed": lambda row: f"{row['proposed_at']:%-d %B %Y}",
    "Decided by": "decided_by",
}
_CASES: Final[Columns] = {
    "Case": "reference",
    "Closed": "closed_on",
    "Goes, or went": lambda case: "\n".join(case["going"]),
    "Stays": lambda case: "\n".join(case["staying"]),
    "Became": lambda case: " ".join(filter(None, (case["outcome"], case["detail"], case["held"]))),
}
_HOLDS: Final[Columns] = {
    "Case": "reference",
    "Ground": "ground",
    "Reason": "reason",
    "By": "placed_by",
    "Since": lambda hold: f"{hold['placed_at']:%-d %B %Y}",
}


@app.command("propose")
def propose(as_json: Annotated[bool, Json] = False) -> None:
    """Propose what closed cases need no longer, as the daily run does; nothing is erased."""
    with sentences(as_json=as_json):
        found = propose_erasures()
    words = f"{several(found.proposals, 'proposal')} made, over {several(found.cases, 'case')}."
    answer(found, words, as_json=as_json)


@app.command("list")
def list_proposals(by: Manager, as_json: Annotated[bool, Json] = False) -> None:
    """List the proposals of your authorities, the newest first."""
    with sentences(as_json=as_json), reading() as conn:
        viewer = acting(conn, identity=by, on=clock.today())
        found = [dict(row._mapping) for row in proposals(conn, viewer=viewer)]
    show_list(
        found,
        title=several(len(found), "proposal"),
        columns=_LIST,
        as_json=as_json,
        empty="Nothing has been proposed.",
    )


@app.command("show")
def show(number: Number, by: Manager, as_json: Annotated[bool, Json] = False) -> None:
    """Show a proposal: its cases, what would go, what stays and why; then what became of each."""
    with sentences(as_json=as_json), reading() as conn:
        viewer = acting(conn, identity=by, on=clock.today())
        view = proposal_view(conn, number=number, viewer=viewer)
    if as_json:
        print_json(view)
        return
    say(f"Retention proposal {number} · {view['authority']} · {view['status']}")
    if view["decided_by"]:
        say(f"{view['decided_by']}: {view['reason']}")
    show_table(several(view["case_count"], "case"), _CASES, view["cases"])


@app.command("accept")
def accept(
    number: Number, by: Manager, reason: Reason, as_json: Annotated[bool, Json] = False
) -> None:
    """Have erased what a proposal says; cases that are held back keep everything."""
    _decide(number, by, reason, as_json=as_json, accepted=True)


@app.command("reject")
def reject(
    number: Number, by: Manager, reason: Reason, as_json: Annotated[bool, Json] = False
) -> None:
    """Turn a proposal down; the next run proposes anew."""
    _decide(number, by, reason, as_json=as_json, accepted=False)


def _decide(number: int, by: str, reason: str, *, as_json: bool, accepted: bool) -> None:
    with sentences(as_json=as_json), writing() as conn:
        actor = acting(conn, identity=by, on=clock.today())
        decide_erasure(
            conn, number=number, accept=accepted, by=actor, reason=reason, now=clock.now()
        )
    words = (
        f"Accepted. It is erased as soon as Handrail runs; `handrail retention show {number}` "
        "says what became of each case."
        if accepted
        else "Rejected. Nothing is erased."
    )
    status = "decided" if accepted else "rejected"
    answer({"id": number, "status": status}, words, as_json=as_json)


@app.command("hold")
def hold(
    reference: CaseRef,
    ground: Annotated[Ground, typer.Option(help="What it is held back for.")],
    by: Manager,
    reason: Reason,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Let nothing of a case be erased until the hold is lifted."""
    with sentences(as_json=as_json), writing() as conn:
        actor = acting(conn, identity=by, on=clock.today())
        held = hold_back(
            conn, reference=reference, ground=ground, reason=reason, by=actor, now=clock.now()
        )
    answer({"reference": held}, f"Nothing of {held} is erased from now on.", as_json=as_json)


@app.command("lift")
def lift(
    reference: CaseRef, by: Manager, reason: Reason, as_json: Annotated[bool, Json] = False
) -> None:
    """Lift a hold; the next run proposes the case as it does the others."""
    with sentences(as_json=as_json), writing() as conn:
        actor = acting(conn, identity=by, on=clock.today())
        freed = lift_hold(conn, reference=reference, reason=reason, by=actor, now=clock.now())
    answer({"reference": freed}, f"{freed} is not held back any more.", as_json=as_json)


@app.command("holds")
def list_holds(by: Manager, as_json: Annotated[bool, Json] = False) -> None:
    """List the cases of your authorities that are held back."""
    with sentences(as_json=as_json), reading() as conn:
        found: list[dict[str, Any]] = holds(
            conn, viewer=acting(conn, identity=by, on=clock.today())
        )
    show_list(
        found,
        title=f"{several(len(found), 'case')} held back",
        columns=_HOLDS,
        as_json=as_json,
        empty="No case is held back.",
    )
