#!/usr/bin/env bash
# One would guess: `column IS NULL OR column IN (an empty list)` is as quick as `column IS NULL`;
#   the empty part can find nothing.
# What is so: SQLAlchemy writes the empty list as a subquery without rows, and SQLite then takes the
#   index of another condition beside it, which finds nearly every row, instead of the column's own.
#   A list of one is quick again.
# Seen: SQLAlchemy 2.1.9, SQLite 3.40.1.
# What we do: the second condition is left out where the list is empty.
#
# usage: bash findings/sqlalchemy-an-empty-list-costs-sqlite-its-index.sh [SQLALCHEMY-VERSION]
set -euo pipefail
version=${1:-2.1.9}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "sqlalchemy==$version"

"$work/venv/bin/python" - <<'PY'
import sqlite3
import sys

import sqlalchemy as sa

parcel = sa.Table(
    "parcel",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("taker", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("stage", sa.Text),
    sa.Index("by_taker", "taker", "state"),
    sa.Index("by_state", "state", "stage"),
)
engine = sa.create_engine("sqlite://")
parcel.metadata.create_all(engine)
print(f"SQLAlchemy {sa.__version__}, SQLite {sqlite3.sqlite_version}")


def plan(takers: list[str] | None) -> str:
    """Return how SQLite finds what nobody took, or one of these."""
    found = parcel.c.taker.is_(None)
    if takers is not None:
        found = sa.or_(found, parcel.c.taker.in_(takers))
    here = parcel.c.state.in_(["open", "held"])
    query = sa.select(sa.func.count()).select_from(parcel).where(found, here)
    with engine.connect() as conn:
        statement = query.compile(engine, compile_kwargs={"literal_binds": True})
        steps = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
        said = next(row[3] for row in steps if "parcel" in row[3])
    print(f"  {str(takers):12} {said}")
    return "by_taker" if "by_taker" in said else "by_state"


seen = [plan(None), plan(["ann"]), plan([])]
if seen != ["by_taker", "by_taker", "by_state"]:
    sys.exit("Changed: an empty list is planned otherwise. Look again.")
print("Still so: an empty list turns SQLite from the column's own index.")
PY
