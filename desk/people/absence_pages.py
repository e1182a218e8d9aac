"""`/people/EMAIL/away`, `/absences/NUMBER`: an absence recorded with who covers, and ended."""

from datetime import date
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from adapters import clock
from desk.people.list_pages import colleagues, done, person_of
from desk.web.faults import status_of
from desk.web.forms import Sent, text
from desk.web.numbers import Number
from desk.web.page import Viewer, page
from rules.errors import HandrailError, UnknownReferenceError
from rules.people import Actor, check_may_record_absence
from rules.sentences import without_commands
from rules.typed import read_day
from services.cases.absences import Away, absence_view, end_absence, record_absence
from services.session import Connection, actor_for, reading, writing

router = APIRouter()

_FIELDS: Final = ("covered_by", "first_day", "last_day", "reason")
_Problems = list[tuple[str, str]]


@router.get("/people/{email}/away")
def show(request: Request, viewer: Viewer, email: str) -> Response:
    """Show the form of an absence: one's own, or of somebody one manages."""
    return _away(request, viewer, email, typed=dict.fromkeys(_FIELDS, ""))


@router.post("/people/{email}/away")
def away(request: Request, viewer: Viewer, email: str, form: Sent) -> Response:
    """Record that somebody is away, and who stands in."""
    typed = {name: text(form, name) for name in _FIELDS}
    first_day, last_day = _day(typed, "first_day"), _day(typed, "last_day")
    problems = [one for one in (first_day, last_day) if isinstance(one, tuple)]
    if isinstance(first_day, tuple) or isinstance(last_day, tuple):
        return _away(request, viewer, email, typed=typed, problems=problems, status=422)
    try:
        with writing() as conn:
            one = person_of(conn, email=email, viewer=viewer)
            record_absence(
                conn,
                officer=one.email,
                covered_by=typed["covered_by"],
                first_day=first_day,
                last_day=last_day,
                by=viewer.identity,
                reason=typed["reason"],
                now=clock.now(),
            )
    except HandrailError as error:
        field = "covered_by" if isinstance(error, UnknownReferenceError) else ""
        status = 422 if field else status_of(error)
        told = [(field, _said(error))]
        return _away(request, viewer, email, typed=typed, problems=told, status=status)
    return done(one.email, "absence")


@router.get("/absences/{number}")
def show_one(request: Request, viewer: Viewer, number: Number) -> Response:
    """Show an absence, and ask for its last day, or that it does not count."""
    return _one(request, viewer, number, typed={"last_day": "", "reason": ""})


@router.post("/absences/{number}")
def end(request: Request, viewer: Viewer, number: Number, form: Sent) -> Response:
    """End an absence on another day, or take it back where they were not away at all."""
    typed = {name: text(form, name) for name in ("last_day", "reason")}
    last_day = None if text(form, "do") == "withdraw" else _day(typed, "last_day")
    if isinstance(last_day, tuple):
        return _one(request, viewer, number, typed=typed, problems=[last_day], status=422)
    try:
        with writing() as conn:
            found = _held(conn, viewer, number)
            end_absence(
                conn,
                number=number,
                last_day=last_day,
                by=viewer.identity,
                reason=typed["reason"],
                now=clock.now(),
            )
    except UnknownReferenceError:
        raise
    except HandrailError as error:
        told = [("", _said(error))]
        return _one(request, viewer, number, typed=typed, problems=told, status=status_of(error))
    return done(found.officer, "absence")


def _day(typed: dict[str, str], name: str) -> date | tuple[str, str]:
    """Return the day that was typed, or what is wrong with it beside its field."""
    try:
        return read_day(typed[name])
    except ValueError as error:
        return name, str(error) if typed[name] else "Give a date, day first: 30/04/2026."


def _said(error: HandrailError) -> str:
    return without_commands(" ".join(filter(None, (error.what, error.why, error.next_step))))


def _held(conn: Connection, viewer: Actor, number: int) -> Away:
    found = absence_view(conn, number=number) if 0 < number < 2**31 else None
    if found is None:
        raise UnknownReferenceError(
            "There is no such absence.", next_step="The list of people shows those that stand."
        )
    person_of(conn, email=found.officer, viewer=viewer)
    return found


def _away(
    request: Request,
    viewer: Actor,
    email: str,
    *,
    typed: dict[str, str],
    problems: _Problems | None = None,
    status: int = 200,
) -> Response:
    with reading() as conn:
        one = person_of(conn, email=email, viewer=viewer)
        check_may_record_absence(actor=viewer, of=actor_for(conn, identity=one.email))
        choices = [("", "Choose one"), *colleagues(conn, one)]
    values: dict[str, Any] = {
        "one": one,
        "choices": choices,
        "typed": typed,
        "problems": problems or [],
        "wrong": dict(problems or []),
    }
    return page(request, "people/pages/away.html", values, viewer=viewer, status=status)


def _one(
    request: Request,
    viewer: Actor,
    number: int,
    *,
    typed: dict[str, str],
    problems: _Problems | None = None,
    status: int = 200,
) -> Response:
    with reading() as conn:
        found = _held(conn, viewer, number)
        check_may_record_absence(actor=viewer, of=actor_for(conn, identity=found.officer))
    values = {
        "away": found,
        "typed": typed,
        "problems": problems or [],
        "wrong": dict(problems or []),
    }
    return page(request, "people/pages/absence.html", values, viewer=viewer, status=status)
