"""`/hand-over`: one case or several taken, or handed to somebody else, shown before it is done."""

from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from adapters import clock
from desk.web.faults import status_of
from desk.web.forms import Sent, seen_as, text
from desk.web.page import Viewer, page, words
from rules.errors import ChangedMeanwhileError, HandrailError
from rules.people import MAY_HAND_ON, Actor
from services.cases.officers import check_may_hand_over
from services.decisions.hand_over import (
    MOST,
    Chosen,
    cases_of,
    chosen_cases,
    hand_over_chosen,
    who_may_have,
)
from services.session import Connection, reading, writing

router = APIRouter()

_TEMPLATE: Final = "cases/pages/hand_over.html"


@router.get("/hand-over")
def show(request: Request, viewer: Viewer) -> Response:
    """Show the cases that were chosen, with who has them, and ask who is to have them."""
    check_may_hand_over(viewer)
    given = request.query_params
    with reading() as conn:
        chosen = given.getlist("case") or cases_of(conn, holder=given.get("of", ""), viewer=viewer)
        values = _values(conn, chosen, viewer)
    return page(request, _TEMPLATE, values, viewer=viewer)


@router.post("/hand-over")
def act(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Show what would be other then, or hand the cases over; what was typed is kept."""
    check_may_hand_over(viewer)
    values: dict[str, Any] = {}
    try:
        if _hand_over(viewer, form, values):
            return _done(values["cases"])
    except HandrailError as error:
        if not values:
            raise
        said = " ".join(filter(None, (error.what, error.why)))
        values["problems"] = [("to" if values["typed"]["reason"] else "reason", said)]
        return page(request, _TEMPLATE, values, viewer=viewer, status=status_of(error))
    return page(request, _TEMPLATE, values, viewer=viewer)


def _hand_over(viewer: Actor, form: FormData, values: dict[str, Any]) -> bool:
    """Hand over, or try it and take it back; return whether it is done.

    Args:
        values: Filled with what the page shows.
    """
    references = [one for one in form.getlist("case") if isinstance(one, str)]
    typed = {name: text(form, name) for name in ("to", "reason")}
    record = text(form, "do") == "record"
    with writing() as conn:
        values |= _values(conn, references, viewer) | {"typed": typed}
        if record and text(form, "seen") != values["seen"]:
            return _was_sent_before(values["cases"], typed["to"])
        hand_over_chosen(
            conn,
            references=[one.reference for one in values["cases"]],
            by=viewer.identity,
            now=clock.now(),
            **typed,
        )
        if not record:
            conn.rollback()
            values["to"] = next(one for one in values["people"] if one.identity == typed["to"])
    return record


def _was_sent_before(cases: list[Chosen], to: str) -> bool:
    if all(to in (one.officer, one.assessor) for one in cases):
        return True  # the very same form came twice
    raise ChangedMeanwhileError(
        "Whose these cases are has changed since you opened this form.",
        why="Nothing was handed over. This is how it is now.",
    )


def _done(cases: list[Chosen]) -> Response:
    one = cases[0].reference
    place = f"/cases/{quote(one, safe='')}" if len(cases) == 1 else "/?tab=all"
    return RedirectResponse(place, status_code=303)


def _values(conn: Connection, references: list[str], viewer: Actor) -> dict[str, Any]:
    cases = chosen_cases(conn, references=references, viewer=viewer)
    people = who_may_have(
        conn, authorities={one.authority for one in cases}, viewer=viewer, now=clock.now()
    )
    return {
        "cases": cases,
        "most": MOST,
        "people": people,
        "choices": [("", "Choose one"), *((one.identity, _shown(one)) for one in people)],
        "taking": viewer.role not in MAY_HAND_ON,
        "seen": seen_as([(one.reference, one.officer, one.assessor) for one in cases]),
        "typed": {"to": viewer.identity, "reason": ""},
        "problems": [],
        "to": None,
    }


def _shown(person: Actor) -> str:
    return f"{person.name}, {words(person.role)}"
