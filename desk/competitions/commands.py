"""`handrail case competition`: who was invited and answered; once opened, how they compare."""

from typing import Annotated, Any

import typer

from adapters import clock
from desk.output import Json, print_json, say, sentences, table
from rules.competitions.evaluation import weights_in_words
from rules.money import pounds
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
    criteria = sorted(view["quality_weights"])
    table(
        title="Quotes compared · for the file, never for another contractor",
        columns=(
            *("Place", "Contractor", "Net £", "With VAT £", "Price score"),
            *(f"{name} /100" for name in criteria),
            *("Points", ""),
        ),
        rows=[
            (
                row["place"] or "",
                row["contractor"],
                pounds(row["net_pence"]),
                pounds(row["total_pence"]),
                row["price_score"] or "",
                *(row["marks"].get(name, "to be marked") for name in criteria),
                row["points"] or "",
                "awarded" if row["awarded"] else "",
            )
            for row in view["evaluation"]
        ],
    )
