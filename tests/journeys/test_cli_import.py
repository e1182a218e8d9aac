"""`handrail import`: a council's own files, good and bad, as CSV and as a workbook."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.journeys.commands import asked, handrail, in_a_process, refused, refused_as_json, typed
from tests.looking import contents
from tests.small_service import MIA

CASES = (
    ("Reference", "authority", "Client name", "address", "postcode", "tenure", "work-type"),
    ("A-1", "RBC", "Zoë O’Shea", "1 New Road", "cv225aa", "owner", "grab_rails"),
    ("A-2", "WDC", "Mr Ng", "2 New Road", "CV34 4LX", "owner", "grab_rails"),
)
REST = (
    ("urgent", "COMPLEXITY", "contact_on", "contribution", "shoe size"),
    ("no", "simple", "01/05/2026", "£1,234.50", "7"),
    ("Y", "complex", "2026-05-02", "", ""),
)
GOOD = tuple(first + rest for first, rest in zip(CASES, REST, strict=True))
BAD = (
    GOOD[0],
    (*GOOD[1][:4], "nowhere", *GOOD[1][5:9], "31/02/2026", "lots", ""),
    ("", "NOPE", *GOOD[2][2:5], "tent", *GOOD[2][6:]),
)
WRONG = [(2, "contact_on"), (2, "contribution"), (2, "postcode"), (3, "authority")]
WRONG += [(3, "reference"), (3, "tenure")]

Rows = tuple[tuple[str, ...], ...]
Write = Callable[[Path, Rows], Path]


def csv_file(folder: Path, rows: Rows) -> Path:
    file = folder / "cases.csv"
    text = "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    file.write_bytes(text.encode("cp1252"))  # as a spreadsheet on Windows saves it
    return file


def xlsx_file(folder: Path, rows: Rows) -> Path:
    book = openpyxl.Workbook()
    book.create_sheet("Cases")
    for row in rows:
        book["Cases"].append(row)
    book.save(folder / "book.xlsx")
    return folder / "book.xlsx"


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")


@pytest.fixture(params=[csv_file, xlsx_file])
def write(request: pytest.FixtureRequest) -> Write:
    """Give each way to write a file."""
    chosen: Write = request.param
    return chosen


def test_a_file_is_tried_imported_and_left_alone(
    sqlite_service: str, tmp_path: Path, write: Write
) -> None:
    command = ("import", "cases", str(write(tmp_path, GOOD)), "--by", MIA)
    before = contents(sqlite_service)
    tried = asked(*command, "--dry-run")
    assert contents(sqlite_service) == before
    done = asked(*command)
    assert (tried["dry_run"], done["dry_run"]) == (True, False)
    assert tried["report"] == done["report"]
    assert (done["report"]["added"], done["report"]["changed"]) == (2, 0)
    assert done["report"]["ignored_columns"] == ["shoe size"]
    names = {case["reference"]: case["client_name"] for case in asked("case", "list")}
    assert names == {"A-1": "Zoë O’Shea", "A-2": "Mr Ng"}
    assert asked("case", "history", "A-1")[0]["actor"] == MIA
    before = contents(sqlite_service)
    assert "Unknown columns were ignored: shoe size." in " ".join(handrail(*command).split())
    assert contents(sqlite_service) == before


def test_every_problem_of_a_file_is_listed_at_once(
    sqlite_service: str, tmp_path: Path, write: Write
) -> None:
    file = write(tmp_path, BAD)
    before = contents(sqlite_service)
    for option in ((), ("--dry-run",)):
        error = refused_as_json("import", "cases", str(file), "--by", MIA, *option)
        assert error["what"] == "6 problems found; nothing was imported."
        problems = error["problems"]
        assert sorted((one["row"], one["column"]) for one in problems) == WRONG
        assert all(one["file"] == file.name and one["wrong"] and one["right"] for one in problems)
        assert {one["sheet"] for one in problems} == {"Cases" if file.suffix == ".xlsx" else None}
    assert contents(sqlite_service) == before


def test_problems_are_a_table_on_stderr_for_people(sqlite_service: str, tmp_path: Path) -> None:
    said = in_a_process("import", "cases", str(csv_file(tmp_path, BAD)), "--by", MIA, COLUMNS="200")
    assert (said.status, said.out) == (2, "")
    for words in ("cases.csv row 2", "31/02/2026", "tent", "6 problems found; nothing was"):
        assert words in said.err


def test_many_problems_are_shown_in_measure_and_all_of_them_in_a_file(
    sqlite_service: str, tmp_path: Path
) -> None:
    file = csv_file(tmp_path, (GOOD[0], *[(f"A-{n}", "=NOPE", *GOOD[1][2:]) for n in range(250)]))
    every = tmp_path / "problems.csv"
    said = typed("import", "cases", str(file), "--problems", str(every), "--by", MIA)
    assert said.status == 2
    first = "These are the first 100 of 250 problems; `--problems FILE` writes all of them as CSV."
    assert first in said.err
    assert "250 problems found; nothing was imported." in said.err
    assert ("cases.csv row 101" in said.err, "cases.csv row 102" in said.err) == (True, False)
    with every.open(encoding="utf-8-sig", newline="") as read:
        written = list(csv.DictReader(read))
    assert [int(one["row"]) for one in written] == list(range(2, 252))
    assert {one["value"] for one in written} == {"'=NOPE"}
    error = refused_as_json("import", "cases", str(file), "--by", MIA)
    assert (error["count"], len(error["problems"])) == (250, 100)
    nowhere = str(tmp_path / "none" / "problems.csv")
    assert "cannot be written" in refused(
        "import", "cases", str(file), "--problems", nowhere, "--by", MIA
    )


@pytest.mark.parametrize(
    ("name", "data", "wrong"),
    [
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel (.xls)"),
        ("half.xlsx", b"PK\x03\x04 and then nothing", "damaged"),
        ("photo.csv", bytes(range(32)) * 40, "binary file"),
        ("quotes.csv", b'reference,authority\n"A-1,RBC\n', "quotation marks do not match"),
        ("empty.csv", b"", "nothing in it"),
    ],
)
def test_what_is_no_such_file_is_one_problem(
    sqlite_service: str, tmp_path: Path, name: str, data: bytes, wrong: str
) -> None:
    (tmp_path / name).write_bytes(data)
    (problem,) = refused_as_json("import", "cases", str(tmp_path / name), "--by", MIA)["problems"]
    assert wrong in problem["wrong"]
    assert problem["right"]


def test_a_schedule_is_a_version_with_its_name_and_first_day(
    sqlite_service: str, tmp_path: Path
) -> None:
    file = tmp_path / "schedule.csv"
    file.write_text("code,short_description,unit,rate,trade\nTRAY,Tray,each,1300,plumbing\n")
    assert "Add --schedule NAME --from DATE." in refused(
        "import", "schedule", str(file), "--by", MIA
    )
    version = ("--schedule", "BASE", "--from", "01/07/2026", "--index", "2.5", "--by", MIA)
    said = typed("import", "schedule", str(file), *version)
    assert said.status == 2
    assert "What is meant so, say: --accept removals --accept withdrawn" in said.err
    meant = (*version, "--accept", "removals", "--accept", "withdrawn")
    tried = asked("import", "schedule", str(file), *meant, "--dry-run")
    assert {"what": "removed", "name": "RAIL", "fields": []} in tried["changes"]
    assert asked("import", "schedule", str(file), *meant)["report"]["added"] == 1
    assert "do not belong to cases" in refused(
        "import", "cases", str(csv_file(tmp_path, GOOD)), *version
    )
