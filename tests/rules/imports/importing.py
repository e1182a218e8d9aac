"""Files for the tests of reading: workbooks written in place, and damaged on purpose."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from adapters.spreadsheets import read
from rules.errors import ImportProblemsError, Problem
from rules.imports import Sheet


def saved(path: Path, book: Workbook) -> Path:
    book.save(path)
    return path


def book_of(*rows: Sequence[object], title: str = "Sheet1") -> Workbook:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
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
