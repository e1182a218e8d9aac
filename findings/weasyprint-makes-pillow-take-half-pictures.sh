#!/usr/bin/env bash
# One would guess: Pillow refuses a picture that ends before its last row, in every part of a program
#   that has not asked for anything else.
# What is so: `import weasyprint` switches that off for the whole process. A service that draws PDFs
#   and also takes pictures in keeps half a picture as a whole one, and whether it does depends on
#   what was imported before.
# Seen: WeasyPrint 70.0 with Pillow 13.0.0.
# What we do: the switch is put back, under a lock, while a picture that was handed in is read.
#
# usage: bash findings/weasyprint-makes-pillow-take-half-pictures.sh [WEASYPRINT'S VERSION]
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    "weasyprint==${1:-70.0}" pillow==13.0.0

"$work/venv/bin/python" - <<'PY'
import sys

from PIL import ImageFile

before = ImageFile.LOAD_TRUNCATED_IMAGES
try:
    import weasyprint
except OSError as why:
    print(f"Could not be run: WeasyPrint finds no Pango here ({why}).")
    sys.exit(2)
after = ImageFile.LOAD_TRUNCATED_IMAGES
print(f"WeasyPrint {weasyprint.__version__}. Pillow takes pictures that end too early:")
print(f"  before `import weasyprint`: {before}; after it: {after}")
if before or not after:
    sys.exit("Changed: importing WeasyPrint leaves Pillow as it was.")
print("Still so: importing WeasyPrint makes Pillow take half pictures everywhere.")
PY
