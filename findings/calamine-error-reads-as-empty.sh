#!/usr/bin/env bash
# One would guess: a spreadsheet's cell that shows #N/A reads as an error, or as that text, as it
#   does with openpyxl; an empty string means an empty cell.
# What is so: python-calamine gives an empty string for a cell in error, for a formula that was never
#   calculated and for an empty cell alike. A rate that somebody's VLOOKUP did not find is a rate
#   that nobody gave; where an empty cell takes the default, the default is what is paid.
# Seen: python-calamine 0.9.1; the same sheet with openpyxl 3.1.5.
# What we do: the sheet's XML is looked at first, and such a cell is reported with its place.
#
# usage: bash findings/calamine-error-reads-as-empty.sh [PYTHON-CALAMINE-VERSION]
set -euo pipefail
version=${1:-0.9.1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    "python-calamine==$version" openpyxl==3.1.5

"$work/venv/bin/python" - <<'PY'
import io
import sys
from importlib.metadata import version

import openpyxl
from python_calamine import CalamineWorkbook

ROWS = (("rate", 12.5), ("empty", None), ("error", "#N/A"), ("uncalculated", "=6*7"), ("end", 1.5))
book = openpyxl.Workbook()
for row in ROWS:
    book.active.append(row)
held = io.BytesIO()
book.save(held)

both = openpyxl.load_workbook(io.BytesIO(held.getvalue())).active
others = dict(both.iter_rows(values_only=True))
ours = dict(CalamineWorkbook.from_filelike(io.BytesIO(held.getvalue())).get_sheet_by_index(0).to_python())

print(f"python-calamine {version('python-calamine')}, openpyxl {version('openpyxl')}")
for name, _ in ROWS:
    print(f"  {name:<13} calamine {ours[name]!r:<6} openpyxl {others[name]!r}")
if ours["error"] != ours["empty"] and ours["uncalculated"] != ours["empty"]:
    sys.exit("Changed: an error and a formula can be told from an empty cell now.")
if (ours["empty"], ours["error"], ours["uncalculated"], ours["rate"]) != ("", "", "", 12.5):
    sys.exit("Changed: the cells are read in another way than was seen. Look again.")
print("Still so: a cell that shows #N/A reads like one in which nobody wrote.")
PY
