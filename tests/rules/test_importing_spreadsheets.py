"""Reading real CSV and XLSX files: what is in them, and one sentence for what cannot be read."""

from __future__ import annotations

import codecs
import datetime
import hashlib
import io
import os
import random
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from adapters import spreadsheets
from adapters.spreadsheets import read
from rules.errors import ImportProblemsError, Problem
from rules.importing import FaultyCell, Sheet, parse

MEMBER = "xl/worksheets/sheet1.xml"
CORNERS = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1"><v>1</v></c></row>'
    b'<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>'
)


def saved(path: Path, book: Workbook) -> Path:
    book.save(path)
    return path


def book_of(*rows: Sequence[object], title: str = "Sheet1") -> Workbook:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return book


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Rewrite the members of an archive; a member that becomes None is left out."""
    with zipfile.ZipFile(path) as archive:
        parts = {item.filename: archive.read(item) for item in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            changed = change(name, content)
            if changed is not None:
                archive.writestr(name, changed)
    return path


def refusal(path: Path, kind: str = "providers") -> Problem:
    with pytest.raises(ImportProblemsError) as caught:
        read(path, kind=kind)
    (problem,) = caught.value.problems
    assert problem.file == path.name
    assert problem.right
    return problem


def cells(sheet: Sheet) -> list[tuple[int, tuple[object, ...]]]:
    return [(row.number, row.cells) for row in sheet.rows]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("provider,name\nP,Café £5 – “x”\n".encode(), "Café £5 – “x”"),
        (codecs.BOM_UTF8 + "provider,name\r\nP,Café 👩🏽‍🦽 שלום\r\n".encode(), "Café 👩🏽‍🦽 שלום"),
        ("provider,name\r\nP,Café £5 – “x”\r\n".encode("cp1252"), "Café £5 – “x”"),
        (b"provider,name\rP,old Mac\r", "old Mac"),
        (b"provider,name\nP,no end", "no end"),
    ],
)
def test_csv_encodings_and_line_ends(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / "providers.csv"
    path.write_bytes(content)
    sheet = read(path, kind="providers")
    assert sheet.header == ("provider", "name")
    assert cells(sheet) == [(2, ("P", name))]
    assert sheet.sheet is None
    assert sheet.sha256 == hashlib.sha256(content).hexdigest()


def test_csv_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('\n,\nprovider,name\n"P","two\nlines"\n\n,,\nQ,"say ""hi"", she said"\n')
    sheet = read(path, kind="providers")
    assert sheet.header_row == 3
    assert cells(sheet) == [(4, ("P", "two\nlines")), (7, ("Q", 'say "hi", she said'))]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "nothing in it"),
        (b"\n\n , ,\n", "nothing in it"),
        (codecs.BOM_UTF8, "nothing in it"),
        ("provider,name\nP,x".encode("utf-16"), "UTF-16"),
        (b'provider,name\nP,"open\nQ,never closed\n', "quotation marks do not match"),
        (b'provider,name\nP,"shut"early\n', "quotation marks do not match"),
        (b"provider,name\nP,\x81\x8d\n", "neither UTF-8 nor Windows-1252"),
        (bytes(range(256)) * 4, "binary file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "binary file"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "old Excel"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(99) + "EncryptedPackage".encode("utf-16-le"),
            "protected by a password",
        ),
        (b"PK\x03\x04 but no more", "damaged"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes, wrong: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    assert wrong in refusal(path).wrong


def test_an_unclosed_quotation_mark_says_where(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b'provider,name\nP,x\nQ,"open\nR,y\n')
    assert refusal(path).row == 3


def test_no_file_a_folder_and_a_file_nobody_may_read(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "absent.csv").wrong
    assert "folder" in refusal(tmp_path).wrong
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    assert "cannot be opened" in refusal(loop).wrong


def test_nul_and_control_characters_are_left_for_the_rows_to_report(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"provider,name,address\n" + b"P,Homes and more homes,A\x00B\n" * 1)
    sheet = read(path, kind="providers")
    parsed = parse(
        kind="providers", header=sheet.header, rows=sheet.rows, file=sheet.file, sheet=sheet.sheet
    )
    (problem,) = parsed.problems
    assert (problem.row, problem.column, problem.value) == (2, "address", "A\\x00B")
    assert "U+0000" in problem.wrong


def test_a_ten_megabyte_cell_is_one_problem(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("provider,name,address\nP,Homes," + "x" * 10 * 2**20 + "\nQ,More,y\n")
    sheet = read(path, kind="providers")
    parsed = parse(
        kind="providers", header=sheet.header, rows=sheet.rows, file=sheet.file, sheet=None
    )
    (problem,) = parsed.problems
    assert problem.wrong == "the cell holds 10,485,760 characters"
    assert len(problem.value) == 80


@pytest.mark.parametrize(
    "hostile",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "👩🏽‍🦽",
        "שלום",
        "a\nb",
    ],
)
def test_hostile_text_survives_both_formats(tmp_path: Path, hostile: str) -> None:
    quoted = hostile.replace('"', '""')
    csv_file = tmp_path / "file.csv"
    csv_file.write_text(f'provider,name,address\nP,N,"{quoted}"\n', encoding="utf-8")
    book = book_of(["provider", "name", "address"], ["P", "N"])
    cell = book["Sheet1"]["C2"]
    cell.value = hostile
    cell.data_type = "s"
    for path in (csv_file, saved(tmp_path / "file.xlsx", book)):
        sheet = read(path, kind="providers")
        parsed = parse(
            kind="providers", header=sheet.header, rows=sheet.rows, file="f", sheet=sheet.sheet
        )
        assert parsed.problems == ()
        assert parsed.rows[0].values["address"] == hostile


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
    assert third[2:5] == ("-3.5%", 0.5, "200%")
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


def test_what_a_file_is_decides_how_it_is_read_and_not_its_name(tmp_path: Path) -> None:
    book = book_of(["provider", "name"], ["P", "Homes"])
    assert cells(read(saved(tmp_path / "providers.csv", book), kind="providers"))
    text = tmp_path / "providers.xlsx"
    text.write_text("provider,name\nP,Homes\n")
    assert cells(read(text, kind="providers")) == [(2, ("P", "Homes"))]


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


def test_too_many_rows_and_too_large_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 10)
    path = tmp_path / "file.csv"
    path.write_text("provider,name\n" + "P,Homes\n" * 10)
    assert "larger than" in refusal(path).wrong
    monkeypatch.setattr(spreadsheets, "LARGEST_FILE", 50)
    assert "larger than" in refusal(path).wrong
    book = book_of(*([["a", "b"]] * 11))
    monkeypatch.setattr(spreadsheets, "LARGEST_FILE", 2**20)
    assert "larger than" in refusal(saved(tmp_path / "file.xlsx", book)).wrong


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


def test_a_fifo_or_device_is_not_waited_for(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe.csv"
    os.mkfifo(fifo)
    assert "not a file" in refusal(fifo).wrong
    assert "not a file" in refusal(Path("/dev/zero")).wrong
