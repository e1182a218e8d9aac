"""The means test: its terms from a day on, and contributions as assessed with their sums.

Revision: 0032
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "means_test_terms",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        *(sa.Column(f"band_{n}_pence", models.base.Pence(), nullable=False) for n in (1, 2, 3)),
        *(
            sa.Column(f"{whose}_{n}", models.base.Exact(length=40), nullable=False)
            for whose in ("owner", "tenant")
            for n in (1, 2, 3, 4)
        ),
        sa.Column("capital_free_pence", models.base.Pence(), nullable=False),
        sa.Column("tariff_pence", models.base.Pence(), nullable=False),
        sa.Column("tariff_60_pence", models.base.Pence(), nullable=False),
        sa.Column("passporting", models.base.Words(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "valid_from", name=op.f("pk_means_test_terms")),
    )
    op.create_table(
        "means_assessment",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("passported", sa.Text(), nullable=False),
        sa.Column("contribution_pence", models.base.Pence(), nullable=False),
        sa.Column("terms_from", sa.Date(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("assessed_by", sa.Text(), nullable=False),
        sa.Column("assessed_at", models.base.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "basis in ('owner', 'tenant', 'young_person')",
            name=op.f("ck_means_assessment_basis_known"),
        ),
        sa.CheckConstraint(
            "contribution_pence >= 0",
            name=op.f("ck_means_assessment_contribution_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_means_assessment_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["assessed_by"], ["officer.email"], name=op.f("fk_means_assessment_assessed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_means_assessment")),
    )
    op.create_index(op.f("ix_means_assessment_case_id"), "means_assessment", ["case_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_means_assessment_case_id"), "means_assessment")
    op.drop_table("means_assessment")
    op.drop_table("means_test_terms")
