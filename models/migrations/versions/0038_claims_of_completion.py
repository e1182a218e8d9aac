"""What is asked of a claim of completion, and what documents show of the works.

Revision: 0038
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claim_document",
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("order_id", models.base.RowId, nullable=False),
        sa.Column("shows", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("handed_in_at", models.base.Instant(), nullable=False),
        sa.CheckConstraint(
            "shows in ('before', 'after', 'certificate', 'servicing')",
            name=op.f("ck_claim_document_shows_known"),
        ),
        sa.CheckConstraint(
            "(shows = 'certificate') = (certificate is not null)",
            name=op.f("ck_claim_document_certificate_named"),
        ),
        sa.CheckConstraint(
            "line is null or shows in ('before', 'after')",
            name=op.f("ck_claim_document_line_photographed"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name=op.f("fk_claim_document_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_document")),
    )
    op.create_index("ix_claim_document_order_id", "claim_document", ["order_id"])
    op.create_table(
        "completion_terms",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("line_by_line", sa.Boolean(), nullable=False),
        sa.Column("photographs_before", sa.Text(), nullable=False),
        sa.Column("photographs_after", sa.Text(), nullable=False),
        sa.Column("papers", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "photographs_before in ('none', 'works', 'lines')",
            name=op.f("ck_completion_terms_photographs_before_known"),
        ),
        sa.CheckConstraint(
            "photographs_after in ('none', 'works', 'lines')",
            name=op.f("ck_completion_terms_photographs_after_known"),
        ),
        sa.PrimaryKeyConstraint("authority", "valid_from", name=op.f("pk_completion_terms")),
    )


def downgrade() -> None:
    op.drop_table("completion_terms")
    op.drop_table("claim_document")
