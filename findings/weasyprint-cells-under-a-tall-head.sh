#!/usr/bin/env bash
# One would guess: in a tagged PDF, every cell is tied to the heads above and beside it, also where
#   a row's head spans two rows (`<th scope="row" rowspan="2">`), as HTML's own rules tie them.
# What is so: WeasyPrint counts the cells of the second row from the left edge, as if the tall head
#   did not reach into it. Each cell is tied to the column to its left and loses the row's head: a
#   screen reader says "Net" before the VAT. The page looks right, and nothing is reported.
# Seen: WeasyPrint 70.0, PDF/UA-1, read back with pikepdf 10.18.0. Needs Pango on the machine.
# What we do: no head in our papers spans rows.
#
# usage: bash findings/weasyprint-cells-under-a-tall-head.sh [WEASYPRINT-VERSION]
set -euo pipefail
version=${1:-70.0}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    "weasyprint==$version" "pikepdf==10.18.0"

"$work/venv/bin/python" - <<'PY'
import io
import sys

import pikepdf

try:
    import weasyprint
except OSError as why:
    print(f"Could not be run: WeasyPrint finds no Pango here ({why}).")
    sys.exit(2)

COLUMNS = ("Item", "Net", "VAT")
PAGE = """<html lang="en"><head><title>Prices</title></head><body><table>
<thead><tr><th scope="col">Item<th scope="col">Net<th scope="col">VAT</tr></thead>
<tbody>
<tr><th scope="row" rowspan="2">Shower<td>100<td>20</tr>
<tr><td>50<td>10</tr>
</tbody></table></body></html>"""


def found(kind, element):
    """Yield the structure elements of one kind, in reading order."""
    if isinstance(element, pikepdf.Array):
        for part in element:
            yield from found(kind, part)
    elif isinstance(element, pikepdf.Dictionary):
        if element.get("/S") == kind:
            yield element
        elif "/K" in element:
            yield from found(kind, element["/K"])


made = weasyprint.HTML(string=PAGE).write_pdf(pdf_variant="pdf/ua-1")
try:
    with pikepdf.open(io.BytesIO(made)) as pdf:
        tree = pdf.Root.StructTreeRoot["/K"]
        heads = [str(head["/ID"]) for head in found("/TH", tree)]
        names = dict(zip(heads, (*COLUMNS, "Shower"), strict=True))
        cells = [
            sorted(names[str(head)] for head in cell["/A"].get("/Headers", []))
            for cell in found("/TD", tree)
        ]
except (KeyError, ValueError, AttributeError) as why:
    sys.exit(f"Changed: WeasyPrint {weasyprint.__version__} ties cells otherwise: {why!r}")

right = [["Net", "Shower"], ["Shower", "VAT"], ["Net", "Shower"], ["Shower", "VAT"]]
seen = [["Net", "Shower"], ["Shower", "VAT"], ["Item"], ["Net"]]
print(f"WeasyPrint {weasyprint.__version__}; heads to which the PDF ties each cell:")
for text, is_tied, ought in zip(("100", "20", "50", "10"), cells, right, strict=True):
    print(f"  {text:>3}  {' + '.join(is_tied):<14} (HTML: {' + '.join(ought)})")
if cells == right:
    sys.exit("Changed: the cells are tied to the right heads now. Heads may span rows again.")
if cells != seen:
    sys.exit("Changed: the cells are tied in another way than was seen. Look again.")
print("Still so: beside a head that spans rows, the VAT is announced as Net.")
PY
