"""`handrail sla`: the lists, one case's clocks and the statutory board, as people read them."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from adapters import clock
from desk import output
from rules.clocks.pause_terms import PauseCause
from services.clocks.pausing import Pause
from tests.factories import act, case_at, go, later, new_case
from tests.journeys.commands import asked, handrail, refused, refused_as_json, typed
from tests.looking import contents
from tests.small_service import TESS

LONG_AGO = {"contact_on": "2025-10-01", "recommended_on": "2025-10-15"}


@pytest.fixture
def late(sqlite_service: str) -> str:
    """Give a service with a case whose first step is late, and one that is long past its limit."""
    case_at(sqlite_service, "specify", applied_on="2026-05-26")
    new_case(sqlite_service, reference="DFG-2", applied_on="2025-11-20", **LONG_AGO)
    go("DFG-2")
    later(days=17)  # Thursday 18 June
    return sqlite_service


def test_what_is_late_is_listed_with_who_holds_it_and_why_it_was_due(late: str) -> None:
    page = handrail("sla")
    lines = page.splitlines()
    assert lines[0].startswith("Today, 18 June 2026, ")
    assert "Late: " in page
    for words in (
        "decide within six months of the application [s.34(1)]",
        "Six months from 20 November 2025 (s.34(1)): due 20 May 2026.",
        "specify the works",
        "10 working days from 1 June 2026: due 15 June 2026.",
        "Held by technical officer since 1 June 2026 (17 days).",
        "Held by technical officer, at specify, since 1 June 2026 (17 days).",
        "statutory clocks",
        "held by council",
    ):
        assert words in page, words
    assert page.index("DFG-2 ") < page.index("specify the works"), "the worst come first"


def test_a_machine_gets_all_of_it(late: str) -> None:
    found = asked("sla")
    assert found["at"] == "2026-06-18"
    assert set(found["lists"]) == {"late", "soon"}
    counts = found["counts"]["all"]
    assert counts["late"] == len(found["lists"]["late"])
    assert counts["soon"] == len(found["lists"]["soon"])
    limit = next(line for line in found["lists"]["late"] if line["clock"] == "decide")
    assert (limit["case"], limit["due_on"], limit["days"]) == ("DFG-2", "2026-05-20", 20)
    assert (limit["holder"], limit["held_by"]) == ("council", "technical officer")
    assert set(asked("sla", "--all")["lists"]) == {"late", "soon", "in_time", "paused"}
    assert set(asked("sla", "--soon")["lists"]) == {"soon"}
    assert set(asked("sla", "--late")["lists"]) == {"late"}


def test_a_spreadsheet_gets_a_row_a_clock(late: str) -> None:
    rows = list(csv.DictReader(io.StringIO(handrail("sla", "--all", "--csv"))))
    assert len(rows) == sum(asked("sla")["counts"]["all"].values())
    first = rows[0]
    assert (first["standing"], first["holder"]) == ("late", "council")
    assert first["words"].endswith(".")
    board = list(csv.DictReader(io.StringIO(handrail("sla", "board", "--csv"))))
    assert [board[0][name] for name in ("subject", "over", "section")] == [
        "DFG-2",
        "yes",
        "s.34(1)",
    ]


def test_a_long_list_stops_and_says_so(late: str) -> None:
    page = handrail("sla", "--limit", "1")
    assert ", the first 1 listed" in page
    assert "--limit N lists more; --csv and --json list all of them." in page
    assert len(asked("sla", "--limit", "1")["lists"]["late"]) == 1
    assert "--limit N" not in handrail("sla", "--limit", "400")


def test_any_date_is_answered_and_says_how_to_read_it(late: str) -> None:
    past = handrail("sla", "--at", "2026-06-02")
    assert past.startswith("On 2 June 2026 ")
    assert "as it stood at the end of that day" in past
    future = handrail("sla", "--at", "01/12/2026")
    assert future.startswith("On 1 December 2026 ")
    assert "if nothing moves" in future
    assert "as it will be" in handrail("sla", "board", "--at", "2026-12-01")
    assert asked("sla", "case", "DFG-1", "--at", "2026-04-10")["stopped"] == []


def test_the_list_is_narrowed(late: str) -> None:
    assert "no clock is running" in handrail("sla", "--authority", "WDC")
    assert "Nothing is late." in handrail("sla", "--holder", "landlord")
    only = asked("sla", "--kind", "statutory", "--all")
    assert {line["clock"] for lines in only["lists"].values() for line in lines} == {"decide"}
    mine = handrail("sla", "--for", TESS)
    assert mine.startswith("Clocks of Tess Tyler (tess@rbc.example).")
    assert asked("sla", "--sort", "chance")["lists"] == asked("sla")["lists"]  # nothing is known


def test_a_case_shows_all_its_clocks(late: str) -> None:
    page = handrail("sla", "case", "DFG-1")
    for words in (
        "Running: ",
        "Stopped: 2 clocks",
        "Stopped on 15 April 2026: recommendation made.",
        "3 working days",
        "statutory s.34(1)",
    ):
        assert words in page, words
    found = asked("sla", "case", "DFG-1")
    assert {line["clock"] for line in found["running"]} >= {"specify", "decide"}
    step: dict[str, Any] = asked("case", "show", "DFG-1")["steps"][0]
    assert (step["due_on"], step["timing"]) == ("2026-06-15", "3 working days late")
    assert "3 working" in handrail("case", "show", "DFG-1")


def test_a_paused_case_shows_since_when(late: str) -> None:
    act(late, "DFG-1", Pause(PauseCause.HOSPITAL, clock.today(), "a note of the call"))
    assert "paused since" in handrail("case", "show", "DFG-1")
    page = handrail("sla", "--all")
    assert "paused since 18 June 2026" in page
    assert asked("sla", "--all")["counts"]["all"]["paused"] > 0


def test_the_board_counts_for_the_paper_and_says_where_nothing_is(late: str) -> None:
    page = handrail("sla", "board")
    lines = page.splitlines()
    assert lines[0] == "Statutory board on 18 June 2026, every authority."
    assert "1 over six months" in page
    assert "Applied 20 November 2025; six months ended 20 May 2026, 29 days ago." in page
    assert "No lot has ended with work under way, or ends within 60 days." in lines
    assert any(line.startswith("No landlord's consent has lapsed, or lapses") for line in lines)
    found = asked("sla", "board", "--authority", "RBC")
    assert [section["matter"] for section in found["sections"]][:2] == ["undecided", "unfinished"]
    assert found["sections"][0]["over"] == 1
    assert asked("sla", "board", "--authority", "WDC")["sections"][0]["entries"] == []


@pytest.mark.parametrize("width", [80, 100])
def test_no_table_is_wider_than_the_screen(
    late: str, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr(output.out, "width", width)
    for words in (("sla", "--all"), ("sla", "board"), ("sla", "case", "DFG-1")):
        drawn = [line for line in handrail(*words).splitlines() if line.startswith(("│", "┃", "┏"))]
        assert drawn
        assert max(map(len, drawn)) <= width
        assert any("DFG-1 " in line for line in drawn) or words[1] != "--all"
        assert any("2026-" in line for line in drawn), "a date was broken"


REFUSALS = {
    "a year without bank holidays": (("sla", "--at", "2040-01-05"), "--from 2036 --to 2040"),
    "such a year on the board": (("sla", "board", "--at", "2040-01-05"), "--from 2036 --to 2040"),
    "such a year on a case": (("sla", "case", "DFG-1", "--at", "2040-01-05"), "--to 2040"),
    "an authority that is not there": (("sla", "--authority", "X"), "no authority X"),
    "such an authority on the board": (("sla", "board", "--authority", "X"), "no authority X"),
    "nobody": (("sla", "--for", "x@y.example"), "Nobody is known as"),
    "a case that is not there": (("sla", "case", "DFG-404"), "no case DFG-404"),
}


@pytest.mark.parametrize(("words", "sentence"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_cannot_be_answered_is_said(
    sqlite_service: str, words: tuple[str, ...], sentence: str
) -> None:
    case_at(sqlite_service, "specify")
    before = contents(sqlite_service)
    assert sentence in refused(*words)
    assert refused_as_json(*words)["what"]
    assert contents(sqlite_service) == before


def test_options_before_a_command_are_not_left_out_in_silence(sqlite_service: str) -> None:
    assert "come after it" in refused("sla", "--at", "2026-06-01", "board")
    assert "handrail sla case" in refused("sla", "--sort", "chance", "case", "DFG-1")
    assert "not both" in refused("sla", "--json", "--csv")
    for words in (("--at", "June"), ("--kind", "x"), ("--limit", "0")):
        assert typed("sla", *words).status == 2
