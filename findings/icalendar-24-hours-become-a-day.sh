#!/usr/bin/env bash
# One would guess: a calendar that is read and written again says the same. RFC 5545 keeps apart a
#   duration of 24 hours (PT24H, exact) and of a day (P1D, to the same time on the clock): over a
#   change of the clocks they end an hour apart.
# What is so: icalendar holds both as one `timedelta`. PT24H ends after 23 real hours when summer
#   time begins, and is written back as P1D, so that the next reader cannot know better either.
# Seen: icalendar 7.3.2.
# What we do: an appointment is to be two instants in UTC, and no duration.
#
# usage: bash findings/icalendar-24-hours-become-a-day.sh [ICALENDAR-VERSION]
set -euo pipefail
version=${1:-7.3.2}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "icalendar==$version" tzdata==2026.6

"$work/venv/bin/python" - <<'PY'
import sys
from datetime import UTC, timedelta

import icalendar

LINES = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//finding//EN",
    "BEGIN:VEVENT",
    "UID:1",
    "DTSTAMP:20270301T090000Z",
    "DTSTART;TZID=Europe/London:20270327T120000",
    "DURATION:PT24H",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
)
calendar = icalendar.Calendar.from_ical("\r\n".join(LINES))
(event,) = calendar.walk("VEVENT")
real = event.end.astimezone(UTC) - event.start.astimezone(UTC)
(written,) = (
    line for line in calendar.to_ical().decode().splitlines() if line.startswith("DURATION")
)

print(f"icalendar {icalendar.__version__}; summer time begins on 28 March 2027 in London")
print(f"  read:    DURATION:PT24H from {event.start}")
print(f"  ends:    {event.end}, after {real} real hours")
print(f"  written: {written}")
if real == timedelta(hours=24) and written == "DURATION:PT24H":
    sys.exit("Changed: PT24H is 24 hours and stays PT24H now. Durations may be sent.")
if (real, written) != (timedelta(hours=23), "DURATION:P1D"):
    sys.exit("Changed: the duration is treated in another way than was seen. Look again.")
print("Still so: 24 exact hours last 23, and are passed on as a day.")
PY
