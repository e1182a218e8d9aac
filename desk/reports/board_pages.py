"""`/board`: cases by step, late by holder, in and out, who left, outcomes; limits; the forecast."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from adapters import clock
from desk.web.page import Viewer, page
from rules.errors import UnknownReferenceError
from rules.people import Actor
from rules.reports.statutory_board import HEADINGS, Entry, Matter, Section, sections
from rules.reports.work import SEE_BOARD, check_may_see
from rules.typed import whole_or
from services.reports.board import board
from services.reports.forecast import forecast_list
from services.reports.overview import Figure, overview
from services.reports.work_list import authorities_of
from services.session import Connection, reading

router = APIRouter()

_A_PAGE: Final = 50
_FORECAST: Final = 30
_BARS: Final = 10
_COLUMN: Final = 50  # of the chart of months, for each month

_Shown = tuple[str, int, str]


@router.get("/board")
def cases(request: Request, viewer: Viewer, authority: str = "") -> HTMLResponse:
    """Show how all cases stand, each figure with the list that it counts."""
    with reading() as conn:
        values = _frame(conn, viewer, authority)
        found = overview(conn, viewer=viewer, today=clock.today(), authority=authority)
    months = [(one.month.words, _shown(one.opened), _shown(one.ended)) for one in found.months]
    return page(
        request,
        "reports/pages/board.html",
        values
        | {
            "open": _shown(found.open),
            "steps": _all_shown(found.steps),
            "late": _all_shown(found.late),
            "months": months,
            "peak": max(max(opened[1], ended[1]) for _, opened, ended in months),
            "left": {month: at * _COLUMN for at, (month, *_) in enumerate(months)},
            "stages": _all_shown(found.stages),
            "ways": _all_shown(found.ways),
            "percent_left": found.percent_left,
            "signed_off": found.signed_off,
            "outcomes": [(one.domain, _all_shown(one.figures)) for one in found.outcomes],
            "foreseeable": found.foreseeable,
        },
        viewer=viewer,
    )


@router.get("/board/statutory")
def statutory(
    request: Request, viewer: Viewer, authority: str = "", matter: str = ""
) -> HTMLResponse:
    """Show what lapses: how many of each matter, and the lines of one."""
    with reading() as conn:
        values = _frame(conn, viewer, authority)
        parts = _sections(conn, viewer, authority)
    chosen = next((part for part in parts if part.matter == matter), None)
    figures = [(one.title, len(one.entries), _matter(one.matter, authority)) for one in parts]
    values |= {
        "sections": [(one, _matter(one.matter, authority)) for one in parts],
        "figures": figures,
        "chosen": chosen,
    }
    if chosen is not None:
        values |= _lines(chosen, request.query_params.get("page", ""), authority)
    return page(request, "reports/pages/statutory.html", values, viewer=viewer)


@router.get("/board/forecast")
def forecast(request: Request, viewer: Viewer, authority: str = "") -> HTMLResponse:
    """Show the running clocks that are likeliest to be late."""
    with reading() as conn:
        values = _frame(conn, viewer, authority)
        found = forecast_list(
            conn,
            today=clock.today(),
            authority=authority,
            authorities=viewer.authorities,
            limit=_FORECAST,
        )
    figures = [
        (f"{one.case}: {one.title}", round(100 * one.chance), f"/cases/{quote(one.case, safe='')}")
        for one in found.clocks[:_BARS]
    ]
    values |= {"found": found, "figures": figures}
    return page(request, "reports/pages/forecast.html", values, viewer=viewer)


def _frame(conn: Connection, viewer: Actor, authority: str) -> dict[str, Any]:
    """Return what every part of the board has, for whoever may see it.

    Raises:
        NotPermittedError: It is not for their role.
        UnknownReferenceError: There is no such authority, or it is not theirs.
    """
    check_may_see(actor=viewer, roles=SEE_BOARD, what="the board")
    theirs = authorities_of(conn, viewer)
    if authority and authority not in dict(theirs):
        raise UnknownReferenceError(
            "There is no such authority, or it is not yours.",
            next_step="Choose one of those on the board.",
        )
    every = "All of yours" if viewer.authorities else "All"
    return {"authority": authority, "authorities": [("", every), *theirs]}


def _sections(conn: Connection, viewer: Actor, authority: str) -> tuple[Section, ...]:
    """Return the statutory board of one authority, or of all that are the viewer's."""
    today = clock.today()
    if authority or not viewer.authorities:
        return board(conn, at=today, today=today, authority=authority).sections
    boards = (board(conn, at=today, today=today, authority=one) for one in viewer.authorities)
    found = {entry: None for one in boards for part in one.sections for entry in part.entries}
    return sections({_of_nobody(entry): None for entry in found})


def _of_nobody(entry: Entry) -> Entry:
    """Return a line that is on the board of several authorities as one that is no single one's."""
    case = HEADINGS[entry.matter].subject == "Case"
    return entry if case else replace(entry, authority="")


def _lines(chosen: Section, typed: str, authority: str) -> dict[str, Any]:
    """Return one page of the lines of a matter."""
    pages = max(1, -(-len(chosen.entries) // _A_PAGE))
    number = whole_or(typed, 1)
    number = min(max(1, number), pages)
    return {
        "entries": chosen.entries[(number - 1) * _A_PAGE : number * _A_PAGE],
        "empty": HEADINGS[chosen.matter].empty,
        "subject": HEADINGS[chosen.matter].subject,
        "number": number,
        "pages": pages,
        "page_address": lambda page: _matter(chosen.matter, authority, page=page),
    }


def _matter(matter: Matter, authority: str, **more: Any) -> str:
    chosen = {"matter": matter.value, **({"authority": authority} if authority else {}), **more}
    return f"/board/statutory?{urlencode(chosen)}#list"


def _shown(figure: Figure) -> _Shown:
    return figure.label, figure.count, f"/?{urlencode(figure.chosen)}"


def _all_shown(figures: Iterable[Figure]) -> list[_Shown]:
    return [_shown(one) for one in figures]
