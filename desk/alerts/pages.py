"""`/alerts`: what is late, nearly due or lapses; one of them with its arithmetic; answering it."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from adapters import clock
from desk.web.faults import status_of
from desk.web.forms import Sent, text
from desk.web.page import Viewer, page
from rules.alerts.alert_words import HEADINGS, Level
from rules.alerts.alerts import may_not_handle, serves
from rules.errors import (
    HandrailError,
    InvalidDecisionError,
    NotPermittedError,
    UnknownReferenceError,
)
from rules.people import Actor
from rules.reports.work import SEE_LISTS, check_may_see
from rules.typed import read_day, whole_or
from services.alerts.chosen import Wanted
from services.alerts.handling import Answer, Answered, acknowledge, snooze, unsnooze
from services.alerts.view import Shown, alert_view, alerts_view
from services.session import Connection, reading, writing

router = APIRouter()

_A_PAGE: Final = 50
_LISTS: Final = {"mine": "Mine", "all": "All"}


@router.get("/alerts")
def alerts(request: Request, viewer: Viewer) -> HTMLResponse:
    """List the alerts that stand, the worst first: those somebody is told of, or all of theirs."""
    check_may_see(actor=viewer, roles=SEE_LISTS, what="alerts")
    given = request.query_params
    chosen = given.get("list") if given.get("list") in _LISTS else "mine"
    level = next((one for one in Level if one.value == given.get("level")), None)
    wanted = Wanted(
        person=viewer.identity if chosen == "mine" else "",
        level=level,
        everything=given.get("snoozed") == "yes",
        authorities=viewer.authorities,
    )
    number = max(1, whole_or(given.get("page", "1"), 1))
    with reading() as conn:
        found, number, pages = _page(conn, wanted, number)
    address = {
        "list": chosen,
        "level": level.value if level else "",
        "snoozed": given.get("snoozed", ""),
    }
    values = {
        "found": found.alerts,
        "total": found.total,
        "snoozed": found.snoozed,
        "lists": _LISTS,
        "chosen": chosen,
        "level": level.value if level else "",
        "levels": [("", "Any"), *((one.value, words) for one, words in HEADINGS.items())],
        "number": number,
        "pages": pages,
        "link": lambda **changed: (
            f"/alerts?{urlencode({k: v for k, v in (address | changed).items() if v})}"
        ),
    }
    return page(request, "alerts/pages/alerts.html", values, viewer=viewer)


def _page(conn: Connection, wanted: Wanted, number: int) -> tuple[Shown, int, int]:
    """Return a page of a list, which one it is, past the last the last, and how many there are."""
    asked = partial(alerts_view, conn, wanted=wanted, today=clock.today(), limit=_A_PAGE)
    found = asked(offset=(number - 1) * _A_PAGE)
    pages = max(1, -(-found.total // _A_PAGE))
    if number > pages:
        return asked(offset=(pages - 1) * _A_PAGE), pages, pages
    return found, number, pages


@router.get("/alerts/{number}")
def alert(request: Request, viewer: Viewer, number: str) -> HTMLResponse:
    """Show one alert: how its date was reached, who holds it, what was said, who was told."""
    with reading() as conn:
        values = _one(conn, viewer, number)
    return page(request, "alerts/pages/alert.html", values, viewer=viewer)


@router.post("/alerts/{number}/acknowledge")
def acknowledged(request: Request, viewer: Viewer, number: str, form: Sent) -> Response:
    """Say that somebody knows, and has it in hand."""
    return _answer(request, viewer, number, form=_typed(form, "acknowledge"), record=acknowledge)


@router.post("/alerts/{number}/snooze")
def snoozed(request: Request, viewer: Viewer, number: str, form: Sent) -> Response:
    """Put an alert off until a day."""
    typed = _typed(form, "snooze")
    try:
        until = read_day(typed["until"])
    except ValueError as wrong:
        told = str(wrong) if typed["until"] else "Give the first day on which it is to be back."
        error = InvalidDecisionError(told)
        return _again(request, viewer, number, form=typed, error=error, field="until")
    record = partial(snooze, until=until)
    return _answer(request, viewer, number, form=typed, record=record)


@router.post("/alerts/{number}/bring-back")
def brought_back(request: Request, viewer: Viewer, number: str, form: Sent) -> Response:
    """Bring back an alert that was put off."""
    return _answer(request, viewer, number, form=_typed(form, "bring-back"), record=unsnooze)


def _typed(form: Any, which: str) -> dict[str, str]:
    return {"which": which, "reason": text(form, "reason"), "until": text(form, "until")}


def _answer(
    request: Request,
    viewer: Actor,
    number: str,
    *,
    form: dict[str, str],
    record: Callable[[Connection, Answer], Answered],
) -> Response:
    try:
        with writing() as conn:
            _one(conn, viewer, number)
            record(conn, Answer(viewer.identity, form["reason"], clock.now(), (int(number),)))
    except UnknownReferenceError:
        raise
    except HandrailError as error:
        return _again(request, viewer, number, form=form, error=error, field="reason")
    return RedirectResponse(f"/alerts/{number}", status_code=303)


def _again(
    request: Request,
    viewer: Actor,
    number: str,
    *,
    form: dict[str, str],
    error: HandrailError,
    field: str,
) -> HTMLResponse:
    """Show the page again with what is wrong, and what was typed kept."""
    with reading() as conn:
        values = _one(conn, viewer, number)
    where = "" if isinstance(error, NotPermittedError) else f"{form['which']}-{field}"
    said = " ".join(filter(None, (error.what, error.why)))
    values |= {"typed": form, "problems": [(where, said)]}
    return page(request, "alerts/pages/alert.html", values, viewer=viewer, status=status_of(error))


def _one(conn: Connection, viewer: Actor, number: str) -> dict[str, Any]:
    """Return what one alert's page shows.

    Raises:
        UnknownReferenceError: There is no such alert, or it is of an authority not the viewer's.
    """
    check_may_see(actor=viewer, roles=SEE_LISTS, what="alerts")
    nowhere = UnknownReferenceError(
        "There is no such alert.", next_step="The list of alerts shows those that stand."
    )
    found = None
    if (at := whole_or(number, None)) is not None:
        try:
            found = alert_view(conn, number=at, today=clock.today())
        except UnknownReferenceError:
            raise nowhere from None
    if found is None or not serves(viewer, found["authority"]):
        raise nowhere
    until = found["snoozed_until"]
    return {
        "alert": found,
        "put_off": until is not None and clock.today() < until,
        "may_not": may_not_handle(viewer, authority=found["authority"]),
        "typed": {"which": "", "reason": "", "until": ""},
        "problems": [],
    }
