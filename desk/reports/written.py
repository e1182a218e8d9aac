"""A report as a file: CSV, XLSX, JSON or PDF, each figure beside how many cases it rests on."""

import io
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from adapters.workbooks import Cell, workbook
from desk.csv_output import write_lines
from desk.output import as_json
from rules.reports.figures import Figure, Shows, Unit
from services.reports.declared.ask import Answer, Row
from services.reports.declared.report import Column
from services.reports.printed import as_pdf, paper_of

_BESIDE: Final = (Shows.COUNT, Shows.TOTAL)
_PENCE_IN_A_POUND: Final = 100


def _cells(row: Row, columns: tuple[Column, ...]) -> list[Cell]:
    """Return one line: each figure, and where it says how many cases it rests on, those."""
    cells: list[Cell] = [row.key, row.label]
    for one in columns:
        figure = row.figures[one.name]
        cells.append(_cell(figure))
        if _has_cases(one):
            cells.append(figure.among if figure.among is not None else figure.cases)
    return cells


def _cell(figure: Figure) -> Cell:
    if figure.value is None:
        return None
    if figure.unit is Unit.PENCE:
        return figure.value / _PENCE_IN_A_POUND
    whole = figure.value == figure.value.to_integral_value()
    return int(figure.value) if whole else str(figure.value)


def _has_cases(column: Column) -> bool:
    return column.of is not None and column.shows not in _BESIDE


def _header(answer: Answer) -> list[str]:
    header = [answer.way.name, answer.way.title]
    for one in answer.columns:
        header.append(f"{one.title} (£)" if one.unit is Unit.PENCE else one.title)
        if _has_cases(one):
            header.append(f"{one.title}: of cases")
    return header


def _table(answer: Answer) -> list[list[Cell]]:
    return [_cells(row, answer.columns) for row in (*answer.rows, answer.total)]


def as_csv(answer: Answer) -> bytes:
    """Return it as CSV that spreadsheets read as UTF-8; what is not recorded is an empty cell."""
    out = io.StringIO()
    write_lines(out, _header(answer), _table(answer))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(answer: Answer) -> bytes:
    """Return it as a workbook: the table, what each figure means, and what the database was asked.

    Figures are numbers there, to go on from.
    """
    return workbook(
        {
            "Report": [*([line] for line in paper_of(answer).head), [], _header(answer)]
            + [[_number(cell) for cell in row] for row in _table(answer)],
            "What each figure means": [[one.title, one.means] for one in answer.columns],
            "What the database was asked": [[one] for one in answer.statements],
        }
    )


def _number(cell: Cell) -> Cell:
    """Return a figure with tenths as a number; what is none stays as it is."""
    tenths = isinstance(cell, str) and re.fullmatch(r"-?\d+\.\d+", cell)
    return float(str(cell)) if tenths else cell


def plainly(answer: Answer) -> dict[str, Any]:
    """Return it for machines: money in whole pence, and of each figure its cases."""
    return {
        "report": answer.report.name,
        "asks": answer.report.asks,
        "from": answer.asked.period.first,
        "to": answer.asked.period.last,
        "at": answer.asked.at,
        "authorities": sorted(answer.asked.authorities),
        "by": answer.way.name,
        "columns": [
            {"name": one.name, "title": one.title, "means": one.means, "unit": one.unit.value}
            for one in answer.columns
        ],
        "rows": [_plain_row(row, answer.columns) for row in answer.rows],
        "all": _plain_row(answer.total, answer.columns),
        "statements": answer.statements,
        "cases_not_counted_yet": answer.not_counted,
    }


def _plain_row(row: Row, columns: tuple[Column, ...]) -> dict[str, Any]:
    return {"row": row.key, "label": row.label} | {
        one.name: _plain(row.figures[one.name]) for one in columns
    }


def _plain(figure: Figure) -> dict[str, Any]:
    name = "value_pence" if figure.unit is Unit.PENCE else "value"
    value = None if figure.value is None else _whole(figure.value)
    among = {} if figure.among is None else {"among": figure.among}
    return {name: value, "cases": figure.cases, **among}


def _whole(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value


def as_json_file(answer: Answer) -> bytes:
    """Return it as JSON."""
    return as_json(plainly(answer)).encode()


FORMS: Final[Mapping[str, tuple[str, Callable[[Answer], bytes]]]] = MappingProxyType(
    {
        "csv": ("text/csv; charset=utf-8", as_csv),
        "xlsx": (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            as_xlsx,
        ),
        "json": ("application/json", as_json_file),
        "pdf": ("application/pdf", as_pdf),
    }
)
"""What a report comes as: the type of the file, and what makes it."""
