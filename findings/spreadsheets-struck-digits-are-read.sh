#!/usr/bin/env bash
# One would guess: where a price in a cell was corrected by striking the old digits through and
#   typing the new ones behind them, a reader gives what counts, or says that the text has parts.
# What is so: both readers join the parts. The cell that shows 29 struck through and then 31 is read
#   as 2931, a plausible sum. What is struck through in part stands in the text's runs, not in the
#   cell's font, so looking at the font of the cell does not find it.
# Seen: openpyxl 3.1.5, python-calamine 0.9.1, on a file by XlsxWriter 3.3.1.
# What we do: a text of which a part is struck through is refused, with the text.
#
# usage: bash findings/spreadsheets-struck-digits-are-read.sh
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    openpyxl==3.1.5 python-calamine==0.9.1 xlsxwriter==3.3.1

"$work/venv/bin/python" - "$work/prices.xlsx" <<'PY'
import sys
from importlib.metadata import version

import openpyxl
import python_calamine
import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
sheet = book.add_worksheet()
sheet.write("A1", "price")
sheet.write_rich_string("A2", book.add_format({"font_strikeout": True}), "29", "31")
book.close()

cell = openpyxl.load_workbook(sys.argv[1]).active["A2"]
calamine = python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0)
seen = {"openpyxl": cell.value, "python-calamine": calamine.to_python()[1][0]}
for package, value in seen.items():
    print(f"{package} {version(package)} reads {value!r}")
print(f"the cell's own font is struck through: {bool(cell.font.strike)}")
assert set(seen.values()) == {"2931"}, "the parts are told apart now"
assert not cell.font.strike, "the cell says it now"
PY
