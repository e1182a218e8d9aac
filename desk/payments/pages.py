"""`/payments`: what waits to be released and sent, the runs, and what the bank said of them."""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from adapters import clock
from adapters.bank_file import Said
from desk.cases.new_pages import problems_of
from desk.web.faults import status_of
from desk.web.forms import Sent, text
from desk.web.numbers import Number
from desk.web.page import Viewer, page
from desk.web.sessions import check_stepped_up
from rules.errors import HandrailError, NotPermittedError, UnknownReferenceError
from rules.paying import MAY_PAY, check_may_see_payments
from rules.payment_runs import attempt_of
from rules.people import Actor
from rules.typed import whole_or
from services.payments.made_runs import run_file, run_list, run_of
from services.payments.remit import remit
from services.payments.results import record_results, said_in_file
from services.payments.runs import make_run, payments_due
from services.payments.waiting import to_release
from services.session import reading, writing

router = APIRouter()

_NOT_ON_THE_PAGE: Final = (NotPermittedError, UnknownReferenceError)


@router.get("/payments")
def payments(request: Request, viewer: Viewer) -> Response:
    """Show what waits to be released, what is released and in no run, and the runs."""
    return _payments(request, viewer)


@router.post("/payments/runs")
def make(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Make a run of the payments that were seen, and tell everybody who is paid."""
    authority, reason = text(form, "authority"), text(form, "reason")
    seen = [whole_or(one, 0) for one in text(form, "payments").split(",")]
    check_stepped_up(request, form)
    try:
        with writing() as conn:
            number, before = make_run(
                conn,
                authority=authority,
                by=viewer.identity,
                reason=reason,
                now=clock.now(),
                payments=seen,
            )
    except _NOT_ON_THE_PAGE:
        raise
    except HandrailError as error:
        return _payments(request, viewer, error=error, typed=reason)
    remit(run=number, now=clock.now())
    done = "again" if before else "made"
    return RedirectResponse(f"/payments/runs/{number}?done={done}", status_code=303)


@router.get("/payments/runs/{number}")
def run(request: Request, number: Number, viewer: Viewer) -> Response:
    """Show a run: its payments and what became of each, and its files."""
    return _run(request, viewer, number)


@router.get("/payments/runs/{number}/{name}")
def file(number: Number, name: str, viewer: Viewer) -> Response:
    """Give a file of a run, the same bytes each time; the bank's to finance alone."""
    check_may_see_payments(viewer, bank=name == "bank.xml")
    if name not in _FILES:
        raise UnknownReferenceError(f"A run has no file {name[:40]}.")
    with reading() as conn:
        found = run_of(conn, number=number, viewer=viewer)
    data = run_file(found, bank=name == "bank.xml")
    headers = {"Content-Disposition": f'attachment; filename="payment-run-{number}-{name}"'}
    return Response(data, media_type=_FILES[name], headers=headers)


_FILES: Final = {"ledger.csv": "text/csv; charset=utf-8", "bank.xml": "application/xml"}


@router.post("/payments/runs/{number}")
def results(request: Request, number: Number, viewer: Viewer, form: Sent) -> Response:
    """Record what became of payments of a run: by the bank's file, or of one by hand."""
    with reading() as conn:
        run_of(conn, number=number, viewer=viewer)
    check_stepped_up(request, form)
    sent = form.get("file")
    try:
        if isinstance(sent, UploadFile) and sent.filename:
            said = said_in_file(sent.file.read())
        else:
            said = [Said(text(form, "payment"), text(form, "result"), text(form, "why"))]
        with writing() as conn:
            found = record_results(
                conn, said=said, by=viewer.identity, reason=text(form, "reason"), now=clock.now()
            )
    except _NOT_ON_THE_PAGE:
        raise
    except HandrailError as error:
        typed = {name: text(form, name) for name in ("payment", "result", "why", "reason")}
        return _run(request, viewer, number, error=error, typed=typed)
    done = f"{found.confirmed}-{found.bounced}-{found.same}"
    return RedirectResponse(f"/payments/runs/{number}?done={done}", status_code=303)


def _payments(
    request: Request, viewer: Actor, *, error: HandrailError | None = None, typed: str = ""
) -> Response:
    check_may_see_payments(viewer)
    with reading() as conn:
        waiting = to_release(conn, viewer=viewer, today=clock.today())
        due = payments_due(conn, viewer=viewer)
        runs = run_list(conn, viewer=viewer)
    values = {
        "waiting": waiting,
        "due": due,
        "ready": {
            code: [one for one in due if one.row.authority == code and not one.against]
            for code in sorted({one.row.authority for one in due if not one.against})
        },
        "runs": runs,
        "may": viewer.role in MAY_PAY,
        "typed": typed,
        "problems": problems_of(error) if error else [],
    }
    status = status_of(error) if error else 200
    return page(request, "payments/pages/payments.html", values, viewer=viewer, status=status)


def _run(
    request: Request,
    viewer: Actor,
    number: int,
    *,
    error: HandrailError | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    check_may_see_payments(viewer)
    with reading() as conn:
        found = run_of(conn, number=number, viewer=viewer)
    sent = [(attempt_of(payment_id=one.id, attempt=one.attempt), one) for one in found.sent]
    values: dict[str, Any] = {
        "run": found,
        "sent": sent,
        "open": [(name, name) for name, one in sent if one.state != "bounced"],
        "may": viewer.role in MAY_PAY,
        "typed": typed or dict.fromkeys(("payment", "result", "why", "reason"), ""),
        "done": _done(request.query_params.get("done", "")),
        "problems": problems_of(error) if error else [],
    }
    status = status_of(error) if error else 200
    return page(request, "payments/pages/run.html", values, viewer=viewer, status=status)


def _done(said: str) -> str:
    """Return what was done in words, by what the address says of it."""
    if said == "made":
        return "The run is made, and everybody who is paid is told what."
    if said == "again":
        return "This run was made before: nothing was sent twice, and its files are the same."
    parts = said.split("-")
    if len(parts) == 3 and all(whole_or(one, None) is not None for one in parts):
        return f"Confirmed: {parts[0]}. Bounced: {parts[1]}. On record already: {parts[2]}."
    return ""
