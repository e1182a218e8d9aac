"""`/apply/AUTHORITY`: a client states for themselves what they need, without an account.

The answer to the form shows the sum of the contribution that is indicated. It is kept nowhere, so
it is not shown again; sent twice, it is one statement.
"""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request, Response

from adapters import clock
from desk.web.forms import Sent, text
from desk.web.page import page
from desk.web.sessions import address_of, keep_form_seed, real_now
from desk.web.words import capital
from rules.errors import TooManyTriesError
from rules.statements import ASKED, NONE
from services.decisions.statements import Taken, open_page, take_statement
from services.session import reading, writing

router = APIRouter()

_NO_BENEFIT = (NONE, "None of them")
_TOO_MANY = "Several statements came from here lately. Wait a little, or call the council."


@router.get("/apply/{authority}")
def show(request: Request, authority: str) -> Response:
    """Show the form, where the authority takes statements."""
    return _form(request, authority, typed={})


@router.post("/apply/{authority}")
def send(request: Request, authority: str, form: Sent) -> Response:
    """Take the statement, and say what happens next; or show the form again with what is wrong."""
    typed = {column.name: text(form, column.name) for column in ASKED}
    try:
        with writing() as conn:
            found = take_statement(
                conn,
                authority=authority,
                given=typed,
                now=clock.now(),
                sent_from=(address_of(request), real_now()),
            )
    except TooManyTriesError:
        return _form(request, authority, typed=typed, problems=[("", _TOO_MANY)], status=429)
    if not isinstance(found, Taken):
        return _form(request, authority, typed=typed, problems=found, status=422)
    return page(request, "links/pages/statement_taken.html", {"taken": found}, viewer=None)


def _form(
    request: Request,
    authority: str,
    *,
    typed: Mapping[str, str],
    problems: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Response:
    """Show the form with what was typed, and everything wrong with it."""
    with reading() as conn:
        found = open_page(conn, authority=authority, now=clock.now())
    values = {
        "works": [(one.work_type, one.title) for one in found.works.values()],
        "benefits": [*((one, capital(one)) for one in found.terms.passporting), _NO_BENEFIT],
        "council": found.council,
        "typed": {column.name: typed.get(column.name, "") for column in ASKED},
        "problems": problems,
        "wrong": dict(reversed(problems)),
    }
    answer = page(request, "links/pages/statement.html", values, viewer=None, status=status)
    keep_form_seed(request, answer)
    return answer
