#!/usr/bin/env bash
# One would guess: an amount that is valid by the schema (18 digits, 5 of them after the point) passes
#   the package's own `validate_message`, however its Decimal was made; and that what is written into
#   the file is what was looked at.
# What is so: it takes the size of the Decimal's exponent for the number of decimals, whatever its
#   sign. A million that went through `normalize()` is 1E+6, and is refused for “6 fraction digits”;
#   the file says 1000000, which the schema takes, and 1000000 itself passes. £100,000 as 1E+5 passes
#   as having five. So a list of round sums fails by how each was added up.
# Seen: pyiso20022 1.6.2 with xsdata 26.10, pain.001.001.09. (Its tools import pandas and lxml.)
# What we do: amounts come from whole pence with two decimals, never normalised; the file is checked by
#   our own rules.
#
# usage: bash findings/pyiso20022-a-round-million-has-decimals.sh [PYISO20022-VERSION]
set -euo pipefail
version=${1:-1.6.2}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    "pyiso20022==$version" xsdata==26.10 \
    lxml==6.1.3 numpy==2.4.6 openpyxl==3.1.5 pandas==3.1.1

"$work/venv/bin/python" - <<'PY'
import sys
from decimal import Decimal
from importlib.metadata import version

from pyiso20022.pain.pain_001_001_09 import ActiveOrHistoricCurrencyAndAmount
from pyiso20022.tools.validation import validate_message
from xsdata.formats.dataclass.serializers import XmlSerializer


def looked_at(amount):
    """Return what is written of an amount, and what the package has against it."""
    made = ActiveOrHistoricCurrencyAndAmount(value=amount, ccy="GBP")
    written = XmlSerializer().render(made).rpartition("</")[0].rpartition(">")[2]
    return written, [error.message for error in validate_message(made, strict=False).errors]


plain, normal = Decimal(1_000_000), Decimal(1_000_000).normalize()
found = [looked_at(plain), looked_at(normal)]
print(f"pyiso20022 {version('pyiso20022')}, xsdata {version('xsdata')}")
print(f"equal: {plain == normal}")
for amount, (written, errors) in zip((plain, normal), found, strict=True):
    print(f"{amount!r}: written {written}; against it: {errors or 'nothing'}")
seen = [("1000000", []), ("1000000", ["Fraction digits 6 exceeds maximum allowed 5"])]
if plain != normal or found != seen:
    sys.exit("It is otherwise now.")
print("As described.")
PY
