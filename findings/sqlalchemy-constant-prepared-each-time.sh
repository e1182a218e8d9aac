#!/usr/bin/env bash
# One would guess: a statement built once in SQLAlchemy is prepared once by SQLite and then only run.
# What is so: SQLAlchemy binds the constant of `status != 'cancelled'`, and SQLite looks at what is
#   bound to see whether a partial index `WHERE status != 'cancelled'` serves. Such a statement is
#   thrown away at each new binding and prepared anew, even where the values are the same; with
#   another constant too. Preparing takes several times as long as the answer. With the constant
#   written into the statement (`literal_column`) it is prepared once.
# Seen: SQLAlchemy 2.1.9 with pysqlite3-binary 0.5.4.post2 (SQLite 3.51.1).
# What we do: `models.base.word` writes the constants that a partial index turns on.
#
# usage: bash findings/sqlalchemy-constant-prepared-each-time.sh [SQLALCHEMY-VERSION]
set -euo pipefail
version=${1:-2.1.9}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  "sqlalchemy==$version" "pysqlite3-binary==0.5.4.post2"

"$work/venv/bin/python" - <<'PY'
import sys

import pysqlite3
import sqlalchemy as sa

ASKED = 10
orders = sa.Table(
    "work_order",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.Integer),
    sa.Column("status", sa.Text),
)
sa.Index(
    "one_live_order_a_case",
    orders.c.case_id,
    unique=True,
    sqlite_where=sa.text("status != 'cancelled'"),
)
engine = sa.create_engine("sqlite://", module=pysqlite3, poolclass=sa.pool.StaticPool)
orders.metadata.create_all(engine)
looks = 0


def authorizer(*_):
    """SQLite asks it while it prepares a statement, never while it runs one."""
    global looks
    looks += 1
    return 0


def prepared_again(condition):
    """Return whether a statement that has been asked once is prepared when it is asked again."""
    global looks
    question = sa.select(orders.c.id).where(orders.c.case_id == sa.bindparam("case"), condition)
    with engine.connect() as conn:
        conn.execute(question, {"case": 0}).all()
        looks = 0
        for case in range(1, ASKED + 1):
            conn.execute(question, {"case": case}).all()
    return looks >= ASKED


with engine.connect() as conn:
    conn.connection.driver_connection.set_authorizer(authorizer)
bound = prepared_again(orders.c.status != "cancelled")
written = prepared_again(orders.c.status != sa.literal_column("'cancelled'"))
print(f"SQLAlchemy {sa.__version__}, SQLite {pysqlite3.sqlite_version}; asked {ASKED} times more:")
print(f"  status != ?            prepared {'each time' if bound else 'once'}")
print(f"  status != 'cancelled'  prepared {'each time' if written else 'once'}")
if (bound, written) == (False, False):
    sys.exit("Changed: a bound constant costs nothing now. It need not be written out.")
if (bound, written) != (True, False):
    sys.exit("Changed: statements are prepared in another way than was seen. Look again.")
print("Still so: a bound constant that a partial index turns on is prepared each time.")
PY
