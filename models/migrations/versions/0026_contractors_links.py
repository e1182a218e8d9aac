"""Links to contractors' pages, what contractors ask there, and the start they promise.

Revision: 0026
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.add_column("offer", sa.Column("start_on", sa.Date(), nullable=True))
    link, question, instant = "contractor_link", "contractor_question", models.base.Instant()
    op.create_table(
        link,
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("case_id", models.base.RowId, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contractor", sa.Text(), nullable=False),
        sa.Column("offer_id", models.base.RowId, nullable=True),
        sa.Column("order_id", models.base.RowId, nullable=True),
        sa.Column("made_at", instant, nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.Column("revoked_at", instant, nullable=True),
        sa.CheckConstraint(
            "(offer_id is null) != (order_id is null)", name=op.f(f"ck_{link}_one_purpose")
        ),
        _to(link, "case_id", "case.id"),
        _to(link, "contractor", "contractor.code"),
        _to(link, "offer_id", "offer.id"),
        _to(link, "order_id", "work_order.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{link}")),
        sa.UniqueConstraint("name", name=op.f(f"uq_{link}_name")),
    )
    op.create_index("ix_contractor_link_case_id", link, ["case_id"])
    op.create_table(
        question,
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("case_id", models.base.RowId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("contractor", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", instant, nullable=True),
        sa.CheckConstraint(
            "(answered_at is null) = (answered_by is null)",
            name=op.f(f"ck_{question}_answered_by_one"),
        ),
        _to(question, "case_id", "case.id"),
        _to(question, "contractor", "contractor.code"),
        _to(question, "answered_by", "officer.email"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{question}")),
        sa.UniqueConstraint("case_id", "number", name=op.f(f"uq_{question}_case_id_number")),
    )
    waits = sa.text("answered_at is null")
    op.create_index(
        "ix_contractor_question_open",
        question,
        ["case_id"],
        sqlite_where=waits,
        postgresql_where=waits,
    )


def downgrade() -> None:
    op.drop_table("contractor_question")
    op.drop_table("contractor_link")
    op.drop_column("offer", "start_on")
