"""`/schedule/CODE`: one code of the schedules, version by version, with its rates and packages."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from adapters import clock
from desk.web.page import Viewer, page
from rules.errors import StepNotOpenError
from rules.people import Actor
from rules.powers import may_correct
from services.imports.one_record import version_to_change
from services.rates.item_view import item_standing
from services.session import Connection, reading

router = APIRouter()


@router.get("/schedule/{code:path}")
def item(request: Request, viewer: Viewer, code: str) -> Response:
    """Show one code: what it is, includes and needs, what it costs where, and in which versions."""
    with reading() as conn:
        found = item_standing(conn, code=code, viewer=viewer, on=clock.today())
        change, closed = _change(conn, viewer, found["now"])
    values = {
        **found,
        "change": change,
        "closed": closed,
        "done": request.query_params.get("done") == "yes",
    }
    return page(request, "rates/pages/item.html", values, viewer=viewer)


def _change(conn: Connection, viewer: Actor, now: dict[str, str]) -> tuple[str, str]:
    """Return where the item of a version is corrected, and in words why it is not."""
    if not may_correct(viewer, kind="schedule", authority=""):
        return "", ""
    key = {name: now[name] for name in ("schedule", "valid_from", "code")}
    try:
        version_to_change(conn, key=key)
    except StepNotOpenError as error:
        return "", f"{error.what} {error.next_step}"
    return f"/registers/schedule/change?{urlencode(key)}", ""
