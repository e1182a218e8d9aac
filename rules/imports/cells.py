"""The text of a cell: exact for numbers, whole for words, refused where no record could hold it.

XLSX stores every number as a binary float. Its shortest decimal form is what a person typed; past
15 digits it is a formula's rounding noise, which spreadsheets never show and neither do we.
"""

import math
import unicodedata
from datetime import date, time, timedelta
from decimal import Decimal

from rules.imports.sheet import Cell, FaultyCell, Formatted
from rules.imports.usual import is_error

LONGEST_CELL = 10_000
SHOWN_LENGTH = 80
SPREADSHEET_DIGITS = 15
_BLANKS = " \t\n\u00a0\u2007\u202f\u3000\ufeff"
_EMPTY = _BLANKS + "\r"
_KEPT_CONTROLS = "\n\t"
_MADE_SAFE = ("'=", "'+", "'-", "'@")


class CellError(ValueError):
    """A cell does not hold what its column needs.

    Args:
        wrong: What is wrong with it.
        right: What would be right, or an empty string for the column's own sentence.
        accept: The word of ``ACCEPTS`` under which it is meant, if one may say so.
        value: What it is then.
    """

    def __init__(
        self, wrong: str, *, right: str = "", accept: str = "", value: object = None
    ) -> None:
        self.wrong, self.right = wrong, right
        self.accept, self.value = accept, value
        super().__init__(wrong)


def number_text(number: float) -> str:
    """Return a spreadsheet number in plain digits: ``1.5`` gives 1.5, ``12.0`` gives 12.

    Args:
        number: A number as XLSX stores it.

    Returns:
        Digits with at most one point and no exponent, at most 15 of them significant.

    Raises:
        CellError: It is not a finite number.
    """
    if not math.isfinite(number):
        raise CellError("it is not a finite number")
    if number == int(number) and abs(number) < 10**SPREADSHEET_DIGITS:
        return str(int(number))
    exact = Decimal(repr(number))
    if len(exact.as_tuple().digits) > SPREADSHEET_DIGITS:
        exact = Decimal(f"{number:.{SPREADSHEET_DIGITS}g}")
    return format(exact.normalize(), "f")


def cell_text(cell: Cell) -> str:
    """Return the text of a cell, trimmed, with every line break as one line feed.

    Returns:
        Its text; an empty string for an empty cell. Everything printable survives as it is:
        formulas, markup, emoji, right-to-left writing.

    Raises:
        CellError: A spreadsheet error, a date or time where text belongs, a number of more digits
            than spreadsheets keep, a control character, or more than 10,000 characters.
    """
    if isinstance(cell, str):
        lines = cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
        return _checked(lines)
    if isinstance(cell, FaultyCell):
        raise CellError(cell.wrong, right=cell.right)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (date, time, timedelta)):
        raise CellError(
            "the spreadsheet holds a date or time here, not text",
            right="Format the cell as text and type the value again.",
        )
    if isinstance(cell, Formatted):
        return cell.shown
    if abs(cell) >= 10**SPREADSHEET_DIGITS and math.isfinite(cell):
        raise CellError(
            f"a spreadsheet keeps only {SPREADSHEET_DIGITS} digits of a number, so the last are"
            " not those that were typed",
            right="Format the column as text and type the value again.",
        )
    return number_text(cell)


def _checked(text: str) -> str:
    if len(text) > LONGEST_CELL:
        raise CellError(
            f"the cell holds {len(text):,} characters",
            right=f"At most {LONGEST_CELL:,} characters.",
        )
    if not text.isprintable():
        _refuse_controls(text)
    if is_error(text):
        raise CellError("a spreadsheet showed an error here", right="The value itself.")
    if text.startswith(_MADE_SAFE):  # by a report of ours, or by whoever typed it as text
        text = text[1:]
    return text.strip(_BLANKS)


def _refuse_controls(text: str) -> None:
    found = sorted(
        {c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in _KEPT_CONTROLS}
    )
    if found:
        names = ", ".join(f"U+{ord(c):04X}" for c in found)
        raise CellError(
            f"the cell holds control characters ({names}), which no record or document can hold",
            right="Delete them, or type the cell again.",
        )


def is_empty(cell: Cell) -> bool:
    """Tell whether a cell holds nothing but blanks."""
    return isinstance(cell, str) and not cell.strip(_EMPTY)


def shown(cell: Cell) -> str:
    """Return a cell shortened to one safe line, for the list of problems."""
    if isinstance(cell, (FaultyCell, Formatted)):
        return cell.shown
    if isinstance(cell, str):
        head = cell[: SHOWN_LENGTH + 1]
        text = "".join(c if c.isprintable() else _escaped(c) for c in head)
    elif isinstance(cell, bool) or not isinstance(cell, (int, float)):
        text = str(cell)
    else:
        text = number_text(cell) if math.isfinite(cell) else str(cell)
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def _escaped(character: str) -> str:
    if character in "\u200c\u200d":  # joiners of emoji and of scripts
        return character
    return character.encode("unicode_escape").decode("ascii")
