"""What a file would change that is mostly a slip is asked for, and everything else is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.tables.cases import Case
from rules.imports.choices import Choices
from services.imports import ScheduleOptions
from tests.services.imports.importing import (
    CASES,
    CONTRACTORS,
    SCHEDULE,
    bring,
    refused,
    rows,
    service,
)

NEXT = ScheduleOptions("BASE", date(2027, 4, 1))
PACKAGES = """
package | title | work_type | code | quantity
P | Bath | shower | A1 | 1
P | Bath | shower | A2 | 1
P | Bath | shower | A3 | 4.5
"""
SHORT = "\n".join(PACKAGES.strip().splitlines()[:2])


def accepting(*words: str) -> Choices:
    return Choices(accepted=frozenset(words))


def asked(url: str, kind: str, content: str, **options: Any) -> list[tuple[str, str]]:
    """Return what is asked for; said to be meant, the same file comes in."""
    problems = refused(url, kind, content, **options)
    words = {one.accept for one in problems}
    assert "" not in words, problems
    report = bring(url, kind, content, said=accepting(*words), dry_run=True, **options)
    assert report.added or report.changed or report.removed
    return sorted((one.accept, one.value) for one in problems)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ([("310 ", "31000 ")], [("jumps", "A2: 31000")]),
        ([("41.125", "20")], [("jumps", "A3: 20")]),
        ([("m2  ", "item")], [("units", "item")]),
        ([("A2  ", "B2  ")], [("withdrawn", "A2")]),
    ],
)
def test_a_new_version_that_looks_like_a_slip_is_asked_for(
    sqlite_url: str, change: Sequence[tuple[str, str]], said: list[tuple[str, str]]
) -> None:
    service(sqlite_url)
    bring(sqlite_url, "packages", PACKAGES)
    file = SCHEDULE
    for before, after in change:
        assert before in file
        file = file.replace(before, after)
    assert asked(sqlite_url, "schedule", file, schedule=NEXT) == said


def test_a_new_version_with_one_item_left_is_asked_for(sqlite_url: str) -> None:
    service(sqlite_url)
    one = "\n".join(SCHEDULE.strip().splitlines()[:2])
    assert asked(sqlite_url, "schedule", one, schedule=NEXT) == [("removals", "A2, A3")]


def test_a_new_version_shows_how_it_differs_from_the_one_before(sqlite_url: str) -> None:
    service(sqlite_url)
    file = SCHEDULE.replace("25.50", "26.75")
    report = bring(sqlite_url, "schedule", file, schedule=NEXT, dry_run=True)
    assert report.added == 3  # a version of its own, whole
    (one,) = report.shown
    assert (one.what, one.fields) == ("changed", (("rate", Decimal("25.5"), Decimal("26.75")),))


def test_a_short_file_is_asked_for(sqlite_url: str) -> None:
    service(sqlite_url)
    bring(sqlite_url, "packages", PACKAGES)
    assert asked(sqlite_url, "packages", SHORT) == [("removals", "P A2, P A3")]


def test_a_blank_cell_that_resets_is_shown(sqlite_url: str) -> None:
    service(sqlite_url)
    header, *lines = CONTRACTORS.strip().splitlines()
    suspended = [f"{header} | suspended", f"{lines[0]} | yes", f"{lines[1]} |"]
    bring(sqlite_url, "contractors", "\n".join(suspended))
    report = bring(sqlite_url, "contractors", "\n".join(suspended).replace("yes", ""), dry_run=True)
    (one,) = report.shown
    assert one.fields == (("suspended", True, False),)


def test_a_small_index_is_asked_for_and_its_percentage_comes_in(sqlite_url: str) -> None:
    small = ScheduleOptions("BASE", date(2026, 4, 1), Decimal("0.032"))
    found = asked(sqlite_url, "schedule", SCHEDULE, schedule=small)
    assert found == [("small-percentages", "0.032")]


def test_words_that_nothing_knows_are_named(sqlite_url: str) -> None:
    service(sqlite_url)
    file = CONTRACTORS.replace("tiling", "tilling")
    notes = bring(sqlite_url, "contractors", file, dry_run=True).notes
    assert notes == ("No schedule has these trades: tilling.",)


HOMES = CASES.strip().replace("|tenure", "|uprn|tenure").replace("LX|", "LX|10001234|")


def test_a_property_number_is_one_however_its_zeros_were_kept(sqlite_url: str) -> None:
    service(sqlite_url)
    first = HOMES.replace("LW|", "LW||")
    bring(sqlite_url, "cases", first)
    assert rows(sqlite_url, Case)[0]["uprn"] == "000010001234"
    again = bring(sqlite_url, "cases", first.replace("|10001234|", "|000010001234|"))
    assert (again.changed, again.unchanged) == (0, 2)


def test_two_cases_at_one_home_are_named(sqlite_url: str) -> None:
    service(sqlite_url)
    notes = bring(sqlite_url, "cases", HOMES.replace("LW|", "LW|10001234|")).notes
    assert notes == (
        "UPRN 000010001234 is at more than one address: DFG-1 (1 The Road), DFG-2 (2 The Road).",
    )
    same = HOMES.splitlines()[1].replace("DFG-1", "DFG-3")
    notes = bring(sqlite_url, "cases", f"{HOMES.splitlines()[0]}\n{same}", dry_run=True).notes
    assert "These open cases have the same home, client and works: DFG-1, DFG-3." in notes
