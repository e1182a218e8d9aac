"""Money demanded back on a ground of s.42; what was demanded before was for a disposal.

Revision: 0054
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

FIRST = op.f("ck_repayment_considered_first")
GROUND = op.f("ck_repayment_ground_of_a_demand")
FOUR = (
    "(disposed_on is not null and charge_pence is not null and hardship is not null "
    "and job is not null and health is not null and care is not null)"
)


def upgrade() -> None:
    with op.batch_alter_table("repayment") as table:
        table.add_column(sa.Column("ground", sa.Text(), nullable=True))
        table.drop_constraint(FIRST, type_="check")
        table.create_check_constraint(
            FIRST, f"kind != 'demanded' or ground is not null or {FOUR}"
        )
        table.create_check_constraint(GROUND, "ground is null or kind = 'demanded'")


def downgrade() -> None:
    with op.batch_alter_table("repayment") as table:
        table.drop_constraint(GROUND, type_="check")
        table.drop_constraint(FIRST, type_="check")
        table.create_check_constraint(FIRST, f"kind != 'demanded' or {FOUR}")
        table.drop_column("ground")
