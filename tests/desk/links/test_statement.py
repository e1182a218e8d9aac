"""A client states for themselves what they need: the open page, the officer, the case."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from httpx2 import Response
from typer.testing import CliRunner

from adapters import clock
from adapters.documents import render_message
from models.database import reading, writing
from models.tables.files import CaseNote
from models.tables.record import Audit
from models.tables.statements import Statement
from rules.errors import UnknownReferenceError
from services.cases.statements import PERSONAL, forget_old_statements
from services.decisions.statements import take_statement
from services.verification.verify import findings
from tests.desk.web.desk import Desk
from tests.factories import bring
from tests.looking import case, messages, rows
from tests.small_service import MIA, TESS
from tests.stating import SAID, WORKS, allow, stated

PAGE = "/apply/RBC"


@pytest.fixture
def open_page(sqlite_service: str) -> Desk:
    allow(sqlite_service)
    return Desk()


def sent(desk: Desk, said: dict[str, str]) -> Response:
    """Send the form of the open page as it was made for this browser."""
    token = re.search(r'name="csrf" value="([^"]+)"', desk.get(PAGE).text)
    assert token is not None
    return desk.post(PAGE, data={"csrf": token[1], **said})


def test_what_is_stated_is_shown_with_its_sum_and_income_is_not_kept(
    sqlite_service: str, open_page: Desk
) -> None:
    shown = open_page.get(PAGE)
    assert shown.status_code == 200
    assert "A shower without a step" in shown.text
    taken = sent(open_page, SAID)
    assert taken.status_code == 200, taken.text
    assert "statement 1" in taken.text
    assert "only an indication" in taken.text
    # £250 and £2 of tariff income, less £230: £22 a week × 18.85
    assert "£414.70" in taken.text
    (row,) = rows(sqlite_service, Statement)
    assert (row["indicated_pence"], row["postcode"], row["how"]) == (414_70, "CV22 5AA", "page")
    kept = repr(rows(sqlite_service, Statement)) + repr(rows(sqlite_service, Audit))
    assert "25000" not in kept
    assert "700000" not in kept
    again = sent(open_page, SAID | {"client_name": "ann  ASHBY"})
    assert "statement 1" in again.text
    assert len(rows(sqlite_service, Statement)) == 1
    (told,) = messages(sqlite_service, "statement_received_to_client")
    assert told["to"] == "ann@example.org"
    assert "£414.70" in render_message(kind=told["kind"], context=told["context"]).body


def test_everything_wrong_is_said_at_once_beside_its_field(
    sqlite_service: str, open_page: Desk
) -> None:
    wrong = dict.fromkeys(SAID, "")
    answer = sent(open_page, wrong)
    assert answer.status_code == 422
    for field in ("work_type", "words", "client_name", "address", "postcode", "tenure", "benefit"):
        assert f'href="#{field}"' in answer.text, field
    for field, words in (
        ("words", "buy at https://spam.example now, very cheap pills"),
        ("words", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("words", "help"),
        ("words", "x y z w v u " * 400),
        ("client_name", "12345"),
        ("client_name", "www.spam.example"),
        ("postcode", "nowhere"),
        ("phone", "abc"),
        ("email", "ann"),
        ("income", ""),
        ("income", "-5"),
        ("savings", "much"),
        ("work_type", "swimming_pool"),
        ("benefit", "lottery"),
        ("tenure", "castle"),
    ):
        answer = sent(open_page, SAID | {field: words})
        assert (answer.status_code, f'href="#{field}"' in answer.text) == (422, True), (
            field,
            words,
        )
    assert rows(sqlite_service, Statement) == []


def test_the_page_is_off_where_no_works_are_in_force(sqlite_service: str) -> None:
    assert Desk().get(PAGE).status_code == 404
    bring(sqlite_service, "simple_works", WORKS.replace("2026-01-01", "2031-01-01"))
    assert Desk().get(PAGE).status_code == 404
    with writing(sqlite_service) as conn, pytest.raises(UnknownReferenceError):
        take_statement(conn, authority="RBC", given=SAID, now=clock.now())


def test_too_many_from_one_place_wait_and_another_site_s_form_is_refused(
    sqlite_service: str, open_page: Desk
) -> None:
    codes = [
        sent(open_page, SAID | {"client_name": f"Ann Ashby {'abcdefghijklmnopqrstuvwxyz'[n]}"})
        for n in range(22)
    ]
    assert {one.status_code for one in codes[:20]} == {200}
    assert codes[-1].status_code == 429
    assert "Wait a little" in codes[-1].text
    assert len(rows(sqlite_service, Statement)) == 20
    assert sent(open_page, SAID | {"csrf": "theirs"}).status_code == 403


def test_an_officer_opens_a_case_of_it_with_the_client_s_words(
    sqlite_service: str, open_page: Desk
) -> None:
    stated(sqlite_service)
    desk = Desk(TESS)
    assert "1 client’s own statement waits" in desk.get("/").text
    assert "Ann Ashby" in desk.get("/statements").text
    assert SAID["words"] in desk.get("/statements/1").text
    form = desk.get("/cases/new?statement=1").text
    assert 'value="Ann Ashby"' in form
    typed = {
        **{name: SAID[name] for name in ("client_name", "address", "phone", "email", "tenure")},
        "postcode": "CV22 5AA",
        "work_type": "level_access_shower",
        "authority": "RBC",
        "reference": "DFG-SELF",
        "contact_on": "2/6/2026",
        "urgent": "no",
        "complexity": "simple",
        "vat_declaration": "no",
        "contribution": "0",
        "statement": "1",
    }
    other = desk.send("/cases/new", **(typed | {"work_type": "grab_rails"}))
    assert other.status_code == 422
    assert "other works" in other.text
    opened = desk.send("/cases/new", **(typed))
    assert opened.status_code == 303, opened.text
    (row,) = rows(sqlite_service, Statement)
    assert (row["state"], row["looked_by"]) == ("accepted", TESS)
    assert {row[name] for name in PERSONAL} == {""}, "who stated it is on the case alone"
    assert case(sqlite_service, "DFG-SELF").client_name == "Ann Ashby"
    assert rows(sqlite_service, CaseNote)[0]["words"] == SAID["words"]
    assert "No statement waits" in desk.get("/statements").text
    again = desk.send("/cases/new", **(typed | {"reference": "DFG-SELF-2"}))
    assert "looked at already" in again.text
    with reading(sqlite_service) as conn:
        found = [one.sentence for one in findings(conn, lambda _: None, now=clock.now())]
    assert [one for one in found if "The file " not in one] == []


def test_it_is_answered_with_why_and_forgotten_in_a_year(
    sqlite_service: str, open_page: Desk
) -> None:
    stated(sqlite_service, email="")
    desk = Desk(TESS)
    assert desk.send("/statements/1/answer", words="", why="").status_code == 422
    assert 'href="#words"' in desk.send("/statements/1/answer", words="", why="x y").text
    sent = desk.send(
        "/statements/1/answer", words="Your home has a shower.", why="seen on the visit"
    )
    assert sent.status_code == 303, sent.text
    (told,) = messages(sqlite_service, "statement_answered_to_client")
    assert told["by_post_to"] == "Ann Ashby\n14 Hill Road, Rugby\nCV22 5AA"
    assert told["context"]["why"] == "Your home has a shower."
    assert "answered" in desk.get("/statements/1").text
    later = clock.now() + timedelta(days=366)
    with writing(sqlite_service) as conn:
        assert forget_old_statements(conn, now=later - timedelta(days=2)) == 0
        assert forget_old_statements(conn, now=later) == 1
    assert rows(sqlite_service, Statement)[0]["client_name"] == ""


def test_it_is_taken_by_telephone_at_the_command_line(sqlite_service: str, open_page: Desk) -> None:
    from desk.cases.enter import app

    said = [part for name, words in SAID.items() for part in ("--said", f"{name}={words}")]
    done = CliRunner().invoke(app, ["statement", "RBC", *said, "--by", TESS])
    assert done.exit_code == 0, done.output
    assert "Statement 1. The contribution indicated is £414.70." in done.output
    assert rows(sqlite_service, Statement)[0]["taken_by"] == TESS
    done = CliRunner().invoke(app, ["statement", "RBC", "--said", "words=help", "--by", MIA])
    assert done.exit_code != 0
