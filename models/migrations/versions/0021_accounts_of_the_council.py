"""Sign-in with the council's own accounts, codes for a lost telephone, a form that outlives a session.

Revision: 0021
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "council_account",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("known_since", models.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["email"], ["officer.email"], name=op.f("fk_council_account_email")
        ),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_council_account")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_council_account_issuer_subject")),
    )
    for table, column, was in (
        ("sign_in", "recovery_codes", ""),
        ("desk_session", "came_by", "password"),
        ("desk_session", "unsent_form", ""),
    ):
        op.add_column(table, sa.Column(column, sa.Text(), nullable=False, server_default=was))


def downgrade() -> None:
    op.drop_column("desk_session", "unsent_form")
    op.drop_column("desk_session", "came_by")
    op.drop_column("sign_in", "recovery_codes")
    op.drop_table("council_account")
