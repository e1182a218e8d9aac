"""Invoices paid line by line: instalments, lines held, credit notes, what was paid back.

Revision: 0042
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVE = "uq_invoice_one_live"
ONE_LIVE = "status in ('received', 'matched', 'released')"
SOURCES = "source in ('page', 'email', 'post', 'file')"
SENDERS = "sender in ('contractor', 'other')"


def upgrade() -> None:
    op.drop_index(LIVE, "invoice")
    with op.batch_alter_table("invoice") as table:
        table.add_column(sa.Column("credits_id", _ID, nullable=True))
        table.add_column(sa.Column("received_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("source", sa.Text(), nullable=True))
        table.add_column(sa.Column("sender", sa.Text(), nullable=True))
        table.add_column(sa.Column("apart", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("line_vat", sa.JSON(none_as_null=True), nullable=True))
        table.create_foreign_key(
            op.f("fk_invoice_credits_id"), "invoice", ["credits_id"], ["id"]
        )
        table.create_check_constraint(op.f("ck_invoice_source_known"), SOURCES)
        table.create_check_constraint(op.f("ck_invoice_sender_known"), SENDERS)
    op.create_index("ix_invoice_credits_id", "invoice", ["credits_id"])
    with op.batch_alter_table("payment") as table:
        table.drop_constraint(op.f("uq_payment_invoice_id"), type_="unique")
        table.add_column(sa.Column("set_off_pence", sa.BigInteger(), nullable=True))
        table.create_check_constraint(
            op.f("ck_payment_set_off_not_negative"), "set_off_pence >= 0"
        )
    op.create_index("ix_payment_invoice_id", "payment", ["invoice_id"])
    _line_tables()


def _line_tables() -> None:
    op.create_table(
        "interim_value",
        sa.Column("id", _ID, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("net_pence", models.base.Pence(), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("valued_by", sa.Text(), nullable=False),
        sa.CheckConstraint("net_pence >= 0", name=op.f("ck_interim_value_net_not_negative")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name=op.f("fk_interim_value_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["valued_by"], ["officer.email"], name=op.f("fk_interim_value_valued_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interim_value")),
    )
    op.create_index("ix_interim_value_order_id", "interim_value", ["order_id"])
    op.create_table(
        "payment_line",
        sa.Column("id", _ID, nullable=False),
        sa.Column("invoice_id", _ID, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("payment_id", _ID, nullable=False),
        sa.Column("net_pence", models.base.Pence(), nullable=False),
        sa.Column("vat_pence", models.base.Pence(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_payment_line_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_payment_line_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_line")),
        sa.UniqueConstraint(
            "invoice_id", "item", name=op.f("uq_payment_line_invoice_id_item")
        ),
    )
    op.create_index("ix_payment_line_payment_id", "payment_line", ["payment_id"])
    op.create_table(
        "refund",
        sa.Column("id", _ID, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("amount_pence", models.base.Pence(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_refund_amount_positive")),
        sa.ForeignKeyConstraint(["order_id"], ["work_order.id"], name=op.f("fk_refund_order_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["officer.email"], name=op.f("fk_refund_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
    )
    op.create_index("ix_refund_order_id", "refund", ["order_id"])


def downgrade() -> None:
    # An older version pays an invoice once and as a whole: what it cannot hold goes.
    for name in ("refund", "payment_line", "interim_value"):
        op.drop_table(name)
    op.execute(
        "DELETE FROM payment WHERE id NOT IN (SELECT min(id) FROM payment GROUP BY invoice_id)"
    )
    op.drop_index("ix_payment_invoice_id", "payment")
    with op.batch_alter_table("payment") as table:
        table.drop_constraint(op.f("ck_payment_set_off_not_negative"), type_="check")
        table.drop_column("set_off_pence")
        table.create_unique_constraint(op.f("uq_payment_invoice_id"), ["invoice_id"])
    live = f"SELECT max(id) FROM invoice WHERE {ONE_LIVE} GROUP BY order_id"
    op.execute(
        f"UPDATE invoice SET status = 'withdrawn' WHERE credits_id IS NOT NULL OR ({ONE_LIVE} "
        f"AND id NOT IN ({live}))"
    )
    op.drop_index("ix_invoice_credits_id", "invoice")
    with op.batch_alter_table("invoice") as table:
        table.drop_constraint(op.f("fk_invoice_credits_id"), type_="foreignkey")
        table.drop_constraint(op.f("ck_invoice_source_known"), type_="check")
        table.drop_constraint(op.f("ck_invoice_sender_known"), type_="check")
        for column in ("credits_id", "received_on", "source", "sender", "apart", "line_vat"):
            table.drop_column(column)
    held = sa.text(ONE_LIVE)
    op.create_index(
        LIVE, "invoice", ["order_id"], unique=True, sqlite_where=held, postgresql_where=held
    )
