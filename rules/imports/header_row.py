"""Which row of a sheet is its header: the first, or the one that is unmistakably it."""

from collections.abc import Sequence
from typing import Final

from rules.imports.cells import is_empty
from rules.imports.columns import Spec
from rules.imports.headers import match
from rules.imports.kinds import spec
from rules.imports.sheet import RawRow
from rules.sentences import several

_LOOKED_AT: Final = 20
"""Rows that may stand above a header: a title, a date, a note or two."""


def header_at(kind: str, rows: Sequence[RawRow]) -> tuple[int, tuple[str, ...]]:
    """Return where the header is among the filled rows, and what is said where it is not first.

    Args:
        kind: One of ``KINDS``.
        rows: Every row that holds anything.
    """
    of_kind = spec(kind)
    known = [len(match(of_kind, row.cells, row=row.number).columns) for row in rows[:_LOOKED_AT]]
    if known[0] > 1 or _one_cell_says_it(of_kind, known[0]):
        return 0, ()
    whole = [at for at, found in enumerate(known) if found and _is_whole(of_kind, rows[at])]
    if len(whole) != 1 or whole[0] == 0:
        return 0, ()
    above = several(rows[whole[0]].number - 1, "row")
    return whole[0], (f"The header is row {rows[whole[0]].number}; {above} above it left aside.",)


def likely_header(kind: str, rows: Sequence[RawRow]) -> int | None:
    """Return the number of the row below that looks most like the header; None if none does."""
    of_kind = spec(kind)
    known = [
        (len(match(of_kind, row.cells, row=row.number).columns), -row.number)
        for row in rows[:_LOOKED_AT]
    ]
    best, number = max(known, default=(0, 0))
    return -number if best > 1 else None


def _one_cell_says_it(of_kind: Spec, known: int) -> bool:
    return known == len([column for column in of_kind.columns if column.required])


def _is_whole(of_kind: Spec, row: RawRow) -> bool:
    filled = sum(not is_empty(cell) for cell in row.cells)
    return filled > 1 and not match(of_kind, row.cells, row=row.number).findings
