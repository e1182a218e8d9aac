"""`handrail workdays`: dates with their reasons, closed days shown, closed, opened and loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.commands import asked, handrail, refused, refused_as_json, typed
from tests.looking import contents
from tests.small_service import ADAM, MIA, TESS


def test_a_date_is_printed_with_what_was_not_counted(sqlite_service: str) -> None:
    assert handrail("workdays", "add", "2026-12-02", "20").splitlines() == [
        "2027-01-04",
        "20 working days from 2 December 2026: 25, 28 December and 1 January 2027 not counted.",
        "  25 December 2026: Christmas Day",
        "  28 December 2026: Boxing Day (observed)",
        "  1 January 2027: New Year's Day",
    ]
    assert handrail("workdays", "between", "02/12/2026", "2027-01-04").splitlines()[:2] == [
        "20",
        (
            "20 working days from 2 December 2026 to 4 January 2027: 25, 28 December and "
            "1 January 2027 not counted."
        ),
    ]


def test_a_machine_is_told_every_part(sqlite_service: str) -> None:
    assert asked("workdays", "add", "2026-12-25", "1") == {
        "from": "2026-12-25",
        "day_0": "2026-12-29",
        "working_days": 1,
        "not_counted": [
            {"day": "2026-12-25", "title": "Christmas Day"},
            {"day": "2026-12-28", "title": "Boxing Day (observed)"},
        ],
        "date": "2026-12-30",
        "words": "1 working day from 25 December 2026 (a closed day, so 29 December 2026 is "
        "day 0): 25, 28 December not counted.",
    }
    found = asked("workdays", "between", "2026-04-07", "2026-04-02")
    assert (found["working_days"], found["to"]) == (-1, "2026-04-02")
    assert [day["title"] for day in found["not_counted"]] == ["Good Friday", "Easter Monday"]


@pytest.mark.parametrize(
    ("words", "date"),
    [(("-1",), "2026-03-06"), (("--", "-1"), "2026-03-06"), (("-12", "--authority", "RBC"), "")],
)
def test_a_negative_number_needs_no_dashes(
    sqlite_service: str, words: tuple[str, ...], date: str
) -> None:
    assert handrail("workdays", "add", "2026-03-09", *words).startswith(date or "2026-02-19")


@pytest.mark.parametrize("option", ["--jsn", "-j"])
def test_an_option_that_is_none_is_still_refused(sqlite_service: str, option: str) -> None:
    said = typed("workdays", "add", "2026-03-09", "1", option)
    assert (said.status, said.out) == (2, "")
    assert option in said.err


def test_a_year_shows_its_closed_days_and_whose_they_are(sqlite_service: str) -> None:
    plain = asked("workdays", "show", "2026")
    assert (plain["working_days"], len(plain["closed"])) == (253, 8)
    assert {day["kind"] for day in plain["closed"]} == {"bank_holiday"}
    handrail("workdays", "close", "2026-12-24", "Christmas Eve", "--by", MIA)
    handrail("workdays", "close", "2026-12-29", "Closure", "--authority", "RBC", "--by", ADAM)
    rugby = asked("workdays", "show", "2026", "--authority", "RBC")
    assert (rugby["working_days"], len(rugby["closed"])) == (251, 10)
    closures = [day for day in rugby["closed"] if day["kind"] == "closure"]
    assert [(day["day"], day["title"], day["authority"]) for day in closures] == [
        ("2026-12-24", "Christmas Eve", ""),
        ("2026-12-29", "Closure", "RBC"),
    ]
    page = handrail("workdays", "show", "2026", "--authority", "RBC")
    for words in ("2026: 251 working days", "all, a bank holiday", "all, a closure", "RBC"):
        assert words in page


def test_an_authority_s_closure_moves_its_dates_only(sqlite_service: str) -> None:
    said = handrail(
        "workdays", "close", "05/06/2026", "Training", "--authority", "RBC", "--by", MIA
    )
    assert said.splitlines() == ["5 June 2026 is closed for RBC.", "No due date moved."]
    assert asked("workdays", "add", "2026-06-04", "1", "--authority", "RBC")["date"] == "2026-06-08"
    assert asked("workdays", "add", "2026-06-04", "1")["date"] == "2026-06-05"
    back = ("workdays", "open", "2026-06-05", "--authority", "RBC", "--by", MIA)
    said = handrail(*back, "--reason", "Called off")
    assert said.splitlines() == ["5 June 2026 is no longer closed for RBC.", "No due date moved."]
    assert asked("workdays", "add", "2026-06-04", "1", "--authority", "RBC")["date"] == "2026-06-05"
    actions = [row["action"] for row in asked("case", "history", "service")][-2:]
    assert sorted(actions) == ["workdays: close", "workdays: open"]


def test_a_day_that_is_closed_anyway_is_told_and_is_no_fault(sqlite_service: str) -> None:
    before = contents(sqlite_service)
    said = handrail("workdays", "close", "2026-12-25", "Christmas", "--by", MIA)
    assert said.strip() == (
        "25 December 2026 is closed for every authority already: Christmas Day. "
        "Nothing was changed."
    )
    weekend = asked("workdays", "close", "2026-12-26", "Boxing Day", "--by", MIA)
    assert weekend["changed"] is False
    assert contents(sqlite_service) == before


REFUSALS = {
    "a year without data": (
        ("add", "2099-01-01", "5"),
        "`handrail workdays load --from 2036 --to 2099`",
    ),
    "an answer in a year without data": (("add", "2035-12-28", "5"), "--from 2036 --to 2036"),
    "a year without data shown": (("show", "2036"), "--from 2036 --to 2036"),
    "an authority that is not there": (("show", "2026", "--authority", "X"), "no authority X"),
    "a closure in such a year": (("close", "2099-06-04", "Shut", "--by", MIA), "to 2099"),
    "a closure without a title": (("close", "2026-06-05", " ", "--by", MIA), "it is empty"),
    "a title that no paper can hold": (
        ("close", "2026-06-05", "a\x07b", "--by", MIA),
        "control characters",
    ),
    "somebody who may not": (
        ("close", "2026-06-05", "Shut", "--by", TESS),
        "Ask an administrator or manager",
    ),
    "nobody": (("close", "2026-06-05", "Shut", "--by", "x@y.example"), "Nobody is known as"),
    "a bank holiday opened": (
        ("open", "2026-12-25", "--by", MIA, "--reason", "as agreed"),
        "is a bank holiday: Christmas Day.",
    ),
    "an open day opened": (
        ("open", "2026-06-05", "--by", MIA, "--reason", "as agreed"),
        "`handrail workdays show 2026` lists the closed days",
    ),
    "years with a gap": (
        ("load", "--from", "2038", "--to", "2039", "--by", MIA),
        "--from 2036 --to 2039",
    ),
    "years that nobody knows": (
        ("load", "--from", "2036", "--to", "2101", "--by", MIA),
        "1978 to 2100",
    ),
    "years backwards": (
        ("load", "--from", "2037", "--to", "2036", "--by", MIA),
        "the earlier one first",
    ),
}


@pytest.mark.parametrize(("words", "sentence"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_cannot_be_done_is_said_and_changes_nothing(
    sqlite_service: str, words: tuple[str, ...], sentence: str
) -> None:
    before = contents(sqlite_service)
    assert sentence in refused("workdays", *words)
    assert refused_as_json("workdays", *words)["what"]
    assert contents(sqlite_service) == before


def test_a_bank_holiday_that_was_moved_is_opened_and_stays_open(sqlite_service: str) -> None:
    handrail("workdays", "close", "2026-05-08", "May Day, moved", "--by", MIA)
    moved = ("workdays", "open", "2026-05-04", "--by", MIA, "--reason", "Moved by proclamation")
    handrail(*moved, "--bank-holiday")
    assert asked("workdays", "add", "2026-05-01", "1")["date"] == "2026-05-04"
    said = handrail("workdays", "load", "--from", "2026", "--to", "2026", "--by", MIA)
    assert "0 bank holidays added; those of 2010 to 2035 are held." in said
    assert "Opened by hand, and still open: 4 May 2026." in said
    assert asked("verify")["sound"]


def test_more_years_are_loaded(sqlite_service: str) -> None:
    found = asked("workdays", "load", "--from", "2036", "--to", "2036", "--by", MIA)
    years = {"first_year": 2010, "last_year": 2036}
    assert found == {"added": 8, "left_open": [], "due_dates_moved": 0} | years
    assert asked("workdays", "add", "2035-12-28", "3")["date"] == "2036-01-03"


def test_closures_are_imported_with_a_word_on_what_changes_nothing(
    sqlite_service: str, tmp_path: Path
) -> None:
    file = tmp_path / "closures.csv"
    file.write_text("Authority,Day,Title\nRBC,29/12/2026,Closed\nRBC,26/12/2026,Closed\n")
    (report,) = [asked("import", "closures", str(file), "--by", MIA)["report"]]
    assert (report["added"], report["unchanged"]) == (1, 1)
    assert "row 3 (26 December 2026 is a Saturday, closed anyway)" in report["notes"][0]
