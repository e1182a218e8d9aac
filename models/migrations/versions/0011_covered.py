"""What Handrail wrote of each row that evidences a decision, in audit rows and a ledger.

The ledger is begun once all migrations are done: rows from before are covered from then on.

Revision: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "covered",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("scope", NUMBER, nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_covered"),
    )
    op.create_index("ix_covered_scope", "covered", ["scope"])
    op.add_column("audit", sa.Column("covers", sa.JSON(), nullable=True))
    op.create_index("ix_work_order_case_id", "work_order", ["case_id"])
    op.create_index("ix_quote_award_id", "quote", ["award_id"])


def downgrade() -> None:
    op.drop_index("ix_quote_award_id", "quote")
    op.drop_index("ix_work_order_case_id", "work_order")
    op.drop_column("audit", "covers")
    op.drop_index("ix_covered_scope", "covered")
    op.drop_table("covered")
