"""The board: every figure is the count of the list that it leads to, and who may see it."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from adapters import clock
from rules.pathway import CaseStatus
from services.decisions.exits import Exit
from tests.desk.web.desk import Desk
from tests.factories import act, case_at, go, live_at, new_case
from tests.small_service import ADAM, AUDREY, FINN, MIA, NOW, TESS, WENDY

FIGURE = re.compile(r'<a href="(/\?[^"]+)" aria-label="[^"]*: ([\d,]+)">')
IN_TABLE = re.compile(r'<a href="(/\?[^"]+)">[^<]*</a></th><td class="sum">([\d,]+)</td>')


@pytest.fixture
def cases(sqlite_service: str) -> str:
    """Cases at four steps and in two authorities, late and not; two left, at different steps."""
    case_at(sqlite_service, "price", reference="DFG-1")
    case_at(sqlite_service, "consent", reference="DFG-2", tenure="private_tenant")
    case_at(sqlite_service, "works", reference="DFG-3")
    case_at(sqlite_service, "approve", reference="DFG-4")
    act(sqlite_service, "DFG-4", Exit(CaseStatus.WITHDRAWN))
    live_at(NOW + timedelta(days=60))
    new_case(sqlite_service, reference="WDC-1", authority="WDC")
    new_case(sqlite_service, reference="WDC-2", authority="WDC")
    go("WDC-2")
    act(sqlite_service, "WDC-2", Exit(CaseStatus.MOVED), by=WENDY)
    return sqlite_service


def total(desk: Desk, address: str) -> int:
    """Return how many cases a list says it has."""
    shown = desk.get(html.unescape(address)).text
    found = re.search(r"<caption>([\d,]+) cases?", shown)
    return int(found.group(1).replace(",", "")) if found else 0


@pytest.mark.parametrize("narrowed", ["", "?authority=WDC"])
def test_every_figure_is_the_count_of_its_list(cases: str, narrowed: str) -> None:
    desk = Desk(MIA)
    shown = desk.get(f"/board{narrowed}").text
    figures = {*FIGURE.findall(shown), *IN_TABLE.findall(shown)}
    assert len(figures) >= 36, shown
    for address, count in figures:
        assert total(desk, address) == int(count.replace(",", "")), address
    counted = {html.unescape(address): int(count) for address, count in figures}
    if not narrowed:
        assert counted["/?tab=all&step=works"] == 1
        assert counted["/?holder=contractor&tab=all&lateness=late"] == 1
        assert counted["/?tab=closed&outcome=withdrawn"] == 1
        assert counted[f"/?tab=closed&ended={clock.today():%Y-%m}"] == 1
        assert counted["/?tab=all&opened=2026-06"] == 4


def test_the_statutory_board_counts_its_lines(cases: str) -> None:
    live_at(NOW + timedelta(days=400))
    desk = Desk(AUDREY)
    shown = desk.get("/board/statutory").text
    matters = re.findall(
        r'<a href="([^"]+)">[^<]*</a></th><td class="sum">(\d+)</td><td class="sum">(\d+)', shown
    )
    assert len(matters) == 8
    for address, over, soon in matters:
        lines = desk.get(html.unescape(address)).text.partition('id="list"')[2]
        assert lines.count('data-label="What is so"') == int(over) + int(soon), address
    assert sum(int(over) for _, over, _ in matters) > 0
    assert "DFG-1" in desk.get("/board/statutory?matter=undecided").text


def test_the_forecast_is_shown(cases: str) -> None:
    shown = Desk(ADAM).get("/board/forecast")
    assert shown.status_code == 200
    assert "too little is known" in shown.text


def test_it_is_for_managers_administrators_and_auditors(cases: str) -> None:
    for address in ("/board", "/board/statutory", "/board/forecast"):
        for who in (TESS, FINN):
            refused = Desk(who).get(address)
            assert refused.status_code == 403
            assert "It is for managers, administrators and auditors" in refused.text
        assert Desk(MIA).get(f"{address}?authority=NONE").status_code == 404
    assert ">Board</a>" in Desk(MIA).get("/").text
    assert ">Board</a>" not in Desk(TESS).get("/").text
