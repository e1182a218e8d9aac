"""A contractor's documents at the desk: handed in by a form, given back, checked or refused."""

from __future__ import annotations

import io
import re

import httpx2 as httpx
import pytest
from PIL import Image

from models.tables.contractors import ContractorDocument, HandedDocument
from tests.desk.web.desk import Desk
from tests.looking import rows
from tests.served import sqlite_service
from tests.small_service import AVON, CEDAR, MIA, TESS, WENDY

__all__ = ["sqlite_service"]

TYPED = {
    "document": "ssip",
    "reference": "S-<b>9",
    "cover": "",
    "valid_from": "01/01/2028",
    "valid_to": "31/12/2029",
}


def picture() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(held, "PNG")
    return held.getvalue()


def send(desk: Desk, *, data: bytes, name: str = "ssip.pdf", **typed: str) -> httpx.Response:
    files = {"file": (name, data, "application/pdf")}
    fields = {"csrf": desk.csrf, **TYPED, **typed}
    return desk.post(f"/contractors/{CEDAR}/hand-in", data=fields, files=files)


def test_a_document_is_handed_in_given_back_and_counts_once_checked(sqlite_service: str) -> None:
    desk = Desk(TESS)
    assert desk.get(f"/contractors/{CEDAR}/hand-in").status_code == 200
    assert send(desk, data=picture()).status_code == 303
    page = desk.get(f"/contractors/{CEDAR}").text
    assert "Not checked yet" in page
    (address,) = re.findall(r'href="(/contractors/CEDAR/handed/\d+)"', page)
    given = desk.get(address)
    assert given.headers["content-type"] == "image/png"
    assert "sandbox" in given.headers["content-security-policy"]
    assert desk.get(address.replace(CEDAR, AVON)).status_code == 404
    held = len(rows(sqlite_service, ContractorDocument))
    look = desk.get(f"{address}/look").text
    assert "S-&lt;b&gt;9" in look
    nothing = desk.send(f"{address}/look", reason="I looked at the certificate.")
    assert (nothing.status_code, 'href="#found"' in nothing.text) == (422, True)
    why = desk.send(f"{address}/look", found="check", reason="")
    assert (why.status_code, 'href="#reason"' in why.text) == (422, True)
    assert len(rows(sqlite_service, ContractorDocument)) == held
    checked = {"found": "check", "reason": "I looked at the certificate."}
    assert desk.send(f"{address}/look", **checked).status_code == 303
    assert len(rows(sqlite_service, ContractorDocument)) == held + 1
    again = desk.send(f"{address}/look", **checked)
    assert (again.status_code, "was checked by Tess" in again.text) == (422, True)
    assert "I looked at the certificate." in desk.get(f"/contractors/{CEDAR}").text


@pytest.mark.parametrize(
    ("data", "typed", "field"),
    [
        (b"MZ" + b"\0" * 100, {}, "#file"),
        (b"", {}, "#file"),
        (picture(), {"document": "diploma"}, "#document"),
        (picture(), {"valid_to": "31/12/2027"}, "#valid_to"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_the_rest_stays_typed(
    sqlite_service: str, data: bytes, typed: dict[str, str], field: str
) -> None:
    answer = send(Desk(MIA), data=data, **typed)
    assert answer.status_code == 422
    assert f'href="{field}"' in answer.text
    assert "S-&lt;b&gt;9" in answer.text
    assert rows(sqlite_service, HandedDocument) == []


def test_a_file_of_200_mb_is_refused_before_it_is_read(sqlite_service: str) -> None:
    desk = Desk(MIA)
    answer = desk.post(
        f"/contractors/{CEDAR}/hand-in",
        content=b"x",
        headers={"content-length": "200000000", "content-type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code in {413, 422}
    assert "20 MB" in answer.text
    assert rows(sqlite_service, HandedDocument) == []


def test_of_another_authority_s_contractor_nothing_is_found(sqlite_service: str) -> None:
    send(Desk(TESS), data=picture())
    desk = Desk(WENDY)
    for path in ("hand-in", "handed/1", "handed/1/look"):
        assert desk.get(f"/contractors/{CEDAR}/{path}").status_code == 404
    sent = desk.send(f"/contractors/{CEDAR}/handed/1/look", found="check", reason="as it says")
    assert sent.status_code == 404
    (row,) = rows(sqlite_service, HandedDocument)
    assert row["state"] == "waiting"
