#!/usr/bin/env bash
# One would guess: merging the releases of a contract (OCDS) puts them in the order of time, so that
#   the compiled release holds what was published last. OCDS dates may carry any offset from UTC.
# What is so: the dates are compared as text. A release of 13:00+01:00 (noon in UTC) comes after
#   one of 12:30Z, and its older status stands in the result; it bears the older date as well.
#   In summer, every publisher that writes both local time and UTC is at risk.
# Seen: ocdsmerge 0.8.0.
# What we do: publish nothing with an offset. Dates are turned to UTC, with Z, before a merge.
#
# usage: bash findings/ocdsmerge-orders-dates-as-text.sh [OCDSMERGE-VERSION]
set -euo pipefail
version=${1:-0.8.0}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "ocdsmerge==$version"

"$work/venv/bin/python" - <<'PY'
import sys
from datetime import UTC, datetime
from importlib.metadata import version

from ocdsmerge import Merger

# The few fields of the release schema that are used here, so that nothing is fetched.
TEXT = {"type": ["string", "null"]}
SCHEMA = {
    "type": "object",
    "properties": {
        "ocid": {"type": "string"},
        "id": {"type": "string", "omitWhenMerged": True},
        "date": {"type": "string", "format": "date-time", "omitWhenMerged": True},
        "tag": {"type": "array", "items": {"type": "string"}, "omitWhenMerged": True},
        "tender": {"type": "object", "properties": {"id": TEXT, "status": TEXT}},
    },
}


def release(number, date, status):
    return {
        "ocid": "ocds-000000-1",
        "id": str(number),
        "date": date,
        "tag": ["tender"],
        "tender": {"id": "1", "status": status},
    }


local, utc = "2026-07-01T13:00:00+01:00", "2026-07-01T12:30:00Z"
first, second = release(1, local, "planned"), release(2, utc, "active")
merged = Merger(SCHEMA).create_compiled_release([first, second])
status, date = merged["tender"]["status"], merged["date"]

print(f"ocdsmerge {version('ocdsmerge')}")
for one in (first, second):
    when = datetime.fromisoformat(one["date"]).astimezone(UTC)
    print(f"  published {one['date']:<25} = {when:%H:%M} UTC: {one['tender']['status']}")
print(f"  merged:   {date:<25}              {status}")
if (status, date) == ("active", utc):
    sys.exit("Changed: releases are ordered by their time now. Dates may keep their offsets.")
if (status, date) != ("planned", local):
    sys.exit("Changed: the releases are merged in another way than was seen. Look again.")
print("Still so: the release of 12:00 UTC overwrites the one of 12:30 UTC.")
PY
