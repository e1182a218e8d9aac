"""Open cases that are late counted by who holds them, however many there are.

Revision: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    still = sa.text("closed_at is null")
    op.create_index(
        "ix_case_step_late",
        "case_step",
        ["owner", "case_id", "due_on"],
        sqlite_where=still,
        postgresql_where=still,
    )


def downgrade() -> None:
    op.drop_index("ix_case_step_late", "case_step")
