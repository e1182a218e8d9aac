"""`/retention`: what closed cases need no longer, looked at, held back, decided."""

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from desk.web.faults import status_of
from desk.web.forms import Sent, text
from desk.web.numbers import Number
from desk.web.page import Viewer, page
from desk.web.sessions import check_stepped_up
from rules.errors import HandrailError, InvalidDecisionError, NotPermittedError
from rules.people import Actor
from services.personal.erase import decide_erasure
from services.personal.holds import Ground, hold_back, holds, lift_hold
from services.personal.proposals import proposal_view, proposals
from services.session import Connection, reading, writing

router = APIRouter()

GROUNDS: Final = (
    (Ground.COMPLAINT, "A complaint"),
    (Ground.OMBUDSMAN, "The Ombudsman"),
    (Ground.CLAIM, "A legal claim"),
    (Ground.REPAYMENT, "Money to be recovered"),
    (Ground.OTHER, "Something else"),
)
_LIST: Final = "personal/pages/retention.html"
_ONE: Final = "personal/pages/proposal.html"
_NOTHING: Final = {"reference": "", "ground": "", "reason": "", "of": ""}


@router.get("/retention")
def retention(request: Request, viewer: Viewer) -> Response:
    """List proposals, and the cases that are held back."""
    return _list(request, viewer)


def _list(
    request: Request,
    viewer: Actor,
    *,
    typed: dict[str, str] | None = None,
    error: HandrailError | None = None,
) -> Response:
    with reading() as conn:
        values = {
            "proposals": proposals(conn, viewer=viewer),
            "holds": holds(conn, viewer=viewer),
            "grounds": GROUNDS,
            "typed": _NOTHING | (typed or {}),
            "problems": _problems(error),
        }
    status = status_of(error) if error else 200
    return page(request, _LIST, values, viewer=viewer, status=status)


def _problems(error: HandrailError | None) -> list[tuple[str, str]]:
    return [("", " ".join(filter(None, (error.what, error.why))))] if error else []


@router.post("/retention/holds")
def hold(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Hold a case back."""
    typed = {name: text(form, name) for name in ("reference", "ground", "reason")} | {"of": "hold"}

    def record(conn: Connection) -> None:
        hold_back(
            conn,
            reference=typed["reference"],
            ground=_ground(typed["ground"]),
            reason=typed["reason"],
            by=viewer,
            now=clock.now(),
        )

    return _held(request, viewer, typed, record)


def _ground(typed: str) -> Ground:
    if typed not in set(Ground):
        raise InvalidDecisionError("Say what the case is held back for.")
    return Ground(typed)


@router.post("/retention/holds/lift")
def lift(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Lift a hold."""
    typed = {name: text(form, name) for name in ("reference", "reason")}

    def record(conn: Connection) -> None:
        lift_hold(
            conn, reference=typed["reference"], reason=typed["reason"], by=viewer, now=clock.now()
        )

    return _held(request, viewer, typed | {"of": typed["reference"]}, record)


def _held(
    request: Request, viewer: Actor, typed: dict[str, str], record: Callable[[Connection], None]
) -> Response:
    try:
        with writing() as conn:
            record(conn)
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _list(request, viewer, typed=typed, error=error)
    return RedirectResponse("/retention", status_code=303)


@router.get("/retention/{number}")
def proposal(request: Request, number: Number, viewer: Viewer) -> Response:
    """Show one proposal: what would go, what stays and why; then what became of each case."""
    return _one(request, number, viewer)


def _one(
    request: Request,
    number: int,
    viewer: Actor,
    *,
    reason: str = "",
    error: HandrailError | None = None,
) -> Response:
    with reading() as conn:
        view: dict[str, Any] = proposal_view(conn, number=number, viewer=viewer)
    values = {"proposal": view, "reason": reason, "problems": _problems(error)}
    status = status_of(error) if error else 200
    return page(request, _ONE, values, viewer=viewer, status=status)


@router.post("/retention/{number}")
def decide(request: Request, number: Number, viewer: Viewer, form: Sent) -> Response:
    """Accept a proposal, after the password again, or reject it."""
    accept, reason = text(form, "do") == "accept", text(form, "reason")
    if accept:
        check_stepped_up(request, form)
    try:
        with writing() as conn:
            decide_erasure(
                conn, number=number, accept=accept, by=viewer, reason=reason, now=clock.now()
            )
    except NotPermittedError:
        raise
    except HandrailError as error:
        return _one(request, number, viewer, reason=reason, error=error)
    return RedirectResponse(f"/retention/{number}", status_code=303)
