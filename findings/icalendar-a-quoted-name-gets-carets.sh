#!/usr/bin/env bash
# One would guess: a double quote in a person's name is dropped or refused in an invitation, since
#   RFC 5545 lets a parameter's value hold none.
# What is so: it leaves as ^' (RFC 6868), which icalendar reads back as a quote; a calendar that
#   does not know that RFC shows the caret to whoever is invited.
# Seen: icalendar 7.3.2.
# What we do: names come from the registers as they are, and nothing rests on reading them back.
#
# usage: bash findings/icalendar-a-quoted-name-gets-carets.sh [ICALENDAR-VERSION]
set -euo pipefail
version=${1:-7.3.2}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "icalendar==$version"

"$work/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

from icalendar import Event, vCalAddress, vText

NAME = 'Ann "Nan" Other'
invited = vCalAddress("mailto:ann@example.org")
invited.params["CN"] = vText(NAME)
event = Event()
event["attendee"] = invited
written = event.to_ical().decode()
line = next(one for one in written.splitlines() if one.startswith("ATTENDEE"))
print(f"icalendar {version('icalendar')} writes: {line}")
back = Event.from_ical(written)["attendee"].params["CN"]
print(f"and reads back: {back}")
as_seen = "^'Nan^'" in line and str(back) == NAME
print("As seen." if as_seen else "Other than seen.")
sys.exit(0 if as_seen else 1)
PY
