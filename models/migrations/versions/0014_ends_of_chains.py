"""One ledger of how many rows each audit chain has, and its last hash.

What a case says of its own chain, and what was covered of the service's, is taken along: a chain
that was cut or added to before is told as before. The view is how both are written in one
statement. SQLite renames no table while a view names one that is gone: whoever makes the table of
cases anew drops the view first.

Revision: 0014
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from models.recorded import digest

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

VIEW = 'CREATE VIEW case_head AS SELECT id, revision, audit_sequence, audit_hash FROM "case"'
PUT_BACK = """
UPDATE "case" SET revision = NEW.revision, audit_sequence = NEW.audit_sequence,
audit_hash = NEW.audit_hash WHERE id = OLD.id;
INSERT INTO chain (name, count, head)
SELECT reference, NEW.audit_sequence - OLD.audit_sequence, NEW.audit_hash
FROM "case" WHERE id = OLD.id AND NEW.audit_sequence > 0
ON CONFLICT (name) DO UPDATE SET count = chain.count + excluded.count, head = excluded.head;
"""
SQLITE = [
    f"CREATE TRIGGER case_head_is_put_back INSTEAD OF UPDATE ON case_head BEGIN {PUT_BACK} END"
]
POSTGRESQL = [
    "CREATE FUNCTION case_head_is_put_back() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN {PUT_BACK} RETURN NEW; END $$",
    "CREATE TRIGGER case_head_is_put_back INSTEAD OF UPDATE ON case_head "
    "FOR EACH ROW EXECUTE FUNCTION case_head_is_put_back()",
]
CHAIN = sa.table("chain", sa.column("name"), sa.column("count"), sa.column("head"))
CASES = sa.text(
    "INSERT INTO chain (name, count, head) "
    'SELECT reference, audit_sequence, audit_hash FROM "case" WHERE audit_sequence > 0'
)
LAST = sa.text(
    "SELECT sequence, hash FROM audit WHERE chain = 'service' ORDER BY sequence DESC LIMIT 1"
)
COVERED = sa.table("covered", sa.column("id"), sa.column("scope"), sa.column("covers", sa.JSON))


def upgrade() -> None:
    op.create_table(
        "chain",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chain")),
    )
    conn = op.get_bind()
    conn.execute(CASES)
    service = _service(conn)
    if service:
        conn.execute(sa.insert(CHAIN), service)
    op.execute(VIEW)
    for statement in SQLITE if conn.dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def _service(conn: sa.Connection) -> dict[str, Any] | None:
    """Return the end of the service's chain as it was covered, or as it is where it was not."""
    last = conn.execute(LAST).one_or_none()
    query = sa.select(COVERED.c.covers).where(COVERED.c.scope == 0).order_by(COVERED.c.id)
    count, held = 0, ""
    for covers in conn.execute(query).scalars():
        if "audit" in covers:
            how, ends = covers["audit"]
            ((at, held),) = ends.items()
            count = count + int(how.removeprefix("a")) if count else int(at)
    if not held:
        if last is None:
            return None
        return {"name": "service", "count": last.sequence, "head": last.hash}
    known = last is not None and held == f"{digest(last.hash)}."
    return {"name": "service", "count": count, "head": last.hash if last and known else ""}


def downgrade() -> None:
    op.execute("DROP VIEW case_head")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION case_head_is_put_back()")
    op.drop_table("chain")
