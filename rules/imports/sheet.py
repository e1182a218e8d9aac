"""What a spreadsheet reader hands over: raw cells, rows numbered as the spreadsheet shows them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple, TypeAlias


@dataclass(frozen=True, slots=True)
class FaultyCell:
    """A cell that the reader could not give a value for, such as ``#N/A``.

    Args:
        shown: What the spreadsheet shows in the cell.
        wrong: What is wrong with it.
        right: What would be right.
    """

    shown: str
    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Formatted:
    """A number that the spreadsheet shows in a format of its own, such as 42 as 000042.

    Args:
        number: The number.
        shown: What the spreadsheet shows, which comes to the same number.
    """

    number: float
    shown: str


Cell: TypeAlias = (
    str | int | float | bool | date | datetime | time | timedelta | FaultyCell | Formatted
)  # ``float`` is how XLSX stores every number; rules.imports.cells makes exact text of it


NO_COLUMNS: Final[frozenset[int]] = frozenset()


class RawRow(NamedTuple):
    """One row below the header.

    Args:
        number: Row number as the spreadsheet shows it.
        cells: The cells, in the file's column order; may be shorter or longer than the header.
        struck: The columns, from 0, of its cells that are struck through.
    """

    number: int
    cells: tuple[Cell, ...]
    struck: frozenset[int] = NO_COLUMNS


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as read, before anything in it is understood.

    Args:
        file: File name, without its folder.
        sheet: Sheet name, or None for CSV.
        sha256: Hexadecimal SHA-256 of the file's bytes.
        header: The header's cells.
        rows: The rows below it that hold anything.
        header_row: The header's row number as the spreadsheet shows it.
        typed: Whether it holds what was typed at the desk, and is no file.
        notes: How it was read, where that is to be known, as sentences.
    """

    file: str
    sheet: str | None
    sha256: str
    header: tuple[Cell, ...]
    rows: tuple[RawRow, ...]
    header_row: int = 1
    typed: bool = False
    notes: tuple[str, ...] = ()
