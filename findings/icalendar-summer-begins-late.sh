#!/usr/bin/env bash
# One would guess: the VTIMEZONE that icalendar writes for a zone says when its clocks change; and
#   that reading it back with icalendar would show if it did not.
# What is so: the start of summer time is written in the new time instead of the old one (RFC 5545:
#   the time before the change, with TZOFFSETFROM). London is to change at 02:00+00:00, an hour
#   late; so do the other zones tried. icalendar does not notice, as it goes by the zone's name;
#   another reader goes by what is written.
# Seen: icalendar 7.3.2, read with dateutil 2.9.0.post0. Autumn is right.
# What we do: an appointment is to be given in UTC, without a VTIMEZONE.
#
# usage: bash findings/icalendar-summer-begins-late.sh [ICALENDAR-VERSION]
set -euo pipefail
version=${1:-7.3.2}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    "icalendar==$version" python-dateutil==2.9.0.post0 tzdata==2026.6

"$work/venv/bin/python" - <<'PY'
import io
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from dateutil.tz import tzical

ZONES = ("Europe/London", "Europe/Paris", "America/New_York", "Australia/Sydney")
YEAR = [datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * n) for n in range(365 * 48)]


def written(name):
    """Return a zone as another program reads it from what icalendar writes."""
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//finding//EN")
    calendar.add_component(icalendar.Timezone.from_tzid(name))
    text = calendar.to_ical().decode().replace("\r\n ", "")
    return tzical(io.StringIO(text)).get(name)


def differing(name):
    """Yield each instant at which the two readings differ, with what the clock shows in both."""
    read, real = written(name), ZoneInfo(name)
    for instant in YEAR:
        shown, right = (instant.astimezone(zone).replace(tzinfo=None) for zone in (read, real))
        if shown != right:
            yield instant, shown, right


print(f"icalendar {icalendar.__version__}; 2027 in steps of half an hour")
wrong = {}
for name in ZONES:
    wrong[name] = [*differing(name)]
    print(f"  {name}: {len(wrong[name])} differ")
    for instant, shown, right in wrong[name][:1]:
        print(f"    from {instant:%d %B %H:%M} UTC the clock is {right:%H:%M}, written {shown:%H:%M}")
if not any(wrong.values()):
    sys.exit("Changed: summer time begins when it should now. A VTIMEZONE may be sent.")
late = timedelta(hours=1)
if any(len(d) != 2 or any(r - s != late for _, s, r in d) for d in wrong.values()):
    sys.exit("Changed: the zones are written in another way than was seen. Look again.")
print("Still so: in the first hour of summer time, what is written is an hour behind.")
PY
