#!/usr/bin/env bash
# One would guess: a column that came with its own named CHECK can be dropped from an SQLite table, as
#   ALTER TABLE ... DROP COLUMN has done since 3.35; that another column of the table was dropped in
#   a batch before makes no difference.
# What is so: a batch makes the table anew, and writes a named CHECK of a column as one of the table;
#   one without a name it leaves out, with a warning. SQLite then refuses to drop the column: "no
#   such column". So a chain of downgrades that passes step by step breaks as soon as a later
#   migration drops its own column in a batch.
# Seen: alembic 1.20.1, SQLAlchemy 2.1.9, the SQLite of the Python that runs it.
# What we do: a column that was added by ALTER TABLE is dropped by ALTER TABLE, without a batch.
#
# usage: bash findings/alembic-batch-keeps-a-check-that-blocks-a-drop.sh
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check alembic==1.20.1 sqlalchemy==2.1.9

"$work/venv/bin/python" - <<'PY'
import sqlite3
from importlib.metadata import version

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

MADE = """
CREATE TABLE lot (
    code TEXT, party TEXT CONSTRAINT known CHECK (party IN ('client', 'council')), terms TEXT
)
"""


def dropped(*, in_a_batch: bool) -> str:
    with sa.create_engine("sqlite://").connect() as conn:
        conn.execute(sa.text(MADE))
        op = Operations(MigrationContext.configure(conn))
        if in_a_batch:
            with op.batch_alter_table("lot") as table:
                table.drop_column("terms")
        else:
            op.drop_column("lot", "terms")
        try:
            op.drop_column("lot", "party")
        except sa.exc.OperationalError as error:
            return str(error.orig)
        return "dropped"


print(f"alembic {version('alembic')}, SQLite {sqlite3.sqlite_version}")
alone, batch = dropped(in_a_batch=False), dropped(in_a_batch=True)
print(f"after a plain drop of another column: {alone}")
print(f"after a batch that dropped another column: {batch}")
assert alone == "dropped"
assert "no such column: party" in batch, "it can be dropped now"
PY
