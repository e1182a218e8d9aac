"""`/contractors/CODE/key`: the secret that a contractor's own system signs with, shown once."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from desk.web.forms import Sent, text
from desk.web.page import Viewer, page
from desk.web.sessions import check_stepped_up, real_now
from rules.interchange.signed import OVERLAP
from rules.people import Actor, check_administers
from services.imports.records import record_of
from services.interchange.keys import Made, keys_of, make_key, revoke_keys, taken_at
from services.session import reading, writing

router = APIRouter()

_ADDRESS = "/contractors/{code:path}/key"


@router.get(_ADDRESS)
def show(request: Request, viewer: Viewer, code: str) -> Response:
    """Show which secrets a contractor has had, and the forms that make and revoke one."""
    return _shown(request, viewer, code)


@router.post(_ADDRESS)
def change(request: Request, viewer: Viewer, code: str, form: Sent) -> Response:
    """Make a secret and show it, this once; or revoke all of them."""
    check_administers(actor=viewer, what="the secret of a contractor’s system")
    check_stepped_up(request, form)
    if text(form, "do") == "revoke":
        with writing() as conn:
            revoke_keys(conn, code=code, by=viewer, at=real_now())
        return RedirectResponse(request.url.path, status_code=303)
    with writing() as conn:
        made = make_key(conn, code=code, by=viewer, at=real_now())
    return _shown(request, viewer, code, made=made)


def _shown(request: Request, viewer: Actor, code: str, *, made: Made | None = None) -> Response:
    check_administers(actor=viewer, what="the secret of a contractor’s system")
    with reading() as conn:
        record = record_of(conn, kind="contractors", key={"contractor": code}, viewer=viewer)
        keys = keys_of(conn, code=record.cells["contractor"])
    now = real_now()
    values = {
        "code": record.cells["contractor"],
        "name": record.cells["name"],
        "keys": [(one, taken_at(one, now)) for one in keys],
        "made": made,
        "hours": int(OVERLAP.total_seconds() // 3600),
    }
    return page(request, "interchange/pages/key.html", values, viewer=viewer)
