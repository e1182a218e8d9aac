#!/usr/bin/env bash
# One would guess: registering a deployment that is the same to the letter changes nothing, above all
#   not when its schedule has its next turn; so a service may register at each start.
# What is so: the server drops the runs that the schedule has made and keeps the schedule under a new
#   id. An interval without an anchor is anchored at the instant of registering, by the client: each
#   turn moves. Where a service starts more often than the interval is long, the turn never comes.
# Seen: prefect 3.8.8 (client and server), SQLite, SQLAlchemy 2.0.
# What we do: compare with what the server has, and register only what is not as it should be.
#
# usage: bash findings/prefect-registering-again-puts-off-the-turn.sh [VERSION]
set -euo pipefail
version=${1:-3.8.8}
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; wait 2>/dev/null || true; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    "prefect==$version" 'sqlalchemy<2.1' 'fastapi<0.151'
port=$("$work/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export PREFECT_HOME="$work/home" PREFECT_API_URL="http://127.0.0.1:$port/api"
export PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1
"$work/venv/bin/prefect" server start --host 127.0.0.1 --port "$port" >"$work/said" 2>&1 &
server=$!

cat >"$work/again.py" <<'PY'
import sys
import time
from datetime import timedelta

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.filters import DeploymentFilter
from prefect.client.schemas.schedules import IntervalSchedule

ENDS = time.monotonic() + 120  # seconds


def registered():
    return client.create_deployment(
        flow_id=flow,
        name="nightly",
        entrypoint="nightly.py:nightly",
        work_pool_name="pool",
        schedules=[
            DeploymentScheduleCreate(
                schedule=IntervalSchedule(interval=timedelta(hours=24)), slug="night", active=True
            )
        ],
    )


def runs():
    of_it = DeploymentFilter.model_validate({"id": {"any_": [deployment]}})
    return sorted(run.expected_start_time for run in client.read_flow_runs(deployment_filter=of_it))


def first_turn():
    while not (found := runs()):
        if time.monotonic() > ENDS:
            sys.exit(3)
        time.sleep(0.5)
    return found[0]


with get_client(sync_client=True) as client:
    while True:
        try:
            client.hello()
            break
        except httpx.TransportError:
            if time.monotonic() > ENDS:
                sys.exit(3)
            time.sleep(0.5)
    client.create_work_pool(WorkPoolCreate(name="pool", type="process"))
    flow = client.create_flow_from_name("nightly")
    deployment = registered()
    before = first_turn()
    schedule = client.read_deployment(deployment).schedules[0].id
    time.sleep(3)
    if registered() != deployment:
        sys.exit("Changed: the deployment is another one.")
    left = len(runs())
    other = client.read_deployment(deployment).schedules[0].id != schedule
    moved = (first_turn() - before).total_seconds()

print(f"Registered again, unchanged: {left} of its scheduled runs left, the schedule's id is "
      f"{'another' if other else 'the same'}, its next turn is {moved:.0f} s later.")
sys.exit(0 if (left, other, moved >= 3) == (0, True, True) else 1)
PY

status=0
"$work/venv/bin/python" "$work/again.py" || status=$?
if [ "$status" = 3 ]; then
    echo "The server did not answer, or scheduled nothing: $(tail -n 3 "$work/said")"
    exit 4
fi
if [ "$status" != 0 ]; then
    echo "Changed: registering an unchanged deployment again no longer puts off its turn so."
    exit 1
fi
echo "Still so: with Prefect $version, registering an unchanged deployment puts off its schedule's turn."
