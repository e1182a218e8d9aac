"""`/letters`: an authority's own letters as pages: shown to officers, changed by who may."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from tests.desk.web.desk import Desk
from tests.looking import contents
from tests.small_service import ADAM, AUDREY, TESS, WENDY

HOSTILE = "<script>alert(1)</script> & more"


def logo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (200, 80), "navy").save(out, "PNG")
    return out.getvalue()


def test_letters_are_changed_shown_and_tried(sqlite_service: str) -> None:
    adam = Desk(ADAM)
    assert "Rugby Borough Council" in adam.get("/letters").text
    fields = {"over": "0", "letter": "every", "closing": HOSTILE, "reason": "a new name for us"}
    sent = adam.post(
        "/letters/RBC",
        data={"csrf": adam.csrf, **fields},
        files={"logo": ("logo.png", logo(), "image/png")},
    )
    assert (sent.status_code, sent.headers["location"]) == (303, "/letters/RBC?letter=every")
    page = adam.get("/letters/RBC").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "a new name for us" in page
    for letter in ("approval", "approval_to_client"):
        sample = adam.get(f"/letters/RBC/sample/{letter}")
        assert sample.status_code == 200
        assert "&lt;script&gt;alert(1)" in sample.text
        assert "<script>alert" not in sample.text
        assert "Preview, not sent" in sample.text
    assert "data:image/png" in adam.get("/letters/RBC/sample/approval").text
    assert "sandbox" in adam.get("/letters/RBC/sample/approval").headers["content-security-policy"]
    assert adam.get("/letters/RBC/sample/postcard").status_code == 404
    late = adam.send("/letters/RBC", **fields | {"closing": "another"})
    assert late.status_code == 422
    assert "changed these letters meanwhile" in late.text


def test_wrong_words_are_said_beside_their_field_and_kept(sqlite_service: str) -> None:
    adam = Desk(ADAM)
    before = contents(sqlite_service)
    typed = {"opening": "Hello {nobody}", "closing": "as before", "reason": "we try it out"}
    page = adam.send("/letters/RBC", letter="approval", over="0", **typed)
    assert page.status_code == 422
    assert 'href="#opening"' in page.text
    assert "There is no {nobody}" in page.text
    assert all(words in page.text for words in typed.values())
    svg = {"logo": ("logo.png", b"<svg onload='x'/>", "image/png")}
    refused = adam.post(
        "/letters/RBC",
        data={"csrf": adam.csrf, "letter": "every", "over": "0", "reason": "a new logo"},
        files=svg,
    )
    assert refused.status_code == 422
    assert "neither a PDF nor a picture" in refused.text
    assert contents(sqlite_service) == before


def test_others_look_and_change_nothing(sqlite_service: str) -> None:
    for identity in (TESS, AUDREY):
        desk = Desk(identity)
        assert "Change a letter" not in desk.get("/letters/RBC").text
        sent = desk.send("/letters/RBC", letter="every", over="0", closing="x", reason="we try it")
        assert sent.status_code == 403
    assert Desk(WENDY).get("/letters/RBC").status_code == 404
    assert Desk(WENDY).send("/letters/RBC", letter="every").status_code == 404
    assert "Rugby" not in Desk(WENDY).get("/letters").text
