"""Where in the home a line goes that a variation adds.

Revision: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("variation_line", sa.Column("location", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("variation_line", "location")
