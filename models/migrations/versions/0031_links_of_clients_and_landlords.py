"""Links to the pages of clients and landlords.

Revision: 0031
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    link, instant = "case_link", models.base.Instant()
    op.create_table(
        link,
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("case_id", models.base.RowId, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("subject_id", models.base.RowId, nullable=True),
        sa.Column("made_at", instant, nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.Column("revoked_at", instant, nullable=True),
        sa.CheckConstraint(
            "purpose in ('client', 'landlord')", name=op.f(f"ck_{link}_purpose_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f(f"fk_{link}_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{link}")),
        sa.UniqueConstraint("name", name=op.f(f"uq_{link}_name")),
    )
    op.create_index("ix_case_link_case_id", link, ["case_id"])


def downgrade() -> None:
    op.drop_index("ix_case_link_case_id", "case_link")
    op.drop_table("case_link")
