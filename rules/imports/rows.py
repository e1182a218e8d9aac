"""What is odd in how the rows of a sheet stand: footers, struck through, dates of two kinds."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Final

from rules.imports.cells import is_empty, shown
from rules.imports.checks import Finding
from rules.imports.choices import Choices
from rules.imports.headers import Header
from rules.imports.numbers import day
from rules.imports.sheet import Cell, RawRow
from rules.typed import written_day

_MONTHS: Final = 12


def is_footer(header: Header, raw: RawRow, *, after_blank: bool) -> bool:
    """Tell whether a row below an empty one fills less than every row of the kind must."""
    if not after_blank:
        return False
    filled = sum(not is_empty(cell) for cell in raw.cells)
    needed = sum(column.required for column in header.columns.values())
    return filled < needed


def footer_finding(raw: RawRow) -> Finding:
    """Return what is wrong with a footer."""
    first = next(cell for cell in raw.cells if not is_empty(cell))
    return Finding(
        raw.number,
        None,
        shown(first),
        "it stands below an empty row and is no whole row, as a footer is",
        "Delete it, or fill the row.",
    )


def struck_findings(header: Header, raw: RawRow, said: Choices) -> Iterator[Finding]:
    """Yield a row, or cells of it, struck through, unless such are said to count."""
    if not raw.struck or "struck-through" in said.accepted:
        return
    filled = [at for at, cell in enumerate(raw.cells) if not is_empty(cell)]
    whole = raw.struck.issuperset(filled)
    for at in filled[:1] if whole else filled:
        if whole or (at in raw.struck and at in header.columns):
            it = "row" if whole else "cell"
            yield Finding(
                raw.number,
                None if whole else header.columns[at].name,
                shown(raw.cells[at]),
                f"the {it} is struck through, as one that no longer counts",
                f"{'Delete the row' if whole else 'Type what counts'}; or take the line off it.",
                "struck-through",
            )


def date_findings(header: Header, rows: Sequence[RawRow], said: Choices) -> Iterator[Finding]:
    """Yield date cells that may be another day, beside days that stayed text.

    A spreadsheet of another country makes a cell of 5/4/2026, the 4th of May, and leaves 13/4/2026
    as it was typed.
    """
    if "mixed-dates" in said.accepted:
        return
    for position, column in header.columns.items():
        if column.parse is not day:
            continue
        cells = [(raw, raw.cells[position]) for raw in rows if position < len(raw.cells)]
        stayed = next((raw for raw, cell in cells if _only_one_way(cell)), None)
        if stayed is None:
            continue
        for raw, cell in cells:
            other = _other_day(cell)
            if other is not None:
                yield Finding(
                    raw.number,
                    column.name,
                    shown(cell),
                    f"the cell holds {_in_words(cell)}, but row {stayed.number} stayed text, so "
                    f"{_in_words(other)} may have been typed",
                    "Type the day as text, such as 2026-04-01, in every row.",
                    "mixed-dates",
                )


def _only_one_way(cell: Cell) -> bool:
    """Tell whether a cell holds text of a day that has no reading with the month first."""
    if not isinstance(cell, str) or "/" not in cell:
        return False
    try:
        return written_day(cell.strip()).day > _MONTHS
    except ValueError:
        return False


def _other_day(cell: Cell) -> date | None:
    """Return the other day that a date cell may stand for."""
    if isinstance(cell, datetime):
        return _other_day(cell.date()) if cell.time() == time.min else None
    if isinstance(cell, date) and cell.day <= _MONTHS and cell.day != cell.month:
        return cell.replace(day=cell.month, month=cell.day)
    return None


def _in_words(when: Cell) -> str:
    return f"{when:%-d %B %Y}"
