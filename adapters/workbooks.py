"""Makes workbooks whose text stays text, so that no spreadsheet alters it, and whose numbers count.

A CSV opened in a spreadsheet loses the zeros that lead a code, and 6E05 becomes a number. Cells of
the format "text" keep what is in them, and what is typed over them; none of them is a formula.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

_TEXT: Final = "@"
_POUNDS: Final = '"£"#,##0.00;[Red]-"£"#,##0.00'
_WIDTH: Final = 20
_TITLE: Final = 31
"""Letters that the name of a sheet may have."""

Cell = str | int | float | Decimal | None
"""Text, a number, pounds, or nothing."""


def workbook(sheets: Mapping[str, Iterable[Sequence[Cell]]]) -> bytes:
    """Return a workbook, each sheet by its name."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name[:_TITLE])
        held = list(rows)
        for number in range(1, max((len(row) for row in held), default=1) + 1):
            column = sheet.column_dimensions[get_column_letter(number)]
            column.width, column.number_format = _WIDTH, _TEXT
        for row in held:
            sheet.append([_cell(sheet, value) for value in row])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
        cell.data_type, cell.number_format = "s", _TEXT
        return cell
    cell = WriteOnlyCell(sheet, value)
    plain = "#,##0" if isinstance(value, int) else "#,##0.0"
    cell.number_format = _POUNDS if isinstance(value, Decimal) else plain
    return cell
