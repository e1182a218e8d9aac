"""`/cases/REF/looked`: who has looked at a case, for whoever may look at it."""

from fastapi import APIRouter, Request, Response

from desk.web.page import Viewer, page
from services.cases.looked import looks_at
from services.cases.visible import visible_case
from services.session import reading

router = APIRouter()


@router.get("/cases/{reference:path}/looked")
def looked(request: Request, reference: str, viewer: Viewer) -> Response:
    """Show who looked at a case on which day, the newest first."""
    with reading() as conn:
        case = visible_case(conn, reference=reference, viewer=viewer)
        looks = looks_at(conn, reference=case.reference)[::-1]
    values = {"reference": case.reference, "looks": looks}
    return page(request, "cases/pages/looked.html", values, viewer=viewer)
