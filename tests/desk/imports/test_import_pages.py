"""Imports at the desk: looked at first, done as looked at, refused with every problem."""

from __future__ import annotations

import csv
import html
import io
import time
import zipfile
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from adapters.settings import settings
from desk.verification.commands import verify_all
from models.database import reading, writing
from models.tables.cases import Case
from tests.desk.web.desk import Desk
from tests.served import sqlite_service
from tests.services.imports.importing import contents
from tests.small_service import ADAM, AUDREY, MIA, TESS

__all__ = ["sqlite_service"]

RANKS = "lot_contractors"
CLOSED = b"authority,day,title\nRBC,2026-12-24,Town Hall <b>closed</b>\n"


def sent(desk: Desk, file: bytes, *, kind: str, name: str = "list.csv", **more: str) -> str:
    """Send a file; return the address of what it would change."""
    answer = desk.post(
        "/imports", data={"csrf": desk.csrf, "kind": kind, **more}, files={"file": (name, file)}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def seen_of(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0]


def brought_in(desk: Desk, place: str, **fields: str) -> int:
    """Press the button of a preview; return the status."""
    seen = seen_of(desk.get(place).text)
    query = dict(part.split("=") for part in place.partition("?")[2].split("&"))
    return desk.send(place.partition("?")[0], seen=seen, **(query | fields)).status_code


def test_a_file_is_looked_at_then_done_once_and_stands_among_the_past(sqlite_service: str) -> None:
    desk = Desk(TESS)
    before = contents(sqlite_service)
    place = sent(desk, CLOSED, kind="closures", name="..\\closed <days>.csv")
    page = desk.get(place)
    assert page.status_code == 200
    assert contents(sqlite_service) == before  # looking changes nothing
    assert "closed &lt;days&gt;.csv" in page.text
    assert "Town Hall &lt;b&gt;closed&lt;/b&gt;" in page.text
    assert brought_in(desk, place) == 303
    past = desk.get("/imports").text
    assert "Closures" in past
    assert "Tess Tyler" in past
    assert desk.get(place).status_code == 404  # the file is gone once it is done
    with reading(sqlite_service) as conn:
        assert list(verify_all(conn)) == []


def test_a_change_shows_field_before_and_after(sqlite_service: str) -> None:
    desk = Desk(TESS)
    assert brought_in(desk, sent(desk, CLOSED, kind="closures")) == 303
    page = desk.get(sent(desk, CLOSED.replace(b"Town Hall", b"Depot"), kind="closures")).text
    row = page[page.index("Changes</strong>") :]
    before, after = row.index("Town Hall"), row.index("Depot")
    assert before < after


def test_what_changed_meanwhile_is_shown_anew_and_not_done(sqlite_service: str) -> None:
    one, two = Desk(TESS), Desk(ADAM)
    place = sent(one, CLOSED, kind="closures")
    seen = seen_of(one.get(place).text)
    assert brought_in(two, sent(two, CLOSED.replace(b"Town", b"Guild"), kind="closures")) == 303
    before = contents(sqlite_service)
    answer = one.send(place.partition("?")[0], seen=seen, kind="closures")
    assert answer.status_code == 409
    assert "has changed since you looked" in answer.text
    assert contents(sqlite_service) == before


def test_every_problem_stands_beside_its_row_and_nothing_is_done(sqlite_service: str) -> None:
    desk = Desk(TESS)
    before = contents(sqlite_service)
    answer = desk.get(
        sent(desk, b"authority,day,title\nRBC,24/12/26,x\nNO,2026-12-25,y\n", kind="closures")
    )
    assert answer.status_code == 422
    assert "2 problems found" in answer.text
    assert "24/12/26" in answer.text
    assert "The code of one." in answer.text  # without the command that would bring in more
    assert contents(sqlite_service) == before


def lines_of(desk: Desk, place: str) -> list[list[str]]:
    """Return the rows of the file that a preview offers."""
    href = html.unescape(desk.get(place).text.split('<a href="/imports/')[1].split('"')[0])
    answer = desk.get(f"/imports/{href}")
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_every_problem_is_taken_away_as_a_file(sqlite_service: str) -> None:
    assert sqlite_service
    desk = Desk(TESS)
    rows = b"".join(b"RBC,=cmd%d,x\n" % number for number in range(150))
    place = sent(desk, b"authority,day,title\n" + rows, kind="closures")
    assert "150 problems found" in desk.get(place).text
    head, first, *others = lines_of(desk, place)
    assert head == ["Row", "Column", "What is there", "What is wrong", "What is right"]
    assert (first[:3], len(others)) == (["2", "day", "'=cmd0"], 149)
    assert all(first[3:])
    assert Desk(MIA).get(f"{place.partition('?')[0]}/lines.csv?kind=closures").status_code == 404


def test_all_that_changes_is_taken_away_as_a_file(sqlite_service: str) -> None:
    assert sqlite_service
    desk = Desk(TESS)
    monday = date(2027, 1, 4)  # on which, and on the Mondays after it, people work
    days = (f"RBC,{monday + timedelta(weeks=n)},=HYPERLINK({n})\n" for n in range(250))
    file = "authority,day,title\n" + "".join(days)
    place = sent(desk, file.encode(), kind="closures")
    assert "the first 200" in desk.get(place).text
    head, *found = lines_of(desk, place)
    assert head == ["What happens", "Record", "Field", "Before", "After"]
    after = [row[4] for row in found]
    assert len(after) > 200
    assert {f"'=HYPERLINK({n})" for n in (1, 240)} <= set(after)


def test_a_preview_is_read_while_somebody_else_writes(sqlite_service: str) -> None:
    desk = Desk(TESS)
    place = sent(desk, CLOSED, kind="closures")
    lines = place.replace("?", "/lines.csv?")
    with writing(sqlite_service) as conn:  # SQLite has one writer, and this is it
        conn.execute(sa.update(Case).values(client_name="Nobody"))
        began = time.monotonic()
        assert [desk.get(one).status_code for one in (place, lines)] == [200, 200]
        assert time.monotonic() - began < 2
        conn.rollback()
    assert desk.get(place.replace("closures", "lots")).status_code == 404  # not looked at as such


def test_nobody_finds_what_another_sent(sqlite_service: str) -> None:
    assert sqlite_service
    place = sent(Desk(TESS), CLOSED, kind="closures")
    assert Desk(MIA).get(place).status_code == 404
    (folder,) = (settings().resolved_home / "uploads").iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    assert next(folder.iterdir()).stat().st_mode & 0o077 == 0


def test_an_auditor_and_a_stranger_import_nothing(sqlite_service: str) -> None:
    assert sqlite_service
    assert Desk(AUDREY).get("/imports").status_code == 403
    assert Desk().get("/imports").status_code == 303  # to sign in
    tess = Desk(TESS)
    assert "officers" not in tess.get("/imports").text.casefold().split("<select")[1].split("</")[0]
    place = sent(tess, CLOSED, kind="closures").replace("closures", "officers")
    assert tess.get(place).status_code == 403


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "There is nothing in it"),
        (b"PK\x03\x04 and no more", "not an .xlsx workbook"),
        (b"\x00\x01\x02\xff" * 100, "binary file"),
    ],
    ids=["empty", "no workbook", "no text"],
)
def test_what_is_no_file_of_ours_is_refused_in_words(
    sqlite_service: str, file: bytes, words: str
) -> None:
    assert sqlite_service
    desk = Desk(TESS)
    answer = desk.get(sent(desk, file, kind="closures"))
    assert answer.status_code == 422
    assert words in answer.text


def test_a_workbook_that_unpacks_to_more_than_may_be_is_not_unpacked(sqlite_service: str) -> None:
    assert sqlite_service
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/worksheets/sheet1.xml", b" " * 300_000_000)
    desk = Desk(TESS)
    answer = desk.get(sent(desk, packed.getvalue(), kind="closures", name="large.xlsx"))
    assert answer.status_code == 422
    assert "problem" in answer.text


def test_a_form_without_file_or_kind_says_so_at_its_fields(sqlite_service: str) -> None:
    assert sqlite_service
    answer = Desk(TESS).send("/imports", kind="", schedule="SOR")
    assert answer.status_code == 422
    for words in ("Choose the file to import.", "Choose what the file holds.", "belong to"):
        assert words in answer.text


def test_a_version_of_a_schedule_needs_its_name_and_first_day(sqlite_service: str) -> None:
    assert sqlite_service
    desk = Desk(TESS)
    answer = desk.post(
        "/imports",
        data={"csrf": desk.csrf, "kind": "schedule", "valid_from": "1/4/26", "index_percent": "x"},
        files={"file": ("s.csv", b"code\n")},
    )
    assert answer.status_code == 422
    for words in ("Say which schedule", "first day", "The index is a number"):
        assert words in answer.text


def test_what_looks_like_a_slip_is_said_to_be_meant_on_the_page(sqlite_service: str) -> None:
    assert sqlite_service
    desk = Desk(TESS)
    file = b"authority,day,title,New title\nRBC,2026-12-24,Town Hall closed,Depot closed\n"
    place = sent(desk, file, kind="closures")
    page = desk.get(place)
    assert page.status_code == 422
    assert "looks like title" in page.text
    assert "Columns to leave aside" in page.text
    answer = desk.send(place.partition("?")[0], do="look", kind="closures", ignore="New title")
    assert answer.status_code == 303
    after = str(answer.headers["location"])
    looked = desk.get(after)
    assert looked.status_code == 200
    assert "left aside: New title" in looked.text
    fields = {"kind": "closures", "ignore": "New title"}
    at, seen = after.partition("?")[0], seen_of(looked.text)
    assert desk.send(at, seen=seen, **fields).status_code == 303
    assert "Closures" in desk.get("/imports").text


def test_what_is_on_record_is_taken_out_and_sent_again(sqlite_service: str) -> None:
    assert sqlite_service
    desk = Desk(TESS)
    answer = desk.get("/imports/out/contractors")
    assert answer.status_code == 200
    page = desk.get(sent(desk, answer.content, kind="contractors", name="contractors.xlsx"))
    assert "The file changes nothing." in page.text
    assert desk.get("/imports/out/officers").status_code == 403
    assert desk.get("/imports/out/nothing").status_code == 404
