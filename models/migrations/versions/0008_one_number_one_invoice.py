"""Invoice numbers compared as people mean them; one that is ended frees its number.

Revision: 0008
"""

import sqlalchemy as sa
from alembic import op

from rules.identifiers import folded

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OLD, NEW = "uq_invoice_contractor_number", "uq_invoice_number_stands"
LIVE = "uq_invoice_one_live"
EARLIER = "status in ('received', 'matched', 'queried', 'released')"
STATUSES = (
    "status in ('received', 'matched', 'queried', 'released', 'corrected', 'withdrawn', 'rejected')"
)
STANDS = "status not in ('corrected', 'withdrawn', 'rejected')"
ONE_LIVE = "status in ('received', 'matched', 'released')"
INVOICES = sa.text("SELECT id, contractor, number FROM invoice ORDER BY id")
SET_KEY = sa.text("UPDATE invoice SET number_key = :key WHERE id = :id")


def upgrade() -> None:
    with op.batch_alter_table("invoice") as table:
        table.add_column(sa.Column("number_key", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("entry", sa.Integer(), server_default="1", nullable=False))
    _fold_numbers()
    with op.batch_alter_table("invoice") as table:
        table.drop_constraint(op.f(OLD), type_="unique")
        table.drop_constraint(op.f("ck_invoice_status_known"), type_="check")
        table.create_check_constraint(op.f("ck_invoice_status_known"), STATUSES)
        table.alter_column("number_key", server_default=None)
        table.alter_column("entry", server_default=None)
        table.drop_index(LIVE)
    _index(LIVE, ["order_id"], ONE_LIVE)
    _index(NEW, ["contractor", "number_key"], STANDS)


def _fold_numbers() -> None:
    """Fold every number; a second spelling of an earlier version keeps what sets it apart."""
    taken: set[tuple[str, str]] = set()
    conn = op.get_bind()
    for row in conn.execute(INVOICES).all():
        key = folded(row.number)
        if (row.contractor, key) in taken:
            key = f"{key} {row.id}"  # no folded number holds a blank
        taken.add((row.contractor, key))
        conn.execute(SET_KEY, {"key": key, "id": row.id})


def _index(name: str, columns: list[str], where: str) -> None:
    held = sa.text(where)
    op.create_index(
        name, "invoice", columns, unique=True, sqlite_where=held, postgresql_where=held
    )


def downgrade() -> None:
    # What was ended is what the older version cannot hold beside the one that took its place.
    op.execute(f"DELETE FROM invoice WHERE NOT ({STANDS})")  # noqa: S608 - our own words
    op.drop_index(NEW, "invoice")
    with op.batch_alter_table("invoice") as table:
        table.drop_index(LIVE)
        table.drop_constraint(op.f("ck_invoice_status_known"), type_="check")
        table.create_check_constraint(op.f("ck_invoice_status_known"), EARLIER)
        table.create_unique_constraint(op.f(OLD), ["contractor", "number"])
        table.drop_column("entry")
        table.drop_column("number_key")
    _index(LIVE, ["order_id"], "status != 'queried'")
