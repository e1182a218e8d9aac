"""`/people/EMAIL/leave`: an officer switched off, with their work handed on."""

from datetime import date, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from adapters import clock
from desk.cases.new_pages import problems_of
from desk.people.list_pages import colleagues, done, person_of
from desk.web.faults import status_of
from desk.web.forms import Sent, text
from desk.web.page import Viewer, page
from desk.web.sessions import check_stepped_up
from rules.errors import HandrailError, InvalidDecisionError, NotPermittedError
from rules.people import Actor, check_administers
from rules.typed import read_day
from services.cases.absences import absences_view
from services.decisions.leave import leave, work_of
from services.session import actor_for, reading, writing

router = APIRouter()

_FIELDS: Final = ("when", "last_day", "to", "reason")


@router.get("/people/{email}/leave")
def show(request: Request, viewer: Viewer, email: str) -> Response:
    """Show what somebody would leave behind, and ask who has it then."""
    check_administers(actor=viewer, what="that an officer leaves")
    return _form(request, viewer, email, typed=dict.fromkeys(_FIELDS, ""))


@router.post("/people/{email}/leave")
def act(request: Request, viewer: Viewer, email: str, form: Sent) -> Response:
    """Record somebody's last day, hand their work on, and sign them out where it is over."""
    check_administers(actor=viewer, what="that an officer leaves")
    check_stepped_up(request, form)
    typed = {name: text(form, name) for name in _FIELDS}
    try:
        with writing() as conn:
            one = person_of(conn, email=email, viewer=viewer)
            leave(
                conn,
                officer=one.email,
                last_day=_last_day(typed),
                to=typed["to"],
                by=viewer,
                reason=typed["reason"],
                now=clock.now(),
            )
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _form(request, viewer, email, typed=typed, error=error)
    return done(one.email, "left")


def _last_day(typed: dict[str, str]) -> date:
    if typed["when"] == "now":
        return clock.today() - timedelta(days=1)
    try:
        return read_day(typed["last_day"])
    except ValueError as error:
        raise InvalidDecisionError(
            str(error) if typed["last_day"] else "Say when their last day is."
        ) from error


def _form(
    request: Request,
    viewer: Actor,
    email: str,
    *,
    typed: dict[str, str],
    error: HandrailError | None = None,
) -> Response:
    with reading() as conn:
        one = person_of(conn, email=email, viewer=viewer)
        person, today = actor_for(conn, identity=one.email), clock.today()
        work = work_of(conn, person=person, last_day=today, today=today)
        covered = {away.number for away in work.covers}
        values: dict[str, Any] = {
            "one": one,
            "work": work,
            "covers": [a for a in absences_view(conn, today=today) if a.number in covered],
            "choices": [("", "Nobody"), *colleagues(conn, one)],
            "typed": typed,
            "problems": problems_of(error) if error else [],
        }
    status = status_of(error) if error else 200
    return page(request, "people/pages/leave.html", values, viewer=viewer, status=status)
