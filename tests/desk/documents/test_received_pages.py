"""Documents received, at the desk: attached by a form, given back, shown with the file."""

from __future__ import annotations

import io
import re

import httpx2 as httpx
import pytest
from PIL import Image

from services.cases.looked import looks_at
from services.documents.received import received_documents
from services.session import reading
from tests.desk.web.desk import Desk
from tests.factories import case_at
from tests.small_service import AUDREY, MIA, TESS

SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture
def case(sqlite_service: str) -> str:
    return case_at(sqlite_service, "price")


def picture() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(held, "JPEG")
    return held.getvalue()


def send(desk: Desk, case: str, *, data: bytes, name: str, **fields: str) -> httpx.Response:
    typed = {"csrf": desk.csrf, "kind": "photograph", "line": "", "reason": "shows the bathroom"}
    files = {"file": (name, data, "image/jpeg")}
    return desk.post(f"/cases/{case}/attach", data=typed | fields, files=files)


def test_a_photograph_is_attached_shown_and_given_back(case: str) -> None:
    desk = Desk(TESS)
    assert desk.get(f"/cases/{case}/attach").status_code == 200
    answer = send(desk, case, data=picture(), name="<b>bath.jpg", line="1")
    assert answer.status_code == 303
    page = desk.get(f"/cases/{case}").text
    assert "&lt;b&gt;bath" in page
    assert "<b>bath" not in page
    (address,) = re.findall(r'href="(/cases/[^"]+/received/\d+)"', page)
    given = desk.get(address)
    assert given.headers["content-type"] == "image/jpeg"
    assert "sandbox" in given.headers["content-security-policy"]
    assert Image.open(io.BytesIO(given.content)).size == (8, 8)


@pytest.mark.parametrize(
    ("data", "fields", "says"),
    [
        (SCRIPT, {}, "#file"),
        (b"MZ" + b"\0" * 100, {}, "#file"),
        (b"", {}, "#file"),
        (picture(), {"kind": "pigeon"}, "#kind"),
        (picture(), {"line": "99"}, "#line"),
        (picture(), {"reason": ""}, "#reason"),
    ],
    ids=["a drawing with script", "a program", "nothing", "no such kind", "no such line", "no why"],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_nothing_is_kept(
    case: str, data: bytes, fields: dict[str, str], says: str
) -> None:
    answer = send(Desk(TESS), case, data=data, name="picture.jpg", **fields)
    assert answer.status_code == 422
    assert f'href="{says}"' in answer.text
    with reading() as conn:
        assert received_documents(conn, reference=case) == []


def test_whoever_only_looks_may_not_attach(case: str) -> None:
    desk = Desk(AUDREY)
    assert "/attach" not in desk.get(f"/cases/{case}").text
    assert send(desk, case, data=picture(), name="a.jpg").status_code == 403
    assert desk.get(f"/cases/{case}/received/1").status_code == 404


def test_more_than_may_be_sent_is_refused_before_it_is_read(case: str) -> None:
    answer = send(Desk(TESS), case, data=b"x" * 25_000_000, name="a.jpg")
    assert answer.status_code == 422
    assert "MB" in answer.text
    in_pieces = {"transfer-encoding": "chunked"}  # beside a length, which then says nothing
    desk = Desk(TESS)
    sent = desk.post(f"/cases/{case}/attach", data={"csrf": desk.csrf}, headers=in_pieces)
    assert (sent.status_code, "does not say how long" in sent.text) == (422, True)


def test_who_looks_at_a_case_is_on_record_once_a_day(case: str) -> None:
    for _ in range(2):
        assert Desk(MIA).get(f"/cases/{case}").status_code == 200
    with reading() as conn:
        assert [look.officer for look in looks_at(conn, reference=case)] == [MIA]
    assert MIA in Desk(MIA).get(f"/cases/{case}/looked").text


def test_a_note_is_recorded_on_its_form_and_stands_on_the_case(case: str) -> None:
    desk = Desk(TESS)
    assert desk.get(f"/cases/{case}/decide/record-note").status_code == 200
    page = desk.get(f"/cases/{case}").text
    assert f"/cases/{case}/decide/record-note" in page
