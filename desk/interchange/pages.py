"""`/cases/REF/order.json`: an order for a contractor's own system."""

import json

from fastapi import APIRouter, Response

from desk.web.page import Viewer
from rules.reports.work import SEE_LISTS, check_may_see
from services.interchange.orders import order_in_hact
from services.session import reading

router = APIRouter()


@router.get("/cases/{reference:path}/order.json")
def order(reference: str, viewer: Viewer) -> Response:
    """Give the order in force on a case, and what became of it, in HACT's terms."""
    check_may_see(actor=viewer, roles=SEE_LISTS, what="orders")
    with reading() as conn:
        said = order_in_hact(conn, reference=reference, viewer=viewer)
    name = said["WorkOrder"]["Reference"][0]["ID"]
    return Response(
        json.dumps(said, ensure_ascii=False, indent=2),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}.json"'},
    )
