"""`handrail schedule`: looking items up, versions, one code, and two versions compared."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from rules.imports.choices import ACCEPTS
from tests.factories import bring
from tests.journeys.commands import asked, handrail, refused, typed
from tests.looking import contents
from tests.small_service import MIA, SCHEDULE, TERMS

FORMULA = '=HYPERLINK("x")'


def version(folder: Path, text: str, *, first: str, index: str = "0") -> None:
    """Import a version of the small service's schedule, as an officer does."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    file = folder / "schedule.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(lines)
    handrail(
        *("import", "schedule", str(file), "--schedule", "BASE", "--from", first),
        *("--index", index, "--by", MIA),
        *(f"--accept={word}" for word in ACCEPTS),
    )


def read_csv(*words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(handrail(*words, "--csv"))))


def test_an_item_is_found_as_it_is_typed(sqlite_service: str) -> None:
    (tray,) = asked("schedule", "find", "sho", "tr")
    assert (tray["code"], tray["rate"], tray["index_percent"]) == ("TRAY", "1200", "0")
    assert (tray["schedule"], tray["valid_from"], tray["valid_to"]) == ("BASE", "2026-01-01", None)
    said = handrail("schedule", "find", "rail")
    assert "Grab rail" in said
    assert "45" in said
    assert "Nothing in force has all these words." in handrail("schedule", "find", "rail", "tray")
    assert [item["code"] for item in asked("schedule", "find", "--limit", "2")] == ["LIGHT", "RAIL"]
    assert [i["code"] for i in asked("schedule", "find", "--trade", "Tiling")] == ["TILE"]
    assert typed("schedule", "find", "--limit", "0").status == 2


def test_the_lookup_is_of_the_day_and_the_schedule_asked_for(
    sqlite_service: str, tmp_path: Path
) -> None:
    version(tmp_path, SCHEDULE.replace("TRAY ", "BASIN"), first="2026-07-01")
    assert asked("schedule", "find", "basin") == []
    later = ("--on", "01/07/2026")
    assert [i["code"] for i in asked("schedule", "find", "basin", *later)] == ["BASIN"]
    assert len(asked("schedule", "find", "--schedule", "BASE")) == 4
    assert "schedule LIFTS is in force" in refused("schedule", "find", "--schedule", "LIFTS")
    assert "The trades are: electrical" in refused("schedule", "find", "x", "--trade", "masonry")


def test_versions_and_a_code_are_shown(sqlite_service: str, tmp_path: Path) -> None:
    bring(sqlite_service, "contract_rates", TERMS["contract_rates"])
    version(tmp_path, SCHEDULE, first="2026-07-01", index="2.5")
    found = asked("schedule", "versions")
    assert [(one["valid_from"], one["valid_to"], one["items"]) for one in found] == [
        ("2026-01-01", "2026-06-30", 4),
        ("2026-07-01", None, 4),
    ]
    assert "in force" in handrail("schedule", "versions")
    said = handrail("schedule", "show", "RAIL")
    for words in ("46.125", "everyone in the lot", "AVON", "43.25"):
        assert words in said
    assert [rate["rate"] for rate in asked("schedule", "show", "RAIL")["contract_rates"]] == [
        "44",
        "43.25",
    ]
    assert "In packages: LAS." in handrail("schedule", "show", "TRAY")
    assert "Nearest in force: RAIL (Grab rail)" in refused("schedule", "show", "RAILS")


def test_two_versions_are_compared_for_people_machines_and_spreadsheets(
    sqlite_service: str, tmp_path: Path
) -> None:
    dearer = SCHEDULE.replace("1200", "1260").replace("Grab rail", FORMULA.replace("|", ""))
    version(tmp_path, dearer.replace("TILE ", "TILE2"), first="2026-07-01")
    words = ("schedule", "compare", "BASE", "2026-06-01", "01/07/2026")
    found = asked(*words)
    assert [item["code"] for item in found["added"]] == ["TILE2"]
    assert [(i["code"], i["change_percent"]) for i in found["changed"]] == [
        ("RAIL", "0.00"),
        ("TRAY", "5.00"),
    ]
    said = handrail(*words)
    assert "1 added, 1 withdrawn, 2 changed, 1 the same." in said
    rows = read_csv(*words)
    assert [(row["change"], row["code"]) for row in rows] == [
        ("added", "TILE2"),
        ("withdrawn", "TILE"),
        ("changed", "RAIL"),
        ("changed", "TRAY"),
    ]
    assert rows[2]["short_description"] == f"'{FORMULA}"
    assert "in force on 1 January 2020" in refused(
        "schedule", "compare", "BASE", "2020-01-01", "2026-06-01"
    )
    assert typed("schedule", "compare", "BASE", "soon", "2026-06-01").status == 2


def test_lists_for_spreadsheets(sqlite_service: str) -> None:
    assert [row["code"] for row in read_csv("schedule", "find", "rail")] == ["RAIL"]
    assert [row["schedule"] for row in read_csv("schedule", "versions")] == ["BASE"]


@pytest.mark.parametrize("words", ["\x1b[31m", "'; DROP TABLE", "[bold]x", "%", "_", "\\"])
def test_odd_texts_find_nothing_and_change_nothing(sqlite_service: str, words: str) -> None:
    before = contents(sqlite_service)
    assert asked("schedule", "find", words) == []
    assert "\x1b" not in refused("schedule", "show", words)
    assert contents(sqlite_service) == before


def test_before_any_schedule_is_imported(sqlite_url: str) -> None:
    assert "No schedule is imported yet" in handrail("schedule", "versions")
    assert (asked("schedule", "versions"), asked("schedule", "find")) == ([], [])
    assert "No schedule is imported yet." in refused("schedule", "find", "--schedule", "BASE")
    assert "Import a schedule" in refused("schedule", "find", "--trade", "tiling")
