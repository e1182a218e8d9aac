"""Reads an import file, CSV or XLSX, into raw rows numbered as the spreadsheet shows them.

The bytes decide what a file is, not its name. A file that cannot be read at all is one problem that
says what to do; everything inside a readable file is left to ``rules.imports``.
"""

import hashlib
import io
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypeAlias

import python_calamine as calamine

from adapters import delimited
from adapters.delimited import UnreadableError, too_large
from adapters.xlsx_marks import Marks, XlsxError, check_container, inspect
from rules.errors import ImportProblemsError, Problem
from rules.imports import Cell, RawRow, Sheet
from rules.imports.cells import is_empty, shown
from rules.imports.formats import as_shown, hides_the_day
from rules.imports.header_row import header_at
from rules.imports.headers import letters
from rules.imports.sheet import NO_COLUMNS, FaultyCell, Formatted
from rules.sentences import named, several

_Rows: TypeAlias = Sequence[tuple[int, tuple[Cell, ...]]]

_ZIP: Final = b"PK\x03\x04"
_OPEN_DOCUMENT: Final = b"mimetypeapplication/vnd.oasis.opendocument"


def read(path: Path, *, kind: str) -> Sheet:
    """Read an import file.

    Args:
        path: The file: CSV in UTF-8 or Windows-1252, or XLSX.
        kind: The kind of import; an XLSX sheet of that name is read, else the first.

    Returns:
        The header and every row below it that holds anything.

    Raises:
        ImportProblemsError: The file cannot be read; the problem says why.
    """
    try:
        data = _bytes(path)
        book = _xlsx(data, kind) if data.startswith(_ZIP) else None
        numbered = book.rows if book else delimited.delimited(data)
        return _sheet(path.name, data, numbered, kind=kind, book=book)
    except UnreadableError as error:
        problem = Problem(path.name, None, error.row, None, "", error.wrong, error.right)
        raise ImportProblemsError((problem,)) from error


def _bytes(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe or device might never end
            what = "a folder" if path.is_dir() else "a pipe or device"
            raise UnreadableError(f"it is {what}, not a file", "Name a CSV or XLSX file.")
        if found.st_size > delimited.LARGEST_FILE:
            raise too_large()
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableError("there is no such file", "Check the name and folder.") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableError(f"it cannot be opened: {reason}", "A file you may read.") from error


@dataclass(frozen=True, slots=True)
class _Book:
    """One sheet of a workbook as it shows itself.

    Args:
        sheet: Its name.
        rows: Its rows with their numbers.
        struck: By the number of a row, the columns of its cells that are struck through.
        notes: What the person should know of it.
    """

    sheet: str
    rows: _Rows
    struck: Mapping[int, frozenset[int]]
    notes: tuple[str, ...]


def _sheet(
    file: str,
    data: bytes,
    numbered: Iterable[tuple[int, tuple[Cell, ...]]],
    *,
    kind: str,
    book: _Book | None,
) -> Sheet:
    struck = book.struck if book else {}
    rows = [
        RawRow(number, cells, struck.get(number, NO_COLUMNS))
        for number, cells in numbered
        if not all(is_empty(cell) for cell in cells)
    ]
    if not rows:
        raise UnreadableError("there is nothing in it", "A header row, and rows below it.")
    at, note = header_at(kind, rows)
    return Sheet(
        file=file,
        sheet=book.sheet if book else None,
        sha256=hashlib.sha256(data).hexdigest(),
        header=rows[at].cells,
        rows=tuple(rows[at + 1 :]),
        header_row=rows[at].number,
        notes=(*(book.notes if book else ()), *note),
    )


def _xlsx(data: bytes, kind: str) -> _Book:
    if _OPEN_DOCUMENT in data[:200]:
        raise UnreadableError("it is an OpenDocument file (.ods), of which formats are not read")
    try:
        check_container(data)
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            name, note = _chosen_sheet(book, kind)
            marks = inspect(data, sheet=name)
            too_many = marks.rows * marks.columns > delimited.MOST_CELLS
            if marks.rows > delimited.MOST_ROWS or too_many:
                raise too_large()
            grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (calamine.CalamineError, XlsxError) as error:
        raise UnreadableError(f"it is damaged, or not an .xlsx workbook ({error})") from error
    shown_grid = _as_shown(grid, marks)
    merged = tuple(_fill_merges(shown_grid, marks))
    rows = [(number, tuple(cells)) for number, cells in enumerate(shown_grid, start=1)]
    struck = {row + 1: columns for row, columns in marks.struck.items()}
    return _Book(name, rows, struck, (*note, *merged, *_hidden(marks, rows)))


def _chosen_sheet(book: calamine.CalamineWorkbook, kind: str) -> tuple[str, tuple[str, ...]]:
    """Return the sheet to read, and what is said of it where there are others."""
    sheets = {
        sheet.name: sheet.visible == calamine.SheetVisibleEnum.Visible
        for sheet in book.sheets_metadata
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet
    }
    if not sheets:
        raise UnreadableError("the workbook has no worksheet", "A sheet with a header and rows.")
    so_called = (name for name in sheets if name.strip().casefold() == kind.casefold())
    first_shown = (name for name, is_shown in sheets.items() if is_shown)
    chosen = next(so_called, None) or next(first_shown, None) or next(iter(sheets))
    if len(sheets) == 1:
        return chosen, ()
    left = [_called(name, sheets) for name in sheets if name != chosen]
    return chosen, (f"Sheet {_called(chosen, sheets)} was read and not {named(left)}.",)


def _called(name: str, sheets: Mapping[str, bool]) -> str:
    return name if sheets[name] else f"{name} (hidden)"


def _as_shown(rows: Sequence[Sequence[Cell]], marks: Marks) -> list[list[Cell]]:
    """Return the rows with faulty and formatted cells as the spreadsheet shows them."""
    grid: list[list[Cell]] = [list(row) for row in rows]
    grid += ([] for _ in range(marks.rows - len(grid)))
    for (row, column), fault in marks.faults.items():
        _reach(grid[row], column)
        grid[row][column] = fault
    for (row, column), code in marks.formats.items():
        held = grid[row][column] if column < len(grid[row]) else ""
        if isinstance(held, (int, float)):
            grid[row][column] = as_shown(held, code)
        elif isinstance(held, date) and hides_the_day(code):
            grid[row][column] = FaultyCell(
                f"{held:%Y-%m-%d}",
                "its format shows no whole date, and the spreadsheet may have guessed the rest",
                "The date in a format that shows day, month and year.",
            )
    return grid


def _reach(cells: list[Cell], column: int) -> None:
    cells += [""] * (column + 1 - len(cells))


def _fill_merges(grid: list[list[Cell]], marks: Marks) -> Iterator[str]:
    """Give words merged over rows to each of them, and say so; any other merge is a fault."""
    for top, left, bottom, right in marks.merges:
        held = grid[top][left] if top < len(grid) and left < len(grid[top]) else ""
        where = f"{letters(left)}{top + 1}"
        if is_empty(held):
            continue
        fills = left == right and not isinstance(held, (int, float, Formatted, FaultyCell))
        fault = FaultyCell(
            "",
            f"it is merged with {where}, which shows {shown(held)}",
            "Unmerge the cells, and give each the value that is its own.",
        )
        for row in range(top, min(bottom + 1, len(grid))):
            _reach(grid[row], right)
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    grid[row][column] = held if fills else fault
        if fills:
            yield f"{where} is merged down to row {bottom + 1}: each row was read as {shown(held)}."


def _hidden(marks: Marks, rows: _Rows) -> Iterator[str]:
    """Yield what is not shown and was read all the same."""
    filled = [
        n for n, cells in rows if n - 1 in marks.hidden_rows and not all(map(is_empty, cells))
    ]
    if filled:
        numbers = named([str(number) for number in filled])
        yield f"{several(len(filled), 'hidden row')} of the sheet {_was(filled)} read: {numbers}."
    columns = [at for at in sorted(marks.hidden_columns) if _headed(rows, at)]
    if columns:
        headed = named([f"{letters(at)} ({_headed(rows, at)})" for at in columns])
        count = several(len(columns), "hidden column")
        yield f"{count} of the sheet {_was(columns)} read: {headed}."


def _was(some: Sequence[int]) -> str:
    return "was" if len(some) == 1 else "were"


def _headed(rows: _Rows, at: int) -> str:
    """Return the first thing that stands in a column; empty where nothing does."""
    found = (cells[at] for _, cells in rows if at < len(cells) and not is_empty(cells[at]))
    return shown(next(found, ""))
