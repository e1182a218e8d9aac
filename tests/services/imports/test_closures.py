"""Importing closures: every problem at once, and days that change nothing told by row."""

from __future__ import annotations

from datetime import date

import pytest

from models.database import reading
from models.tables.reference import ClosedDay
from services.cases.clocks.calendar import calendar_for
from tests.services.imports.importing import bring, contents, refused, rows, said
from tests.small_service import AUTHORITIES

HEADER = "authority | day | title\n"
CLOSURES = f"""{HEADER}
RBC | 2026-12-29 | Christmas closure
RBC | 30/12/2026 | Christmas closure
    | 2026-12-31 | Closed for all
"""


@pytest.fixture
def known(database_url: str) -> str:
    """Give a database with two authorities."""
    bring(database_url, "authorities", AUTHORITIES)
    return database_url


def by_hand(url: str) -> list[tuple[str, date, str]]:
    found = [row for row in rows(url, ClosedDay) if row["day"] >= date(2026, 12, 29)]
    mine = [row for row in found if row["day"].year == 2026]
    return [(row["authority"], row["day"], row["title"]) for row in mine]


@pytest.mark.sqlite
def test_closures_close_their_days_and_a_second_time_nothing(known: str) -> None:
    report = bring(known, "closures", CLOSURES)
    assert (report.added, report.changed, report.notes) == (3, 0, ())
    assert by_hand(known) == [
        ("RBC", date(2026, 12, 29), "Christmas closure"),
        ("RBC", date(2026, 12, 30), "Christmas closure"),
        ("", date(2026, 12, 31), "Closed for all"),
    ]
    with reading(known) as conn:
        rugby, warwick = (calendar_for(conn, authority=code) for code in ("RBC", "WDC"))
    assert rugby.add(date(2026, 12, 24), 1) == date(2027, 1, 4)
    assert warwick.add(date(2026, 12, 24), 1) == date(2026, 12, 29)
    longer = bring(known, "closures", CLOSURES + "WDC | 2026-12-30 | Christmas closure")
    assert (longer.added, longer.unchanged, longer.notes) == (1, 3, ())


def test_another_title_of_an_authority_s_own_day_is_a_change(known: str) -> None:
    bring(known, "closures", CLOSURES)
    report = bring(known, "closures", f"{HEADER}RBC | 2026-12-29 | Boiler")
    assert (report.added, report.changed) == (0, 1)
    assert by_hand(known)[0] == ("RBC", date(2026, 12, 29), "Boiler")


@pytest.mark.sqlite
def test_weekends_and_bank_holidays_are_told_and_change_nothing(known: str) -> None:
    before = contents(known)
    report = bring(
        known,
        "closures",
        f"{HEADER}RBC | 2026-12-26 | Boxing Day\n| 2026-12-25 | Our own name for it",
    )
    assert (report.added, report.changed, report.unchanged) == (0, 0, 2)
    assert report.notes == (
        (
            "These change nothing: row 2 (26 December 2026 is a Saturday, closed anyway), "
            "row 3 (25 December 2026 is closed for every authority already: Christmas Day)."
        ),
    )
    assert contents(known) == before


@pytest.mark.sqlite
def test_a_trial_says_the_same_and_writes_nothing(known: str) -> None:
    before = contents(known)
    assert bring(known, "closures", CLOSURES, dry_run=True).added == 3
    assert contents(known) == before


def test_every_problem_is_told_at_once(known: str) -> None:
    problems = refused(
        known,
        "closures",
        HEADER
        + "\n".join(
            (
                "XYZ | 2026-12-29 | Closed",
                "RBC | 2036-06-04 | Closed",
                "RBC | 2009-06-04 | Closed",
                "RBC | 30 Feb     | Closed",
                "RBC | 2026-12-30 |",
                "    | 2026-12-31 | Closed",
                "    | 31/12/2026 | Closed again",
            )
        ),
    )
    assert [(row, column) for row, column, _ in said(problems)] == [
        (2, "authority"),
        (3, "day"),
        (4, "day"),
        (5, "day"),
        (6, "title"),
        (8, "authority"),
    ]
    assert problems[0].wrong == "there is no authority 'XYZ'"
    assert "the bank holidays of 2036 are not held" in problems[1].wrong
    assert "`handrail workdays load --from 2036 --to 2036`" in problems[1].right
    assert "`handrail workdays load --from 2009 --to 2009`" in problems[2].right
