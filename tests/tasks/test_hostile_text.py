"""Hostile text in the fields people fill in: shown as text wherever it comes out."""

from __future__ import annotations

import html
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from adapters.settings import settings
from desk import output
from models.case_view import case_view
from models.database import reading
from tests.factories import bring, case_at, new_case
from tests.journeys.commands import asked, handrail
from tests.models.importing import contents
from tests.small_service import TESS

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"
JINJA = "{{ 7 * 7 }}{% for x in y %}"
FORMULA = "=HYPERLINK(1)"
RICH = "[bold red]loud[/bold red]"
EMOJI = "🏠"
HEBREW = "שלום"
HOSTILE = f"{MARKUP} {JINJA} {FORMULA} {RICH} {EMOJI} {HEBREW}"
PLAIN_PARTS = (MARKUP, JINJA, FORMULA, RICH)


@pytest.fixture
def hostile(sqlite_service: str) -> str:
    """Give a service in which everything that takes free text holds hostile text."""
    bring(
        sqlite_service,
        "authorities",
        f"authority | name | email | phone | address\n"
        f"RBC | Rugby {HOSTILE} | home@rbc.example | 01788 5550100 | Hall {HOSTILE}",
    )
    bring(
        sqlite_service,
        "officers",
        f"email | name | role | authorities | approval_limit\n"
        f"{TESS} | Tess {HOSTILE} | technical_officer | RBC |",
    )
    return sqlite_service


def _hostile_case(url: str, step: str, **options: str) -> str:
    return case_at(
        url,
        step,
        client_name=f"Mrs {HOSTILE}",
        address=f"1 Road {HOSTILE}",
        **options,
    )


def _letters() -> list[EmailMessage]:
    folder = settings().maildir
    found = [*folder.glob("new/*"), *folder.glob("cur/*")]
    read = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in found]
    return [letter for letter in read if isinstance(letter, EmailMessage)]


def test_documents_show_it_as_text_and_run_none_of_it(hostile: str) -> None:
    reference = _hostile_case(hostile, "works")
    with reading(hostile) as conn:
        papers = case_view(conn, reference=reference)["documents"]
    assert {paper["kind"] for paper in papers} == {"approval", "work_order"}
    for paper in papers:
        page = (settings().documents_folder / paper["html_path"]).read_text(encoding="utf-8")
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)" in page
        text = html.unescape(re.sub(r"<[^>]+>", "", page))
        for part in (*PLAIN_PARTS, EMOJI, HEBREW):
            assert part in text, f"{part} is missing from the {paper['kind']}"
        assert "49" not in re.findall(r"Mrs.{0,120}", text, re.DOTALL)[0]


def test_messages_carry_it_as_plain_text_under_a_subject_of_one_line(hostile: str) -> None:
    _hostile_case(hostile, "works")
    letters = _letters()
    assert letters
    bodies = []
    for letter in letters:
        assert "\n" not in str(letter["Subject"])
        assert letter.get_body() is not None
        part = letter.get_body(("plain",))
        assert part is not None
        bodies.append(part.get_content())
    assert any(f"Tess {MARKUP}" in body for body in bodies)
    assert all("49" not in body.split("Tess ")[-1][:120] for body in bodies)


def test_the_desk_prints_it_as_it_is(hostile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output.out, "width", 400)
    reference = _hostile_case(hostile, "price")
    shown = asked("case", "show", reference)
    assert shown["client_name"] == f"Mrs {HOSTILE}"
    assert RICH in handrail("case", "show", reference)
    assert MARKUP.split(" ")[0] in handrail("case", "list").replace("\n", "")
    assert asked("case", "history", reference)


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b[31m", "\x7f"])
def test_control_characters_are_refused_with_their_place(sqlite_service: str, sign: str) -> None:
    before = contents(sqlite_service)
    with pytest.raises(Exception, match="problem") as caught:
        new_case(sqlite_service, client_name=f"Mrs {sign}X")
    problem = caught.value.problems[0]  # type: ignore[attr-defined]  # an ImportProblemsError
    assert (problem.row, problem.column) == (2, "client_name")
    assert contents(sqlite_service) == before


def test_a_cell_of_ten_megabytes_is_refused_and_not_repeated(
    sqlite_service: str, tmp_path: Path
) -> None:
    before = contents(sqlite_service)
    with pytest.raises(Exception, match="problem") as caught:
        new_case(sqlite_service, client_name="M" * 10_000_000)
    problem = caught.value.problems[0]  # type: ignore[attr-defined]  # an ImportProblemsError
    assert problem.column == "client_name"
    assert len(problem.value) < 500
    assert contents(sqlite_service) == before
