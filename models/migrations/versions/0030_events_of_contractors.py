"""What contractors' own systems send: the secrets that they sign with, and the events taken.

Revision: 0030
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "contractor_key",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("contractor", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", models.base.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", models.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contractor"], ["contractor.code"], name=op.f("fk_contractor_key_contractor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contractor_key")),
        sa.UniqueConstraint("key", name=op.f("uq_contractor_key_key")),
    )
    op.create_index(op.f("ix_contractor_key_contractor"), "contractor_key", ["contractor"])
    op.create_table(
        "order_event",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("contractor", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("decision_id", _ID, nullable=False),
        sa.Column("received_at", models.base.Instant(timezone=True), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_order_event_case_id")),
        sa.ForeignKeyConstraint(
            ["contractor"], ["contractor.code"], name=op.f("fk_order_event_contractor")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_order_event_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_event")),
        sa.UniqueConstraint("contractor", "event", name=op.f("uq_order_event_contractor_event")),
    )


def downgrade() -> None:
    op.drop_table("order_event")
    op.drop_index(op.f("ix_contractor_key_contractor"), "contractor_key")
    op.drop_table("contractor_key")
