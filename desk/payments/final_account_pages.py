"""`/cases/REF/account` and `account.pdf`: the final account of a case, which adds up."""

from fastapi import APIRouter, Request, Response

from adapters import clock
from desk.documents.pages import shown
from desk.web.page import Viewer, page
from services.cases.visible import visible_case
from services.payments.final_account import account_pdf, final_account
from services.session import reading

router = APIRouter()


@router.get("/cases/{reference:path}/account")
def account(request: Request, reference: str, viewer: Viewer) -> Response:
    """Show what was approved, ordered, invoiced, held, paid and saved, and who pays."""
    with reading() as conn:
        case = visible_case(conn, reference=reference, viewer=viewer)
        values = {"account": final_account(conn, case=case, today=clock.today())}
    return page(request, "payments/pages/account.html", values, viewer=viewer)


@router.get("/cases/{reference:path}/account.pdf")
def document(reference: str, viewer: Viewer) -> Response:
    """Give the account as a document; as its page where no PDF can be made."""
    with reading() as conn:
        case = visible_case(conn, reference=reference, viewer=viewer)
        found = final_account(conn, case=case, today=clock.today())
        data, ending = account_pdf(found)
    return shown(data, name=f"{case.reference}-account.{ending}")
