"""`handrail case competition`: who was invited and answered; once opened, how they compare."""

from functools import partial
from typing import Annotated, Any

import typer

from adapters import clock
from desk.listing import Columns, show_table
from desk.output import Json, print_json, say, sentences, table
from rules.competitions.evaluation import weights_in_words
from services.competitions.views import competition_view
from services.session import reading

app = typer.Typer()

_STATUS = {
    "open": "quotes are taken, sealed",
    "opened": "opened, to be awarded",
    "awarded": "awarded",
    "cancelled": "cancelled",
}
_ANSWER = {
    "sealed": "quoted, sealed",
    "opened": "quoted, opened",
    "late": "late, not considered",
    "withdrawn": "withdrawn",
    "declined": "declines to quote",
}


@app.command("competition")
def competition(
    reference: Annotated[str, typer.Argument(metavar="REF", help="The case reference.")],
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Show a mini-competition: invited, deadline, answers; prices only once they are opened."""
    with sentences(as_json=as_json), reading() as conn:
        view = competition_view(conn, reference=reference, today=clock.today())
    if as_json:
        print_json(view)
        return
    say(f"{reference} · lot {view['lot']} · {_STATUS[view['status']]}")
    say(f"Quotes by {view['deadline_words']}.")
    for sentence in weights_in_words(
        price_weight=view["price_weight"], quality_weights=view["quality_weights"]
    ):
        say(sentence)
    if view["direction"]:
        say(view["direction"])
    _show_answers(view)
    if view["evaluation"]:
        _show_evaluation(view)


def _show_answers(view: dict[str, Any]) -> None:
    table(
        title="Contractors of the lot",
        columns=("Contractor", "Name", "Answer", "When (UTC)", "Recorded by"),
        rows=[
            row
            for contractor in view["contractors"]
            for row in _answers(contractor, over=view["status"] != "open")
        ],
    )


def _answers(contractor: dict[str, Any], *, over: bool) -> list[tuple[str, ...]]:
    who = (contractor["contractor"], contractor["name"])
    if not contractor["invited"]:
        return [(*who, f"not invited: {'; '.join(contractor['why_not'])}", "", "")]
    if not contractor["answers"]:
        return [(*who, "did not answer" if over else "no answer yet", "", "")]
    return [
        (*who, _ANSWER[said["status"]], said["received_at"], said["recorded_by"])
        for said in contractor["answers"]
    ]


def _show_evaluation(view: dict[str, Any]) -> None:
    columns: Columns = {
        "Place": "place",
        "Contractor": "contractor",
        "Net £": "net_pence",
        "With VAT £": "total_pence",
        "Price score": "price_score",
        **{f"{name} /100": partial(_mark, name) for name in sorted(view["quality_weights"])},
        "Points": "points",
        "": lambda row: "awarded" if row["awarded"] else "",
    }
    title = "Quotes compared · for the file, never for another contractor"
    show_table(title, columns, view["evaluation"])


def _mark(criterion: str, row: dict[str, Any]) -> str:
    return str(row["marks"].get(criterion, "to be marked"))
