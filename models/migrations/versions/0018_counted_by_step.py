"""Open cases counted by step, and those that left by how and when, however many there are.

Revision: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    still = sa.text("closed_at is null")
    op.create_index(
        "ix_case_step_at",
        "case_step",
        ["step", "case_id"],
        sqlite_where=still,
        postgresql_where=still,
    )
    op.create_index("ix_case_status_stage", "case", ["status", "ended_stage"])


def downgrade() -> None:
    op.drop_index("ix_case_status_stage", "case")
    op.drop_index("ix_case_step_at", "case_step")
