"""`/people/new` and `/people/EMAIL/change`: officers and their powers, as an import of their row.

The password is asked for again: it gives powers. New ones are told to every administrator.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from adapters import clock
from desk.cases.new_pages import problems_of
from desk.people.list_pages import done, person_of
from desk.web.faults import status_of
from desk.web.forms import Sent, check_as_seen, seen_as, text
from desk.web.page import Viewer, page, words
from desk.web.sessions import check_stepped_up, real_now
from desk.web.words import capital
from rules.errors import (
    ChangedMeanwhileError,
    HandrailError,
    InvalidDecisionError,
    NotPermittedError,
    UnknownReferenceError,
)
from rules.imports.columns import ROLES
from rules.people import Actor, check_administers
from services.cases.choices import choices_for
from services.cases.people import Person
from services.imports.correct import correct
from services.people.invitations import invite
from services.session import reading, take_turn, writing

router = APIRouter()

_FIELDS: Final = ("email", "name", "role", "approval_limit", "last_day", "reason", "invite")
_BLANK: Final[dict[str, Any]] = dict.fromkeys(_FIELDS, "") | {"authorities": [], "invite": "yes"}


@router.get("/people/new")
def new(request: Request, viewer: Viewer) -> Response:
    """Show the form of a new officer."""
    check_administers(actor=viewer, what="an officer")
    return _form(request, viewer, typed=_BLANK)


@router.post("/people/new")
def add(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Add an officer and, where it is ticked, invite them to sign in."""
    check_administers(actor=viewer, what="an officer")
    check_stepped_up(request, form)
    typed = _typed(form)
    try:
        with writing() as conn:
            report = correct(conn, **_as_row(typed, viewer))
            if not report.added:
                raise InvalidDecisionError(f"There is an officer {typed['email']} already.")
            if typed["invite"]:
                invite(conn, by=viewer, email=typed["email"], now=real_now())
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _form(request, viewer, typed=typed, error=error)
    return done(typed["email"].lower(), "added")


@router.get("/people/{email}/change")
def show(request: Request, viewer: Viewer, email: str) -> Response:
    """Show an officer's name, role, limit and authorities in a form."""
    check_administers(actor=viewer, what="an officer")
    with reading() as conn:
        one = person_of(conn, email=email, viewer=viewer)
    return _form(request, viewer, typed=_as_held(one), one=one)


@router.post("/people/{email}/change")
def change(request: Request, viewer: Viewer, email: str, form: Sent) -> Response:
    """Change an officer; another role ends their sessions at once."""
    check_administers(actor=viewer, what="an officer")
    check_stepped_up(request, form)
    with reading() as conn:
        one = person_of(conn, email=email, viewer=viewer)
    typed = _typed(form) | {"email": one.email}
    try:
        with writing() as conn:
            take_turn(conn)
            check_as_seen(form, _as_held(person_of(conn, email=email, viewer=viewer)))
            before = one.authorities or ("",)
            correct(conn, **_as_row(typed, viewer, before=before))
    except (NotPermittedError, UnknownReferenceError):
        raise
    except HandrailError as error:
        if isinstance(error, ChangedMeanwhileError):
            with reading() as conn:
                one = person_of(conn, email=email, viewer=viewer)
        return _form(request, viewer, typed=typed, one=one, error=error)
    return done(one.email, "changed")


def _typed(form: FormData) -> dict[str, Any]:
    chosen = [one for one in form.getlist("authorities") if isinstance(one, str)]
    return {**{name: text(form, name) for name in _FIELDS}, "authorities": chosen}


def _as_held(one: Person) -> dict[str, Any]:
    limit = one.approval_limit_pence
    return {
        **_BLANK,
        "email": one.email,
        "name": one.name,
        "role": one.role,
        "authorities": list(one.authorities),
        "approval_limit": "" if limit is None else f"{Decimal(limit).scaleb(-2):.2f}",
        "last_day": f"{one.last_day:%d/%m/%Y}" if one.last_day else "",
    }


def _as_row(typed: dict[str, Any], viewer: Actor, *, before: Sequence[str] = ()) -> dict[str, Any]:
    """Return what is to be corrected: the row of an import, and whose it is before and then."""
    names = ("email", "name", "role", "approval_limit", "last_day")
    record = {name: typed[name] for name in names}
    return {
        "kind": "officers",
        "records": [record | {"authorities": ";".join(typed["authorities"])}],
        "authorities": [*before, *(typed["authorities"] or [""])],
        "actor": viewer,
        "reason": typed["reason"],
        "now": clock.now(),
    }


def _form(
    request: Request,
    viewer: Actor,
    *,
    typed: dict[str, Any],
    one: Person | None = None,
    error: HandrailError | None = None,
) -> Response:
    with reading() as conn:
        choices = choices_for(conn, actor=viewer)
    problems = problems_of(error) if error else []
    values = {
        "one": one,
        "seen": seen_as(_as_held(one)) if one else "",
        "typed": typed,
        "problems": problems,
        "wrong": {field: sentence for field, sentence in reversed(problems) if field},
        "authorities": choices.authorities,
        "roles": [("", "Choose one"), *((role, capital(words(role))) for role in ROLES)],
    }
    status = status_of(error) if error else 200
    return page(request, "people/pages/officer.html", values, viewer=viewer, status=status)
