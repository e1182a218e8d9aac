"""Documents under names that people can read, and messages in the words in which they left."""

from __future__ import annotations

import hashlib
import re

import pytest
import sqlalchemy as sa

from adapters.settings import settings
from models.base import AnyRow
from models.database import reading
from models.tables.record import Document
from tests.desk.web.desk import Desk
from tests.factories import case_at
from tests.small_service import AUDREY, REFERENCE, TESS, WENDY

PAGE = f"/cases/{REFERENCE}"


@pytest.fixture
def ordered(sqlite_service: str) -> str:
    """Bring a case to works on site, with its order sent."""
    case_at(sqlite_service, "works")
    return sqlite_service


def found(pattern: str) -> str:
    """Return the first address on the case page that has the pattern."""
    addresses = re.findall(r'href="([^"]+)"', Desk(TESS).get(PAGE).text)
    return str(next(one for one in addresses if re.search(pattern, one)))


def kept(url: str, address: str) -> AnyRow:
    """Return where the HTML of a document is kept, and its hash."""
    number = int(address.split("/")[2])
    with reading(url) as conn:
        query = sa.select(Document.html_path, Document.html_sha256).where(Document.id == number)
        return conn.execute(query).one()


def test_a_document_is_the_bytes_on_record_and_may_run_nothing(ordered: str) -> None:
    address = found(r"/WO-2026-00001-v1\.html$")
    answer = Desk(TESS).get(address)
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == kept(ordered, address).html_sha256
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''WO-2026-00001-v1.html"
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script" not in policy


def test_a_document_under_another_name_leads_to_its_own(ordered: str) -> None:
    address = found(r"/WO-2026-00001-v1\.html$")
    folder = address.rpartition("/")[0]
    for other in ("anything.html", "anything.pdf"):  # there is no PDF where Pango is missing
        answer = Desk(TESS).get(f"{folder}/{other}")
        assert (answer.status_code, answer.headers["location"]) == (303, address)


@pytest.mark.parametrize("ending", ["svg", "html/", ""])
def test_a_document_has_no_other_ending(ordered: str, ending: str) -> None:
    folder = found(r"/WO-2026-00001-v1\.html$").rpartition("/")[0]
    assert Desk(TESS).get(f"{folder}/WO-2026-00001-v1.{ending}").status_code in {404, 307}


def test_what_is_of_another_authority_is_not_there(ordered: str) -> None:
    del ordered
    for address in (found(r"/WO-2026-00001-v1\.html$"), found(r"^/messages/")):
        assert Desk(TESS).get(address).status_code == 200
        assert Desk(WENDY).get(address).status_code == 404
    for address in ("/documents/99999/x.pdf", "/messages/99999", "/messages/first"):
        assert Desk(TESS).get(address).status_code in {404, 422}


def test_a_document_that_somebody_changed_is_said_and_not_served(ordered: str) -> None:
    address = found(r"/WO-2026-00001-v1\.html$")
    file = settings().documents_folder / kept(ordered, address).html_path
    file.write_text("<p>pay somebody else</p>", encoding="utf-8")
    answer = Desk(TESS).get(address)
    assert answer.status_code == 422
    assert "is not the one that was stored" in answer.text
    assert "pay somebody else" not in answer.text


def test_a_message_is_shown_in_its_words_with_its_state_and_what_went_with_it(ordered: str) -> None:
    del ordered
    table = Desk(TESS).get(PAGE).text.partition("Letters and e-mails")[2]
    match = re.search(r'href="(/messages/\d+)">Order to contractor', table)
    assert match is not None
    page = Desk(TESS).get(match[1])
    assert page.status_code == 200
    assert "WO-2026-00001" in page.text
    assert "jobs@avon.example" in page.text
    assert re.search(r'class="tag (good|warn)">(Sent|Waiting to be sent)', page.text)
    assert re.search(
        r'href="/documents/\d+/WO-2026-00001-v1\.html">WO-2026-00001 v1\.html', page.text
    )


def test_what_came_back_stands_on_the_case_until_it_is_sent_again(ordered: str) -> None:
    tess, auditor = Desk(TESS), Desk(AUDREY)
    row = re.search(r'href="(/messages/\d+)">Approval to client', tess.get(PAGE).text)
    assert row
    address = row[1]
    assert "It came back" in tess.get(address).text
    assert "It came back" not in auditor.get(address).text
    assert auditor.send(address, do="came-back", reason="it came back").status_code == 403
    assert Desk(WENDY).send(address, do="came-back", reason="it came back").status_code == 404
    empty = tess.send(address, do="came-back", reason="")
    assert empty.status_code == 422
    assert 'href="#reason"' in empty.text
    assert tess.send(address, do="came-back", reason="the envelope came back").status_code == 303
    assert "did not reach its reader" in tess.get(PAGE).text
    assert "Came back" in tess.get(address).text
    assert 'value="ashby@home.example"' in tess.get(address).text, "as the case has it now"
    wrong = tess.send(address, do="again", to="<b>x</b>", reason="she rang us today")
    assert wrong.status_code == 422
    assert "&lt;b&gt;x&lt;/b&gt;" in wrong.text
    assert "she rang us today" in wrong.text
    sent = tess.send(address, do="again", to="new@home.example", reason="she rang us today")
    assert sent.status_code == 303
    shown = tess.get(address).text
    assert "Came back, settled" in shown
    assert "she rang us today" in shown
    assert "did not reach its reader" not in tess.get(PAGE).text
    assert "new@home.example" in tess.get(PAGE).text
