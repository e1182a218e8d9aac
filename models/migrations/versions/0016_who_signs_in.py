"""Who may sign in at the desk, and in which browsers somebody is signed in.

Revision: 0018
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("set_at", models.base.Instant(), nullable=False),
        sa.Column("totp_secret", sa.Text(), nullable=False),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["email"], ["officer.email"], name=op.f("fk_sign_in_email")),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_sign_in")),
    )
    op.create_table(
        "desk_session",
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("begun_at", models.base.Instant(), nullable=False),
        sa.Column("seen_at", models.base.Instant(), nullable=False),
        sa.Column("stepped_up_at", models.base.Instant(), nullable=True),
        sa.Column("ended_at", models.base.Instant(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["officer"], ["officer.email"], name=op.f("fk_desk_session_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_desk_session_token_hash")),
    )
    op.create_index("ix_desk_session_officer", "desk_session", ["officer"])
    op.create_table(
        "invitation",
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", models.base.Instant(), nullable=False),
        sa.Column("expires_at", models.base.Instant(), nullable=False),
        sa.Column("used_at", models.base.Instant(), nullable=True),
        sa.CheckConstraint(
            "purpose in ('invited', 'forgotten', 'demo')", name=op.f("ck_invitation_purpose_known")
        ),
        sa.ForeignKeyConstraint(["officer"], ["officer.email"], name=op.f("fk_invitation_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index("ix_invitation_officer", "invitation", ["officer"])
    op.create_table(
        "sign_in_tries",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", models.base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_sign_in_tries")),
    )


def downgrade() -> None:
    for table in ("sign_in_tries", "invitation", "desk_session", "sign_in"):
        op.drop_table(table)
