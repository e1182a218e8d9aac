"""A page: whoever is signed in asks for it, and one environment of templates draws it."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.wording import instant_words, printable
from desk.web.words import FILTERS, plainly
from rules.errors import NotSignedInError
from rules.money import pounds
from rules.paying import SEE_PAYMENTS
from rules.people import MAY_ENTER, STAFF, Actor
from rules.reports.work import SEE_BOARD
from rules.sentences import several

_ALL: Final = STAFF
_PAGES: Final = (
    ("/", "My work", _ALL),
    ("/cases/new", "Open a case", MAY_ENTER),
    ("/alerts", "Alerts", _ALL),
    ("/board", "Board", SEE_BOARD),
    ("/payments", "Payments", SEE_PAYMENTS),
    ("/runs", "Runs", _ALL),
    ("/people", "People", _ALL),
    ("/registers", "Registers", _ALL),
)


def navigation(viewer: Actor) -> tuple[tuple[str, str], ...]:
    """Return the address and the name of each page that this person may go to."""
    return tuple((address, name) for address, name, roles in _PAGES if viewer.role in roles)


class SecondFactorDueError(Exception):
    """Somebody has yet to set up the authenticator app that is asked of their role."""


def known_viewer(request: Request) -> Actor:
    """Return whoever is signed in, also where something is still to be done before they may go on.

    Raises:
        NotSignedInError: Nobody is; the desk answers with the page that asks for it.
    """
    viewer = getattr(request.state, "viewer", None)
    if not isinstance(viewer, Actor):
        raise NotSignedInError(
            "Nobody is signed in here.", next_step="Sign in; the page you asked for opens then."
        )
    return viewer


def signed_in(request: Request, viewer: Annotated[Actor, Depends(known_viewer)]) -> Actor:
    """Return whoever is signed in and may go on.

    Raises:
        SecondFactorDueError: They have an app to set up first; the desk answers with that page.
    """
    if getattr(request.state, "second_factor_due", False):
        raise SecondFactorDueError
    return viewer


Viewer = Annotated[Actor, Depends(signed_in)]
KnownViewer = Annotated[Actor, Depends(known_viewer)]


TEMPLATES: Final = Path(__file__).parents[2] / "templates"


def day_words(day: date | str | None) -> str:
    """Return a day as ``11 September 2026``; nothing for None. ISO text is read."""
    if not day:
        return ""
    read = date.fromisoformat(day[:10]) if isinstance(day, str) else day
    return f"{read:%-d %B %Y}"


def pounds_shown(pence: int | None) -> str:
    """Return a sum as ``£1,990.00``; a dash where there is none."""
    return "–" if pence is None else pounds(pence)


def words(code: object) -> str:
    """Return a word of ours as people read it: ``level_access_shower`` without its underscores."""
    return str(code or "").replace("_", " ").replace("-", " ")


def _shown(value: object) -> object:
    """Return what a template prints: text of others made safe to show, marked text as it is."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the environment that draws pages: everything escaped, nothing undefined."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters |= {
        "day": day_words,
        "instant": instant_words,
        "pounds": pounds_shown,
        "words": words,
        "query": urlencode,
    }
    made.filters |= FILTERS
    made.globals |= {"plainly": plainly}
    made.globals |= {"several": several, "navigation": navigation}
    return made


def page(
    request: Request,
    template: str,
    values: Mapping[str, Any],
    *,
    viewer: Actor | None,
    status: int = 200,
) -> HTMLResponse:
    """Return a page drawn from a template.

    Args:
        request: What asked for it.
        template: Its file under ``templates``, such as ``cases/pages/case.html``.
        values: What it shows.
        viewer: Who is signed in; None on the pages before sign-in.
        status: HTTP's status.
    """
    return HTMLResponse(drawn(request, template, values, viewer=viewer), status_code=status)


def drawn(
    request: Request, template: str, values: Mapping[str, Any], *, viewer: Actor | None
) -> str:
    """Return a page, or a part of one, as text."""
    shown = {"viewer": viewer, "path": request.url.path, "csrf": csrf_of(request), **values}
    return environment().get_template(template).render(shown)


def csrf_of(request: Request) -> str:
    """Return the token that a form of this request's session has to send back."""
    return str(getattr(request.state, "csrf", ""))
