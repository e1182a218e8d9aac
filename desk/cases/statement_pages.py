"""`/statements`: clients' own statements, to be made a case of or answered."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from desk.web.faults import status_of
from desk.web.forms import Sent, text
from desk.web.numbers import Number
from desk.web.page import Viewer, page
from rules.errors import HandrailError
from rules.people import Actor, check_may_enter
from services.cases.statements import ANSWER_WITHIN, statement_of, statements_waiting
from services.decisions.statements import answer_statement
from services.session import reading, writing

router = APIRouter()


@router.get("/statements")
def listed(request: Request, viewer: Viewer) -> Response:
    """List the statements that wait for an officer, the oldest first."""
    check_may_enter(actor=viewer, authority=min(viewer.authorities, default=""))
    with reading() as conn:
        waiting = statements_waiting(conn, viewer=viewer)
    values = {"waiting": waiting, "late": clock.now() - ANSWER_WITHIN}
    return page(request, "cases/pages/statements.html", values, viewer=viewer)


@router.get("/statements/{number}")
def show(request: Request, viewer: Viewer, number: Number) -> Response:
    """Show one statement, and what may become of it."""
    return _one(request, viewer, number, typed={})


@router.post("/statements/{number}/answer")
def answer(request: Request, viewer: Viewer, number: Number, form: Sent) -> Response:
    """Answer it, and go back to the list."""
    typed = {name: text(form, name) for name in ("words", "why")}
    try:
        with writing() as conn:
            said = {"words": typed["words"], "reason": typed["why"]}
            answer_statement(conn, number=number, **said, by=viewer, now=clock.now())
    except HandrailError as error:
        if status_of(error) == 404:
            raise
        wrong = ("why" if typed["words"] else "words", error.text())
        return _one(request, viewer, number, typed=typed, problems=[wrong])
    return RedirectResponse("/statements", status_code=303)


def _one(
    request: Request,
    viewer: Actor,
    number: int,
    *,
    typed: dict[str, str],
    problems: Sequence[tuple[str, str]] = (),
) -> Response:
    check_may_enter(actor=viewer, authority=min(viewer.authorities, default=""))
    with reading() as conn:
        row = statement_of(conn, number=number, viewer=viewer)
    values = {
        "statement": row,
        "typed": {"words": "", "why": ""} | typed,
        "problems": problems,
        "wrong": dict(problems),
    }
    template, status = "cases/pages/statement.html", 422 if problems else 200
    return page(request, template, values, viewer=viewer, status=status)
