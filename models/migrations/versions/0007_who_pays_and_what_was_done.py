"""Who pays what the grant does not, and orders that ended with what was done.

What was ordered and paid before is left without a word on it: it was not asked then.

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _pence(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, models.base.Pence(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "payer_share",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("case_id", _row_id(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        _pence("amount_pence"),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", models.base.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", models.base.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_payer_share_amount_positive")),
        sa.CheckConstraint(
            "how in ('received', 'direct', 'agreed')", name=op.f("ck_payer_share_how_known")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_payer_share_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["officer.email"], name=op.f("fk_payer_share_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer_share")),
    )
    op.create_index(
        "uq_payer_share_one_live",
        "payer_share",
        ["case_id", "payer"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "order_ending",
        sa.Column("order_id", _row_id(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        _pence("net_pence"),
        _pence("vat_pence"),
        _pence("total_pence"),
        _pence("direct_pence"),
        _pence("grant_pence"),
        sa.CheckConstraint(
            "ground in ('occupant_died', 'occupant_moved', 'need_ceased', 'applicant_died', "
            "'applicant_not_entitled')",
            name=op.f("ck_order_ending_ground_known"),
        ),
        sa.CheckConstraint(
            "total_pence = net_pence + vat_pence", name=op.f("ck_order_ending_total_is_net_and_vat")
        ),
        sa.CheckConstraint(
            "direct_pence between 0 and total_pence", name=op.f("ck_order_ending_direct_within")
        ),
        sa.CheckConstraint(
            "grant_pence between 0 and total_pence - direct_pence",
            name=op.f("ck_order_ending_grant_within"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name=op.f("fk_order_ending_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["officer.email"], name=op.f("fk_order_ending_ended_by")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_ending")),
    )
    op.create_table(
        "valued_line",
        sa.Column("order_id", _row_id(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        _pence("ordered_pence"),
        _pence("net_pence"),
        _pence("vat_pence"),
        sa.CheckConstraint(
            "net_pence between 0 and ordered_pence", name=op.f("ck_valued_line_net_within_ordered")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order_ending.order_id"], name=op.f("fk_valued_line_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "line", name=op.f("pk_valued_line")),
    )
    op.add_column("work_order", _pence("covered_pence", nullable=True))
    with op.batch_alter_table("payment") as table:
        table.add_column(_pence("direct_pence", nullable=True))
        table.drop_constraint(op.f("ck_payment_amount_positive"), type_="check")
        table.create_check_constraint(op.f("ck_payment_amount_not_negative"), "amount_pence >= 0")
        table.create_check_constraint(op.f("ck_payment_direct_not_negative"), "direct_pence >= 0")


def downgrade() -> None:
    with op.batch_alter_table("payment") as table:
        table.drop_constraint(op.f("ck_payment_direct_not_negative"), type_="check")
        table.drop_constraint(op.f("ck_payment_amount_not_negative"), type_="check")
        table.create_check_constraint(op.f("ck_payment_amount_positive"), "amount_pence > 0")
        table.drop_column("direct_pence")
    op.drop_column("work_order", "covered_pence")
    op.drop_table("valued_line")
    op.drop_table("order_ending")
    op.drop_table("payer_share")

