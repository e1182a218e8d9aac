"""`/contractors/CODE/bank`: where a contractor is paid; changed by one person, seen by another."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from desk.cases.new_pages import problems_of
from desk.web.faults import status_of
from desk.web.forms import Sent, text
from desk.web.page import Viewer, page
from desk.web.sessions import check_stepped_up
from rules.errors import HandrailError, NotPermittedError, UnknownReferenceError
from rules.paying import MAY_PAY, check_may_see_payments
from rules.people import Actor
from rules.typed import whole_or
from services.imports.records import record_of
from services.payments.accounts import accounts_of, change_account, look_at_account
from services.payments.cis import statuses_of
from services.session import reading, writing

router = APIRouter()

_FIELDS: Final = ("name", "sort_code", "number", "found", "reason")
_FOUND: Final = (
    ("confirm", "The contractor confirmed it on a number that we held before"),
    ("refuse", "It is refused"),
)


@router.get("/contractors/{code:path}/bank")
def show(request: Request, code: str, viewer: Viewer) -> Response:
    """Show what is known of a contractor's bank details, never whole, and its CIS status."""
    return _page(request, viewer, code)


@router.post("/contractors/{code:path}/bank")
def change(request: Request, code: str, viewer: Viewer, form: Sent) -> Response:
    """Record new bank details, or what a second person finds of those that wait."""
    typed = {name: text(form, name) for name in _FIELDS}
    check_may_see_payments(viewer, bank=True)
    check_stepped_up(request, form)
    waits = whole_or(text(form, "waits"), 0)
    by = {"by": viewer.identity, "reason": typed["reason"]}
    try:
        with writing() as conn:
            if not text(form, "waits"):
                new = {name: typed[name] for name in ("name", "sort_code", "number")}
                change_account(conn, contractor=code, **new, **by, now=clock.now())
            elif typed["found"] in dict(_FOUND) and waits:
                confirm = typed["found"] == "confirm"
                look_at_account(conn, number=waits, confirm=confirm, **by, now=clock.now())
            else:
                return _page(request, viewer, code, typed, [("found", "Say what you found.")])
    except (NotPermittedError, UnknownReferenceError):
        raise
    except HandrailError as error:
        return _page(request, viewer, code, typed, problems_of(error), status_of(error))
    return RedirectResponse(f"/contractors/{code}/bank?done=yes", status_code=303)


def _page(
    request: Request,
    viewer: Actor,
    code: str,
    typed: dict[str, str] | None = None,
    problems: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> Response:
    check_may_see_payments(viewer)
    with reading() as conn:
        firm = record_of(conn, kind="contractors", key={"contractor": code}, viewer=viewer)
        known = accounts_of(conn, contractor=firm.cells["contractor"])
        statuses = statuses_of(conn, contractor=firm.cells["contractor"])
    values = {
        "code": firm.cells["contractor"],
        "firm": firm.cells["name"],
        "known": known,
        "in_force": next((one for one in known if one.state == "confirmed"), None),
        "waits": next((one for one in known if one.state == "waiting"), None),
        "statuses": statuses,
        "found": _FOUND,
        "may": viewer.role in MAY_PAY,
        "typed": typed or dict.fromkeys(_FIELDS, ""),
        "problems": problems or [],
        "done": request.query_params.get("done") == "yes",
    }
    return page(request, "payments/pages/bank.html", values, viewer=viewer, status=status)
