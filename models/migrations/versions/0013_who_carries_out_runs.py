"""Who carries out runs: signs of life, and the run that is in whose hands.

Revision: 0013
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "runner",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("began_at", models.base.Instant(), nullable=False),
        sa.Column("seen_at", models.base.Instant(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("flow_run_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind in ('conductor', 'worker', 'run')", name=op.f("ck_runner_kind_known")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_runner")),
    )


def downgrade() -> None:
    op.drop_table("runner")
