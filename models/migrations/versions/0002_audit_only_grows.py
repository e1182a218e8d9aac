"""The audit table only grows: the database itself refuses UPDATE and DELETE.

Revision: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = [
    f"""CREATE TRIGGER audit_refuses_{verb} BEFORE {verb} ON audit
    BEGIN SELECT RAISE(ABORT, 'audit rows are never changed or removed'); END"""
    for verb in ("update", "delete")
] + [
    # INSERT OR REPLACE removes the old row without a DELETE that a trigger would see.
    """CREATE TRIGGER audit_refuses_replace BEFORE INSERT ON audit
    WHEN EXISTS (
        SELECT 1 FROM audit
        WHERE id = NEW.id OR (chain = NEW.chain AND sequence = NEW.sequence)
    )
    BEGIN SELECT RAISE(ABORT, 'audit rows are never changed or removed'); END"""
]

POSTGRESQL = [
    """CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit rows are never changed or removed'; END $$""",
    """CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_refuses()""",
    """CREATE TRIGGER audit_refuses_truncate BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()""",
]


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if sqlite else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_refuses_update")
        op.execute("DROP TRIGGER audit_refuses_delete")
        op.execute("DROP TRIGGER audit_refuses_replace")
        return
    op.execute("DROP TRIGGER audit_refuses_change ON audit")
    op.execute("DROP TRIGGER audit_refuses_truncate ON audit")
    op.execute("DROP FUNCTION audit_refuses()")
