"""What a framework says of its call-offs: its core terms, and who is entitled to them.

Revision: 0050
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lot_terms", sa.Column("core_terms", sa.Text(), nullable=True))
    op.add_column("lot_terms", sa.Column("entitled", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("lot_terms", "entitled")
    op.drop_column("lot_terms", "core_terms")
