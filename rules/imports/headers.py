"""Matching a file's header with a kind's columns: order is free, spelling is forgiving."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rules.errors import Problem
from rules.imports.cells import CellError, cell_text, is_empty, shown
from rules.imports.columns import Column, Spec
from rules.imports.sheet import Cell

_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Header:
    """How a file's columns stand to the kind's.

    Args:
        columns: The kind's column at each position of the file that has one.
        width: How many cells the header has, up to its last that is not empty.
        ignored: Names of columns the kind does not know, as the file spells them.
        absent: Names of the kind's optional columns that the file does not have.
        problems: Everything wrong with the header.
    """

    columns: Mapping[int, Column]
    width: int
    ignored: tuple[str, ...]
    absent: frozenset[str]
    problems: tuple[Problem, ...]


def match(
    *, spec: Spec, header: tuple[Cell, ...], file: str, sheet: str | None, row: int
) -> Header:
    """Match a header with a kind's columns, ignoring case, spaces, hyphens and underscores.

    Args:
        spec: The kind.
        header: The header's cells.
        file: File name, for problems.
        sheet: Sheet name, for problems.
        row: The header's row number, for problems.
    """
    names = [_heading(cell) for cell in header]
    while names and not names[-1]:
        names.pop()
    by_key = {_key(column.name): column for column in spec.columns}
    columns: dict[int, Column] = {}
    ignored: list[str] = []
    problems: list[Problem] = []
    for position, name in enumerate(names):
        column = by_key.get(_key(name))
        if column is None:
            if name:
                ignored.append(shown(name))
        elif column in columns.values():
            problems.append(
                Problem(
                    file, sheet, row, column.name, name, "it is there twice", "One such column."
                )
            )
        else:
            columns[position] = column
    missing = [c for c in spec.columns if c not in columns.values()]
    remedy = _remedy(names)
    problems += [
        Problem(file, sheet, row, c.name, "", "the required column is missing", remedy or c.right)
        for c in missing
        if c.required
    ]
    return Header(
        columns=columns,
        width=len(names),
        ignored=tuple(ignored),
        absent=frozenset(c.name for c in missing if not c.required),
        problems=tuple(problems),
    )


def letters(position: int) -> str:
    """Return a column's letters as a spreadsheet shows them: 0 gives A, 27 gives AB.

    Args:
        position: The column's position, from 0.
    """
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def unnamed_with_content(*, cells: tuple[Cell, ...], width: int) -> list[int]:
    """Return positions beyond the header that hold something, as a stray comma makes them.

    Args:
        cells: A row's cells.
        width: The header's width.
    """
    return [at for at in range(width, len(cells)) if not is_empty(cells[at])]


def _heading(cell: Cell) -> str:
    try:
        return cell_text(cell)
    except CellError:
        return shown(cell)


def _key(name: str) -> str:
    return re.sub(r"[\s_\-‐‑]+", "", unicodedata.normalize("NFKC", name).casefold())


def _remedy(names: list[str]) -> str:
    if len(names) == 1:
        for separator, words in _OTHER_SEPARATORS.items():
            if separator in names[0]:
                return f"Columns separated by commas; this file separates them by {words}."
    return ""
