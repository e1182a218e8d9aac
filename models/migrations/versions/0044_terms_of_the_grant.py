"""The order of the grant's arithmetic: named by an authority from a day on, kept with an approval.

Revision: 0044
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

KNOWN = (
    "arithmetic in ('maximum_then_contribution', 'others_then_maximum', "
    "'contribution_then_maximum')"
)


def upgrade() -> None:
    op.create_table(
        "grant_terms",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("arithmetic", sa.Text(), nullable=False),
        sa.CheckConstraint(KNOWN, name=op.f("ck_grant_terms_arithmetic_known")),
        sa.PrimaryKeyConstraint("authority", "valid_from", name=op.f("pk_grant_terms")),
    )
    with op.batch_alter_table("approval") as table:
        table.add_column(sa.Column("arithmetic", sa.Text(), nullable=True))
        table.create_check_constraint(op.f("ck_approval_arithmetic_known"), KNOWN)


def downgrade() -> None:
    with op.batch_alter_table("approval") as table:
        table.drop_constraint(op.f("ck_approval_arithmetic_known"), type_="check")
        table.drop_column("arithmetic")
    op.drop_table("grant_terms")
