"""`/people`: who serves, who is away and who stands in; one of them, with their absences."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from desk.web.forms import Sent
from desk.web.page import Viewer, page
from desk.web.sessions import check_stepped_up, real_now
from rules.errors import UnknownReferenceError
from rules.people import MAY_HAND_ON, Actor, Role
from rules.reports.work import SEE_BOARD
from rules.sign_in import browser_words
from services.cases.absences import Away, absences_view, may_record_absence
from services.cases.people import Person, people_view
from services.people import sessions
from services.people.invitations import invite
from services.session import Connection, actor_for, reading, writing

router = APIRouter()

_DONE: Final = {
    "added": "The officer was added.",
    "invited": "An invitation is on its way to their address. It works once, for seven days; "
    "an earlier one ends.",
    "changed": "The change is on record. Every administrator is told of new powers.",
    "signed-out": "Every session was ended.",
    "left": "The last day is on record, and the work was handed on.",
    "absence": "The absence is on record.",
}
"""What was done a moment ago, by the word in the address."""


@router.get("/people")
def people(request: Request, viewer: Viewer) -> Response:
    """List who serves, and who has left where that is asked for."""
    left, today = request.query_params.get("left") == "yes", clock.today()
    with reading() as conn:
        found = [one for one in people_view(conn, today=today) if shares(viewer, one.authorities)]
        values = {
            "people": [one for one in found if left or serves(one)],
            "gone": sum(not serves(one) for one in found),
            "left": left,
            "absences": _absences(conn, viewer, {one.email for one in found}),
            "administers": viewer.role is Role.ADMINISTRATOR,
            "last": _last_sign_ins(conn, viewer),
            "today": today,
        }
    return page(request, "people/pages/people.html", values, viewer=viewer)


@router.get("/people/{email}")
def person(request: Request, viewer: Viewer, email: str) -> Response:
    """Show one of them: what they may, their absences, and to administrators their sessions."""
    with reading() as conn:
        one = person_of(conn, email=email, viewer=viewer)
        administers = viewer.role is Role.ADMINISTRATOR
        values = {
            "one": one,
            "serves": serves(one),
            "absences": _absences(conn, viewer, {one.email}),
            "covers": [
                away
                for away in absences_view(conn, today=clock.today())
                if away.covered_by == one.email
            ],
            "may_send_away": may_record_absence(
                actor=viewer, of=actor_for(conn, identity=one.email)
            ),
            "administers": administers,
            "gives": viewer.role in MAY_HAND_ON,
            "last": _last_sign_ins(conn, viewer),
            "sessions": _sessions(conn, one.email) if administers else [],
            "done": _DONE.get(request.query_params.get("done", ""), ""),
        }
    return page(request, "people/pages/person.html", values, viewer=viewer)


@router.post("/people/{email}/invite")
def invite_again(request: Request, viewer: Viewer, email: str, form: Sent) -> Response:
    """Send somebody a link to choose a password; an earlier one ends."""
    check_stepped_up(request, form)
    with writing() as conn:
        one = person_of(conn, email=email, viewer=viewer)
        invite(conn, by=viewer, email=one.email, now=real_now())
    return done(one.email, "invited")


@router.post("/people/{email}/sign-out")
def sign_out(viewer: Viewer, email: str, form: Sent) -> Response:
    """End every session of somebody at once."""
    del form
    with writing() as conn:
        one = person_of(conn, email=email, viewer=viewer)
        sessions.sign_out(conn, by=viewer, email=one.email, now=real_now())
    return done(one.email, "signed-out")


# ---- what the pages about people share


def done(email: str, what: str) -> Response:
    """Go to somebody's page, which says what was done."""
    return RedirectResponse(f"/people/{quote(email, safe='@')}?done={what}", status_code=303)


def person_of(conn: Connection, *, email: str, viewer: Actor) -> Person:
    """Return somebody whom the viewer may see.

    Raises:
        UnknownReferenceError: There is nobody of that address, or they serve other authorities.
    """
    for one in people_view(conn, today=clock.today()):
        if one.email == email and shares(viewer, one.authorities):
            return one
    raise UnknownReferenceError(
        "There is nobody of that address among those you may see.",
        next_step="The list of people shows who there is.",
    )


def shares(viewer: Actor, authorities: tuple[str, ...]) -> bool:
    """Say whether somebody serves an authority that the viewer serves too."""
    return not (viewer.authorities and authorities) or bool(viewer.authorities & {*authorities})


def serves(one: Person) -> bool:
    """Say whether somebody still serves today."""
    return one.last_day is None or one.last_day >= clock.today()


def colleagues(conn: Connection, one: Person) -> list[tuple[str, str]]:
    """Return who has the same role and serves, with the authorities that they serve."""
    return [
        (who.email, f"{who.name}, {', '.join(who.authorities) or 'every authority'}")
        for who in people_view(conn, today=clock.today())
        if who.role == one.role and who.email != one.email and serves(who)
    ]


def _absences(conn: Connection, viewer: Actor, whose: set[str]) -> list[tuple[Away, bool]]:
    """Return the absences of some people, each with whether the viewer may change it."""
    found = (one for one in absences_view(conn, today=clock.today()) if one.officer in whose)
    return [
        (one, may_record_absence(actor=viewer, of=actor_for(conn, identity=one.officer)))
        for one in found
    ]


def _last_sign_ins(conn: Connection, viewer: Actor) -> dict[str, datetime] | None:
    """Return when each signed in last; None where the viewer is not to know."""
    return sessions.last_sign_ins(conn) if viewer.role in SEE_BOARD else None


def _sessions(conn: Connection, email: str) -> list[dict[str, Any]]:
    return [
        {
            "browser": browser_words(row.agent),
            "address": row.address,
            "begun_at": row.begun_at,
            "seen_at": row.seen_at,
        }
        for row in sessions.live_sessions(conn, email=email, now=real_now())
    ]
