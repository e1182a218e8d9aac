"""Reading real files: what is in them, and one sentence for what cannot be read."""

from __future__ import annotations

import codecs
import hashlib
import os
from pathlib import Path

import pytest

from adapters import delimited
from adapters.spreadsheets import read
from rules.imports import parse
from tests.rules.imports.importing import book_of, cells, refusal, saved


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
        (codecs.BOM_UTF8 + b"provider,name\nP,cut short \xc3", "neither UTF-8 nor Windows-1252"),
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


def test_what_a_file_is_decides_how_it_is_read_and_not_its_name(tmp_path: Path) -> None:
    book = book_of(["provider", "name"], ["P", "Homes"])
    assert cells(read(saved(tmp_path / "providers.csv", book), kind="providers"))
    text = tmp_path / "providers.xlsx"
    text.write_text("provider,name\nP,Homes\n")
    assert cells(read(text, kind="providers")) == [(2, ("P", "Homes"))]


def test_too_many_rows_and_too_large_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "MOST_ROWS", 10)
    path = tmp_path / "file.csv"
    path.write_text("provider,name\n" + "P,Homes\n" * 10)
    assert "larger than" in refusal(path).wrong
    monkeypatch.setattr(delimited, "LARGEST_FILE", 50)
    assert "larger than" in refusal(path).wrong
    book = book_of(*([["a", "b"]] * 11))
    monkeypatch.setattr(delimited, "LARGEST_FILE", 2**20)
    assert "larger than" in refusal(saved(tmp_path / "file.xlsx", book)).wrong


def test_a_fifo_or_device_is_not_waited_for(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe.csv"
    os.mkfifo(fifo)
    assert "not a file" in refusal(fifo).wrong
    assert "not a file" in refusal(Path("/dev/zero")).wrong
