"""An authority's own letters: in every letter, with the law left in, tried before they count."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from adapters import documents, files
from adapters.documents import render_pdf
from adapters.settings import settings
from models.database import reading
from models.tables.record import Document
from rules.documents.own import EVERY, PLACES
from rules.errors import (
    ChangedMeanwhileError,
    HandrailError,
    InvalidDocumentError,
    InvalidTermsError,
    NotPermittedError,
    UnknownReferenceError,
)
from rules.pathway import StepName
from services.documents.delivery import composed
from services.documents.letters import NONE_YET, change_letters, newest, sender, versions
from services.documents.samples import LETTERS, WITH_WORDS, sample
from services.verification.verify import findings
from tests.factories import case_at, pass_step
from tests.looking import contents, messages, rows
from tests.small_service import ADAM, AUDREY, MIA, TESS, WENDY

WHY = "the council has a new name for its service"
OWN = {
    "opening": "Thank you for writing about {case_reference}.",
    "closing": "We are open from 9 to 5.\nCome and see us.",
    "contact": "Ring {authority_name} on {authority_phone}, or write to {authority_email}.",
    "signature": "Home Improvement Team",
}


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 90)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (0, 90, 60)).save(out, kind)
    return out.getvalue()


def change(**how: Any) -> int:
    asked = {"authority": "RBC", "letter": EVERY, "places": OWN, "by": ADAM, "reason": WHY}
    return change_letters(**asked | how)


def pages(url: str) -> dict[str, str]:
    found = {}
    for row in rows(url, Document):
        data = files.read(
            folder=settings().documents_folder, path=row["html_path"], sha256=row["html_sha256"]
        )
        found[row["kind"]] = data.decode()
    return found


def test_letters_leave_with_the_authoritys_own_words_and_logo(url: str) -> None:
    reference = case_at(url, "approve")
    before = messages(url)
    assert change(logo=picture()) == 1
    assert messages(url) == before, "what has left keeps its words"
    pass_step(url, reference, StepName.APPROVE)
    (told,) = messages(url, "approval_to_client")
    body = composed(told).body
    assert f"Mrs Ashby,\n\nThank you for writing about {reference}.\n\nGood news" in body
    assert "Come and see us.\n\nRing Rugby Borough Council on 01788 5550100, or write" in body
    assert body.endswith(f"\nHome Improvement Team\nCase {reference}\n")
    page = pages(url)["approval"]
    assert f"Thank you for writing about {reference}." in page
    assert "We are open from 9 to 5." in page
    assert "under section 34 of the Housing Grants" in page
    assert 'alt="Logo of Rugby Borough Council" src="data:image/png;base64,' in page
    assert "img-src data:" in page
    assert change(places=dict.fromkeys(PLACES, ""), no_logo=True) == 2
    assert composed(messages(url, "approval_to_client")[0]).body == body, "it keeps its words"
    with reading(url) as conn:
        assert [one.number for one in versions(conn, authority="RBC")] == [2, 1]
        assert newest(conn, authority="RBC").words == {}
        assert newest(conn, authority="WDC") == NONE_YET
        hashes = {row["html_path"]: row["html_sha256"] for row in rows(url, Document)}
        assert list(findings(conn, hashes.get)) == []


def test_every_sample_has_the_words_and_keeps_its_own(sqlite_service: str) -> None:
    change()
    change(letter="approval_to_client", places={"closing": "Only here."})
    with reading(sqlite_service) as conn:
        own = sender(conn, authority="RBC", version=newest(conn, authority="RBC"))
        plain = sender(conn, authority="RBC", version=NONE_YET)
    for letter in LETTERS:
        with_own, without = sample(own, letter=letter), sample(plain, letter=letter)
        text, before = with_own.html or with_own.body, without.html or without.body
        assert ("Home Improvement Team" in text) is (
            letter in WITH_WORDS and letter != "completion"
        )
        closing = "Only here." if letter == "approval_to_client" else "We are open from 9 to 5."
        assert (closing in text) is (letter in WITH_WORDS), letter
        assert set(before.split("\n")) - set(text.split("\n")) <= {
            line for line in before.split("\n") if "Rugby Borough Council" in line
        }, letter


@pytest.mark.parametrize(
    ("places", "words"),
    [
        (
            {"closing": "{client_name} is ill"},
            "Closing: There is no {client_name}; there are {case_",
        ),
        ({"closing": "{{ 7*7 }}"}, "Closing: It holds a mark of a program"),
        ({"opening": "{% include 'x' %}"}, "Opening: It holds a mark of a program"),
        ({"opening": "a { alone"}, "Opening: A brace stands alone"),
        ({"contact": "x" * 1_501}, "Contact: It has 1,501 characters, and 1,500 are the most"),
        ({"contact": "y" * 61}, "is a word longer than 60 letters"),
        ({"signature": "a\u202eb"}, "Signature: It holds a character that cannot be printed"),
        ({"greeting": "Hi"}, "There is no place “greeting”; there are opening, closing"),
    ],
)
def test_words_that_cannot_stand_are_refused_with_where_and_why(
    sqlite_service: str, places: dict[str, str], words: str
) -> None:
    assert words in refusal(sqlite_service, InvalidTermsError, places=places)


def refusal(url: str, kind: type[HandrailError], **how: Any) -> str:
    """Return the words in which a change is refused; it changes nothing."""
    before = contents(url)
    with pytest.raises(kind) as refused:
        change(**how)
    assert contents(url) == before
    return refused.value.text()


@pytest.mark.sqlite
def test_whoever_may_not_and_what_is_no_picture_is_refused(url: str) -> None:
    assert "may not record the wording of letters" in refusal(url, NotPermittedError, by=TESS)
    assert "may not record the wording of letters" in refusal(url, NotPermittedError, by=AUDREY)
    assert "may not" in refusal(url, NotPermittedError, by=WENDY)
    assert "no authority" in refusal(url, UnknownReferenceError, authority="NOWHERE")
    assert "There is no letter “postcard”" in refusal(url, InvalidTermsError, letter="postcard")
    assert "Say why the letters change." in refusal(url, InvalidTermsError, reason=" ")
    assert "is no reason" in refusal(url, InvalidTermsError, reason="ok")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    assert "neither a PDF nor a picture" in refusal(url, InvalidDocumentError, logo=svg)
    assert "The picture is damaged" in refusal(url, InvalidDocumentError, logo=picture()[:-40])
    assert "A logo is a picture" in refusal(url, InvalidDocumentError, logo=(_pdf()))
    assert "20 pixels" in refusal(url, InvalidDocumentError, logo=picture(size=(20, 20)))
    assert change(by=MIA, logo=picture("JPEG")) == 1
    assert "Nothing is changed" in refusal(url, InvalidTermsError, by=MIA)
    again = {"closing": "something else"}
    assert "changed these letters meanwhile" in refusal(
        url, ChangedMeanwhileError, places=again, over=0
    )
    with reading(url) as conn:
        logo = newest(conn, authority="RBC").logo
    assert logo is not None
    assert logo.mime == "image/jpeg"


def _pdf() -> bytes:
    import pikepdf

    out = BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(out)
    return out.getvalue()


def test_a_document_that_grows_too_far_is_refused_with_its_name(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "render_pdf", render_pdf)  # a real one is made here
    if not documents.pdf_available():
        pytest.skip("Pango is missing")
    long = dict.fromkeys(("opening", "closing", "contact"), "a word\n" * 200)
    with pytest.raises(InvalidTermsError, match=r"Refusal: It grows by \d+ pages; 1 is the most\."):
        change(places=long)
