"""`/cases/REF/decide/KIND`: a decision's form, what it would do, and what came of it."""

from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from desk.decisions.answers import Sending, ask, ask_again, say_busy, say_changed, show_check
from desk.decisions.papers import PAPER, paper
from desk.web.forms import Sent, text
from desk.web.numbers import Number
from desk.web.page import Viewer
from desk.web.sessions import check_stepped_up
from desk.web.streams import followed
from rules.decisions import BaseDecision
from rules.decisions.sent import Answer, read_sent
from rules.errors import (
    ChangedMeanwhileError,
    DatabaseBusyError,
    HandrailError,
    UnknownReferenceError,
)
from rules.people import Actor
from services.decisions.came_of import came_of_decision
from services.decisions.deciding import record_once
from services.decisions.foresee import Foreseen, foresee
from services.decisions.kinds import KINDS
from services.session import reading, writing

router = APIRouter()

_ADDRESS: Final = "/cases/{reference}/decide/{name}"


@router.get(_ADDRESS)
def show(request: Request, reference: str, name: str, viewer: Viewer) -> Response:
    """Show the form of a decision, or why it may not be taken now."""
    return ask(Sending(request, reference, _kind(name), viewer))


@router.post(_ADDRESS)
def decide(request: Request, reference: str, name: str, viewer: Viewer, form: Sent) -> Response:
    """Show what a decision would do, or record it; what was typed is kept whatever happens."""
    sending, do = Sending(request, reference, _kind(name), viewer, form), text(form, "do")
    answer = read_sent(sending.kind, sending.typed)
    if do == "change" or answer.problems:
        return ask_again(sending, problems=None if do == "change" else answer.problems)
    if do == "record" and sending.kind.moves_money:
        check_stepped_up(request, form)
    try:
        if do == "record":
            return _record(sending, answer)
        seen = _foreseen(sending, answer)
        return paper(seen, do) if do.startswith(PAPER) else show_check(sending, seen, answer)
    except ChangedMeanwhileError as error:
        return say_changed(sending, error)
    except DatabaseBusyError as error:
        return say_busy(sending, error)
    except UnknownReferenceError:
        raise
    except HandrailError as error:
        return ask_again(sending, problems=(("", _sentences(error)),))


@router.get("/cases/{reference}/decided/{number}")
def decided(
    request: Request,
    reference: str,
    number: Number,
    viewer: Viewer,
    again: Annotated[str, Query()] = "",
) -> Response:
    """Show what was recorded, the work that follows until it is over, and what came of it."""
    return followed(
        request,
        "decisions/pages/decided.html",
        lambda who: _came_of(who, reference, number) | {"again": bool(again)},
        viewer=viewer,
        part="decisions/pages/came_of_part.html",
    )


def _came_of(viewer: Actor, reference: str, number: int) -> dict[str, Any]:
    with reading() as conn:
        row, said, came = came_of_decision(
            conn, reference=reference, number=number, viewer=viewer, now=clock.now()
        )
    title = row.kind.replace("-", " ").capitalize()
    return {"row": row, "said": said, "came": came, "title": title, "going": came.work.going}


def _kind(name: str) -> type[BaseDecision]:
    if name not in KINDS or not KINDS[name].command:
        raise UnknownReferenceError(
            "There is no such decision.", next_step="Choose one on the page of the case."
        )
    return KINDS[name]


def _record(sending: Sending, answer: Answer) -> Response:
    (decision,) = answer.decisions
    with writing() as conn:
        number, again = record_once(
            conn,
            reference=sending.reference,
            decision=decision,
            over=sending.over,
            viewer=sending.viewer,
            reason=answer.reason,
            plan=answer.plan,
            now=clock.now(),
        )
    before = "?again=yes" if again else ""
    place = f"/cases/{quote(sending.reference, safe='')}/decided/{number}{before}"
    return RedirectResponse(place, status_code=303)


def _foreseen(sending: Sending, answer: Answer) -> Foreseen:
    (decision,) = answer.decisions
    return foresee(
        reference=sending.reference,
        decision=decision,
        viewer=sending.viewer,
        reason=answer.reason,
        plan=answer.plan,
        now=clock.now(),
    )


def _sentences(error: HandrailError) -> str:
    law = f"({error.section})" if error.section else ""
    return " ".join(filter(None, (error.what, error.why, law)))
