#!/usr/bin/env bash
# One would guess: what openpyxl writes for the same cells depends on openpyxl's version alone.
# What is so: where another package has brought lxml along (pikepdf does), openpyxl writes through it,
#   without a word. A formula that was never calculated then ends with an open and a close tag,
#   `<v></v>`, where it was one empty tag, `<v />`: bytes, hashes and patterns over the file change
#   by installing a package that has nothing to do with spreadsheets.
# Seen: openpyxl 3.1.5 alone, and beside lxml as pikepdf 10.18.0 brings it.
# What we do: our tests take a workbook's parts by either spelling, and hash no workbook.
#
# usage: bash findings/openpyxl-writes-otherwise-beside-lxml.sh
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
install() { "$work/venv/bin/pip" install --quiet --disable-pip-version-check "$@"; }

# Prints the cell of a formula as the workbook's sheet holds it.
cell() {
    "$work/venv/bin/python" - "$work/book.xlsx" <<'PY'
import re
import sys
import zipfile

import openpyxl

book = openpyxl.Workbook()
book.active.append(["=1+1"])
book.save(sys.argv[1])
sheet = zipfile.ZipFile(sys.argv[1]).read("xl/worksheets/sheet1.xml").decode()
print(re.search(r"<c .*?</c>", sheet)[0])
PY
}

install openpyxl==3.1.5
alone=$(cell)
install pikepdf==10.18.0
beside=$(cell)
echo "openpyxl alone:      $alone"
echo "with pikepdf beside: $beside"
if [ "$alone" = "$beside" ]; then
    echo "Changed: the same cell is written the same way."
    exit 1
fi
echo "Still so: installing pikepdf changes what openpyxl writes."
