"""`/calendar`: bank holidays and closures of a year, working-day sums, a day closed or opened."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from adapters.bank_holidays import bank_holidays
from desk.cases.new_pages import problems_of
from desk.clocks.workdays import closed_shown, not_counted, title_checked
from desk.web.faults import status_of
from desk.web.forms import Sent, text
from desk.web.page import Viewer, page
from rules.clocks.workdays import added, counted
from rules.errors import (
    HandrailError,
    InvalidDecisionError,
    NotPermittedError,
    UnknownReferenceError,
)
from rules.people import Actor, check_may_close_days
from rules.typed import read_day, whole_or
from services.cases.choices import choices_for
from services.cases.clocks.calendar import calendar_for, closed_days
from services.clocks.closures import close_day, open_day
from services.session import Connection, check_authority, reading, writing

router = APIRouter()

_SUM: Final = ("from", "days", "until")
_WHOLE: Final = re.compile(r"-?[0-9]{1,6}")
_MOST: Final = 5_000  # working days that are added at once


@router.get("/calendar")
def calendar(request: Request, viewer: Viewer) -> Response:
    """Show the closed days of a year, and a sum of working days where one is asked for."""
    return _shown(request, viewer, request.query_params)


@router.post("/calendar/close")
def close(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Close a day for an authority or for all; the dates that count over it move."""
    typed = {name: text(form, name) for name in ("day", "title", "authority")}
    try:
        with writing() as conn:
            day = _day(typed["day"])
            authority = check_authority(conn, code=typed["authority"])
            found = close_day(
                conn,
                day=day,
                title=title_checked(day, typed["title"], authority),
                authority=authority,
                actor=viewer,
                now=clock.now(),
            )
            if found.idle:
                raise InvalidDecisionError(f"{found.idle}.", why="Nothing was changed.")
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _shown(request, viewer, {}, typed=typed, error=error)
    return _done("closed", day, authority, found.moved)


@router.get("/calendar/open")
def show_open(request: Request, viewer: Viewer) -> Response:
    """Ask why a closed day is to be opened again."""
    given = request.query_params
    typed = {name: given.get(name, "") for name in ("day", "authority")} | {
        "reason": "",
        "moved": "",
    }
    return _opening(request, viewer, typed)


@router.post("/calendar/open")
def open_again(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Open a day that was closed; a bank holiday only where it is said that it was moved."""
    typed = {name: text(form, name) for name in ("day", "authority", "reason", "moved")}
    try:
        with writing() as conn:
            day, authority = _day(typed["day"]), check_authority(conn, code=typed["authority"])
            found = open_day(
                conn,
                day=day,
                authority=authority,
                bank_holidays=_proclaimed(day.year),
                moved=bool(typed["moved"]),
                actor=viewer,
                reason=typed["reason"],
                now=clock.now(),
            )
    except (NotPermittedError, UnknownReferenceError):
        raise
    except HandrailError as error:
        return _opening(request, viewer, typed, error=error)
    return _done("opened", day, authority, found.moved)


def _day(typed: str) -> date:
    try:
        return read_day(typed)
    except ValueError as error:
        told = str(error) if typed else "Give the day, day first: 24/12/2026."
        raise InvalidDecisionError(told) from error


def _done(what: str, day: date, authority: str, moved: int) -> Response:
    said = {"year": day.year, "authority": authority, "done": what, "moved": moved}
    return RedirectResponse(f"/calendar?{urlencode(said)}", status_code=303)


def _opening(
    request: Request, viewer: Actor, typed: Mapping[str, str], error: HandrailError | None = None
) -> Response:
    day, authority = _day(typed["day"]), typed["authority"]
    check_may_close_days(actor=viewer, authority=authority)
    with reading() as conn:
        held = closed_days(conn, authority=authority, first=day, last=day)
    found = next((one for one in held if one.authority == authority), None)
    if found is None:
        raise UnknownReferenceError(
            "That day is not closed.", next_step="The calendar shows the days that are."
        )
    values: dict[str, Any] = {
        "day": closed_shown(found, _proclaimed(day.year)),
        "typed": typed,
        "problems": problems_of(error) if error else [],
    }
    status = status_of(error) if error else 200
    return page(request, "clocks/pages/open.html", values, viewer=viewer, status=status)


def _shown(
    request: Request,
    viewer: Actor,
    given: Mapping[str, str],
    *,
    typed: Mapping[str, str] | None = None,
    error: HandrailError | None = None,
) -> Response:
    asked = {name: given.get(name, "").strip() for name in _SUM}
    year = given.get("year", "")
    this_year = clock.today().year
    chosen = whole_or(year[:4], this_year)
    chosen = max(chosen, 1)
    problems = problems_of(error) if error else []
    with reading() as conn:
        choices = choices_for(conn, actor=viewer).authorities
        authority = given.get("authority", "")
        authority = authority if authority in dict(choices) else ""
        values: dict[str, Any] = _year(conn, chosen, authority)
        try:
            values["sum"] = _sum(conn, asked, authority) if asked["from"] else None
        except HandrailError as wrong:
            values["sum"] = None
            problems = [("from", sentence) for _, sentence in problems_of(wrong)]
    values |= {
        "authority": authority,
        "choices": [("", "Every authority"), *choices],
        "asked": asked,
        "typed": typed or {"day": "", "title": "", "authority": authority},
        "problems": problems,
        "closers": _closers(viewer, choices),
        "done": given.get("done", ""),
        "moved": given.get("moved", ""),
    }
    status = status_of(error) if error else 200
    return page(request, "clocks/pages/calendar.html", values, viewer=viewer, status=status)


def _year(conn: Connection, year: int, authority: str) -> dict[str, Any]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    try:
        working = calendar_for(conn, authority=authority).open_within(first, last)
    except HandrailError as error:
        return {"year": year, "working": None, "days": [], "unknown": error.what}
    rows = closed_days(conn, authority=authority, first=first, last=last)
    return {
        "year": year,
        "working": working,
        "days": [closed_shown(one, _proclaimed(year)) for one in rows],
        "unknown": "",
    }


def _sum(conn: Connection, asked: Mapping[str, str], authority: str) -> dict[str, Any]:
    """Return a sum of working days: so many added to a day, or counted from one to another."""
    calendar, start = calendar_for(conn, authority=authority), _day(asked["from"])
    if asked["until"]:
        found = counted(calendar, start=start, end=_day(asked["until"]))
    else:
        days = asked["days"]
        if not _WHOLE.fullmatch(days) or abs(int(days)) > _MOST:
            raise InvalidDecisionError(
                f"Give a whole number of working days, at most {_MOST:,}, or the day to count to."
            )
        found = added(calendar, start=start, working_days=int(days))
    closed = [(row.day, row.title) for row in not_counted(conn, found, authority)]
    words = found.sentence(to_end=bool(asked["until"]))
    return {"end": found.end, "days": found.working_days, "words": words, "closed": closed}


@lru_cache
def _proclaimed(year: int) -> dict[date, str]:
    return dict(bank_holidays(first_year=year, last_year=year))


def _closers(viewer: Actor, choices: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Return for whom the viewer may close a day; for nobody where their role may not."""
    found = []
    for code, name in (("", "Every authority"), *choices):
        try:
            check_may_close_days(actor=viewer, authority=code)
        except NotPermittedError:
            continue
        found.append((code, name))
    return found
