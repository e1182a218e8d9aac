"""Who sat at the machine where a decision was typed, and until when an officer serves.

Revision: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("officer", sa.Column("last_day", sa.Date(), nullable=True))
    op.add_column("decision", sa.Column("os_user", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("decision", "os_user")
    op.drop_column("officer", "last_day")
