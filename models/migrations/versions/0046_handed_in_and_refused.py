"""What a contractor handed in may not count: who found so, when, and why.

Revision: 0046
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

WHOLE = op.f("ck_claim_document_refused_whole")
BY = op.f("fk_claim_document_refused_by")


def upgrade() -> None:
    with op.batch_alter_table("claim_document") as table:
        table.add_column(sa.Column("refused_at", models.base.Instant(), nullable=True))
        table.add_column(sa.Column("refused_by", sa.Text(), nullable=True))
        table.add_column(sa.Column("refused_why", sa.Text(), nullable=True))
        table.create_foreign_key(BY, "officer", ["refused_by"], ["email"])
        table.create_check_constraint(
            WHOLE,
            "(refused_at is null) = (refused_by is null) "
            "and (refused_at is null) = (refused_why is null)",
        )


def downgrade() -> None:
    with op.batch_alter_table("claim_document") as table:
        table.drop_constraint(WHOLE, type_="check")
        table.drop_constraint(BY, type_="foreignkey")
        for column in ("refused_at", "refused_by", "refused_why"):
            table.drop_column(column)
