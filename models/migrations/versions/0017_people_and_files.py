"""Whose case it is and who stands in, and what a file holds.

A case of an earlier version is nobody's until somebody takes it or is given it.

Revision: 0017
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0017"
down_revision = "0013"
branch_labels = None
depends_on = None


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _officer(table: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ["officer.email"], name=op.f(f"fk_{table}_{name}"))


def upgrade() -> None:
    for name in ("officer", "assessor"):
        # SQLite takes a reference with its column alone; the table is not made anew for it.
        op.execute(
            f'ALTER TABLE "case" ADD COLUMN {name} TEXT '
            f"CONSTRAINT fk_case_{name} REFERENCES officer (email)"
        )
    op.create_index("ix_case_officer_status", "case", ["officer", "status"])
    op.create_table(
        "absence",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("covered_by", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", models.base.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_absence_days_in_order")),
        sa.CheckConstraint("officer <> covered_by", name=op.f("ck_absence_covered_by_another")),
        _officer("absence", "officer"),
        _officer("absence", "covered_by"),
        _officer("absence", "recorded_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )


def downgrade() -> None:
    op.drop_table("absence")
    op.drop_index("ix_case_officer_status", "case")
    op.drop_column("case", "assessor")
    op.drop_column("case", "officer")
