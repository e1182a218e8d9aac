"""When a form was typed that came too late, so that it is erased in time.

Forms that an earlier version kept say it within what is sealed alone; the next sweep erases them.

Revision: 0023
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("desk_session", sa.Column("unsent_at", models.base.Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("desk_session", "unsent_at")
