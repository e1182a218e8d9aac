"""Variations of an order, and its versions; the approval that redetermines a grant says why.

An order that stands has no row of its versions: it is version 1 until it is varied.

Revision: 0027
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_OPEN = "status in ('claimed', 'assessed')"


def _pence(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, models.base.Pence(), nullable=nullable) for name in names]


def _instants(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, models.base.Instant(), nullable=True) for name in names]


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def upgrade() -> None:
    op.add_column("approval", sa.Column("limb", sa.Text(), nullable=True))
    op.create_table(
        "variation",
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("order_id", models.base.RowId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *_text("status", "claimed_by"),
        sa.Column("claimed_at", models.base.Instant(), nullable=False),
        *_text("reason", "evidence"),
        *_instants("instructed_at"),
        *_pence("claimed_net_pence", "claimed_vat_pence"),
        *_text("assessed_by", nullable=True),
        *_instants("assessed_at"),
        *_text("assess_reason", nullable=True),
        *_pence("agreed_net_pence", "agreed_vat_pence", nullable=True),
        *_text("limb", "ended_by", nullable=True),
        *_instants("ended_at"),
        *_text("ended_reason", nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status in ('claimed', 'assessed', 'approved', 'rejected', 'withdrawn')",
            name=op.f("ck_variation_status_known"),
        ),
        sa.CheckConstraint(
            "limb in ('works_cost', 'ancillary_cost', 'unforeseeable_works')",
            name=op.f("ck_variation_limb_known"),
        ),
        sa.CheckConstraint(
            "(status = 'approved') = (version is not null)",
            name=op.f("ck_variation_approved_version"),
        ),
        sa.CheckConstraint(
            f"({_OPEN}) = (ended_at is null)", name=op.f("ck_variation_ended_dated")
        ),
        sa.CheckConstraint(
            "status not in ('assessed', 'approved') or agreed_net_pence is not null",
            name=op.f("ck_variation_assessed_sum"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name=op.f("fk_variation_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variation")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_variation_order_id_number")),
    )
    op.create_index(
        "uq_variation_one_open",
        "variation",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text(_OPEN),
        postgresql_where=sa.text(_OPEN),
    )
    op.create_table(
        "variation_line",
        sa.Column("variation_id", models.base.RowId, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        *_text("change"),
        *_text("code", nullable=True),
        *_text("description", "unit"),
        sa.Column("before", models.base.Exact(), nullable=True),
        sa.Column("claimed_quantity", models.base.Exact(), nullable=True),
        *_pence("claimed_sum_pence", nullable=True),
        *_pence("claimed_net_pence", "claimed_vat_pence"),
        sa.Column("taken", sa.Boolean(), nullable=True),
        sa.Column("agreed_quantity", models.base.Exact(), nullable=True),
        *_pence("agreed_sum_pence", "agreed_net_pence", "agreed_vat_pence", nullable=True),
        *_text("why"),
        sa.Column("out_of_hours", sa.Boolean(), nullable=False),
        sa.Column("quoted", sa.Boolean(), nullable=False),
        sa.Column("works", sa.JSON(), nullable=True),
        *_text("no_certificates_because"),
        sa.CheckConstraint(
            "change in ('omit', 'quantity', 'add', 'bespoke')",
            name=op.f("ck_variation_line_change_known"),
        ),
        sa.ForeignKeyConstraint(
            ["variation_id"], ["variation.id"], name=op.f("fk_variation_line_variation_id")
        ),
        sa.PrimaryKeyConstraint("variation_id", "line", name=op.f("pk_variation_line")),
    )
    op.create_table(
        "order_version",
        sa.Column("order_id", models.base.RowId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("price_id", models.base.RowId, nullable=False),
        sa.Column("approval_id", models.base.RowId, nullable=False),
        sa.Column("variation_id", models.base.RowId, nullable=True),
        sa.Column("issued_at", models.base.Instant(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{column}_id"], [f"{table}.id"], name=op.f(f"fk_order_version_{column}_id")
            )
            for column, table in (
                ("order", "work_order"),
                ("price", "price"),
                ("approval", "approval"),
                ("variation", "variation"),
            )
        ),
        sa.PrimaryKeyConstraint("order_id", "version", name=op.f("pk_order_version")),
        sa.UniqueConstraint("price_id", name=op.f("uq_order_version_price_id")),
        sa.UniqueConstraint("variation_id", name=op.f("uq_order_version_variation_id")),
    )


def downgrade() -> None:
    for table in ("order_version", "variation_line", "variation"):
        op.drop_table(table)
    op.drop_column("approval", "limb")
