"""Up to what an order may come whose lines are inspected as a sample: each authority's own.

Revision: 0043
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

NAME = op.f("ck_completion_terms_sample_up_to_not_negative")


def upgrade() -> None:
    with op.batch_alter_table("completion_terms") as table:
        table.add_column(sa.Column("sample_up_to_pence", models.base.Pence(), nullable=True))
        table.create_check_constraint(NAME, "sample_up_to_pence >= 0")


def downgrade() -> None:
    with op.batch_alter_table("completion_terms") as table:
        table.drop_constraint(NAME, type_="check")
        table.drop_column("sample_up_to_pence")
