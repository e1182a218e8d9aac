"""Messages that came back or were refused, and the letters that an authority words itself.

Revision: 0020
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "returned_mail",
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("outbox_id", models.base.RowId, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.Column("reported_at", models.base.Instant(), nullable=False),
        sa.Column("again_id", models.base.RowId, nullable=True),
        sa.Column("settled_at", models.base.Instant(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.Column("settled_why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(settled_at is null) = (settled_why = '')",
            name=op.f("ck_returned_mail_settled_why_said"),
        ),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_returned_mail_outbox_id")
        ),
        sa.ForeignKeyConstraint(
            ["again_id"], ["outbox.id"], name=op.f("fk_returned_mail_again_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_mail")),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_returned_mail_outbox_id")),
    )
    op.create_table(
        "own_letter",
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("logo_path", sa.Text(), nullable=False),
        sa.Column("logo_sha256", sa.Text(), nullable=False),
        sa.Column("logo_mime", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", models.base.Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority"], ["authority.code"], name=op.f("fk_own_letter_authority")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["officer.email"], name=op.f("fk_own_letter_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_letter")),
        sa.UniqueConstraint("authority", "version", name=op.f("uq_own_letter_authority_version")),
    )
    still = sa.text("settled_at is null")
    op.create_index(
        "ix_returned_mail_open",
        "returned_mail",
        ["outbox_id"],
        sqlite_where=still,
        postgresql_where=still,
    )


def downgrade() -> None:
    op.drop_table("own_letter")
    op.drop_table("returned_mail")
