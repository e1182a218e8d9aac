"""`/cases/REF/release.json` and `notice.json`: the council's own contract, as it is published."""

import json
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Response

from desk.web.page import Viewer
from services.cases.visible import visible_case
from services.orders.publication import notice_of, release_of
from services.session import reading

router = APIRouter()


@router.get("/cases/{reference:path}/release.json")
def release(reference: str, viewer: Viewer) -> Response:
    """Give the OCDS release as a file; where the contract is not the council's, say why not."""
    with reading() as conn:
        case = visible_case(conn, reference=reference, viewer=viewer)
        return _file(release_of(conn, case=case), name=f"{case.reference}-release.json")


@router.get("/cases/{reference:path}/notice.json")
def notice(reference: str, viewer: Viewer) -> Response:
    """Give the fields of the contract details notice as a file, or say why there are none."""
    with reading() as conn:
        case = visible_case(conn, reference=reference, viewer=viewer)
        return _file(notice_of(conn, case=case), name=f"{case.reference}-notice.json")


def _file(held: dict[str, Any], *, name: str) -> Response:
    words = json.dumps(held, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(words, media_type="application/json", headers=headers)
