"""Whether a lot buys goods and services, which have a threshold of their own.

Revision: 0061
"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lot_terms", sa.Column("goods", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("lot_terms", "goods")
