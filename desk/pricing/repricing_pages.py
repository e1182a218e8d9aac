"""`/repricing`: open cases priced again: what it would do first, then how far it is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from adapters import clock
from desk.cases.new_pages import problems_of
from desk.web.faults import status_of
from desk.web.forms import Sent, text
from desk.web.numbers import Number
from desk.web.page import Viewer, page
from desk.web.streams import followed
from rules.errors import HandrailError, NotPermittedError
from rules.people import Actor, check_may_change_many, may_see
from rules.pricing.repricing import Foreseen, Outcome, Selection, in_order, totals_of
from services.cases.choices import choices_for
from services.pricing.preview import preview
from services.pricing.repricings import (
    ask,
    counts_of,
    repriced_cases,
    repricing_of,
    repricings,
    still_to_do,
)
from services.session import reading, writing

router = APIRouter()

_FIELDS: Final = ("authority", "lot", "schedule", "wrong", "right", "reason")
_SHOWN: Final = 200


@router.get("/repricing")
def repricing(request: Request, viewer: Viewer) -> Response:
    """Show every repricing, and the form that asks for one."""
    return _asked(request, viewer, dict.fromkeys(_FIELDS, ""))


@router.post("/repricing")
def act(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Show what a repricing would do to each case, or ask for it."""
    typed = {name: text(form, name) for name in _FIELDS}
    try:
        return _act(request, viewer, form, typed)
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _asked(request, viewer, typed, error=error)


def _act(request: Request, viewer: Actor, form: FormData, typed: Mapping[str, str]) -> Response:
    selection = _selection(typed)
    if text(form, "do") != "record":
        theirs = tuple(sorted(viewer.authorities))
        named = selection if selection.authorities else replace(selection, authorities=theirs)
        check_may_change_many(
            actor=viewer, what="a repricing", authorities=set(selection.authorities)
        )
        with reading() as conn:
            found = in_order(preview(conn, selection=named, now=clock.now()))
        return _asked(request, viewer, typed, found=found)
    with writing() as conn:
        number, _ = ask(
            conn, selection=selection, actor=viewer, reason=typed["reason"], now=clock.now()
        )
    return RedirectResponse(f"/repricing/{number}", status_code=303)


@router.get("/repricing/{number}")
def one(request: Request, viewer: Viewer, number: Number) -> Response:
    """Show how far a repricing is, and what became of each case that the viewer may see."""
    return followed(
        request,
        "pricing/pages/repriced.html",
        lambda who: _became(who, number),
        viewer=viewer,
        part="pricing/pages/repriced_part.html",
    )


def _became(viewer: Actor, number: int) -> dict[str, Any]:
    _check(viewer)
    with reading() as conn:
        row = repricing_of(conn, repricing_id=number)
        going = row.status != "done"
        left = len(still_to_do(conn, row=row)) if going else 0
        counts = counts_of(conn, repricing_id=number)
        told = [
            case
            for case in repriced_cases(conn, repricing_id=number)
            if may_see(viewer, authority=case.authority)
        ]
    return {
        "row": row,
        "going": going,
        "done": sum(counts.values()),
        "all": sum(counts.values()) + left,
        "counts": _counted(counts),
        "told": told[:_SHOWN],
        "more": len(told) - _SHOWN,
    }


def _selection(typed: Mapping[str, str]) -> Selection:
    return Selection(
        authorities=(typed["authority"],) if typed["authority"] else (),
        lot=typed["lot"],
        schedule=typed["schedule"],
        replaced={typed["wrong"]: typed["right"]} if typed["wrong"] or typed["right"] else {},
    )


def _check(viewer: Actor) -> None:
    check_may_change_many(actor=viewer, what="a repricing", authorities=())


def _asked(
    request: Request,
    viewer: Actor,
    typed: Mapping[str, str],
    *,
    found: list[Foreseen] | None = None,
    error: HandrailError | None = None,
) -> Response:
    _check(viewer)
    with reading() as conn:
        past = [(row, _counted(counts_of(conn, repricing_id=row.id))) for row in repricings(conn)]
        authorities = choices_for(conn, actor=viewer).authorities
    problems = problems_of(error) if error else []
    values: dict[str, Any] = {
        "past": past[:_SHOWN],
        "authorities": [("", "Every one of yours"), *authorities],
        "typed": typed,
        "found": None if found is None else [one for one in found if one.outcome != Outcome.LEFT],
        "left": 0 if found is None else sum(one.outcome == Outcome.LEFT for one in found),
        "totals": None if found is None else totals_of(found),
        "most": _SHOWN,
        "problems": problems,
    }
    status = status_of(error) if error else 200
    return page(request, "pricing/pages/repricing.html", values, viewer=viewer, status=status)


def _counted(counts: Mapping[Outcome, int]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
