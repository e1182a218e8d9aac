"""Reports at the desk and from a terminal: figures lead to their cases, files say the same."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from services.reports.declared.catalogue import REPORTS
from tests.desk.web.desk import Desk
from tests.factories import case_at, later
from tests.journeys.commands import asked, handrail, refused
from tests.looking import statements
from tests.small_service import AUDREY, MIA, TESS

PAGE = "/reports/end-to-end"


@pytest.fixture
def cases(sqlite_service: str) -> str:
    """One case done and paid, one whose works go on."""
    case_at(sqlite_service, "aftercare")
    case_at(sqlite_service, "works", reference="DFG-2", route="call_off")
    later(days=40)
    return sqlite_service


def test_every_figure_leads_to_the_cases_it_rests_on(cases: str) -> None:
    assert cases
    desk = Desk(MIA)
    desk.get(PAGE)
    with statements() as asked_for:
        answer = desk.get(PAGE)
    assert len(asked_for) <= 12, asked_for
    assert len(answer.content) <= 60_000
    found = re.findall(
        r'<a href="(/reports/end-to-end/cases[^"]+)" aria-label="[^"]+">([^<]+)<', answer.text
    )
    assert len(found) >= 8, answer.text
    for address, words in found:
        listed = desk.get(html.unescape(address)).text
        assert words in listed, (address, words)
        assert re.search(r'<th scope="row"><a href="/cases/', listed), address


def test_each_report_is_a_page_and_four_files(cases: str) -> None:
    assert cases
    desk = Desk(AUDREY)
    index = desk.get("/reports").text
    for name, report in REPORTS.items():
        assert f'href="/reports/{name}"' in index
        page = desk.get(f"/reports/{name}?from=1/1/2026")
        assert page.status_code == 200
        assert report.asks in html.unescape(page.text)
        assert len(page.content) <= 60_000, name
    for form, begins in (
        ("csv", b"\xef\xbb\xbf"),
        ("xlsx", b"PK"),
        ("json", b"{"),
        ("pdf", b"%PDF"),
    ):
        file = desk.get(f"{PAGE}.{form}")
        assert file.status_code == 200
        assert file.content.startswith(begins)
        assert f'.{form}"' in file.headers["content-disposition"]


def test_the_files_say_the_same(cases: str) -> None:
    assert cases
    desk = Desk(MIA)
    said = json.loads(desk.get("/reports/costs.json?from=1/1/2026").content)
    rows = list(
        csv.reader(
            io.StringIO(desk.get("/reports/costs.csv?from=1/1/2026").content.decode("utf-8-sig"))
        )
    )
    book = load_workbook(io.BytesIO(desk.get("/reports/costs.xlsx?from=1/1/2026").content))

    pence = said["all"]["total"]["value_pence"]
    assert pence > 0
    total = rows[0].index("In all (£)")
    assert rows[-1][:2] == ["all", "All"]
    assert rows[-1][total] == f"{pence / 100:g}"
    sheet: list[Any] = list(book["Report"].values)
    assert sheet[0][0] == "Average cost"
    head = next(row for row in sheet if row[0] == "work_type")
    assert round(sheet[-1][head.index("In all (£)")] * 100) == pence
    assert book["What the database was asked"]["A1"].value.startswith("SELECT")


def test_what_is_not_theirs_or_no_report_is_not_shown(cases: str) -> None:
    assert cases
    mia = Desk(MIA)
    for address in (PAGE, "/reports", f"{PAGE}/cases?column=open&row=all", f"{PAGE}.csv"):
        assert Desk(TESS).get(address).status_code == 403
    no_such = ("/reports/profit", f"{PAGE}/cases?column=profit", f"{PAGE}.doc")
    for wrong in (*no_such, f"{PAGE}?authority=X", f"{PAGE}?by=shoe-size"):
        assert mia.get(wrong).status_code == 404, wrong
    bad = mia.get(f"{PAGE}?from=31/2/2026&to=1/1/2030&at=soon")
    assert bad.status_code == 422
    assert bad.text.count('class="wrong"') >= 2
    assert 'value="31/2/2026"' in bad.text
    assert mia.get(f"{PAGE}.csv?from=31/2/2026").status_code == 422
    assert mia.get("/reports/enquiries?from=1/1/2020").status_code == 422


def test_the_commands_say_what_the_pages_say(cases: str, tmp_path: Path) -> None:
    assert cases
    said = asked("report", "show", "completions", "--from", "2026-01-01", "--json")
    listed = asked("report", "cases", "completions", "year", "--from", "2026-01-01", "--json")
    assert said["all"]["year"]["value"] == len(listed) == 1
    assert {one["name"] for one in asked("report", "list", "--json")} == set(REPORTS)
    assert "Rugby" in handrail("report", "show", "waits", "--from", "2026-01-01")
    file = tmp_path / "waits.csv"
    handrail("report", "show", "waits", "--file", str(file))
    assert file.read_text("utf-8-sig").startswith("authority,Authority,The whole wait")
    assert "no report “profit”" in refused("report", "show", "profit")
    assert "is not written as" in refused("report", "show", "waits", "--file", "waits.doc")
    assert "no figure “profit”" in refused("report", "cases", "waits", "profit")
    assert "Give one of: authority" in refused("report", "show", "waits", "--by", "shoe-size")
    assert "No case is behind" in handrail("report", "cases", "waits", "all", "NOBODY")
    assert "still to come" in refused("report", "show", "waits", "--at", "2030-01-01")
