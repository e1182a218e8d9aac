"""Which conductor has a request in hand.

Revision: 0067
"""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("claimed_by", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "claimed_by")
