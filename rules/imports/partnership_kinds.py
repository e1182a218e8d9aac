"""The kinds of import file about a partnership's year, and about tables as printed."""

from collections.abc import Iterable, Iterator
from typing import Final

from rules.grants.budgets import EARLIEST, LATEST
from rules.imports import numbers, words
from rules.imports.cells import CellError, cell_text
from rules.imports.checks import Finding, ParsedRow
from rules.imports.columns import MONEY, Column, chosen, kind_of, needed, needed_code, needed_line
from rules.imports.sheet import Cell
from rules.partnership.agreed import STREAMS, LineKind
from rules.partnership.figures import FIGURES
from rules.partnership.printed import CELL, ColumnIs, RowIs, read_number

_YEAR: Final = "The year in which it begins: 2026, or 2026/27, is from 1 April 2026."
_OF_ROW: Final = ("row_title", "row_is", "who")
_OF_COLUMN: Final = ("column_title", "column_is", "figure")


def _place(cell: Cell) -> str:
    """Return a place as a spreadsheet names it.

    Raises:
        CellError: It is none.
    """
    found = words.code(cell).upper()
    if not CELL.fullmatch(found):
        raise CellError("it is no place in a table", right="A column and a row, such as B3.")
    return found


def _printed(cell: Cell) -> str:
    """Return what a cell of a document prints, which holds a number.

    Raises:
        CellError: It holds none.
    """
    found = words.line(cell)
    try:
        read_number(found)
    except ValueError:
        raise CellError("it prints no number", right="Such as £1,234, 33% or empty.") from None
    return found


def _term_findings(row: ParsedRow) -> Iterator[Finding]:
    """Yield what a term lacks or says too much: it is a fee, or a fixed sum of somebody named."""
    fee, fixed, less, who, because = row.cells(("fee", "fixed", "less", "who", "because"))
    if (fee is None) == (fixed is None) and {"fee", "fixed"} <= row.values.keys():
        yield row.finding("fee", "a term is one of the two, a fee or a fixed sum", "One of them.")
    elif who == "" and (fixed is not None or less is not None):
        yield row.finding("who", "it is empty", "Whose sum it is; a fee without who is of all.")
    elif who and fee is not None and because == "":
        yield row.finding("because", "it is empty", "Why this partner has a fee of its own.")
    if less is not None and fixed is not None:
        yield row.finding("less", "there is no fee to take it off", "Empty, beside a fixed sum.")


def _about_findings(row: ParsedRow) -> Iterator[Finding]:
    """Yield a printed table that names a partnership without the year, or a figure without both."""
    partnership, year, figure = row.cells(("partnership", "year", "figure"))
    if {"partnership", "year"} <= row.values.keys() and bool(partnership) != (year is not None):
        yield row.finding("year", "partnership and year belong together", "Both, or neither.")
    elif figure and not partnership:
        yield row.finding("figure", "the table is about no partnership", "Empty; or name it.")


def _place_findings(rows: Iterable[ParsedRow]) -> Iterator[Finding]:
    """Yield cells of one row, or one column, of a table that call it otherwise than the first."""
    first: dict[tuple[object, str], ParsedRow] = {}
    for row in rows:
        found = CELL.fullmatch(str(row.values.get("cell")))
        if not found:
            continue
        for part, names in ((found[2], _OF_ROW), (found[1], _OF_COLUMN)):
            before = first.setdefault((row.values.get("table_code"), part), row)
            for name in names:
                here, there = row.values.get(name), before.values.get(name)
                if None not in (here, there) and here != there:
                    wrong = f"row {before.number} says {there!r} of the same {name.split('_')[0]}"
                    yield row.finding(name, wrong, f"The same {name} for all its cells.")


_OF_YEAR: Final = (
    needed_code("partnership", "The partnership's code, such as HEART."),
    needed("year", numbers.year(EARLIEST, LATEST), _YEAR),
)

PARTNERSHIP_KINDS: Final = (
    kind_of(
        "partnership_budget",
        ("partnership", "year", "line"),
        *_OF_YEAR,
        needed_line("line", "What the line is called."),
        chosen("heading", tuple(LineKind)),
        needed("amount", numbers.pence, MONEY),
    ),
    kind_of(
        "partnership_capital",
        ("partnership", "year", "partner"),
        *_OF_YEAR,
        needed_code("partner", "The code of an authority on file."),
        *(
            Column(
                stream,
                numbers.pence,
                f"{title} for the year. {MONEY} Empty: not recorded, which is not nothing.",
            )
            for stream, title in STREAMS.items()
        ),
    ),
    kind_of(
        "partnership_terms",
        ("partnership", "year", "who"),
        *_OF_YEAR,
        Column(
            "who",
            words.line,
            "The code of a partner with a fee of its own, or the name of whoever pays a fixed "
            "sum; empty: the fee of all other partners.",
            "",
        ),
        Column("fee", numbers.uplift, "Per cent of capital, such as 12.5."),
        Column("less", numbers.pence, f"What is taken off that fee. {MONEY}"),
        Column("fixed", numbers.pence, f"The fixed sum. {MONEY}"),
        Column("because", words.line, "Why, as it was agreed; a fee of its own needs it.", ""),
        row_check=_term_findings,
    ),
    kind_of(
        "printed_tables",
        ("table_code", "cell"),
        needed_code("table_code", "A code for the table."),
        needed_line("title", "What the document calls it, the same on every row of the table."),
        Column("partnership", words.code, "Whose year it is about; empty: nobody's.", ""),
        Column("year", numbers.year(EARLIEST, LATEST), _YEAR),
        needed("cell", _place, "Where it stands, as a spreadsheet names it: B3."),
        needed_line("row_title", "What its row is called."),
        needed_line("column_title", "What its column is called."),
        Column("printed", _printed, "The number as it is printed; empty or a dash: none.", ""),
        chosen("row_is", tuple(RowIs)),
        chosen("column_is", tuple(ColumnIs)),
        Column(
            "figure",
            words.one_of(FIGURES),
            f"Which figure of the year the column holds: {' '.join(FIGURES)}; or empty.",
            "",
        ),
        Column(
            "who",
            cell_text,
            "Whose figures the row holds: a partner's code, whoever pays a fixed sum, or a line of "
            "the budget.",
            "",
        ),
        agreeing=("title", "partnership", "year"),
        row_check=_about_findings,
        file_check=_place_findings,
    ),
)
