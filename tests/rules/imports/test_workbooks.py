"""Reading real XLSX files: exact values, what the spreadsheet shows, and every kind of damage."""

from __future__ import annotations

import datetime
import io
import random
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from adapters.spreadsheets import read
from rules.errors import ImportProblemsError
from rules.imports import FaultyCell, parse
from tests.rules.imports.importing import book_of, cells, refusal, rewritten, saved

MEMBER = "xl/worksheets/sheet1.xml"
CORNERS = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1"><v>1</v></c></row>'
    b'<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>'
)


def test_xlsx_values_arrive_typed_and_become_exact(tmp_path: Path) -> None:
    book = book_of(
        ["case", "line", "code", "quantity", "location"],
        ["D", 1, 1005, 1.5, 12.0],
        ["D", 2, "X", 0.1, True],
    )
    sheet = read(saved(tmp_path / "file.xlsx", book), kind="works")
    parsed = parse(kind="works", header=sheet.header, rows=sheet.rows, file="f", sheet="Sheet1")
    first, second = (row.values for row in parsed.rows)
    assert parsed.problems == ()
    assert (first["line"], first["code"], first["quantity"]) == (1, "1005", Decimal("1.5"))
    assert (first["location"], second["location"]) == ("12", "TRUE")
    assert second["quantity"] == Decimal("0.1")


def test_xlsx_dates_percentages_and_faults_are_what_the_spreadsheet_shows(tmp_path: Path) -> None:
    book = book_of(["a", "b", "c", "d", "e", "f"])
    sheet = book["Sheet1"]
    sheet["A3"] = datetime.date(2026, 4, 1)
    sheet["B3"] = datetime.datetime(2026, 4, 1, 13, 30)  # noqa: DTZ001 - spreadsheets have no zones
    for name, number, shape in (("C3", -0.035, "0.0%"), ("D3", 0.5, '0.0"%"'), ("E3", 2, "0%")):
        sheet[name] = number
        sheet[name].number_format = shape
    sheet["F3"] = "=1/0"
    sheet["A4"] = "#DIV/0!"
    sheet["A4"].data_type = "e"
    read_back = read(saved(tmp_path / "file.xlsx", book), kind="works")
    (number, third), (_, fourth) = cells(read_back)
    assert number == 3
    assert third[0] == datetime.date(2026, 4, 1)
    assert third[1] == datetime.datetime(2026, 4, 1, 13, 30)  # noqa: DTZ001 - as above
    assert third[2:5] == ("-3.5%", "0.5%", "200%")
    assert isinstance(third[5], FaultyCell)
    assert "never calculated" in third[5].wrong
    assert isinstance(fourth[0], FaultyCell)
    assert fourth[0].shown == "#DIV/0!"


def test_the_sheet_named_as_the_kind_is_read_else_the_first(tmp_path: Path) -> None:
    book = book_of(["not", "this"], ["a", "b"], title="Notes")
    book.create_sheet("Providers").append(["provider", "name"])
    book["Providers"].append(["P", "Homes"])
    path = saved(tmp_path / "file.xlsx", book)
    assert read(path, kind="providers").sheet == "Providers"
    assert read(path, kind="works").sheet == "Notes"


def test_xlsx_rows_are_numbered_as_shown_wherever_the_table_stands(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for name, value in {"C5": "provider", "D5": "name", "C6": "P", "D9": "Homes"}.items():
        sheet[name] = value
    sheet["A40000"].font = Font(bold=True)
    read_back = read(saved(tmp_path / "file.xlsx", book), kind="providers")
    assert read_back.header_row == 5
    assert read_back.header == ("", "", "provider", "name")
    assert cells(read_back) == [(6, ("", "", "P", "")), (9, ("", "", "", "Homes"))]


def test_cells_at_opposite_corners_are_refused_before_they_fill_the_memory(tmp_path: Path) -> None:
    path = saved(tmp_path / "bomb.xlsx", book_of(["a"]))
    rewritten(path, lambda name, old: CORNERS if name == MEMBER else old)
    assert "larger than" in refusal(path).wrong


@pytest.mark.parametrize(
    ("reference", "wrong"),
    [(b"XFD1048576", "larger than"), (b"A99999999", "damaged"), (b"&#88;FD1048576", "damaged"),
     (b"", "damaged")],
)  # fmt: skip
def test_cells_off_the_sheet_are_refused(tmp_path: Path, reference: bytes, wrong: str) -> None:
    path = saved(tmp_path / "bomb.xlsx", book_of(["a"]))
    content = CORNERS.replace(b"XFD1048576", reference)
    rewritten(path, lambda name, old: content if name == MEMBER else old)
    assert wrong in refusal(path).wrong


def test_an_archive_that_unpacks_to_gigabytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.xlsx_marks.LARGEST_CONTENT", 4 * 2**20)
    path = saved(tmp_path / "bomb.xlsx", book_of(["provider", "name"], ["P", "Homes"]))
    bloated = b" " * 5 * 2**20
    rewritten(path, lambda name, old: old + bloated if name == MEMBER else old)
    assert path.stat().st_size < 100_000
    assert "unpacks to more than" in refusal(path).wrong


def test_a_document_type_declaration_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "file.xlsx", book_of(["a"], ["b"]))
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    rewritten(path, lambda name, old: laughs + old if name == "xl/workbook.xml" else old)
    assert "damaged" in refusal(path).wrong


@pytest.mark.parametrize("missing", [MEMBER, "xl/workbook.xml", "_rels/.rels", "xl/styles.xml"])
def test_a_workbook_without_one_of_its_parts(tmp_path: Path, missing: str) -> None:
    path = saved(tmp_path / "file.xlsx", book_of(["a"], ["b"]))
    rewritten(path, lambda name, old: None if name == missing else old)
    assert refusal(path).wrong.startswith(("it is damaged", "the workbook has no worksheet"))


def test_an_empty_workbook_and_one_of_charts_alone(tmp_path: Path) -> None:
    assert "nothing in it" in refusal(saved(tmp_path / "a.xlsx", Workbook())).wrong
    book = Workbook()
    book.create_chartsheet("Chart")
    book.create_sheet("More")
    assert "nothing in it" in refusal(saved(tmp_path / "b.xlsx", book)).wrong
    archive = tmp_path / "c.xlsx"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("readme.txt", "not a workbook")
    assert "damaged" in refusal(archive).wrong


def test_no_damage_brings_the_reader_down(tmp_path: Path) -> None:
    book = book_of(["provider", "name"], ["P", 1.5], ["Q", datetime.date(2026, 1, 2)])
    book["Sheet1"]["B2"].number_format = "0%"
    whole = io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as archive:
        parts = {item.filename: archive.read(item) for item in archive.infolist()}
    chance = random.Random(7)  # noqa: S311 - damage is not a secret
    path = tmp_path / "file.xlsx"
    outcomes = set()
    for _ in range(300):
        damaged = dict(parts)
        name = chance.choice([MEMBER, "xl/workbook.xml", "xl/styles.xml", MEMBER])
        content = bytearray(damaged[name])
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.choice(b'<>/"=059AZ& \x00\xff')
        damaged[name] = bytes(content)
        with zipfile.ZipFile(path, "w") as archive:
            for part, held in damaged.items():
                archive.writestr(part, held)
        try:
            read(path, kind="providers")
        except ImportProblemsError as error:
            outcomes.add(error.problems[0].wrong[:13])
        else:
            outcomes.add("read")
    assert {"read", "it is damaged"} <= outcomes
    for length in range(0, len(whole.getvalue()), 97):
        path.write_bytes(whole.getvalue()[:length])
        refusal(path)


def test_a_formula_counts_by_the_value_it_was_last_calculated_to(tmp_path: Path) -> None:
    path = saved(tmp_path / "file.xlsx", book_of(["a", "b", "c"], ["=1+1", '=""', "=NA()"]))
    calculated = {
        b"<f>1+1</f><v></v>": b"<f>1+1</f><v>2</v>",
        b'<c r="B2"><f>""</f><v></v>': b'<c r="B2" t="str"><f>""</f><v></v>',
        b'<c r="C2"><f>NA()</f><v></v>': b'<c r="C2" t="e"><f>NA()</f><v>#N/A</v>',
    }

    def calculate(name: str, content: bytes) -> bytes:
        content = content.replace(b"<v />", b"<v></v>")  # written so where lxml is not there
        for before, after in calculated.items():
            assert name != MEMBER or before in content
            content = content.replace(before, after)
        return content

    ((_, (sum_of, empty, missing)),) = cells(read(rewritten(path, calculate), kind="works"))
    assert (sum_of, empty) == (2.0, "")
    assert isinstance(missing, FaultyCell)
    assert missing.shown == "#N/A"


def test_a_byte_changed_inside_the_archive_is_noticed(tmp_path: Path) -> None:
    path = saved(tmp_path / "file.xlsx", book_of(["provider", "name"], ["P", "Homes"]))
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(MEMBER).header_offset
    content = bytearray(path.read_bytes())
    content[start + 120] ^= 0xFF
    path.write_bytes(content)
    assert "damaged" in refusal(path).wrong


def test_a_workbook_whose_parts_disagree(tmp_path: Path) -> None:
    path = saved(tmp_path / "file.xlsx", book_of(["a"], ["b"]))
    rewritten(path, lambda _name, old: old.replace(b'/officeDocument"', b'/other"'))
    assert "damaged" in refusal(path).wrong


@pytest.mark.parametrize(("said", "struck"), [(b"<strike/>", True), (b'<strike val="0"/>', False)])
def test_a_shared_text_of_which_a_part_is_struck_is_no_text(
    tmp_path: Path, *, said: bytes, struck: bool
) -> None:
    path = saved(tmp_path / "file.xlsx", book_of(["code"], ["A29B31"]))
    runs = b"<r><rPr>" + said + b"</rPr><t>A29</t></r><r><t>B31</t></r>"
    rewritten(path, lambda _, part: part.replace(b"<t>A29B31</t>", runs))
    ((_, (cell,)),) = cells(read(path, kind="works"))
    assert isinstance(cell, FaultyCell) is struck
    assert getattr(cell, "shown", cell) == "A29B31"
