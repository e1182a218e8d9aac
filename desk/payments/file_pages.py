"""`/cases/REF/invoice-file`: an invoice as a structured file, shown as read before it counts."""

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData, UploadFile

from desk.web.forms import Sent
from desk.web.page import Viewer, page
from rules.errors import InvalidDocumentError, NotPermittedError
from rules.people import Actor
from services.cases.visible import visible_case
from services.decisions.kinds import KINDS
from services.decisions.receive import keep_invoice_file
from services.payments.filed import Filed, filed_on
from services.session import AnyRow, Connection, reading

router = APIRouter()


@router.get("/cases/{reference:path}/invoice-file")
def ask(request: Request, reference: str, viewer: Viewer) -> Response:
    """Ask for the file."""
    with reading() as conn:
        case = _case(conn, reference, viewer)
    return _page(request, viewer, case, "")


@router.post("/cases/{reference:path}/invoice-file")
def read(request: Request, reference: str, viewer: Viewer, form: Sent) -> Response:
    """Keep the file, and show what it says beside the order; no invoice is recorded yet."""
    with reading() as conn:
        case = _case(conn, reference, viewer)
    try:
        filed = read_and_kept(case=case, form=form, by=viewer.identity)
    except InvalidDocumentError as error:
        return _page(request, viewer, case, f"{error.what} {error.why or ''} {error.next_step}")
    with reading() as conn:
        case = _case(conn, reference, viewer)
    values = {"case": case, "filed": filed, "over": case.audit_sequence}
    return page(request, "payments/pages/invoice_read.html", values, viewer=viewer)


def read_and_kept(*, case: AnyRow, form: FormData, by: str | Actor) -> Filed:
    """Return the file of a form as it was read; one that may be recorded is kept on its case.

    Raises:
        InvalidDocumentError: There is none, or it cannot be read or kept.
    """
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise InvalidDocumentError("Choose the file of the invoice.", next_step="")
    data = sent.file.read()
    with reading() as conn:
        filed = filed_on(conn, case=case, data=data)
    if not filed.may_be_recorded:
        return filed
    number = keep_invoice_file(reference=case.reference, data=data, name=sent.filename, by=by)
    return filed.shown_by(number)


def _case(conn: Connection, reference: str, viewer: Actor) -> AnyRow:
    case = visible_case(conn, reference=reference, viewer=viewer)
    if viewer.role not in KINDS["invoice"].roles:
        raise NotPermittedError(
            f"{viewer.name} may look at this case, and may not record its invoices.",
            next_step="Ask an officer of the case, or finance.",
        )
    return case


def _page(request: Request, viewer: Actor, case: AnyRow, wrong: str) -> Response:
    values = {"case": case, "wrong": wrong, "problems": (("file", wrong),) if wrong else ()}
    status = 422 if wrong else 200
    return page(request, "payments/pages/invoice_file.html", values, viewer=viewer, status=status)
