"""How contractors do, at the desk and from a terminal: each figure leads to its cases."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest

from tests.desk.web.desk import Desk
from tests.factories import case_at, later
from tests.journeys.commands import asked, handrail, refused
from tests.looking import statements
from tests.small_service import AUDREY, AVON, BRIAR, MIA, WENDY

PAGE = "/contractors/performance"


@pytest.fixture
def cases(sqlite_service: str) -> str:
    """One order done, one not begun and late, one offer out."""
    case_at(sqlite_service, "aftercare")
    case_at(sqlite_service, "works", reference="DFG-2", route="call_off")
    case_at(sqlite_service, "assign", reference="DFG-3")
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
    figures = re.findall(r'<a href="(performance/cases[^"]+)">([^<]+)</a>', answer.text)
    assert len(figures) == 9, answer.text
    for address, words in figures:
        listed = desk.get(f"/contractors/{html.unescape(address)}").text
        shown = len(re.findall(r'<th scope="row"><a href="/cases/', listed))
        of = re.search(r" of (\d+)|\((\d+) ", words)
        counts = "figure=accepted" not in address and of
        assert shown == int((of and counts and (of[1] or of[2])) or words.split()[0]), address
        assert words in listed or "figure=accepted" in address, (address, words)
    assert "not recorded" in answer.text  # no client has answered
    assert "DFG-2" in desk.get(f"{PAGE}/cases?figure=start&of={AVON}").text


def test_what_is_not_theirs_or_no_figure_is_not_shown(cases: str) -> None:
    assert cases
    wendy, mia = Desk(WENDY), Desk(MIA)
    assert "No offer was made" in wendy.get(PAGE).text
    assert "DFG-" not in wendy.get(f"{PAGE}/cases?figure=offers&of={AVON}").text
    assert wendy.get(f"{PAGE}?authority=RBC").status_code == 404
    for wrong in ("/cases?figure=profit", "/cases", "?authority=NOBODY"):
        assert mia.get(f"{PAGE}{wrong}").status_code == 404, wrong
    for wrong in ("?from=31/2/2026", "?from=2026-06-02&to=2026-06-01"):
        assert mia.get(PAGE + wrong).status_code == 422
        assert mia.get(f"{PAGE}.csv{wrong}").status_code == 422


def test_the_page_the_file_and_the_command_say_the_same(cases: str) -> None:
    assert cases
    told = asked("report", "contractors")
    by_code = {one["key"]: one for one in told["figures"]}
    assert by_code[AVON]["start"] == {"count": 1, "cases": 2, "value": "50.0"}
    assert by_code[BRIAR]["survey"] == {"count": None, "cases": 0, "value": None}
    assert by_code[BRIAR]["variations"] == {"count": None, "cases": 0, "value": None}
    printed = handrail("report", "contractors", "--csv", "--rank", "finish")
    file = Desk(AUDREY).get(f"{PAGE}.csv?rank=finish").content.decode("utf-8-sig")
    assert file == printed
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(file))}
    assert {row["place"] for row in rows.values()} == {""}  # nobody has enough cases
    assert (rows[BRIAR]["survey"], rows[BRIAR]["survey_cases"]) == ("", "0")
    assert asked("report", "contractors", "--by", "lot", "--authority", "wdc")["figures"] == []
    assert "Nobody is ranked by" in refused("report", "contractors", "--rank", "profit")
