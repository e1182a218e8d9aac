"""My work: the lists, what narrows them, search, the file, and whose cases nobody else sees."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest

from adapters import clock
from rules.errors import NotPermittedError
from rules.people import Actor, Role
from rules.reports.work import SEE_LISTS, check_may_see
from services.cases.absences import record_absence
from services.cases.officers import AssignOfficer
from services.session import writing
from tests.desk.web.desk import Desk
from tests.factories import case_at, decide, live_at, new_case
from tests.small_service import ADA, AUDREY, FINN, MIA, NOW, TESS, TOBY, WENDY

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def cases(sqlite_service: str) -> str:
    """Three cases of Rugby at three steps, one of Warwick, one of them not begun."""
    case_at(sqlite_service, "price", reference="DFG-1")
    case_at(sqlite_service, "approve", reference="DFG-2", client_name="Mr Zephaniah Óg")
    case_at(sqlite_service, "works", reference="DFG-3", address="9 Quarry Lane")
    new_case(sqlite_service, reference="WDC-1", authority="WDC", client_name="Ms Elsewhere")
    live_at(NOW + timedelta(days=60))
    return sqlite_service


def listed(desk: Desk, address: str) -> list[str]:
    """Return the references that a list shows, in its order."""
    answer = desk.get(address)
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2]
    return re.findall(r'href="/cases/([^"]+)"', main)


def test_each_sees_first_what_is_theirs_or_waits_for_them(cases: str) -> None:
    assert set(listed(Desk(TESS), "/")) == {"DFG-1", "DFG-2", "DFG-3"}  # she specified them
    assert listed(Desk(TOBY), "/") == []
    assert listed(Desk(MIA), "/?tab=unassigned") == ["WDC-1"]
    decide(cases, "WDC-1", AssignOfficer(WENDY), by=WENDY)
    assert listed(Desk(MIA), "/?tab=unassigned") == []
    assert listed(Desk(WENDY), "/") == ["WDC-1"]
    assert listed(Desk(TESS), "/?tab=team") == ["DFG-1"]
    assert listed(Desk(ADA), "/") == ["DFG-2"]
    assert listed(Desk(FINN), "/") == []
    assert set(listed(Desk(MIA), "/?tab=all")) == {"DFG-1", "DFG-2", "DFG-3", "WDC-1"}


def test_whoever_stands_in_has_the_cases_of_who_is_away(cases: str) -> None:
    assert "Tess Tyler" in Desk(MIA).get("/?tab=all&step=price").text
    with writing() as conn:
        record_absence(
            conn,
            officer=TESS,
            covered_by=TOBY,
            first_day=clock.today(),
            last_day=clock.today(),
            by=TESS,
            reason="at a training day",
            now=clock.now(),
        )
    assert set(listed(Desk(TOBY), "/")) == {"DFG-1", "DFG-2", "DFG-3"}
    assert "Toby Tiler" in Desk(MIA).get("/?tab=all&step=price").text


def test_nobody_sees_another_authoritys_cases(cases: str) -> None:
    assert listed(Desk(WENDY), "/?tab=all") == ["WDC-1"]
    assert listed(Desk(TESS), "/?tab=all&q=elsewhere") == []
    assert listed(Desk(TESS), "/?tab=all&authority=WDC") == []
    assert "Elsewhere" not in Desk(TESS).get("/cases.csv?tab=all").text


def test_a_row_says_what_is_next_with_whom_since_when_and_how_late(cases: str) -> None:
    shown = Desk(AUDREY).get("/?tab=all&step=works").text
    assert "Follow the works to completion" in shown
    assert "Avon Access Ltd (contractor)" in shown
    assert "since 1 June 2026" in shown
    assert re.search(r"\d+ working days late", shown)
    assert "promised for" in shown  # how the date was reached
    assert ">Late</strong>" in shown


@pytest.mark.parametrize(
    "typed", ["dfg-2", "DFG – 2", "ｄｆｇ2", "zephaniah óg", "ZEPHANIAHÓG", "Mr%20Zeph"]
)
def test_a_case_is_found_however_it_is_typed(cases: str, typed: str) -> None:
    assert listed(Desk(TESS), f"/?tab=all&q={typed}") == ["DFG-2"]


def test_a_case_is_found_by_its_address_and_by_its_order(cases: str) -> None:
    desk = Desk(TESS)
    assert listed(desk, "/?tab=all&q=9 quarry") == ["DFG-3"]
    assert set(listed(desk, "/?tab=all&q=cv225aa")) == {"DFG-1", "DFG-2", "DFG-3"}
    assert listed(desk, "/?tab=all&q=wo 2026 00001") == ["DFG-3"]
    assert listed(desk, "/?tab=all&q=%25%25") == []
    assert "at least two" in desk.get("/?tab=all&q=d").text


def test_lists_are_narrowed_sorted_and_counted(cases: str) -> None:
    desk = Desk(MIA)
    assert listed(desk, "/?tab=all&holder=contractor&lateness=late") == ["DFG-3"]
    assert listed(desk, "/?tab=all&lateness=paused") == []
    assert listed(desk, "/?tab=all&order=reference")[:3] == ["DFG-1", "DFG-2", "DFG-3"]
    assert listed(desk, "/?tab=all&order=client")[-1] == "WDC-1"
    assert "All (4)" in desk.get("/").text
    assert "that there is not" in desk.get("/?tab=nonsense&step=x").text


def test_the_file_holds_the_list_and_no_formula(cases: str) -> None:
    new_case(cases, reference="DFG-9", client_name="=HYPERLINK(1)", address=HOSTILE)
    answer = Desk(TESS).get("/cases.csv?tab=all&order=reference")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["Case"] for row in rows] == ["DFG-1", "DFG-2", "DFG-3", "DFG-9"]
    assert rows[3]["Client"] == "'=HYPERLINK(1)"
    assert rows[2]["Next action"] == "Follow the works to completion"


def test_what_others_wrote_is_shown_as_text(cases: str) -> None:
    new_case(cases, reference="DFG-9", client_name=HOSTILE)
    answer = Desk(TESS).get(f"/?tab=all&q={HOSTILE}")
    assert HOSTILE not in answer.text
    assert answer.text.count("&lt;script&gt;") >= 2


def test_a_contractor_has_no_list_and_nobody_signed_out_has_one(cases: str) -> None:
    with pytest.raises(NotPermittedError, match="lists of cases"):
        check_may_see(
            actor=Actor("AVON", "Avon", Role.CONTRACTOR), roles=SEE_LISTS, what="lists of cases"
        )
    assert Desk().get("/").headers["location"].startswith("/sign-in")
    assert Desk().get("/cases.csv").status_code == 303
