"""A case opened and its works entered in a browser: as the commands do, told beside each field."""

from __future__ import annotations

import re

import pytest

from models.case_queries import works_lines
from models.database import reading
from tests.desk.web.desk import Desk
from tests.factories import case_at, go, new_case
from tests.looking import case, contents
from tests.small_service import AUDREY, FINN, OTTO, REFERENCE, TESS, WENDY

WORKS = f"/cases/{REFERENCE}/works"
HOSTILE = "<script>alert(1)</script>"
TYPED = {
    "reference": "DFG-7",
    "authority": "RBC",
    "contact_on": "27/5/2026",
    "urgent": "no",
    "complexity": "simple",
    "client_name": "Mr Oak",
    "address": "1 Low Road, Rugby",
    "postcode": "cv22 5aa",
    "tenure": "owner",
    "work_type": "level_access_shower",
    "vat_declaration": "yes",
    "contribution": "12.50",
    "contracting_party": "council",
}


def lines(url: str) -> list[tuple[int, str | None, str, str]]:
    """Return the works lines of the case, as number, code, quantity and place."""
    with reading(url) as conn:
        held = works_lines(conn, case_id=case(url, REFERENCE).id)
    return [(row.line, row.code, f"{row.quantity.normalize():f}", row.location) for row in held]


def mark(desk: Desk, line: int) -> str:
    """Return what a page says of how a line stands."""
    found = re.search(
        rf'name="line" value="{line}"><input[^>]+name="was" value="(\w+)"', desk.get(WORKS).text
    )
    assert found is not None
    return found[1]


# ---- a new case


def test_a_case_is_opened_and_its_page_shown(sqlite_service: str) -> None:
    answer = Desk(OTTO).send("/cases/new", **TYPED, purpose=["e", "f"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases/DFG-7")
    held = case(sqlite_service, "DFG-7")
    assert (held.client_name, held.postcode, held.purpose) == ("Mr Oak", "CV22 5AA", ("e", "f"))
    assert (held.contribution_pence, held.vat_declaration) == (1250, True)
    assert held.contracting_party == "council"
    assert Desk(OTTO).get("/cases/DFG-7").status_code == 200


def test_everything_wrong_is_told_at_once_beside_its_field_and_kept(sqlite_service: str) -> None:
    before = contents(sqlite_service)
    desk = Desk(TESS)
    wrong = TYPED | {"postcode": "nowhere", "contact_on": "31/2/2026", "client_name": HOSTILE}
    answer = desk.send("/cases/new", **wrong, purpose=["f"])
    assert answer.status_code == 422
    assert {"#postcode", "#contact_on"} <= set(re.findall(r'<li><a href="(#\w+)"', answer.text))
    assert "First contact: there is no such day" in answer.text
    for kept in ('value="nowhere"', 'value="31/2/2026"', 'value="f" checked', "&lt;script&gt;"):
        assert kept in answer.text, kept
    assert "<script>alert" not in answer.text
    assert contents(sqlite_service)["case"] == before["case"]


def test_who_chose_nothing_is_told_to_choose(sqlite_service: str) -> None:
    answer = Desk(TESS).send("/cases/new", **TYPED | {"tenure": "", "authority": ""})
    assert "How the client holds the home: choose one." in answer.text
    assert "Authority: choose one." in answer.text


def test_a_reference_that_is_taken_opens_nothing(sqlite_service: str) -> None:
    new_case(sqlite_service)
    answer = Desk(TESS).send("/cases/new", **TYPED | {"reference": REFERENCE})
    assert answer.status_code == 422
    assert f"There is a case {REFERENCE} already." in answer.text
    assert case(sqlite_service, REFERENCE).client_name == "Mrs Ashby"


@pytest.mark.parametrize("who", [FINN, AUDREY])
def test_who_may_not_open_a_case_learns_who_may(sqlite_service: str, who: str) -> None:
    desk = Desk(who)
    page, sent = desk.get("/cases/new"), desk.send("/cases/new", **TYPED)
    assert (page.status_code, sent.status_code) == (403, 403)
    assert "may not record" in page.text
    assert "technical officer" in page.text
    assert "Open a case</a>" not in page.text
    assert not contents(sqlite_service)["case"]


def test_a_case_of_an_authority_that_is_not_theirs_is_refused(sqlite_service: str) -> None:
    assert Desk(WENDY).send("/cases/new", **TYPED).status_code == 403
    assert not contents(sqlite_service)["case"]


def test_a_form_without_its_token_opens_nothing(sqlite_service: str) -> None:
    desk = Desk(TESS)
    desk.csrf = "another session's"
    assert desk.send("/cases/new", **TYPED).status_code == 403
    assert not contents(sqlite_service)["case"]


# ---- works lines


@pytest.fixture
def open_works(sqlite_service: str) -> str:
    """Open a case whose works are to be specified: four rails and two lamps."""
    case_at(sqlite_service, "specify", route="call_off")
    return sqlite_service


def test_an_item_is_found_by_its_words_and_added_under_the_next_number(open_works: str) -> None:
    desk = Desk(TESS)
    found = desk.get(f"{WORKS}?q=wall")
    assert 'name="code" value="TILE"' in found.text
    part = desk.get(f"{WORKS}?q=wall&part=hits")
    assert part.text.lstrip().startswith('<p role="status">1 item found')
    answer = desk.send(WORKS, act="add", code="TILE", quantity="2.5", location="Hall", q="wall")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{WORKS}?q=wall")
    assert lines(open_works)[-1] == (3, "TILE", "2.5", "Hall")


def test_a_line_is_changed_and_another_removed(open_works: str) -> None:
    desk = Desk(TESS)
    desk.send(WORKS, act="change", line="1", was=mark(desk, 1), code="RAIL", quantity="5")
    desk.send(WORKS, act="remove", line="2", was=mark(desk, 2))
    assert lines(open_works) == [(1, "RAIL", "5", "")]
    last = desk.send(WORKS, act="remove", line="1", was=mark(desk, 1))
    assert last.status_code == 422
    assert "Line 1 is the only line of DFG-1." in last.text
    assert len(lines(open_works)) == 1


def test_a_line_that_somebody_changed_meanwhile_is_told_and_what_was_typed_kept(
    open_works: str,
) -> None:
    desk, other = Desk(TESS), Desk(OTTO)
    seen = mark(desk, 1)
    other.send(WORKS, act="change", line="1", was=seen, code="RAIL", quantity="9")
    answer = desk.send(WORKS, act="change", line="1", was=seen, code="RAIL", quantity="7")
    assert answer.status_code == 409
    assert "Line 1 was changed by somebody else" in answer.text
    assert 'name="quantity" type="text" value="7"' in answer.text
    assert lines(open_works)[0] == (1, "RAIL", "9", "")


def test_what_cannot_be_a_line_is_told_with_everything_typed_kept(open_works: str) -> None:
    before = lines(open_works)
    answer = Desk(TESS).send(WORKS, act="add", code="NOPE", quantity="1,5", description=HOSTILE)
    assert answer.status_code == 422
    assert {"#code", "#quantity"} <= set(re.findall(r'<li><a href="(#\w+)"', answer.text))
    assert 'value="NOPE"' in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "<script>alert" not in answer.text
    assert lines(open_works) == before


def test_lines_are_made_from_a_package_with_their_changes(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify", route="pre_priced")
    desk = Desk(TESS)
    page = desk.get(f"{WORKS}?package=LAS")
    assert 'name="quantity_TILE" value="8"' in page.text
    answer = desk.send(
        WORKS, act="package", package="LAS", quantity_TILE="10", quantity_TRAY="1", adds="RAIL=2"
    )
    assert answer.status_code == 303, answer.text
    made = {code: quantity for _, code, quantity, _ in lines(sqlite_service)}
    assert made == {"TRAY": "1", "TILE": "10", "RAIL": "2"}
    assert case(sqlite_service, REFERENCE).package == "LAS"


def test_works_that_are_specified_are_shown_and_say_why_they_stand(sqlite_service: str) -> None:
    case_at(sqlite_service, "certificates")
    page = Desk(TESS).get(WORKS)
    assert "These lines cannot be changed here. The works are specified" in page.text
    assert 'name="act"' not in page.text
    before = lines(sqlite_service)
    late = Desk(TESS).send(WORKS, act="add", code="RAIL", quantity="1")
    assert late.status_code == 422
    assert "already specified" in late.text
    assert lines(sqlite_service) == before


def test_who_may_not_enter_works_sees_them_and_why(sqlite_service: str) -> None:
    new_case(sqlite_service)
    go(REFERENCE)
    page = Desk(AUDREY).get(WORKS)
    assert page.status_code == 200
    assert "may not record" in page.text
    assert 'name="act"' not in page.text
    assert Desk(AUDREY).send(WORKS, act="add", code="RAIL", quantity="1").status_code == 403
    assert Desk(WENDY).get(WORKS).status_code == 404
    assert Desk(WENDY).send(WORKS, act="add", code="RAIL", quantity="1").status_code == 404
    assert len(lines(sqlite_service)) == 2
