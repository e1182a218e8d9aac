"""Whom a charge is paid to after a case has ended, and on which invoice.

Revision: 0062
"""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("charge_payment", sa.Column("supplier", sa.Text(), nullable=True))
    op.add_column("charge_payment", sa.Column("invoice", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("charge_payment", "invoice")
    op.drop_column("charge_payment", "supplier")
